"""Frame Relay: Q.922 addresses, and the encapsulations of RFC 2427 and Cisco.

+------------------------------------------------------------+
| DLCI, upper 6 bits                     | C/R         | EA=0 |
+------------------------------------------------------------+
| DLCI, next 4 bits        | FECN | BECN | DE          | EA=1 |   EA=0: one or two more octets
+------------------------------------------------------------+
| Control 3 | Padding 0 or 1 | NLPID     | SNAP: OUI 3, type 2   RFC 2427, section 3
+------------------------------------------------------------+
or a type of Cisco HDLC, 2 octets.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, OUI, U32, X8, X16
from dissect.protocols.codes.ethertypes import ETHERTYPES
from dissect.protocols.codes.vendors import vendor

UNNUMBERED = 0x03
PADDING, SNAP, IPV4, IPV6 = 0x00, 0x80, 0xCC, 0x8E
NLPIDS = {
    0x00: "NULL", 0x01: "T.70", 0x03: "X.633", 0x08: "Q.933", 0x09: "LMI", 0x0C: "Q.2119",
    SNAP: "SNAP", 0x81: "CLNP", 0x82: "ESIS", 0x83: "ISIS", 0x85: "IDRP", 0x8A: "ESIS (X.25)",
    0x8C: "ISO 10030", 0x8D: "ISO 11577", IPV6: "IPv6", 0xB0: "Data compression protocol",
    IPV4: "IP", 0xCF: "PPP",
}  # fmt: skip
ETHERTYPE_OF = {IPV4: 0x0800, IPV6: 0x86DD}
"""The network layer protocols that have an EtherType, too."""
CISCO_TYPES = {
    0x0800: "IP", 0x2000: "Cisco Discovery Protocol", 0x4242: "Spanning Tree BPDU",
    0x6558: "Transparent Ethernet bridging", 0x8035: "SLARP", 0x8038: "DEC LanBridge",
    0x809B: "Appletalk", 0x80F3: "AARP", 0x8137: "Netware IPX/SPX", 0x86DD: "IPv6",
    0x8847: "MPLS unicast", 0x8848: "MPLS multicast", 0xFEFE: "OSI",
}  # fmt: skip
BRIDGED_OUI = 0x0080C2
BRIDGED_ETHERNET = (1, 7)

EA = Field("fr.ea", "EA", BOOL, ("More Follows", "Last Octet"), mask=0x01)
DC = Field("fr.dc", "DC", BOOL, ("Control", "DLCI Address"), mask=0x02)
FIRST = Field("fr.first_addr_octet", "First address octet", X8, bits=(
    Field("fr.upper_dlci", "Upper DLCI", X8, mask=0xFC),
    Field("fr.cr", "CR", BOOL, ("Response", "Command"), mask=0x02),
    EA,
))  # fmt: skip
SECOND = Field("fr.second_addr_octet", "Second address octet", X8, bits=(
    Field("fr.second_dlci", "Second DLCI", X8, mask=0xF0),
    Field("fr.fecn", "FECN", BOOL, mask=0x08),
    Field("fr.becn", "BECN", BOOL, mask=0x04),
    Field("fr.de", "DE", BOOL, mask=0x02),
    EA,
))  # fmt: skip
THIRD = Field(
    "fr.third_addr_octet", "Third address octet", X8,
    bits=(Field("fr.third_dlci", "Third DLCI", X8, mask=0xFE), EA),
)  # fmt: skip
LAST = Field(
    "", "Final address octet", X8,
    bits=(Field("fr.lower_dlci", "Lower DLCI", X8, mask=0xFC), DC, EA),
)  # fmt: skip
LAST_CONTROL = Field(
    "", "Final address octet", X8,
    bits=(Field("fr.dlcore_control", "DL-CORE Control", X8, mask=0xFC), DC, EA),
)  # fmt: skip
DLCI = Field("fr.dlci", "DLCI", U32)

CONTROL = Field("fr.control", "Control Field", X8, bits=(
    Field("fr.control.u_modifier_cmd", "Command", X8, {0: "Unnumbered Information"}, mask=0xEC),
    Field("fr.control.ftype", "Frame type", X8, {3: "Unnumbered frame"}, mask=0x03),
))  # fmt: skip
NLPID = Field("fr.nlpid", "NLPID", X8, NLPIDS)
SNAP_OUI = Field("fr.snap.oui", "Organization Code", OUI, vendor)
SNAP_TYPE = Field("fr.snaptype", "Type", X16, ETHERTYPES)
SNAP_PID = Field("fr.snap.pid", "Protocol ID", X16)
CISCO_TYPE = Field("fr.chdlctype", "Type", X16, CISCO_TYPES)

BOGUS_ADDRESS = Note(
    "fr.bogus_address", Severity.WARNING, Group.PROTOCOL, "Bogus extra address octet",
    "RFC 2427, section 3",
)  # fmt: skip


@dissector("fr", "Frame Relay", "FR", partial=True, link_type=107, gre_proto=0x6559)
def frame_relay(c: Cursor) -> Result:
    """Read the address; go on by the NLPID behind control octet 3, or by Cisco's type."""
    start = c.pos
    dlci = _address(c)
    c.put(DLCI, dlci, start, c.pos - start)
    c.info("DLCI %d", dlci)
    if c.peek(1) == bytes([UNNUMBERED]):
        c.add(CONTROL)
        return _network(c)
    kind = int.from_bytes(c.peek(2), "big")
    if kind not in CISCO_TYPES:
        return Next(name="data")
    c.add(CISCO_TYPE)
    if lookup("ethertype", kind) is None:
        return Next(name="data")
    return Next("ethertype", kind, listed=False)


def _address(c: Cursor) -> int:
    """The connection identifier, from two to four octets; more than four are noted."""
    first: int = c.add(FIRST)
    dlci = first >> 2
    if first & 1:
        return dlci
    second: int = c.add(SECOND)
    dlci = dlci << 4 | second >> 4
    if second & 1:
        return dlci
    c.need(1)
    if not c.octet() & 1:
        third: int = c.add(THIRD)
        dlci = dlci << 7 | third >> 1
        c.need(1)
        while not c.octet() & 1:
            with c.text("Bogus extra address octet") as node:
                c.skip(1)
            c.note(BOGUS_ADDRESS, node)
            c.need(1)
    last = c.octet()
    if last & 2:
        c.add(LAST_CONTROL)
        return dlci
    c.add(LAST)
    return dlci << 6 | last >> 2


def _network(c: Cursor) -> Result:
    """By the network layer protocol identifier, and SNAP behind one of them."""
    nlpid = c.add(NLPID)
    if nlpid == PADDING:
        c.node("fr.nlpid").text = "Padding"
        nlpid = c.add(NLPID)
    if nlpid in ETHERTYPE_OF:
        return Next("ethertype", ETHERTYPE_OF[nlpid], listed=False)
    if nlpid != SNAP:
        return Next("osi_nlpid", nlpid)
    oui = c.add(SNAP_OUI)
    if not oui:
        return Next("ethertype", c.add(SNAP_TYPE), listed=False)
    kind = c.add(SNAP_PID)
    bridged = oui == BRIDGED_OUI and kind in BRIDGED_ETHERNET
    return Next(name="eth" if bridged else "data")

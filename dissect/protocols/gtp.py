"""GPRS Tunnelling Protocol, version 1: user packets in UDP (3GPP TS 29.281, section 5).

    0     3 4 5 6 7 8               16                             32
    +-----+-+-+-+-+-+---------------+-------------------------------+
    |  1  |P|0|E|S|N| Message Type  |            Length             |
    +-----+-+-+-+-+-+---------------+-------------------------------+
    |                   Tunnel Endpoint Identifier                  |
    +-------------------------------+---------------+---------------+
    |  Sequence Number (if S)       | N-PDU (if N)  | Next Ext.(E)  |
    +-------------------------------+---------------+---------------+

The last four octets are there if any of E, S and N is set.  Of control messages only the header is
read.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, U16, U24, X8, XD16, XD32
from dissect.protocols.codes.gtp import EXTENSIONS, MESSAGES

USER_PACKET = 0xFF
VERSIONS = {0: "GTP release 97/98 version", 1: "GTP release 99 version", 2: "GTPv2-C"}
ETHERTYPE_OF = {4: 0x0800, 6: 0x86DD}
"""By the IP version that a user packet begins with."""
YES = ("No", "Yes")


class Gtp(Header):
    """The part of the header that is always there, 8 octets."""

    __hdr__ = (("_flags", "B", 0x30), ("kind", "B", USER_PACKET), ("len", "H", 0), ("teid", "I", 0))
    __bit_fields__ = {
        "_flags": (("version", 3), ("pt", 1), ("reserved", 1), ("e", 1), ("s", 1), ("pn", 1)),
    }
    names = (
        F("flags_word", "gtp.flags", "Flags", X8, bits=(
            F("version", "gtp.flags.version", "Version", U8, VERSIONS),
            F("pt", "gtp.flags.payload", "Protocol type", U8, {0: "GTP'", 1: "GTP"}),
            F("reserved", "gtp.flags.reserved", "Reserved", U8),
            F("e", "gtp.flags.e", "Is Next Extension Header present?", BOOL, YES),
            F("s", "gtp.flags.s", "Is Sequence Number present?", BOOL, YES),
            F("pn", "gtp.flags.pn", "Is N-PDU number present?", BOOL, YES),
        )),
        F("kind", "gtp.message", "Message Type", X8, MESSAGES),
        F("len", "gtp.length", "Length"),
        F("teid", "gtp.teid", "TEID", XD32),
    )  # fmt: skip


SEQUENCE = Field("gtp.seq_number", "Sequence number", XD16)
N_PDU = Field("gtp.npdu_number", "N-PDU Number", X8)
NEXT = Field("gtp.ext_hdr.next", "Next extension header type", X8, EXTENSIONS)
USER_DATA = Field("gtp.tpdu_data", "T-PDU Data", BYTES)
REST = Field("sixscope.gtp.elements", "Information elements", BYTES)

# --- extension headers (section 5.2) -----------------------------------------------------------

EXTENSION = Field("gtp.ext_hdr", "Extension header")
EXTENSION_LENGTH = Field("gtp.ext_hdr.length", "Extension Header Length", U8)
CONTENT = Field("sixscope.gtp.ext_hdr.content", "Content", BYTES)
PORT, PDU_SESSION, PDCP = 0x40, 0x85, 0xC0
LONG_PDCP = (0x03, 0x82)
UDP_PORT = Field("gtp.ext_hdr.udp_port", "UDP Port", U16)
PDCP_NUMBER = Field("gtp.ext_hdr.pdcp_sn", "PDCP Sequence Number", U16)
LONG_PDCP_NUMBER = Field("gtp.ext_hdr.long_pdcp_sn", "Long PDCP Sequence Number", U24)

PDU_TYPES = {0: "DL PDU SESSION INFORMATION", 1: "UL PDU SESSION INFORMATION"}
PDU_TYPE = Field("gtp.ext_hdr.pdu_ses_con.pdu_type", "PDU Type", U8, PDU_TYPES, mask=0xF0)
PDU_SPARE = Field("gtp.spare.h1", "Spare", X8, mask=0x0F)
FLOW = Field("gtp.ext_hdr.pdu_ses_con.qos_flow_id", "QoS Flow Identifier (QFI)", U8, mask=0x3F)
FLOW_SPARE = Field("gtp.spare.b7b6", "Spare", X8, mask=0xC0)
PAGING = Field(
    "gtp.ext_hdr.pdu_ses_cont.ppp", "Paging Policy Presence (PPP)", BOOL,
    ("Not Present", "Present"), mask=0x80,
)  # fmt: skip
REFLECTIVE = Field(
    "gtp.ext_hdr.pdu_ses_cont.rqi", "Reflective QoS Indicator (RQI)", BOOL,
    ("Not Present", "Present"), mask=0x40,
)  # fmt: skip

ZERO_LENGTH = Note(
    "gtp.ext_length.invalid", Severity.ERROR, Group.MALFORMED, "Extension header length is zero",
    "3GPP TS 29.281, section 5.2.1",
)  # fmt: skip


@dissector("gtp", "GPRS Tunneling Protocol", "GTP", partial=True, udp_port=(2152, 2123))
def gtp(c: Cursor) -> Result:
    """Read the header and its extensions; go on with the user packet by its first octet."""
    first = c.peek(1)
    if first and first[0] >> 5 != 1:
        return Next(name="data")
    header = c.header(Gtp)
    c.info("%s", MESSAGES.get(header.kind, "Unknown"))
    c.bound(c.pos + header.len, "gtp.length")
    if (header.e or header.s or header.pn) and not _options(c, header.s, header.pn, header.e):
        return None
    if header.kind != USER_PACKET:
        c.rest(REST)
        return None
    octets = c.peek(14)
    version = octets[0] >> 4 if octets else 0
    if version in ETHERTYPE_OF:
        return Next("ethertype", ETHERTYPE_OF[version], listed=False)
    if len(octets) == 14 and lookup("ethertype", int.from_bytes(octets[12:], "big")) is not None:
        return Next(name="eth")
    c.rest(USER_DATA)
    return None


def _options(c: Cursor, sequence: int, n_pdu: int, extension: int) -> bool:
    """The octets that are there if one of them is announced; False where the chain breaks off."""
    if sequence:
        c.add(SEQUENCE)
    else:
        c.skip(2)
    if n_pdu:
        c.add(N_PDU)
    else:
        c.skip(1)
    if not extension:
        c.skip(1)
        return True
    kind = c.add(NEXT)
    while kind:
        with c.item(EXTENSION) as node:
            node.text = f"Extension header ({EXTENSIONS.get(kind, 'Unknown')})"
            size = 4 * c.add(EXTENSION_LENGTH)
            if not size:
                c.note(ZERO_LENGTH, "gtp.ext_hdr.length")
            else:
                with c.limit(size - 2, "gtp.ext_hdr.length"):
                    _content(c, kind)
        if not size:
            node.length = 0
            return False
        kind = c.add(NEXT)
        node.length = size
    return True


def _content(c: Cursor, kind: int) -> None:
    if kind == PORT:
        c.add(UDP_PORT)
    elif kind == PDCP:
        c.add(PDCP_NUMBER)
    elif kind in LONG_PDCP:
        c.add(LONG_PDCP_NUMBER)
    elif kind == PDU_SESSION:
        uplink = c.peek_add(PDU_TYPE) == 1
        if uplink:
            c.add(PDU_SPARE)
            c.peek_add(FLOW_SPARE)
        else:
            c.skip(1)
            c.peek_add(PAGING)
            c.peek_add(REFLECTIVE)
        c.add(FLOW)
    c.rest(CONTENT)

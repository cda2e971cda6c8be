"""Multiprotocol Label Switching: the label stack (RFC 3032, section 2.1).

    0                                       20    23 24           32
    +---------------------------------------+-----+-+---------------+
    |                 Label                 | Exp |S|      TTL      |
    +---------------------------------------+-----+-+---------------+

Nothing says what follows the bottom of the stack.  Its first four bits tell (RFC 4928, RFC 4385):
4 and 6 are IP, 1 is an associated channel, 0 a pseudowire with a control word.  An Ethernet
pseudowire without control word begins with any four bits of a MAC address, so where an address
would make an implausible IP packet we look for an Ethernet header first.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.values import U32, Kind
from dissect.protocols.codes.ethertypes import ETHERTYPES

SPECIAL = {
    0: "IPv4 Explicit-Null", 1: "Router Alert", 2: "IPv6 Explicit-Null", 3: "Implicit-Null",
    7: "Entropy Label Indicator (ELI)", 13: "Generic Associated Channel Label (GAL)",
    14: "OAM Alert",
}  # fmt: skip
ASSOCIATED_CHANNEL = 13
OAM_ALERT = 14

LABEL = Kind("LABEL", 4, "uint", str, lambda value: f"{value} (0x{value:05x})")


class Label(Header):
    """One entry of the stack, 4 octets."""

    __hdr__ = (("_word", "I", 0x00000100),)
    __bit_fields__ = {"_word": (("label", 20), ("exp", 3), ("s", 1), ("ttl", 8))}
    names = (
        F("label", "mpls.label", "MPLS Label", LABEL),
        F("exp", "mpls.exp", "MPLS Experimental Bits", U32),
        F("s", "mpls.bottom", "MPLS Bottom Of Label Stack", U32),
        F("ttl", "mpls.ttl", "MPLS TTL", U32),
    )


INVALID_LABEL = Note(
    "mpls.invalid_label", Severity.WARNING, Group.PROTOCOL, "Invalid Label",
    "RFC 5586, section 4.2",
)  # fmt: skip
GUESSED = Note(
    "sixscope.mpls.guess", Severity.NOTE, Group.ASSUMPTION,
    "Taken for an Ethernet pseudowire: the octets fit an Ethernet header, and no IP header",
    "RFC 4928, section 3",
)  # fmt: skip


@dissector(
    "mpls", "MultiProtocol Label Switching Header", "MPLS",
    ethertype=(0x8847, 0x8848), ip_proto=137, udp_port=6635, ppp_proto=(0x0281, 0x0283),
)  # fmt: skip
def mpls(c: Cursor) -> Result:
    """One label; each has a layer of its own."""
    c.info("MPLS Label Switched Packet")
    entry = c.header(Label)
    name = SPECIAL.get(entry.label)
    if c.at is not None:
        words = f"{entry.label} ({name})" if name else str(entry.label)
        c.title(
            f"MultiProtocol Label Switching Header, Label: {words}, Exp: {entry.exp}, "
            f"S: {entry.s}, TTL: {entry.ttl}"
        )
        if name:
            c.node("mpls.label").text = f"MPLS Label: {name} ({entry.label})"
    if not entry.s:
        if entry.label == ASSOCIATED_CHANNEL:
            c.note(INVALID_LABEL, "mpls.label")
        return Next(name="mpls", continues=True)
    c.need(1)
    if entry.label == ASSOCIATED_CHANNEL:
        return Next(name="pwach")
    return Next(name="data") if entry.label == OAM_ALERT else _payload(c)


def _payload(c: Cursor) -> Result:
    """What the first four bits say, or what an Ethernet header in their place says."""
    nibble = c.data[c.pos] >> 4
    if nibble == 0:
        return Next(name="pwethheuristic")
    if nibble in (4, 6):
        plausible = _plausible_ip(c, nibble)
    else:
        plausible = nibble == 1 and c.peek(1, 1) == b"\0"
    if not plausible and is_ethernet(c, 0):
        c.note(GUESSED)
        return Next(name="pwethnocw")
    if nibble == 4:
        return "ip_proto", 4
    if nibble == 6:
        return "ip_proto", 41
    return Next(name="pwach" if nibble == 1 else "data")


def _plausible_ip(c: Cursor, version: int) -> bool:
    """Whether an IP header's lengths fit what is left, but for padding."""
    octets = c.peek(6)
    if len(octets) < 6:
        return True
    if version == 4:
        size = int.from_bytes(octets[2:4], "big")
        return octets[0] & 15 >= 5 and 20 <= size <= c.left
    size = 40 + int.from_bytes(octets[4:6], "big")
    return size <= c.left and not any(c.peek(c.left - size, size))


def is_ethernet(c: Cursor, ahead: int) -> bool:
    """Whether an Ethernet header stands there: a source that is no group, a type that fits."""
    octets = c.peek(15, ahead)
    if len(octets) < 15 or octets[6] & 1:
        return False
    kind = int.from_bytes(octets[12:14], "big")
    if kind < 0x600:
        return 3 <= kind <= c.left - ahead - 14
    if kind == 0x0800:
        return octets[14] >> 4 == 4
    if kind == 0x86DD:
        return octets[14] >> 4 == 6
    return kind in ETHERTYPES

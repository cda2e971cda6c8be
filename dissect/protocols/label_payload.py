"""What follows the bottom of a label stack (RFC 4928, section 3; RFC 4385, section 3).

Nothing says it.  Its first four bits tell: 4 and 6 are IP, 1 is an associated channel, 0 a
pseudowire with a control word.  An Ethernet pseudowire without control word begins with any four
bits of a MAC address, so where an address would make an implausible IP packet we look for an
Ethernet header first.  Who knows better says so: the preference ``mpls.payload``.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.preferences import Preference, one_of
from dissect.engine.tables import Next, Result
from dissect.protocols.codes.ethertypes import ETHERTYPES

CONTROL_WORD = 4
"""Octets."""

GUESSED = Note(
    "sixscope.mpls.guess", Severity.NOTE, Group.ASSUMPTION,
    "Taken for an Ethernet pseudowire: the octets fit an Ethernet header, and no IP header",
    "RFC 4928, section 3",
)  # fmt: skip
PAYLOAD = Preference(
    "mpls.payload", "auto", one_of("auto", "ethernet", "ethernet-cw", "generic-cw", "ip"),
    "What follows the bottom of the label stack",
)  # fmt: skip
CHOSEN = {"ethernet": "pwethnocw", "ethernet-cw": "pwethcw", "generic-cw": "pwmcw"}


def chosen(c: Cursor) -> bool:
    """Whether somebody has said that there is a pseudowire; Wireshark doesn't name it then."""
    return c.preference(PAYLOAD) in CHOSEN


def payload(c: Cursor) -> Result:
    """What the preference says, else the first four bits, or an Ethernet header in their place."""
    choice = c.preference(PAYLOAD)
    if choice in CHOSEN and not (choice == "ethernet-cw" and c.left < CONTROL_WORD):
        return Next(name=CHOSEN[choice])
    nibble = c.data[c.pos] >> 4
    if choice == "ip":
        return ("ip_proto", 4) if nibble == 4 else ("ip_proto", 41)
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

"""Foo over UDP: an IP packet in UDP and nothing between (Linux's FOU, no document, no port).

There is nothing to know it by.  A datagram at ports that belong to nobody is taken for it only
when its payload is a whole IP packet: the length fits exactly, in IPv4 the header's checksum is
right, in IPv6 the next header is one that can be read.  What Teredo's clients send each other looks
the same, and is told by its addresses (RFC 4380, section 4).
"""

from __future__ import annotations

from dissect.engine.checksum import checksum
from dissect.engine.cursor import Cursor
from dissect.engine.looks import Looks, version
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, heuristic, lookup

ETHERTYPES = {4: 0x0800, 6: 0x86DD}
"""By IP version."""
NO_NEXT_HEADER = 59
TEREDO = b"\x20\x01\0\0"
"""The prefix of its addresses."""

GUESSED = Note(
    "sixscope.fou.guessed", Severity.CHAT, Group.ASSUMPTION,
    "Taken for Foo over UDP: the payload is a whole IP packet, and the ports are nobody's",
)  # fmt: skip


@dissector("fou", "Foo over UDP", "FOU", partial=True)
def fou(c: Cursor) -> Result:
    """Say that it is a guess, go on by the version."""
    c.note(GUESSED)
    return Next("ethertype", ETHERTYPES[c.octet() >> 4], listed=False)


def looks_like_ip(c: Cursor) -> bool:
    """Whether all that there is, is one IP packet."""
    head = c.peek(60)
    if len(head) < 20:
        return False
    if head[0] >> 4 == 6:
        whole = len(head) >= 40 and 40 + int.from_bytes(head[4:6], "big") == c.left
        readable = head[6] == NO_NEXT_HEADER or lookup("ip_proto", head[6]) is not None
        return whole and readable and TEREDO not in (head[8:12], head[24:28])
    size = 4 * (head[0] & 15)
    return (
        head[0] >> 4 == 4
        and 20 <= size <= len(head)
        and int.from_bytes(head[2:4], "big") == c.left
        and checksum(head[:size]) == 0
    )


heuristic("udp", "fou", looks_like_ip, Looks(version(4) + version(6), least=20))

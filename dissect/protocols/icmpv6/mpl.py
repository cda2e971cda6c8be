"""Control messages of the Multicast Protocol for Low-Power Networks (RFC 7731, 6.2 and 6.3).

Seed Info, again and again:

+---------------+-----------+---+-------------------------------+
|  MinSequence  |  BM Len   | S |  Seed ID: 0, 2, 8, 16 octets  |
+---------------+-----------+---+-------------------------------+
|  Buffered messages: BM Len octets, a bit for each sequence number from MinSequence on
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import STR, U8, address_text
from dissect.protocols.icmpv6.messages import LEFT_OVER, UNKNOWN_DATA, message

SEED_OCTETS = (0, 2, 8, 16)
SEED_WORDS = {
    0: "0 bit, not included in MPL Seed Info",
    1: "16 bits",
    2: "64 bits",
    3: "128 bits",
}


class SeedInfo(Header):
    """What a Seed Info begins with, 2 octets."""

    __hdr__ = (("least", "B", 0), ("_lengths", "B", 0))
    __bit_fields__ = {"_lengths": (("messages", 6), ("seed", 2))}
    names = (
        F("least", "icmpv6.mpl.seed_info.min_sequence", "MinSequence"),
        F("messages", "icmpv6.mpl.seed_info.bm_len", "Buffered Messages Length", U8),
        F("seed", "icmpv6.mpl.seed_info.s", "Seed ID Length", U8, SEED_WORDS),
    )


SEED_ID = Field("icmpv6.mpl.seed_info.seed_id", "Seed ID", STR)
SEQUENCE = Field("icmpv6.mpl.seed_info.sequence", "Sequence", U8)


@message(159, "MPL Control Message")
def control(c: Cursor, head: Any) -> Result:
    """Which messages of which seeds the sender has buffered."""
    if head.code:
        c.add(UNKNOWN_DATA, 1)
        c.note(LEFT_OVER, "icmpv6.unknown_data", "Code must be 0")
        return None
    if c.left == 1:
        c.add(UNKNOWN_DATA, 0)
        c.note(LEFT_OVER, "icmpv6.unknown_data", "1 octet left for a seed's head of 2")
        return None
    number = 0
    while c.more:
        number += 1
        with c.text("MPL Seed Info: [%d]", number):
            _seed(c)
    return None


def _seed(c: Cursor) -> None:
    c.need(2)  # shown whole, or not at all
    info = c.header(SeedInfo)
    at, size = c.pos, SEED_OCTETS[info.seed]
    if size > c.left:
        _too_short(c, f"a seed's identifier of {size}")
        return
    c.need(size)
    seed = c.peek(size) if size else c.facts.source
    c.put(SEED_ID, seed.hex() if size == 2 else address_text(seed), at, size)
    c.skip(size)
    if not info.messages:
        return
    if info.messages > c.left:
        _too_short(c, f"{info.messages} of buffered messages")
        return
    with c.text("Buffered Messages"):
        c.need(info.messages)
        for index, octet in enumerate(c.peek(info.messages)):
            for bit in range(8):
                if octet & 0x80 >> bit:
                    sequence = (info.least + 8 * index + bit) & 0xFF
                    c.put(SEQUENCE, sequence, c.pos + index, 1)
        c.skip(info.messages)


def _too_short(c: Cursor, what: str) -> None:
    left = c.captured
    c.add(UNKNOWN_DATA, left)
    c.note(LEFT_OVER, "icmpv6.unknown_data", f"{left} octets left for {what}")

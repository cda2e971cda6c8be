"""State between packets: numbered, bounded, and the same when a packet is decoded again."""

from __future__ import annotations

import dissect.protocols  # noqa: F401
from dissect.engine.packet import Packet
from dissect.engine.session import Session, Table


def test_entries_are_numbered_in_the_order_of_their_making():
    session = Session()
    assert [session.entry("t", key, lambda n: [n]) for key in "abab"] == [[0], [1], [0], [1]]


def test_oldest_entry_is_forgotten_at_the_limit_and_counted():
    table: Table[int] = Table(2)
    for key in "ab":
        table.put(key, 1)
    assert table.get("a") == 1
    table.put("c", 1)
    assert (list(table.entries), table.evicted, table.count) == (["a", "c"], 1, 3)


def test_decoding_a_packet_again_gives_the_same_times():
    session = Session()
    Packet(b"", number=1, time_ns=10**9, session=session).decode()
    second = Packet(b"", number=2, time_ns=3 * 10**9, session=session).decode()
    Packet(b"", number=3, time_ns=9 * 10**9, session=session).decode()
    assert second["frame.time_delta"] == 2 * 10**9
    assert second["frame.time_relative"] == 2 * 10**9

"""Conversations: found by both ends, whoever sends."""

from __future__ import annotations

from dissect.engine.conversation import Conversation, key_of
from dissect.engine.cursor import Cursor
from dissect.engine.packet import Packet


def cursor(source: bytes, destination: bytes) -> Cursor:
    c = Cursor(Packet(b""), 10)
    c.facts.source, c.facts.destination = source, destination
    return c


def test_both_directions_have_one_key() -> None:
    there = key_of(cursor(b"\1", b"\2"), (40000, 53))
    back = key_of(cursor(b"\2", b"\1"), (53, 40000))
    assert there == back


def test_swapped_ports_are_another_conversation() -> None:
    c = cursor(b"\1", b"\2")
    assert key_of(c, (53, 40000)) != key_of(c, (40000, 53))


def test_one_address_with_two_ports_has_one_key() -> None:
    c = cursor(b"\1", b"\1")
    assert key_of(c, (1, 2)) == key_of(c, (2, 1))


def test_times_count_from_the_first_and_from_the_previous_packet() -> None:
    stream = Conversation(0)
    assert [stream.times(now) for now in (100, 107, 120)] == [(0, 0), (7, 7), (20, 13)]


def test_mention_begins_a_conversation_and_is_no_packet_of_it() -> None:
    stream = Conversation(0)
    assert stream.times(5, mention=True) is None
    assert stream.times(9) == (4, 4)
    assert stream.times(10, mention=True) is None
    assert stream.times(12) == (7, 3)


def test_packet_without_time_leaves_the_times_alone() -> None:
    stream = Conversation(0)
    stream.times(5)
    assert stream.times(None) is None
    assert stream.times(9) == (4, 4)

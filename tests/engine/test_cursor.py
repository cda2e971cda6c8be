"""The cursor: bounds are kept, and what was read before an error is in the tree."""

from __future__ import annotations

import pytest

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Malformed, Note, Severity, Truncated
from dissect.engine.packet import Packet
from dissect.engine.position import WorkLimit
from dissect.engine.tree import Field, Layer, Node
from dissect.engine.values import BYTES, I8, NONE, STR, U8, U16, U16_LE

BYTE = Field("t.byte", "Byte", U8)
WORD = Field("t.word", "Word", U16)
WORD_LE = Field("t.word_le", "Word", U16_LE)
SIGNED = Field("t.signed", "Signed", I8)
OCTETS = Field("t.octets", "Octets", BYTES)
TEXT = Field("t.text", "Text", STR)
EMPTY = Field("t.empty", "Reserved", NONE)
SHORT = Note("t.short", Severity.ERROR, Group.MALFORMED, "Too short")
FLAGS = Field(
    "t.flags", "Flags", U16,
    bits=(
        Field("t.flags.top", "Top", U8, mask=0xC0, span=(0, 1)),
        Field("t.flags.low", "Low", U16, mask=0x000F),
    ),
)  # fmt: skip


def cursor(octets: bytes, original: int | None = None, budget: int = 100) -> Cursor:
    packet = Packet(octets, original=original)
    packet.findings = []  # as when its decode has begun
    c = Cursor(packet, budget)
    c.layer = Layer("t", "Test", 0, 0, 0)
    c.layer.node = c.at = Node(Field("t", "Test"), 0, 0)
    return c


def shown(c: Cursor) -> list[tuple[str, int, int, str]]:
    return [(n.name, n.offset, n.length, n.show) for n in c.at.walk()][1:]


def test_reading_past_a_length_field_is_malformed_and_keeps_what_was_read():
    c = cursor(bytes(10))
    with pytest.raises(Malformed) as caught, c.limit(3, "t.length"):
        c.add(BYTE)
        c.add(WORD)
        c.add(BYTE)
    stop = caught.value
    assert (stop.needed, stop.available, stop.offset, stop.because) == (1, 0, 3, "t.length")
    assert [row[:3] for row in shown(c)] == [("t.byte", 0, 1), ("t.word", 1, 2)]


def test_reading_past_a_snap_length_is_truncated_not_malformed():
    c = cursor(b"\1\2", original=100)
    c.add(BYTE)
    with pytest.raises(Truncated):
        c.add(WORD)


def test_limit_longer_than_its_surroundings_is_found_when_it_ends():
    c = cursor(b"\1\2\3")
    with pytest.raises(Malformed), c.limit(8, "t.length"):
        c.add(BYTE)
    assert shown(c) == [("t.byte", 0, 1, "1")]


def test_negative_length_is_malformed():
    c = cursor(bytes(4))
    with pytest.raises(Malformed):
        c.limit(-1, "t.length")
    with pytest.raises(Malformed):
        c.add(OCTETS, -1)


def test_limit_skips_what_was_not_read_and_restores_the_bounds():
    c = cursor(bytes(10))
    with c.limit(4, "t.length"):
        c.add(BYTE)
        assert c.left == 3
    assert (c.pos, c.left, c.because) == (4, 6, "frame.len")


def test_bound_never_moves_the_end_farther_away():
    c = cursor(bytes(10))
    c.bound(4, "a")
    c.bound(8, "b")
    assert (c.end, c.because) == (4, "a")


def test_byte_order_and_sign_are_the_kinds():
    c = cursor(bytes.fromhex("0102 0102 ff".replace(" ", "")))
    assert (c.add(WORD), c.add(WORD_LE), c.add(SIGNED)) == (0x0102, 0x0201, -1)


def test_bits_of_a_field_stand_on_their_own_octets():
    c = cursor(b"\x80\x05")
    c.add(FLAGS)
    assert shown(c)[1:] == [("t.flags.top", 0, 1, "2"), ("t.flags.low", 0, 2, "5")]
    low = c.at.children[0].children[1]
    assert low.showname(c.data) == ".... .... .... 0101 = Low: 5"


def test_subtree_of_a_broken_item_keeps_its_children_and_all_octets_there_are():
    c = cursor(b"\1\2")
    with pytest.raises(Malformed), c.item(OCTETS, 5, because="t.length"):
        c.add(BYTE)
    assert [row[:3] for row in shown(c)] == [("t.octets", 0, 2), ("t.byte", 0, 1)]


def test_entry_too_short_for_its_fields_is_noted_and_the_next_one_read():
    c = cursor(b"\1\2\3\4\5\6")
    with c.entry(OCTETS, 4, SHORT, because="t.length") as node:
        c.add(BYTE)
        c.add(WORD)
        c.add(WORD)
    assert c.add(WORD) == 0x0506
    assert [f.note.name for f in c.packet.findings] == ["t.short"]
    assert [child.name for child in node.children] == [
        "t.byte", "t.word", "sixscope.undecoded", "_ws.expert",
    ]  # fmt: skip
    assert (node.offset, node.length) == (0, 4)


@pytest.mark.parametrize(("original", "stop"), [(3, Malformed), (9, Truncated)])
def test_entry_that_is_not_all_there_ends_the_reading(original, stop):
    c = cursor(b"\1\2\3", original=original)
    with pytest.raises(stop), c.entry(OCTETS, 4, SHORT):
        c.add(WORD)
        c.add(WORD)
    assert c.packet.findings == []


def test_field_without_a_value_is_shown_as_far_as_it_is_there():
    c = cursor(b"\1\2\3")
    with pytest.raises(Malformed):
        c.add(EMPTY, 4)
    assert shown(c) == [("t.empty", 0, 3, "")]


def test_octets_that_are_no_utf8_are_kept_visible():
    c = cursor(b"a\xff")
    assert c.add(TEXT, 2) == "a\\xff"


def test_without_a_tree_the_same_values_are_read():
    c = cursor(b"\1\2\3")
    c.at = None
    with c.item(OCTETS, 2):
        assert c.add(BYTE) == 1
    assert c.pos == 2
    assert c.layer.node.children is None


def test_too_many_fields_end_the_work():
    c = cursor(bytes(20), budget=5)
    with pytest.raises(WorkLimit):
        for _ in range(20):
            c.add(BYTE)

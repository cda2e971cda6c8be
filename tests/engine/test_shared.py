"""Nodes that packets share: what one packet adds to its tree is in no other's."""

from __future__ import annotations

import pytest

from dissect import dissect
from dissect.engine.header import F, Header, plan_of
from dissect.engine.tree import TEXT, Node, Shared
from dissect.engine.values import U8

SYN = bytes.fromhex(
    "020000000002" "020000000001" "86dd"
    "60000000" "00140640" + "20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02"
    "04d2" "0050" "00000001" "00000000" "5002" "2000" "0000" "0000"
)  # fmt: skip


class Bits(Header):
    """An octet of two fields, beside one that has nothing to do with them."""

    __hdr__ = (("_word", "B", 0), ("other", "B", 0))
    __bit_fields__ = {"_word": (("high", 4), ("low", 4))}
    names = (
        F("word_word", "test.word", "Word", U8,
          bits=(F("high", "test.high", "High"), F("low", "test.low", "Low"))),
        F("other", "test.other", "Other"),
    )  # fmt: skip


def nodes(data: bytes) -> list[Node]:
    """Those of the header at the beginning of some octets."""
    plan = plan_of(Bits)
    return plan.row.nodes(plan.read(data, 0), data, 0)


def test_the_same_octets_share_their_bits() -> None:
    first, second, third = nodes(b"\x12\x00"), nodes(b"\x12\xff"), nodes(b"\x13\x00")
    assert first[0].children is second[0].children
    assert [node.value for node in third[0].children or ()] == [1, 3]


def test_a_node_that_was_found_can_be_changed() -> None:
    mine, yours = Node(TEXT, 0, 2), Node(TEXT, 0, 2)
    mine.children, yours.children = nodes(b"\x12\x00"), nodes(b"\x12\x00")
    found = mine.find("test.low")
    assert found is not None
    found.suffix = " changed"
    other = yours.find("test.low")
    assert other is not None
    assert other.suffix == ""
    assert isinstance(nodes(b"\x12\x00")[0].children, Shared)


@pytest.mark.parametrize("time", [1, 2])
def test_a_note_on_a_flag_stays_with_its_packet(time: int) -> None:
    notes = dissect(SYN, strict=True).fields("tcp.connection.syn")
    assert len(notes) == 1, f"time {time}"

"""The driver: limits, errors, quotes and trailers, shown with toy protocols."""

from __future__ import annotations

import pytest

import dissect.protocols
from dissect.engine import notes
from dissect.engine.cursor import Cursor
from dissect.engine.packet import Packet, dissect
from dissect.engine.tables import DuplicateKey, Next, dissector
from dissect.engine.tree import Field
from dissect.engine.values import U8, U16
from dissect.engine.walk import MAX_LAYERS, MAX_READS

LOOP, BUGGY, CARRIER, INNER, QUOTER, BOMB, SHORT = range(900, 907)
BYTE = Field("toy.byte", "Byte", U8)
WORD = Field("toy.word", "Word", U16)


@dissector("toy.loop", "Loop", link_type=LOOP)
def loop(c: Cursor):
    return "link_type", LOOP


@dissector("toy.buggy", "Buggy", link_type=BUGGY)
def buggy(c: Cursor):
    c.add(BYTE)
    return 1 // 0


@dissector("toy.carrier", "Carrier", link_type=CARRIER)
def carrier(c: Cursor):
    c.add(BYTE)
    return Next("link_type", INNER, after=trailer)


@dissector("toy.inner", "Inner", link_type=INNER)
def inner(c: Cursor):
    c.bound(c.pos + c.add(BYTE), "toy.byte")
    c.add(WORD)
    c.ends(b"\1\2\3\4", b"\5\6\7\10")
    c.info("inner")


def trailer(c: Cursor):
    while c.more:
        c.add(BYTE)


@dissector("toy.quoter", "Quoter", link_type=QUOTER)
def quoter(c: Cursor):
    c.add(BYTE)
    c.protocol("QUOTER")
    c.info("quoting")
    return Next("link_type", INNER, into=c.layer, quoted=True)


@dissector("toy.bomb", "Bomb", link_type=BOMB)
def bomb(c: Cursor):
    while True:
        c.add(BYTE)
        c.pos -= 1


def names(packet: Packet) -> list[str]:
    return [note.note.name for note in packet.findings]


def test_protocol_that_carries_itself_stops_at_the_depth_limit():
    packet = dissect(b"x", LOOP, strict=True)
    assert len(packet.layers) == MAX_LAYERS
    assert names(packet) == [notes.DEPTH.name]


def test_endless_fields_stop_at_the_work_limit_without_a_tree_too():
    packet = Packet(b"x", BOMB, strict=True).decode()
    assert names(packet) == [notes.WORK.name]


def test_endless_fields_stop_at_the_work_limit():
    packet = dissect(b"x", BOMB, strict=True)
    assert names(packet) == [notes.WORK.name]
    assert len(packet.fields("toy.byte")) <= MAX_READS


def test_dissector_bug_becomes_a_note_with_the_octets_to_repeat_it():
    packet = dissect(b"\7\1", BUGGY)
    assert names(packet) == [notes.BUG.name]
    assert "ZeroDivisionError" in packet.findings[0].text
    assert "0701" in packet.findings[0].text
    assert packet["toy.byte"] == 7


def test_dissector_bug_raises_when_strict():
    with pytest.raises(ZeroDivisionError):
        dissect(b"\7\1", BUGGY, strict=True)


def test_trailer_begins_where_the_inner_protocol_says_that_it_ends():
    packet = dissect(bytes([9, 3, 0, 1, 0xAA, 0xBB]), CARRIER, strict=True)
    assert packet.chain == "toy.carrier:toy.inner"
    assert [n.value for n in packet.layer("toy.carrier").node.children] == [9, 0xAA, 0xBB]


def test_trailer_is_shown_after_a_malformed_inner_protocol():
    packet = dissect(bytes([9, 2, 0, 0xAA]), CARRIER, strict=True)
    assert notes.MALFORMED.name in names(packet)
    assert [n.value for n in packet.layer("toy.carrier").node.children] == [9, 0xAA]


def test_field_past_the_end_is_malformed_and_the_rest_is_kept_as_octets():
    packet = dissect(bytes([2, 5, 9]), INNER, strict=True)
    assert names(packet) == [notes.MALFORMED.name]
    finding = packet.findings[0]
    assert "needs 2 octets at offset 1, has 1" in finding.text
    assert "toy.byte" in finding.text
    assert packet["sixscope.undecoded"] == b"\5"


def test_packet_cut_by_the_capture_is_short_not_malformed():
    packet = dissect(bytes([3, 5]), INNER, original=3, strict=True)
    assert names(packet) == [notes.SHORT.name]


def test_quoted_packet_stands_inside_its_quoter_and_writes_no_columns():
    packet = dissect(bytes([1, 3, 0, 1]), QUOTER, strict=True)
    assert (packet.protocol, packet.info, packet.source) == ("QUOTER", "quoting", "")
    quoter_node = packet.tree.children[1]
    assert [n.name for n in quoter_node.children] == ["toy.byte", "toy.inner"]
    assert packet.layer("toy.inner") is None


def test_quoted_packet_that_ends_early_is_no_trouble():
    packet = dissect(bytes([1, 9]), QUOTER, strict=True)
    assert packet.findings == []


def test_unknown_link_type_gives_data_and_a_note_naming_it():
    packet = dissect(b"\1\2", 65000, strict=True)
    assert packet.chain == "data"
    assert names(packet) == [notes.LINK_UNKNOWN.name]
    assert "65000" in packet.findings[0].text


def test_structure_and_details_find_the_same_layers_and_notes():
    octets = bytes([9, 2, 0, 0xAA])
    lean = Packet(octets, CARRIER, strict=True).decode()
    full = Packet(octets, CARRIER, strict=True).decode(detail=True)
    assert lean.chain == full.chain
    assert lean.info == full.info
    assert lean.findings == full.findings
    assert [(x.offset, x.end) for x in lean.layers[1:]] == [
        (x.offset, x.end) for x in full.layers[1:]
    ]


def test_two_dissectors_for_one_key_are_an_error():
    with pytest.raises(DuplicateKey, match=r"toy\.loop and toy\.second"):

        @dissector("toy.second", "Second", link_type=LOOP)
        def second(c: Cursor):
            return None


def test_empty_frame_is_decoded_without_a_fault():
    assert dissect(b"", 1, strict=True).chain

"""Fragments of PPP Multilink, read one packet after the other."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet, dissect
from dissect.engine.preferences import preferences_of
from dissect.engine.session import Session
from dissect.protocols import ppp_multilink

PPP = 9
INSIDE = bytes.fromhex("0021450000140001000040fd00000a0000010a000002")
"""IPv4 in PPP: 22 octets."""


def fragment(flags: int, number: int, octets: bytes) -> bytes:
    """By hand: the protocol, the flags, three octets of number."""
    return b"\x00\x3d" + bytes((flags,)) + number.to_bytes(3, "big") + octets


def read(*frames: bytes, session: Session | None = None) -> list[Packet]:
    session = session or Session()
    return [
        dissect(frame, PPP, strict=True, session=session, number=number)
        for number, frame in enumerate(frames, 1)
    ]


def inside(packets: list[Packet]) -> list[bool]:
    return [packet.layer("ip") is not None for packet in packets]


def test_packet_in_one_fragment_is_decoded_with_and_without_a_session() -> None:
    frame = fragment(0xC0, 7, INSIDE)
    for packet in (dissect(frame, PPP, strict=True), *read(frame)):
        assert packet.chain == "ppp:mp:ip"
        assert packet["mp.seq"] == 7
        assert packet.fields("mp.frag")[0].line == "Fragment: 0x30, First fragment, Last fragment"
        assert packet.layer("ip").offset == 2  # of what is put together


def test_fragments_are_joined_by_number_whatever_their_order() -> None:
    parts = [
        fragment(0x40, 12, INSIDE[15:]), fragment(0x80, 10, INSIDE[:4]),
        fragment(0, 11, INSIDE[4:15]),
    ]  # fmt: skip
    packets = read(*parts)
    assert inside(packets) == [False, False, True]
    assert [node.value for node in packets[2].fields("mp.fragment")] == [2, 3, 1]
    spans = [(node.offset, node.length) for node in packets[2].fields("mp.fragment")]
    assert spans == [(0, 4), (4, 11), (15, 7)]
    assert packets[2]["mp.reassembled.length"] == 22
    assert packets[0]["mp.payload"] == INSIDE[15:]


def test_fragment_that_is_decoded_again_knows_where_its_packet_is_whole() -> None:
    session = Session()
    part = fragment(0x80, 1, INSIDE[:9])
    first = Packet(part, PPP, number=1, session=session, strict=True).decode()
    assert first.info == "PPP Multilink (PPP MP Unreassembled fragment 1)"
    read(b"", fragment(0x40, 2, INSIDE[9:]), session=session)
    first.decode(detail=True)
    assert first["mp.reassembled.in"] == 2
    assert first.info == "PPP Multilink (PPP MP reassembled in packet 2)"


def test_numbers_begin_again() -> None:
    packets = read(fragment(0x80, 0xFFFFFF, INSIDE[:9]), fragment(0x40, 0, INSIDE[9:]))
    assert inside(packets) == [False, True]


@pytest.mark.parametrize(
    "second",
    [
        fragment(0x40, 3, INSIDE[9:]),  # one is missing between them
        fragment(0x44, 2, INSIDE[9:]),  # another class
        fragment(0xC0, 2, b""),  # begins a packet of its own
        fragment(0x80, 2, INSIDE[9:]),
    ],
)
def test_what_does_not_follow_is_not_joined(second: bytes) -> None:
    packets = read(fragment(0x80, 1, INSIDE[:9]), second)
    assert inside(packets) == [False, False]


def test_the_other_direction_has_numbers_of_its_own() -> None:
    one, two = b"\x02" + bytes(5), b"\x06" + bytes(5)

    def ethernet(destination: bytes, source: bytes, frame: bytes) -> bytes:
        head = b"\x88\x64\x11\0\0\1" + len(frame).to_bytes(2, "big")
        return destination + source + head + frame

    there = ethernet(one, two, fragment(0x80, 1, INSIDE[:9]))
    back = ethernet(two, one, fragment(0x40, 2, INSIDE[9:]))
    session = Session()
    packets = [dissect(frame, 1, strict=True, session=session) for frame in (there, back)]
    assert inside(packets) == [False, False]


def test_fragments_are_joined_whatever_becomes_of_those_of_ip() -> None:
    session = Session(reassemble=False)
    parts = fragment(0x80, 1, INSIDE[:9]), fragment(0x40, 2, INSIDE[9:])
    assert inside(read(*parts, session=session)) == [False, True]


def test_cut_fragment_is_not_joined() -> None:
    session = Session()
    first = fragment(0x80, 1, INSIDE[:9])
    dissect(first[:-1], PPP, strict=True, session=session, original=len(first))
    last = dissect(fragment(0x40, 2, INSIDE[9:]), PPP, strict=True, session=session)
    assert last.layer("ip") is None


def test_fragment_that_comes_again_counts_for_nothing() -> None:
    other = bytes(9)
    packets = read(
        fragment(0x80, 1, INSIDE[:9]), fragment(0x80, 1, other), fragment(0x40, 2, INSIDE[9:])
    )
    assert inside(packets) == [False, False, True]
    assert [node.value for node in packets[2].fields("mp.fragment.error")] == [2]
    assert packets[2].layer("ip").header.src == b"\x0a\0\0\1"


def test_memory_for_fragments_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ppp_multilink, "HELD", 3)
    session = Session()
    alone = [fragment(0x80, 2 * number, INSIDE) for number in range(1, 50)]
    read(*alone, *(20 * alone[-1:]), session=session)
    waiting = session.tables["mp"].entries
    assert len(waiting) == 3
    assert max(len(piece.again) for piece in waiting.values()) == ppp_multilink.REPEATED


@pytest.mark.parametrize("size", range(6))
def test_header_that_ends_early_is_malformed(size: int) -> None:
    packet = dissect(fragment(0xC0, 1, b"")[:size], PPP, strict=True)
    assert [finding.note.name for finding in packet.findings] == ["_ws.malformed"]


def short(flags: int, number: int, octets: bytes) -> bytes:
    """By hand, from RFC 1990's figure 3: four bits of flags and class, twelve of number."""
    return b"\x00\x3d" + (flags << 8 | number).to_bytes(2, "big") + octets


def read_short(*frames: bytes) -> list[Packet]:
    session = Session()
    wishes = preferences_of({"mp.short_seqno": "TRUE"})
    return [
        dissect(frame, PPP, strict=True, session=session, number=number, preferences=wishes)
        for number, frame in enumerate(frames, 1)
    ]


def test_short_numbers_are_read_where_somebody_says_so() -> None:
    [packet] = read_short(short(0xE0, 0x123, INSIDE))
    assert packet.chain == "ppp:mp:ip"
    assert packet["mp.sseq"] == 0x123
    assert packet["mp.short_sequence_num_cls"] == 2
    assert packet.fields("mp.frag")[0].line == "Fragment: 0xe, First fragment, Last fragment"
    assert not packet.fields("mp.seq")


def test_short_numbers_are_not_guessed() -> None:
    [packet] = read(short(0xC0, 1, INSIDE))
    assert not packet.fields("mp.sseq")
    assert packet.layer("ip") is None


def test_short_numbers_begin_again_behind_4095() -> None:
    packets = read_short(short(0x80, 0xFFF, INSIDE[:9]), short(0x40, 0, INSIDE[9:]))
    assert inside(packets) == [False, True]
    long = read(fragment(0x80, 0xFFF, INSIDE[:9]), fragment(0x40, 0, INSIDE[9:]))
    assert inside(long) == [False, False]


def test_short_classes_are_two_bits() -> None:
    packets = read_short(
        short(0x80, 1, INSIDE[:9]), short(0x50, 2, INSIDE[9:]), short(0x40, 2, INSIDE[9:])
    )
    assert inside(packets) == [False, False, True]


@pytest.mark.parametrize("octets", [1, 2])
def test_short_header_that_is_cut_off_is_malformed(octets: int) -> None:
    [packet] = read_short(short(0x80, 1, b"")[:-octets])
    assert [finding.note.name for finding in packet.findings] == ["_ws.malformed"]

"""pcapng files: sections, interfaces and blocks of all kinds, and each way of being broken."""

from __future__ import annotations

import io
import struct

import pytest

from dissect.capture import (
    CutCapture,
    DamagedCapture,
    Drops,
    PcapngWriter,
    Record,
    blocks,
    open_records,
)
from dissect.capture.blocks import Option

SHB, IDB = 28, 32  # sizes of what `start` writes: section header, interface with if_tsresol


class Raw(blocks.BlockHeader):
    """Any block: the writer fills in its length."""


def start(order="<", **interface) -> tuple[io.BytesIO, PcapngWriter]:
    """A file with one interface, ready for packets."""
    stream = io.BytesIO()
    writer = PcapngWriter(stream, application="", order=order)
    writer.interface(**interface)
    return stream, writer


def read(stream: io.BytesIO):
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        return list(capture)


def block(kind: int, body: bytes, first: int | None = None, last: int | None = None) -> bytes:
    """A little-endian block whose lengths may lie."""
    length = 12 + len(body)
    first = length if first is None else first
    return (
        struct.pack("<II", kind, first) + body + struct.pack("<I", first if last is None else last)
    )


def packet(data=b"data", interface=0, captured=None, options=b"") -> bytes:
    """The body of an enhanced packet block."""
    captured = len(data) if captured is None else captured
    head = struct.pack("<IIIII", interface, 0, 1, captured, captured)
    return head + data + bytes(-len(data) & 3) + options


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) & 3)


GOOD = block(6, packet())


def damage(*parts: bytes) -> tuple[int, DamagedCapture]:
    """How many packets come before the damage in what is appended to a good start."""
    stream, _ = start()
    content = stream.getvalue() + b"".join(parts)
    seen: list[Record] = []
    with open_records(io.BytesIO(content)) as capture, pytest.raises(DamagedCapture) as caught:
        seen.extend(iter(capture))
    return len(seen), caught.value


# What is whole


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_enhanced_packet_with_all_its_options_in_both_byte_orders(order):
    stream, writer = start(order, link_type=113, name="eth0", description="the first", snaplen=99)
    fields = {"high": 1, "low": 2, "captured": 5, "original": 50}
    options = [
        (Option.COMMENT, b"one"),
        (Option.COMMENT, "zw\N{LATIN SMALL LETTER O WITH DIAERESIS}lf".encode()),
        (Option.FLAGS, writer.number(9, 4)),
        (Option.DROPS, writer.number(1 << 40, 8)),
    ]
    writer.block(blocks.EnhancedPacket, b"bytes", options, **fields)
    (found,) = read(stream)
    assert (found.data, found.captured, found.original) == (b"bytes", 5, 50)
    assert found.comments == ("one", "zw\xf6lf")
    assert (found.flags, found.drops) == (9, 1 << 40)
    assert found.time_ns == (1 << 32) + 2
    assert found.offset == SHB + IDB + 24  # for two more options
    assert (found.interface.name, found.interface.description) == ("eth0", "the first")
    assert (found.link_type, found.interface.snaplen) == (113, 99)


def test_a_packet_without_options_has_none():
    stream, writer = start()
    writer.packet(b"x")
    (found,) = read(stream)
    assert (found.comments, found.flags, found.drops) == ((), None, None)


def test_sections_have_their_own_byte_order_and_interfaces_count_on():
    content = b""
    for order, link_type in (("<", 1), (">", 101), ("<", 228)):
        stream = io.BytesIO()
        writer = PcapngWriter(stream, order=order, comment=f"in {link_type}", hardware="h")
        writer.interface(link_type)
        writer.interface(link_type + 1000)
        writer.packet(b"a", 1)
        writer.packet(b"b", 2, interface=1)
        content += stream.getvalue()
    with open_records(io.BytesIO(content)) as capture:
        found = list(capture)
        assert capture.comments == ("in 1", "in 101", "in 228")
        assert (capture.hardware, capture.application) == ("h", "sixscope")
        again = list(capture)
        assert len(capture.interfaces) == 6
        assert [capture[i] for i in (5, 0, 3, -2)] == [found[i] for i in (5, 0, 3, -2)]
    assert [r.link_type for r in found] == [1, 1001, 101, 1101, 228, 1228]
    assert [r.interface.id for r in found] == [0, 1, 2, 3, 4, 5]
    assert [r.interface.section for r in found] == [0, 0, 1, 1, 2, 2]
    assert [r.time_ns for r in found] == [1, 2] * 3
    assert again == found


@pytest.mark.parametrize(
    ("resolution", "time", "time_ns"),
    [
        (6, 1_700_000_000_123_456, 1_700_000_000_123_456_000),
        (9, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789),
        (12, 1_700_000_123_456_789_999, 1_700_000_123_456_789),
        (0, 1_700_000_000, 1_700_000_000_000_000_000),
        (0x80 | 10, 1025, 1_000_976_562),
        (0x80 | 63, (1 << 63) + (1 << 62), 1_500_000_000),
        (0x7F, (1 << 64) - 1, 0),
    ],
)
def test_times_are_exact_nanoseconds_whatever_the_clock(resolution, time, time_ns):
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.block(blocks.InterfaceDescription, options=[(Option.IF_TSRESOL, bytes([resolution]))])
    writer.block(blocks.EnhancedPacket, high=time >> 32, low=time & 0xFFFF_FFFF)
    assert read(stream)[0].time_ns == time_ns


@pytest.mark.parametrize("offset", [1_700_000_000, -5])
def test_the_offset_of_an_interface_is_added_to_its_times(offset):
    stream, writer = start(offset_s=offset)
    time = (offset + 7) * 1_000_000_000 + 1
    writer.packet(b"", time)
    (found,) = read(stream)
    assert (found.time_ns, found.interface.offset_s) == (time, offset)


def test_a_clock_without_resolution_ticks_in_microseconds():
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.block(blocks.InterfaceDescription)
    writer.block(blocks.EnhancedPacket, low=3)
    assert read(stream)[0].time_ns == 3_000


def test_an_interface_tells_its_filter_system_hardware_and_fcs():
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    options = [
        (Option.IF_FILTER, b"\1bytecode"),
        (Option.IF_FILTER, b"\0ip6"),
        (Option.IF_OS, b"Linux"),
        (Option.IF_HARDWARE, b"e1000"),
        (Option.IF_FCSLEN, b"\x20"),
    ]
    writer.block(blocks.InterfaceDescription, options=options)
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        (found,) = capture.interfaces
    assert (found.filter, found.os, found.hardware, found.fcs_length) == (
        "ip6",
        "Linux",
        "e1000",
        32,
    )


@pytest.mark.parametrize(("snaplen", "original", "captured"), [(0, 6, 6), (4, 6, 4), (100, 6, 6)])
def test_a_simple_packet_is_as_long_as_the_snaplen_allows_and_has_no_time(
    snaplen, original, captured
):
    stream, writer = start(snaplen=snaplen)
    writer.block(blocks.SimplePacket, b"simple"[:captured], original=original)
    (found,) = read(stream)
    assert (found.captured, found.original, found.data) == (captured, 6, b"simple"[:captured])
    assert found.time_ns is None


@pytest.mark.parametrize(("written", "drops"), [(3, 3), (0xFFFF, None)])
def test_an_obsolete_packet_block_is_read_with_its_drops(written, drops):
    stream, writer = start()
    options = [(Option.FLAGS, writer.number(1, 4))]
    fields = {"drops": written, "low": 8, "captured": 3, "original": 4}
    writer.block(blocks.ObsoletePacket, b"old", options, **fields)
    (found,) = read(stream)
    assert (found.data, found.original, found.time_ns) == (b"old", 4, 8)
    assert (found.drops, found.flags) == (drops, 1)


@pytest.mark.parametrize("kind", [7, 8, 9, blocks.SECRETS, blocks.CUSTOM, 0x4000_0BAD, 0x8000_0001])
def test_other_blocks_are_passed_over(kind):
    stream, writer = start()
    writer.packet(b"before")
    writer.block(Raw, bytes(40), type=kind)
    writer.packet(b"behind")
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        assert [r.data for r in capture] == [b"before", b"behind"]
        assert capture.secrets == (kind == blocks.SECRETS)


def test_names_are_kept_by_address_the_first_one_of_each():
    stream, writer = start()
    body = (
        writer.pair(1, bytes([192, 0, 2, 1]) + b"four\0another\0")
        + writer.pair(2, bytes(15) + b"\1" + b"localhost\0")
        + writer.pair(99, b"unknown record")
        + writer.pair(0, b"")
    )
    writer.block(blocks.NameResolution, body)
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        assert list(capture) == []
        assert capture.names == {"192.0.2.1": "four", "::1": "localhost"}


def test_statistics_of_an_interface_the_last_word_counts():
    stream, writer = start()
    for received in (10, 20):
        options = [(Option.IF_RECEIVED, writer.number(received, 8))]
        writer.block(blocks.InterfaceStatistics, options=options, interface=0)
    writer.block(blocks.InterfaceStatistics, interface=7)  # there's none: ignored, as tshark does
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        assert list(capture) == []
        assert capture.drops == {0: Drops(20, None)}


def test_metadata_doesnt_double_when_a_file_is_read_twice():
    stream, writer = start()
    writer.packet(b"x")
    writer.block(Raw, bytes(40), type=blocks.SECRETS)
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        first, second = next(iter(capture)), next(iter(capture))
        assert list(capture) == [first]
        assert first.interface is second.interface
        assert len(capture) == 1
        assert (len(capture.interfaces), capture.secrets) == (1, 1)


def test_a_length_that_isnt_rounded_up_to_four_is_rounded_by_us():
    stream, _ = start()
    content = stream.getvalue() + block(6, packet(b"abc"), 33 + 2) + GOOD
    with open_records(io.BytesIO(content)) as capture:
        assert [r.data for r in capture] == [b"abc", b"data"]


def test_an_option_list_needs_no_end_and_nothing_behind_the_end_counts():
    stream, _ = start()
    bodies = [packet(options=option(1, b"open")), packet(options=option(0, b"") + b"\xff" * 8)]
    content = stream.getvalue() + b"".join(block(6, body) for body in bodies)
    with open_records(io.BytesIO(content)) as capture:
        assert [r.comments for r in capture] == [("open",), ()]


def test_an_empty_section_is_no_damage():
    stream = io.BytesIO()
    PcapngWriter(stream)
    assert read(stream) == []


# What is broken


BROKEN = (
    (block(6, packet(), last=99), "don't match"),
    (block(0x99, b"abcd", last=99), "don't match"),
    (block(6, packet(), first=0), "too few"),
    (block(0x99, b"abcd", first=8), "too few"),
    (block(6, b"1234"), "too few"),
    (block(1, b"1234"), "too few"),
    (block(3, b""), "too few"),
    (block(5, b"1234"), "too few"),
    (block(blocks.CUSTOM, b""), "too few"),
    (block(6, packet(interface=1)), "interface 1"),
    (block(6, packet(captured=5)), "too short"),
    (block(6, packet(captured=0xFFFF_FFFF)), "maximum of 262144"),
    (block(3, struct.pack("<I", 400) + b"data"), "too short"),
    (block(3, struct.pack("<I", 4) + b"data1234"), "too long"),
    (block(2, packet(captured=5)), "too short"),
    (block(6, packet(), first=0xFFFF_FFF0), "larger than the maximum"),
    (block(4, b"", first=0x7FFF_FFF0), "larger than the maximum"),
    (block(6, packet(options=option(1, b"x" * 40)[:8])), "option of length 40"),
    (block(6, packet(options=option(Option.FLAGS, b"abc"))), "option 2 of length 3"),
    (block(6, packet(options=option(Option.DROPS, b"abcd"))), "option 4 of length 4"),
    (block(6, packet(options=option(Option.VERDICT, b""))), "verdict"),
    (block(6, packet(options=option(2988, b"ab"))), "custom option"),
    (block(1, bytes(8) + option(1, b"x" * 40)[:8]), "option of length 40"),
    (block(1, bytes(8) + option(Option.IF_FILTER, b"")), "filter"),
    (block(5, bytes(12) + option(4, b"x" * 40)[:4]), "option of length 40"),
    (block(4, option(1, b"1234name")), "zero byte"),
    (block(4, option(1, b"123")), "address"),
    (block(4, option(1, b"1234name\0")[:8]), "name record of length 9"),
    (block(4, option(0, b"") + option(1, b"x" * 40)[:4]), "option of length 40"),
    (block(blocks.SECTION, struct.pack("<IHHq", 7, 1, 0, -1)), "byte-order magic"),
    (block(blocks.SECTION, struct.pack("<IHHq", blocks.MAGIC, 2, 0, -1)), "version 2.0"),
    (block(blocks.SECTION, struct.pack("<IHHq", blocks.MAGIC, 1, 0, -1)) + GOOD, "interface 0"),
)


@pytest.mark.parametrize(("bad", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
def test_damage_is_reported_at_the_block_after_all_packets_before_it(bad, reason):
    seen, found = damage(GOOD, GOOD, bad, GOOD)
    before = SHB + IDB + 2 * len(GOOD)
    if reason == "interface 0":  # it's the packet behind the new section that is wrong
        before += 28
    assert (seen, found.offset) == (2, before)
    assert reason in found.reason
    assert not isinstance(found, CutCapture)


@pytest.mark.parametrize("kind", [6, 0x99])
def test_a_block_cut_anywhere_is_damage_at_its_start(kind):
    last = block(kind, packet())
    for missing in range(1, len(last)):
        seen, found = damage(GOOD, last[:-missing])
        assert (seen, found.offset) == (1, SHB + IDB + len(GOOD))
        assert isinstance(found, CutCapture)


def test_an_unknown_block_may_be_of_any_length_but_not_longer_than_the_file():
    stream, writer = start()
    writer.block(Raw, bytes(20 << 20), type=0x99)
    writer.packet(b"x")
    assert [r.data for r in read(stream)] == [b"x"]
    seen, found = damage(GOOD, block(0x99, b"abcd", first=0xFFFF_FFFC))
    assert (seen, found.offset) == (1, SHB + IDB + len(GOOD))


def test_a_packet_before_any_interface_is_damage():
    stream = io.BytesIO()
    PcapngWriter(stream, application="")
    for kind, body in ((6, packet()), (3, packet())):
        content = stream.getvalue() + block(kind, body)
        with open_records(io.BytesIO(content)) as capture, pytest.raises(DamagedCapture) as caught:
            list(capture)
        assert caught.value.offset == SHB


def test_a_walk_that_comes_again_is_as_strict_as_the_first():
    stream, _ = start()
    content = stream.getvalue() + GOOD + block(6, packet(interface=1)) + block(1, bytes(8))
    with open_records(io.BytesIO(content)) as capture:
        for _ in range(2):
            with pytest.raises(DamagedCapture) as caught:
                list(capture)
            assert caught.value.offset == SHB + IDB + len(GOOD)
        assert len(capture) == 1
        assert capture.damage is not None

"""Plain pcap files: every magic number in both byte orders, and each way of being broken."""

from __future__ import annotations

import io
import struct

import pytest

from dissect.capture import (
    CutCapture,
    DamagedCapture,
    PcapWriter,
    Record,
    UnknownFormat,
    open_records,
)
from dissect.capture.pcap import (
    DebugRecordHeader,
    FileHeader,
    NokiaRecordHeader,
    PatchedRecordHeader,
    RecordHeader,
)

ORDERS = ("<", ">")


def pcap(*records: bytes, order="<", extra=b"", **fields) -> bytes:
    return bytes(FileHeader.ordered(order)(**fields)) + extra + b"".join(records)


def record(data=b"packet", kind=RecordHeader, order="<", **fields) -> bytes:
    fields = {
        "seconds": 7,
        "fraction": 5,
        "captured": len(data),
        "original": max(len(data), 60),
    } | fields
    return bytes(kind.ordered(order)(**fields)) + data


def read(content: bytes) -> list[Record]:
    with open_records(io.BytesIO(content)) as capture:
        return list(capture)


def damage(content: bytes) -> tuple[int, DamagedCapture]:
    """How many records come before the damage, and the damage."""
    seen: list[Record] = []
    with open_records(io.BytesIO(content)) as capture, pytest.raises(DamagedCapture) as caught:
        seen.extend(iter(capture))
    return len(seen), caught.value


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("magic", "time_ns", "extra", "kind"),
    [
        (0xA1B2C3D4, 7_000_005_000, b"", RecordHeader),
        (0xA1B23C4D, 7_000_000_005, b"", RecordHeader),
        (0xA1B2CD34, 7_000_005_000, b"", PatchedRecordHeader),
        (0x1C0001AB, 7_000_005_000, b"size", RecordHeader),
        (0x1C0001AC, 7_000_000_005, b"size", RecordHeader),
    ],
)
def test_every_magic_number_in_both_byte_orders(order, magic, time_ns, extra, kind):
    records = [record(data, kind, order) for data in (b"one", b"three", b"")]
    content = pcap(*records, order=order, magic=magic, extra=extra, network=101, snaplen=99)
    with open_records(io.BytesIO(content)) as capture:
        found = list(capture)
        assert capture.byte_order == ("little" if order == "<" else "big")
    assert [r.data for r in found] == [b"one", b"three", b""]
    assert [r.number for r in found] == [1, 2, 3]
    start = 24 + len(extra)
    assert [r.offset for r in found] == [
        start,
        start + len(records[0]),
        start + len(records[0] + records[1]),
    ]
    assert {(r.time_ns, r.original, r.link_type) for r in found} == {(time_ns, 60, 101)}
    assert [r.captured for r in found] == [3, 5, 0]
    assert found[0].interface.snaplen == 99


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("magic", "kind", "fields"),
    [
        (0xA1B2C3D4, PatchedRecordHeader, {"interface": 3, "protocol": 0x800}),
        (0xA1B2C3D4, NokiaRecordHeader, {"unknown": 0x9FBFB601}),
        (0xA1B2CD34, DebugRecordHeader, {"interface": 3, "protocol": 0x86DD}),
    ],
)
def test_other_record_headers_under_the_same_magic_number_are_told_apart(
    order, magic, kind, fields
):
    content = pcap(*[record(b"x" * 60, kind, order, **fields)] * 4, order=order, magic=magic)
    assert [r.data for r in read(content)] == [b"x" * 60] * 4


@pytest.mark.parametrize(
    ("version", "written", "read_as"),
    [
        ((2, 4), (6, 60), (6, 60)),
        ((2, 2), (60, 6), (6, 60)),
        ((543, 0), (60, 6), (6, 60)),
        ((2, 3), (6, 60), (6, 60)),
        ((2, 3), (60, 6), (6, 60)),
    ],
)
def test_old_versions_have_the_lengths_in_the_other_order(version, written, read_as):
    one = record(captured=written[0], original=written[1])
    found = read(pcap(one, one, major=version[0], minor=version[1]))
    assert [(r.captured, r.original, r.data) for r in found] == [(*read_as, b"packet")] * 2


@pytest.mark.parametrize(("written", "link_type"), [(6, 1), (9, 6), (15, 10), (24, 0)])
def test_aix_has_interface_types_and_nanoseconds(written, link_type):
    one = record(fraction=7, captured=60, original=6)
    (found,) = read(pcap(one, minor=2, network=written))
    assert (found.link_type, found.time_ns % 1_000_000_000, found.captured) == (link_type, 7, 6)


def test_version_2_2_with_another_link_type_is_not_aix():
    one = record(fraction=7, captured=60, original=6)
    (found,) = read(pcap(one, minor=2, network=101))
    assert (found.link_type, found.time_ns % 1_000_000_000) == (101, 7000)


def test_length_of_the_frame_check_sequence_is_split_from_the_link_type():
    (found,) = read(pcap(record(), network=0x2400_0001))
    assert (found.link_type, found.interface.fcs_length) == (1, 32)
    (found,) = read(pcap(record(), network=1))
    assert found.interface.fcs_length is None


def test_more_captured_than_the_original_or_the_snaplen_is_tolerated():
    one = record(original=2)
    assert [r.captured for r in read(pcap(one, one, snaplen=3))] == [6, 6]


def test_packets_beyond_64_kilobytes_are_read_up_to_the_limit():
    found = read(pcap(record(bytes(262_144)), snaplen=262_144))
    assert found[0].captured == 262_144
    assert damage(pcap(record(), record(bytes(262_145))))[0] == 1


def test_link_types_with_larger_packets_have_a_larger_limit():
    assert len(read(pcap(record(bytes(262_145)), network=231))) == 1
    seen, found = damage(pcap(record(captured=(128 << 20) + 1), network=231))
    assert (seen, found.offset) == (0, 24)
    assert not isinstance(found, CutCapture)


def test_an_absurd_length_is_damage_at_the_record_and_costs_no_memory():
    content = pcap(record(), record(), record(captured=0xFFFF_FFFF))
    seen, found = damage(content)
    assert (seen, found.offset) == (2, 24 + 2 * 22)
    assert str(found) == (
        "<stream>: byte 68: pcap: 4294967295-byte packet, bigger than the maximum of 262144"
    )


@pytest.mark.parametrize("missing", range(1, 22))
def test_a_record_cut_anywhere_is_damage_at_its_start(missing):
    seen, found = damage(pcap(record(), record())[:-missing])
    assert (seen, found.offset) == (1, 46)
    assert isinstance(found, CutCapture)


def test_a_file_without_packets_is_no_damage():
    assert read(pcap()) == []


@pytest.mark.parametrize("size", range(24))
def test_a_file_shorter_than_its_header_is_unknown(size):
    with pytest.raises(UnknownFormat) as caught:
        read(pcap()[:size])
    assert caught.value.offset == 0


def test_the_extra_bytes_of_an_ixia_file_belong_to_its_header():
    with pytest.raises(UnknownFormat):
        read(pcap(magic=0x1C0001AC, extra=b"siz"))


@pytest.mark.parametrize(("fields", "offset"), [({"major": 1}, 4), ({"network": 0x0001_0001}, 20)])
def test_what_wireshark_refuses_in_a_file_header_we_refuse(fields, offset):
    with pytest.raises(UnknownFormat) as caught:
        read(pcap(record(), **fields))
    assert caught.value.offset == offset


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("nanoseconds", [True, False])
def test_what_is_written_is_read_again(order, nanoseconds):
    stream = io.BytesIO()
    writer = PcapWriter(stream, 228, snaplen=10, nanoseconds=nanoseconds, order=order)
    writer.packet(b"first", 1_700_000_000_123_456_789)
    writer.packet(b"second", 1_000, original=2_000)
    first, second = read(stream.getvalue())
    assert first.time_ns == 1_700_000_000_123_456_789 - (0 if nanoseconds else 789)
    assert (first.data, first.captured, first.original) == (b"first", 5, 5)
    assert (second.time_ns, second.original, second.link_type) == (1_000, 2_000, 228)


def test_headers_have_the_layout_of_the_draft():
    assert bytes(FileHeader()) == struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    assert bytes(RecordHeader.ordered(">")(seconds=1, captured=2)) == struct.pack(
        ">IIII", 1, 0, 2, 0
    )
    assert PatchedRecordHeader.__hdr_len__ == 24

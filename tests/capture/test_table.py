"""Columns: the same numbers as in the records, by other means."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from dissect.capture import CaptureFile, PcapngWriter, PcapWriter, blocks, open_records
from dissect.capture.blocks import Option
from dissect.capture.pcap import FileHeader, RecordHeader
from dissect.capture.table import NO_TIME

CAPTURES = Path(__file__).parents[2].parent / "shared" / "captures"


def assert_table_is_records(capture: CaptureFile) -> None:
    capture.index.finish()
    table, records = capture.table(), capture[:]
    assert len(table) == len(records)
    for name, column in zip(table._fields[1:], table[1:], strict=True):
        assert (name, column.dtype) == (name, np.int64)
    assert table.captured.tolist() == [r.captured for r in records]
    assert table.original.tolist() == [r.original for r in records]
    assert table.interface.tolist() == [r.interface.id for r in records]
    times = [NO_TIME if r.time_ns is None else r.time_ns for r in records]
    assert table.time_ns.tolist() == times
    packets = zip(table.start.tolist(), table.captured.tolist(), strict=True)
    assert [table.data[start : start + size] for start, size in packets] == [
        r.data for r in records
    ]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("minor", [2, 3, 4])
@pytest.mark.parametrize("magic", [0xA1B2C3D4, 0xA1B23C4D])
def test_pcap_in_both_byte_orders_and_with_either_order_of_lengths(order, minor, magic):
    head = bytes(FileHeader.ordered(order)(magic=magic, minor=minor))
    lengths = {"captured": 60, "original": 6} if minor < 4 else {"captured": 6, "original": 60}
    record = bytes(RecordHeader.ordered(order)(seconds=0xFFFF_FFFF, fraction=999_999, **lengths))
    with open_records(io.BytesIO(head + (record + b"packet") * 3)) as capture:
        assert len(capture) == 3
        assert_table_is_records(capture)


def test_pcapng_with_sections_interfaces_and_packet_blocks_of_all_kinds():
    content = b""
    for order in ("<", ">"):
        stream = io.BytesIO()
        writer = PcapngWriter(stream, order=order)
        for ticks in (10**9, 10**6, 10**12, 1 << 40):
            writer.interface(ticks=ticks, snaplen=4, offset_s=-7)
        for number in range(8):
            writer.packet(bytes(number), 1_700_000_123_456_789, number % 4)
        writer.block(blocks.SimplePacket, b"simp", original=6)
        writer.block(blocks.ObsoletePacket, b"old!", interface=1, low=77, captured=3, original=9)
        content += stream.getvalue()
    with open_records(io.BytesIO(content)) as capture:
        assert len(capture) == 20
        assert_table_is_records(capture)


def test_times_beyond_64_bits_are_at_the_limit():
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    for offset in (0, -(1 << 63)):
        options = [(Option.IF_TSRESOL, b"\0"), (Option.IF_TSOFFSET, writer.number(offset, 8))]
        writer.block(blocks.InterfaceDescription, options=options)
    writer.block(blocks.EnhancedPacket, high=0xFFFF_FFFF)
    writer.block(blocks.EnhancedPacket, interface=1)
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        assert len(capture) == 2
        assert capture.table().time_ns.tolist() == [2**63 - 1, 1 - 2**63]


def test_a_stretch_of_a_compressed_capture_while_its_index_can_still_grow(tmp_path):
    import gzip

    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(100):
        writer.packet(bytes(number), number)
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(stream.getvalue()))
    with open_records(path) as capture:
        capture.index.grow(50)
        table = capture.table(10, 20)
        assert table.captured.tolist() == list(range(10, 20))
        assert len(capture.table(0, 100)) == 50
        assert len(capture) == 100  # the table doesn't hold the index fast
        assert len(capture.table()) == 100


def test_no_records_make_an_empty_table():
    stream = io.BytesIO()
    PcapWriter(stream)
    with open_records(io.BytesIO(stream.getvalue())) as capture:
        assert len(capture.table()) == 0


def test_every_capture():
    if not CAPTURES.is_dir():
        pytest.skip(f"no captures in {CAPTURES}")
    for path in CAPTURES.rglob("*.pcap*"):
        with open_records(path) as capture:
            assert_table_is_records(capture)

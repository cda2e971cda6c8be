"""The public API."""

import io
import struct

import pytest

import dissect
from dissect import Packet, open_capture
from dissect.capture.record import DamagedCapture
from dissect.filter import FilterError
from tests.captures_list import ROOT

FRAME = bytes.fromhex("00000000000000000000000086dd6000000000003b40" + "00" * 32)
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)


def capture(*times: int) -> io.BytesIO:
    records = b"".join(struct.pack("<IIII", t, 0, len(FRAME), len(FRAME)) + FRAME for t in times)
    return io.BytesIO(HEAD + records)


def test_iterating_gives_packets_that_know_of_those_before():
    with open_capture(capture(10, 15)) as packets:
        first, second = packets
    assert isinstance(first, Packet)
    assert first["ipv6.hlim"] == 64
    assert second["frame.time_delta"] == 5_000_000_000


def test_iterating_twice_begins_anew():
    packets = open_capture(capture(10, 15))
    assert [p["frame.time_relative"] for p in packets] == [0, 5_000_000_000]
    assert [p["frame.time_relative"] for p in packets] == [0, 5_000_000_000]


def test_length_index_and_slices():
    packets = open_capture(capture(1, 2, 3))
    assert len(packets) == 3
    assert packets[1].number == 2
    assert packets[-1].number == 3
    assert [p.number for p in packets[1:]] == [2, 3]
    with pytest.raises(IndexError):
        packets[3]


def test_one_packet_from_octets():
    packet = dissect.dissect(FRAME, 1)
    assert packet.layer("ipv6").header.nxt == 59


def test_the_package_offers_what_it_says_and_nothing_else():
    assert all(hasattr(dissect, name) for name in dissect.__all__)
    with pytest.raises(AttributeError):
        _ = dissect.no_such_thing


def test_fragments_are_put_together_unless_told_otherwise():
    parts = [(bytes(8), 0x2000), (bytes(8), 1)]
    frames = [
        bytes(12) + b"\x08\0E\0\0\x1c" + bytes(2) + bits.to_bytes(2, "big") + b"\x40\xfd" + bytes(2)
        + bytes(8) + octets
        for octets, bits in parts
    ]  # fmt: skip
    frames = [frame[:24] + checksum(frame[14:34]) + frame[26:] for frame in frames]
    records = b"".join(struct.pack("<IIII", 1, 0, len(f), len(f)) + f for f in frames)
    for reassemble in (True, False):
        with open_capture(io.BytesIO(HEAD + records), reassemble=reassemble) as packets:
            assert [len(packet.reassembled) for packet in packets] == [0, int(reassemble)]


def checksum(header: bytes) -> bytes:
    total = sum(struct.unpack("!10H", header))
    return (~((total & 0xFFFF) + (total >> 16)) & 0xFFFF).to_bytes(2, "big")


def test_a_capture_gives_the_packets_that_pass_a_filter():
    with open_capture(ROOT / "captures" / "tour.pcapng") as tour:
        assert [p.number for p in tour.filter("icmpv6.type == 134")] == [5]
        with pytest.raises(FilterError):
            tour.filter("icmpv6.tpye")


def test_a_capture_gives_tables_and_findings():
    with open_capture(ROOT / "captures" / "icmpv6_nd.pcapng") as capture:
        tables = capture.report("capture", "icmpv6", condition="icmpv6.type == 134")
        assert tables["capture"].rows[0][0] == sum(p["icmpv6.type"] == 134 for p in capture)
        assert {row[0] for row in tables["icmpv6"].rows} == {134}
        found = capture.lint(select=["NDP-001"])  # packet 19 has hop limit 64
        assert [(finding.rule.id, finding.first) for finding in found] == [("NDP-001", 19)]
        with pytest.raises(ValueError, match="NOPE"):
            capture.lint(select=["NOPE"])


def test_analyses_of_a_damaged_capture_say_so():
    damaged = io.BytesIO(capture(1, 2).getvalue()[:-3])
    for analyse in (
        lambda c: c.lint(),
        lambda c: c.report("capture"),
        lambda c: list(c.filter("")),
    ):
        with open_capture(damaged) as packets, pytest.raises(DamagedCapture):
            analyse(packets)
        damaged.seek(0)

"""The public API."""

import io
import struct

import pytest

import dissect
from dissect import Packet, open_capture

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

"""SCTP's chunks, parameters and causes, beside tshark and by hand."""

import struct

import pytest
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from tests.protocols.beside_tshark import LINKTYPE_RAW, columns, differences, names_of, needs_tshark

SCTP = 132
TAG = 0x11223344


def numbers(form, *values):
    return struct.pack(">" + form * len(values), *values)


def chunk(kind, body=b"", flags=0, size=None):
    head = struct.pack(">BBH", kind, flags, 4 + len(body) if size is None else size)
    return head + body + bytes(-len(body) % 4)


def element(code, value=b""):
    return struct.pack(">HH", code, 4 + len(value)) + value + bytes(-len(value) % 4)


def packet(*chunks, tag=0, ports=(1000, 2000), ends=("2001:db8::1", "2001:db8::2")):
    head = struct.pack(">HHII", *ports, tag, 0xDEADBEEF)
    return bytes(IPv6(src=ends[0], dst=ends[1], nh=SCTP) / Raw(head + b"".join(chunks)))


def data(tsn, body=b"hello", flags=3, protocol=0):
    return chunk(0, numbers("I", tsn) + numbers("H", 3, 4) + numbers("I", protocol) + body,
                 flags)  # fmt: skip


INIT = numbers("I", 0xAABBCCDD, 65536) + numbers("H", 10, 20) + numbers("I", 1000)
ADDRESS = element(5, bytes([10, 0, 0, 1]))
ADD = element(0xC001, numbers("I", 9) + ADDRESS)
BAD_STREAM = element(1, numbers("H", 5, 0))
PARAMETERS = [
    element(1, b"heart"), ADDRESS, element(6, bytes(15) + b"\1"), element(7, b"cookie"),
    element(8, element(0x8077, b"abc")), element(9, numbers("I", 1234)),
    element(11, b"host.example\0"), element(12, numbers("H", 5, 6, 11, 99)),
    element(13, numbers("I", 1, 2, 3) + numbers("H", 7, 8)), element(14, b"\0\0\0\1\0\4"),
    element(15, numbers("I", 1)), element(16, numbers("I", 1, 1)),
    element(16, numbers("I", 1, 6, 100, 200)), element(17, numbers("I", 5) + numbers("H", 6, 7)),
    element(18, numbers("I", 5) + numbers("H", 6, 7)), element(0x8000), element(0x8002, b"random"),
    element(0x8003, b"\0\xc1\xc2"), element(0x8004, numbers("H", 1, 3, 9)),
    element(0x8008, b"\xc0\x82\x0f\xee"), element(0xC000), ADD,
    element(0xC002, numbers("I", 9) + ADDRESS), element(0xC003, numbers("I", 9) + BAD_STREAM),
    element(0xC004, numbers("I", 9) + ADDRESS), element(0xC005, numbers("I", 9)),
    element(0xC006, numbers("I", 0xDEAD)), element(0x1234, b"unknown"), element(0x8001),
]  # fmt: skip
CAUSES = [
    BAD_STREAM, element(2, numbers("I", 2) + numbers("H", 5, 6)), element(3, numbers("I", 999)),
    element(4), element(5, ADDRESS), element(6, chunk(0x55, b"abcd")), element(7),
    element(8, element(0x8077, b"abcd") + element(0x8078, b"abc")), element(9, numbers("I", 100)),
    element(10), element(11, ADDRESS + ADDRESS), element(12, b"why"), element(13, b"bad stuff"),
    element(12), element(0xA0, ADD), element(0xA1, ADD), element(0xA2, ADD), element(0xA3),
    element(0xA4, ADD), element(0x105, numbers("H", 9, 0)), element(0x777, b"abc"),
]  # fmt: skip
DROPPED = packet(chunk(1, INIT))[40:]
CHUNKS = [
    chunk(3, numbers("I", 1000, 4000) + numbers("H", 0, 0), 1),
    chunk(3, numbers("I", 9, 0) + numbers("H", 2, 2, 2, 3, 5, 9) + numbers("I", 7, 8)),
    chunk(3, numbers("I", 9, 9) + numbers("H", 3, 0, 5, 4, 3, 9, 9, 200)),
    chunk(16, numbers("I", 9, 9) + numbers("H", 1, 1, 1, 0, 2, 150, 200, 400) + bytes(4)),
    chunk(4, element(1, b"abc")), chunk(5, element(1, b"abcd")), chunk(6, BAD_STREAM, 1),
    chunk(7, numbers("I", 7)), chunk(8), chunk(10, b"cooky"), chunk(11), chunk(11, b"more"),
    chunk(12, numbers("I", 5)), chunk(13, numbers("I", 5)), chunk(14, flags=1),
    chunk(15, numbers("H", 1, 3) + bytes(31)), chunk(15, numbers("H", 7, 9)),
    chunk(128, numbers("I", 9) + element(0xC005, numbers("I", 9))),
    chunk(193, numbers("I", 9) + ADDRESS + ADD), chunk(130, PARAMETERS[8] + PARAMETERS[11]),
    chunk(129, numbers("I", 1, 2) + numbers("H", 30, 0) + b"dropped", 7),
    chunk(129, numbers("I", 1, 2) + numbers("H", 0, 0) + DROPPED),
    chunk(132, b"pads"), chunk(132), chunk(192, numbers("I", 5) + numbers("H", 1, 2, 3, 4)),
    chunk(194, numbers("I", 5) + numbers("H", 1, 1) + numbers("I", 2)),
    chunk(255, b"ext"), chunk(99, b"unk"), chunk(250), chunk(11) + data(1) + data(2, b""),
    chunk(64, numbers("I", 1) + numbers("H", 3, 0) + numbers("I", 5, 0) + b"whole", 3),
    chunk(64, numbers("I", 2) + numbers("H", 3, 0) + numbers("I", 5, 1) + b"part", 0),
    data(1, flags=0xE), data(1, flags=1, protocol=51),
]  # fmt: skip
PACKETS = [
    *(packet(chunk(1, INIT + one)) for one in PARAMETERS),
    packet(chunk(2, INIT + b"".join(PARAMETERS))),
    *(packet(chunk(9, one)) for one in CAUSES),
    packet(chunk(6, b"".join(CAUSES))),
    *(packet(one) for one in CHUNKS),
]


@pytest.mark.tshark
@needs_tshark
def test_fields_and_columns_are_tsharks(tmp_path):
    path = tmp_path / "sctp.pcap"
    found = [names_of(one) for one in differences(path, PACKETS, "sctp")]
    assert {index: names for index, names in enumerate(found) if names} == {}
    ours, theirs = columns(path, PACKETS)
    assert ours == theirs


BACK = {"ports": (2000, 1000), "ends": ("2001:db8::2", "2001:db8::1"), "tag": 0x55}


def read(session, number, octets):
    return Packet(octets, LINKTYPE_RAW, number=number, time_ns=number, session=session, strict=True)


def shown(one):
    one.decode(detail=True)
    return one.info, [node.value for node in one.fields("sctp.retransmission")]


def test_numbers_count_from_the_first_one_seen():
    session = Session()
    assert shown(read(session, 1, packet(data(1000), tag=TAG)))[0] == "DATA (TSN=0) "
    assert shown(read(session, 2, packet(data(1001), tag=TAG)))[0] == "DATA (TSN=1) "
    sack = chunk(3, numbers("I", 1001, 9) + numbers("H", 0, 0))
    assert shown(read(session, 3, packet(sack, **BACK)))[0] == "SACK (Ack=1, Arwnd=9) "


def test_number_sent_again_names_the_first_packet_and_decoding_twice_is_the_same():
    session = Session()
    first = read(session, 1, packet(data(1000), tag=TAG))
    again = read(session, 2, packet(data(1000), tag=TAG))
    for _ in range(2):
        assert shown(first) == ("DATA (TSN=0) ", [])
        assert shown(again) == ("DATA (TSN=0) (retransmission) ", [1])
        assert not again.fields("data.data")


def test_chunk_longer_than_the_packet_is_noted():
    one = dissect(packet(chunk(11, size=100)), LINKTYPE_RAW, strict=True)
    assert [finding.note.name for finding in one.findings] == [
        "sctp.chunk_length.bad", "_ws.malformed",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [0, 3])
def test_chunk_shorter_than_its_head_is_passed_over(size):
    one = dissect(packet(chunk(11, size=size), chunk(8)), LINKTYPE_RAW, strict=True)
    assert [node.value for node in one.fields("sctp.chunk_type")][-1] == 8


def test_parameter_shorter_than_its_head_ends_the_packet():
    one = dissect(packet(chunk(1, INIT + b"\0\5\0\2"), chunk(8)), LINKTYPE_RAW, strict=True)
    assert [finding.note.name for finding in one.findings] == ["_ws.malformed"]
    assert [node.value for node in one.fields("sctp.chunk_type")] == [1]


def test_parameters_nested_without_end_are_read_only_so_far():
    value = b""
    for _ in range(2000):
        value = struct.pack(">HH", 8, 4 + len(value)) + value
    one = dissect(packet(chunk(1, INIT + value)), LINKTYPE_RAW, strict=True)
    assert "sixscope.sctp.depth" in [finding.note.name for finding in one.findings]


def test_data_cut_by_the_capture_is_shown_as_far_as_it_goes():
    octets = packet(data(1, b"hello world!"))
    one = Packet(octets[:-5], LINKTYPE_RAW, original=len(octets), strict=True).decode(detail=True)
    assert [node.value for node in one.fields("data.data")] == [b"hello w"]

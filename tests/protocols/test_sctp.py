"""SCTP's chunks, parameters and causes, beside tshark and by hand."""

import struct

import pytest

from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from making.build import HOST, OTHER
from making.sctp import INIT, causes, chunk, chunks, data, numbers, packet, parameters
from tests.protocols.beside_tshark import LINKTYPE_RAW, columns, needs_tshark

TAG = 0x11223344


@pytest.mark.tshark
@needs_tshark
def test_columns_are_tsharks(tmp_path):
    packets = [octets for cases in (parameters, causes, chunks) for octets, _ in cases()]
    ours, theirs = columns(tmp_path / "sctp.pcap", packets)
    assert ours == theirs


BACK = {"ports": (2000, 1000), "ends": (OTHER, HOST), "tag": 0x55}


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

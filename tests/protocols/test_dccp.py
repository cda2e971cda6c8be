"""DCCP: expectations from RFC 4340, and from tshark where it counts from the first number."""

from __future__ import annotations

import struct

import pytest

from dissect.engine.checksum import checksum, ones_sum
from dissect.engine.session import Session
from tests.protocols.ipv4_packets import DST, SRC, decoded, ipv4, notes, same_without_tree, shows

REQUEST, RESPONSE, DATA, ACK, RESET = 0, 1, 2, 3, 7
SERVICE = b"RTPV"


def dccp(
    kind, behind, payload=b"", *, long=True, offset=None, coverage=0, covered=None, back=False
):
    """``behind`` from the octet after the type on; the checksum is right."""
    words = (9 + len(behind)) // 4 if offset is None else offset
    ports = (5004, 40000) if back else (40000, 5004)
    head = struct.pack(">HHBBHB", *ports, words, coverage, 0, kind << 1 | long)
    whole = head + behind + payload
    pseudo = ones_sum(SRC + DST + struct.pack(">II", len(whole), 33))
    total = checksum(whole[:covered], pseudo)
    whole = whole[:6] + struct.pack(">H", total) + whole[8:]
    return ipv4(33, whole, src=DST, dst=SRC) if back else ipv4(33, whole)


def number(value):
    return bytes(1) + value.to_bytes(6, "big")


def acknowledged(value):
    return bytes(2) + value.to_bytes(6, "big")


def test_request_with_its_service_code():
    packet = decoded(dccp(REQUEST, number(0x123456789ABC) + SERVICE))
    assert shows(packet, "dccp.seq_raw") == [str(0x123456789ABC)]
    assert shows(packet, "dccp.service_code") == [str(int.from_bytes(SERVICE, "big"))]
    assert shows(packet, "dccp.checksum.status") == ["1"]
    assert packet.info.startswith("40000 → 5004 [Request] Seq=20015998343868 (service=RTPV: ")


def test_numbers_count_from_the_one_that_opened_the_direction():
    session = Session()
    decoded(dccp(REQUEST, number(1000) + SERVICE), session)
    answer = decoded(dccp(RESPONSE, number(70) + acknowledged(1000) + SERVICE, back=True), session)
    data = decoded(dccp(DATA, number(1001), b"x"), session)
    short = decoded(dccp(ACK, b"\0\0\x48" + b"\0\0\x03\xe9", long=False, back=True), session)
    assert (shows(answer, "dccp.seq"), shows(answer, "dccp.ack")) == ([], ["0"])
    assert shows(data, "dccp.seq") == ["1"]
    assert shows(short, "dccp.seq") == ["72", "2"]
    assert (shows(short, "dccp.ack"), shows(short, "dccp.ack_raw")) == (["1"], ["1001"])
    assert {shows(p, "dccp.stream")[0] for p in (answer, data, short)} == {"0"}


def test_numbers_begin_again_after_48_bits():
    # RFC 4340, section 7.1: circular
    session = Session()
    decoded(dccp(REQUEST, number((1 << 48) - 2) + SERVICE), session)
    assert shows(decoded(dccp(DATA, number(1), b"x"), session), "dccp.seq") == ["3"]


@pytest.mark.parametrize(("coverage", "covered"), [(0, None), (1, 16), (3, 24), (15, None)])
def test_checksum_covers_what_the_header_says(coverage, covered):
    whole = dccp(DATA, number(1), bytes(range(20)), coverage=coverage, covered=covered)
    assert shows(decoded(whole), "dccp.checksum.status") == ["1"]
    outside = whole[:-1] + bytes((whole[-1] ^ 1,))
    expected = "1" if covered else "0"
    assert shows(decoded(outside), "dccp.checksum.status") == [expected]


def test_wrong_checksum_is_noted_with_the_right_one():
    whole = dccp(DATA, number(1))
    wrong = whole[:26] + b"\x12\x34" + whole[28:]
    right = int.from_bytes(whole[26:28], "big")
    (finding,) = decoded(wrong).findings
    assert finding.text == f"Bad checksum [should be 0x{right:04x}]"


def test_options_with_a_feature_list():
    options = b"\1" + bytes((32, 5, 1, 2, 3)) + bytes((41, 6)) + struct.pack(">I", 99) + bytes(4)
    packet = decoded(dccp(ACK, number(1) + acknowledged(2) + options))
    assert shows(packet, "dccp.option_type") == ["1", "32", "41", "0", "0", "0", "0"]
    assert shows(packet, "dccp.feature_number") == ["1"]
    assert shows(packet, "dccp.timestamp") == ["99"]
    assert packet.layer("data") is None


@pytest.mark.parametrize(
    ("option", "note"),
    [
        (b"\x25\1\0\0", "dccp.option.len.bad"), (bytes((37, 9)) + bytes(10), "dccp.option.len.bad"),
        (bytes((41, 4, 0, 0)), "dccp.option.len.bad"), (b"\x24\x40\0\0", "_ws.malformed"),
    ],
)  # fmt: skip
def test_option_length_that_cannot_be(option, note):
    packet = decoded(dccp(ACK, number(1) + acknowledged(2) + option))
    assert notes(packet) == [note]


@pytest.mark.parametrize(("kind", "offset"), [(DATA, 2), (REQUEST, 4), (RESPONSE, 4), (RESET, 6)])
def test_data_offset_within_the_fixed_part(kind, offset):
    packet = decoded(dccp(kind, number(1) + bytes(12), offset=offset))
    assert notes(packet) == ["dccp.advertised_header_length.bad"]


def test_reserved_type_is_not_read_further():
    packet = decoded(dccp(12, number(1) + bytes(8)))
    assert notes(packet) == ["dccp.packet_type.reserved"]
    assert packet.layer("data") is None


@pytest.mark.parametrize("size", range(20, 60))
def test_cut_anywhere(size):
    options = bytes((32, 5, 1, 2, 3)) + bytes((41, 6)) + bytes(5)
    assert same_without_tree(dccp(RESPONSE, number(1) + acknowledged(2) + SERVICE + options)[:size])

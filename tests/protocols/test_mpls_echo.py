"""MPLS echo: TLVs, targets and mappings, octets laid out from RFC 8029's pictures."""

from __future__ import annotations

import struct

import pytest

from dissect.engine.packet import Packet, dissect
from tests.protocols.ipv4_packets import notes, shows

HOST4, HOST6 = bytes((192, 0, 2, 1)), bytes.fromhex("20010db8" + "00" * 11 + "01")
LABEL = (70000 << 12 | 0x104).to_bytes(4, "big")


def tlv(kind: int, value: bytes, length: int | None = None) -> bytes:
    size = len(value) if length is None else length
    return struct.pack(">HH", kind, size) + value


def read(tlvs: bytes = b"", kind: int = 1, times: bytes = bytes(16)) -> Packet:
    octets = struct.pack(">HHBBBBII", 1, 1, kind, 2, 3, 1, 7, 9) + times + tlvs
    return dissect(octets, "mpls-echo", strict=True)


def test_header_and_times() -> None:
    # 2,208,988,800 seconds from 1900 to 1970; a half is 2**31 in the fraction
    packet = read(times=struct.pack(">IIII", 2_208_988_801, 1 << 31, 0, 0))
    assert packet["mpls_echo.flag_v"]
    assert shows(packet, "mpls_echo.timestamp_sent") == ["Jan  1, 1970 00:00:01.500000000 UTC"]
    assert packet.info == "MPLS Echo Request"


def test_data_plane_verification_has_no_times() -> None:
    packet = read(tlv(15, b"\0\0\0\5"), kind=3, times=b"")
    assert packet["mpls_echo.bfd_discriminator"] == 5
    assert packet.fields("mpls_echo.timestamp_sent") == []


def test_message_shorter_than_its_header_is_data() -> None:
    octets = struct.pack(">HHBBBBII", 1, 0, 1, 2, 0, 0, 7, 9)
    packet = dissect(octets, "mpls-echo", strict=True)
    assert notes(packet) == ["mpls_echo.malformed"]
    assert packet.chain == "data"


@pytest.mark.parametrize(
    ("kind", "value", "field", "shown"),
    [
        (1, HOST4 + b"\x18\0\0\0", "mpls_echo.tlv.fec.ldp_ipv4", "192.0.2.1"),
        (2, HOST6 + b"\x40\0\0\0", "mpls_echo.tlv.fec.ldp_ipv6", "2001:db8::1"),
        (7, bytes(8) + HOST6 + b"\x40\0\0\0", "mpls_echo.tlv.fec.vpn_ipv6", "2001:db8::1"),
        (13, HOST6 + b"\x40\0\0\0", "mpls_echo.tlv.fec.bgp_ipv6", "2001:db8::1"),
        (35, HOST6 + b"\x40\2\0\0", "mpls_echo.tlv.fec.igp_ipv6", "2001:db8::1"),
        (16, LABEL, "mpls_echo.tlv.fec.nil_label", "70000"),
        (99, b"abcd", "mpls_echo.tlv.fec.value", "61:62:63:64"),
    ],
)
def test_target(kind: int, value: bytes, field: str, shown: str) -> None:
    assert shows(read(tlv(1, tlv(kind, value))), field) == [shown]


def test_pw_id_of_an_ipv6_pseudowire_has_four_octets() -> None:
    # RFC 6829, section 3.1: length 38, two octets of padding
    value = HOST6 * 2 + struct.pack(">IH", 0x00010002, 5)
    packet = read(tlv(1, tlv(24, value) + b"\0\0"))
    assert packet["mpls_echo.tlv.fec.fec.pw_ipv6_128_pwid"] == 0x00010002
    assert packet["mpls_echo.tlv.fec.fec.pw_ipv6_128_pw_type"] == 5


@pytest.mark.parametrize(
    "element", [tlv(3, bytes(8)), tlv(1, bytes(8), length=60), tlv(10, bytes(8))]
)
def test_target_of_an_impossible_length_ends_the_stack(element: bytes) -> None:
    packet = read(tlv(1, element + tlv(1, HOST4 + bytes(4))))
    assert notes(packet) == ["mpls_echo.tlv.fec.len.invalid"]
    assert packet.fields("mpls_echo.tlv.fec.ldp_ipv4") == []


def test_mapping_to_an_unnumbered_ipv6_interface() -> None:
    # RFC 4379, section 3.3: the address has 16 octets, the interface index four
    head = struct.pack(">HBB", 1500, 4, 0) + HOST6 + struct.pack(">IBBH", 7, 0, 0, 0)
    packet = read(tlv(2, head + LABEL))
    assert shows(packet, "mpls_echo.tlv.ds_map.ds_ipv6") == ["2001:db8::1"]
    assert packet["mpls_echo.tlv.ds_map.if_index"] == 7
    assert packet["mpls_echo.tlv.ds_map.mp_label"] == 70000
    assert packet["mpls_echo.tlv.ds_map.mp_proto"] == 4


def test_mapping_with_more_multipath_than_there_is() -> None:
    head = struct.pack(">HBB", 1500, 1, 0) + HOST4 * 2 + struct.pack(">BBH", 2, 0, 99)
    assert notes(read(tlv(2, head))) == ["mpls_echo.tlv.ds_map.multi_len.invalid"]


def test_detailed_mapping_reads_all_its_sub_tlvs() -> None:
    paths = tlv(1, struct.pack(">BHB", 2, 4, 0) + HOST4)
    change = tlv(3, bytes((1, 2, 12, 0)) + HOST6 + tlv(1, HOST4 + b"\x18\0\0\0"))
    subs = paths + tlv(2, LABEL) + change
    head = struct.pack(">HBB", 1500, 1, 0) + HOST4 * 2 + struct.pack(">BBH", 8, 1, len(subs))
    packet = read(tlv(20, head + subs))
    assert notes(packet) == []
    assert shows(packet, "mpls_echo.tlv.ddstlv_map_mp.ip") == ["192.0.2.1"]
    assert shows(packet, "mpls_echo.subtlv.label") == ["70000"]
    assert shows(packet, "mpls_echo.tlv.dd_map.remote_ipv6") == ["2001:db8::1"]
    assert shows(packet, "mpls_echo.tlv.fec.ldp_ipv4") == ["192.0.2.1"]


def test_responder_with_an_ipv6_address() -> None:
    packet = read(tlv(11, struct.pack(">HH", 2, 16) + HOST6))
    assert shows(packet, "sixscope.mpls_echo.tlv.resp_id.ipv6") == ["2001:db8::1"]


def test_padding_behind_a_tlv_is_no_tlv() -> None:
    # RFC 8029, section 3: the value is padded to four octets, the length doesn't count that
    packet = read(tlv(3, b"\2") + bytes(3) + tlv(15, b"\0\0\0\5"))
    assert notes(packet) == []
    assert packet["mpls_echo.bfd_discriminator"] == 5


def test_errored_tlvs_inside_errored_tlvs_are_octets() -> None:
    packet = read(tlv(9, tlv(9, tlv(9, b"abcd"))))
    assert shows(packet, "mpls_echo.tlv.errored.type") == ["9"]
    assert shows(packet, "mpls_echo.tlv.value") == ["00:09:00:04:61:62:63:64"]


def test_rest_that_is_no_tlv() -> None:
    assert notes(read(b"\0\3\0")) == ["mpls_echo.tlv.len.invalid"]

"""Host Identity Protocol: the fixed header, parameters of both versions, UDP; beside tshark."""

import struct

import pytest

from dissect.protocols.hip import Hip, Tags
from tests.protocols.beside_tshark import (
    columns,
    defined,
    differences,
    names_of,
    needs_tshark,
    summed,
)
from tests.protocols.ipv6_packets import decoded, ipv6, notes, same_without_tree, shows

ADDRESS = bytes.fromhex("20010db8000000000000000000000007")
OCTETS = bytes(range(0x41, 0x41 + 64))
KEY_HEAD = bytes.fromhex("0202ff")
RSA = KEY_HEAD + b"\5" + b"\3\1\0\1" + OCTETS[:32]
DSA = KEY_HEAD + b"\3" + b"\0" + OCTETS[:20] + 3 * OCTETS


def parameter(kind, value):
    octets = struct.pack(">HH", kind, len(value)) + value
    return octets + bytes(-len(octets) % 8)


def header(kind=1, parameters=b"", *, version=1, controls=1, units=None, **fields):
    units = 4 + len(parameters) // 8 if units is None else units
    head = Hip(type=kind, version=version, len=units, s=1, p=0, reserved=0, **fields)
    tags = Tags(controls=controls, sender=bytes(range(16)), receiver=bytes(range(16, 32)))
    return bytes(head) + bytes(tags) + parameters


def hip(*arguments, good=True, **options):
    octets = header(*arguments, **options)
    return ipv6(139, summed(octets, 4, 139) if good else octets)


def host(key, domain=b"", kind=0):
    return parameter(705, struct.pack(">HH", len(key), kind << 12 | len(domain)) + key + domain)


PARAMETERS = [
    parameter(1, b"?"),
    parameter(65, OCTETS[:12]),
    parameter(128, OCTETS[:12]),
    parameter(257, OCTETS[:12]),
    parameter(257, OCTETS[:36]),
    parameter(321, OCTETS[:20]),
    parameter(385, OCTETS[:4]) + parameter(449, OCTETS[:8]),
    parameter(513, b"\3\0\5value"),
    parameter(577, bytes.fromhex("0001000200030004000500060007")),
    parameter(579, bytes.fromhex("00020004")),
    parameter(608, bytes.fromhex("000000010002")),
    parameter(610, bytes.fromhex("000001f4")),
    parameter(641, OCTETS[:40]),
    host(RSA),
    host(RSA, b"host.example.org", 1),
    host(RSA, b"node@example.org", 2),
    host(RSA, b"?", 3),
    host(DSA),
    host(KEY_HEAD + b"\1" + OCTETS[:8]),
    parameter(715, b"\x10\x20\x30"),
    parameter(768, b"\1\2\3\4" + OCTETS[:10]),
    parameter(832, b"\0\0\0\x2a" + OCTETS[:5]),
    parameter(897, OCTETS[:5]),
    parameter(930, bytes.fromhex("01020102")),
    parameter(932, bytes.fromhex("010102")),
    parameter(934, bytes.fromhex("010102")),
    parameter(936, bytes.fromhex("010102")),
    parameter(950, b"\x30\x39\x11\0" + ADDRESS),
    parameter(961, OCTETS[:6]),
    parameter(4095, bytes.fromhex("000000010002")),
    parameter(61505, OCTETS[:20]),
    parameter(61569, OCTETS[:20]),
    parameter(61633, b"\5" + OCTETS),
    parameter(61697, b"\3" + OCTETS),
    parameter(63425, OCTETS[:7]),
    parameter(63661, OCTETS[:7]),
    parameter(63998, b"\x30\x39\x11\0" + ADDRESS),
    parameter(64002, b"\x30\x39\x11\0" + ADDRESS),
    parameter(65498, ADDRESS),
    parameter(65500, OCTETS[:20]),
    parameter(65502, ADDRESS + ADDRESS),
    parameter(65520, OCTETS[:20]),
]

HEADERS = [
    *(hip(kind) for kind in (0, 1, 2, 3, 4, 5, 16, 17, 18, 19, 127)),
    hip(1, version=2),
    hip(1, controls=0xFFFE),
    hip(1, good=False),
    hip(1, units=1),
    hip(1, units=9),
]

AGREED = [*HEADERS, *(hip(2, value) for value in PARAMETERS)]
"""Packets on all of whose fields tshark and we agree."""

LOCATORS = (
    bytes.fromhex("000004000000000a") + ADDRESS
    + bytes.fromhex("010105010000000a00000007") + ADDRESS
    + bytes.fromhex("000207000000000a303911030000000100000002") + ADDRESS
)  # fmt: skip
MISPLACED = {
    "hip.tlv.locator_traffic_type", "hip.tlv.locator_type", "hip.tlv.locator_len",
    "hip.tlv.locator_reserved", "hip.tlv.locator_lifetime", "hip.tlv.locator_port",
    "hip.tlv.locator_transport_protocol", "hip.tlv.locator_kind", "hip.tlv.locator_priority",
    "hip.tlv.locator_spi",
}  # fmt: skip
"""Of locators (RFC 8046, section 4) tshark 4.0 gives offsets far behind the packet."""

BROKEN = [
    parameter(kind, OCTETS[:size])
    for kind in (65, 128, 193, 257, 321, 385, 513, 641, 705, 768, 832, 950, 61697, 65498, 65502)
    for size in (0, 1, 3, 5)
]


@pytest.mark.tshark
@needs_tshark
def test_header_and_parameters_agree_with_tshark(tmp_path):
    found = differences(tmp_path / "hip.pcap", AGREED, "hip.")
    apart = {AGREED[i].hex(): names for i, d in enumerate(found) if (names := names_of(d))}
    assert apart == {}
    [locators] = differences(tmp_path / "l.pcap", [hip(16, parameter(193, LOCATORS))], "hip.")
    assert names_of(locators) == MISPLACED
    assert all(ours.show == theirs.show for ours, theirs in locators.different)
    short = hip(2, parameter(705, b"\0\3\0\0" + KEY_HEAD + b"\5\3\1\0\1"))
    found += differences(tmp_path / "s.pcap", [short], "hip.")
    assert names_of(found[-1]) == {"hip.tlv.host_id_e_length", "hip.tlv.host_id_e"}  # past the HI
    seen = {row.name for d in [*found, locators] for row in d.agreed} | MISPLACED
    assert defined("hip") - seen == set()


@pytest.mark.tshark
@needs_tshark
def test_columns_agree_with_tshark(tmp_path):
    ours, theirs = columns(tmp_path / "hip.pcap", HEADERS)
    assert ours == theirs


@pytest.mark.parametrize("packet", [*AGREED, *(hip(2, value) for value in BROKEN)])
def test_same_without_tree(packet):
    same_without_tree(packet)


@pytest.mark.parametrize("value", BROKEN)
def test_value_never_reaches_past_its_parameter(value):
    packet = decoded(hip(2, value))
    [node] = packet.fields("hip.type")
    end = node.offset + 4 + int.from_bytes(value[2:4], "big")
    inside = [n for n in node.walk() if n.length]
    assert max(n.offset + n.length for n in inside) <= end


def test_locators_stand_where_they_are():
    packet = decoded(hip(16, parameter(193, LOCATORS)))
    heads = [(n.offset, n.value) for n in packet.fields("hip.tlv.locator_type")]
    assert heads == [(85, 0), (109, 1), (137, 2)]
    assert [n.offset for n in packet.fields("hip.tlv.locator_port")] == [144]
    assert {n.show for n in packet.fields("hip.tlv.locator_address")} == {"2001:db8::7"}


def test_locator_of_unknown_type_is_passed_by():
    value = bytes.fromhex("0009020000000000") + b"8 octets" + LOCATORS[:24]
    packet = decoded(hip(16, parameter(193, value)))
    assert packet["sixscope.hip.locator"] == b"8 octets"
    assert shows(packet, "hip.tlv.locator_address")


def test_two_diffie_hellman_values_of_version_1():
    packet = decoded(hip(2, parameter(513, b"\3\0\2ab" + b"\1\0\3cde")))
    assert [n.value for n in packet.fields("hip.tlv.dh_public_value")] == [b"ab", b"cde"]


def test_host_identity_of_version_2_has_no_key_head():
    key = b"\3\1\0\1" + OCTETS[:32]
    value = struct.pack(">HHH", len(key), 1 << 12 | 4, 5) + key + b"host"
    packet = decoded(hip(2, parameter(705, value), version=2))
    assert packet["sixscope.hip.host_id.algorithm"] == 5
    assert packet["hip.tlv.host_id_e"] == b"\1\0\1"
    assert packet["hip.fqdn"] == "host"


def test_signature_algorithm_of_version_2_has_16_bits():
    packet = decoded(hip(2, parameter(61697, b"\0\5" + OCTETS), version=2))
    assert packet["hip.tlv.sig_alg"] == 5
    assert packet["hip.tlv.sig"] == OCTETS


def test_rsa_exponent_length_of_three_octets():
    packet = decoded(hip(2, host(KEY_HEAD + b"\5" + b"\0\0\3\1\0\1" + OCTETS[:32])))
    assert packet["hip.tlv.host_id_e"] == b"\1\0\1"
    assert packet["hip.tlv.host_id_n"] == OCTETS[:32]


def test_parameter_past_the_header_keeps_its_type():
    packet = decoded(hip(2, struct.pack(">HH", 897, 60) + b"abcd"))
    assert packet["hip.type"] == 897
    assert "_ws.malformed" in notes(packet)


def test_bad_checksum():
    assert notes(decoded(hip(good=False))) == ["hip.bad_checksum"]
    assert decoded(hip())["hip.checksum.status"] == 1


def test_checksum_ends_where_the_header_does():  # RFC 7401, section 5.1.1
    octets = summed(header(), 4, 139)
    packet = decoded(ipv6(139, octets + b"trailing"))
    assert packet["hip.checksum.status"] == 1
    assert "hip.bad_checksum" not in notes(packet)


@pytest.mark.parametrize("algorithm", [7, 9])
def test_host_identity_on_a_curve(algorithm):
    value = struct.pack(">HHHH", 2 + 20, 0, algorithm, 1) + OCTETS[:20]
    packet = decoded(hip(2, parameter(705, value), version=2))
    assert packet["sixscope.hip.host_id.curve"] == 1
    assert packet["sixscope.hip.host_id.public_key"] == OCTETS[:20]
    assert notes(packet) == []


def test_suites_of_esp_are_those_of_rfc_7402():
    packet = decoded(hip(2, parameter(4095, b"\0\0\0\x08")))
    line = "Transform ID: AES-128-CBC with HMAC-SHA-256 (8)"
    assert packet.fields("hip.tlv.trans_id")[0].line == line


def udp(payload):
    head = struct.pack(">HHHH", 10500, 10500, 8 + len(payload), 0)
    return ipv6(17, summed(head + payload, 6, 17))


def test_in_udp_behind_four_zeros_with_checksum_zero():
    packet = decoded(udp(bytes(4) + header()))
    assert packet.chain == "ipv6:udp:hip"
    assert packet["hip.checksum.status"] == 1
    assert packet.layer("hip").offset == 52


def test_in_udp_anything_else_is_esp():
    packet = decoded(udp(b"\0\0\0\1" + bytes(28)))
    assert packet.chain.endswith("esp")

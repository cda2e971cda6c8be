"""Each Neighbor Discovery option, its values and its line."""

from __future__ import annotations

import struct

import pytest

from dissect.protocols.icmpv6.messages import TYPES as MESSAGE_TYPES
from dissect.protocols.icmpv6.nd_options import OPTIONS, TYPES, PrefixInformation
from tests.protocols.icmpv6.message import address, notes, read, same_without_tree, shows

PREFIX = address("2001:db8::1")
SHORT = "sixscope.icmpv6.option_short"


def option(kind: int, value: bytes) -> bytes:
    """An option, filled with zeros to whole units."""
    value += bytes(-(len(value) + 2) % 8)
    return bytes([kind, (len(value) + 2) // 8]) + value


def line(kind: int, value: bytes) -> str:
    [node] = read(133, 0, bytes(4) + option(kind, value)).fields("icmpv6.opt")
    return node.line


def packet_of(kind: int, value: bytes):
    return read(133, 0, bytes(4) + option(kind, value))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (3, bytes(PrefixInformation(length=64, prefix=PREFIX)),
         "Prefix information : 2001:db8::1/64"),
        (5, struct.pack(">HI", 0, 1500), "MTU : 1500"),
        (6, struct.pack(">BBI", 3, 0, 0), "NBMA Shortcut Limit Option : 3"),
        (7, struct.pack(">HI", 0, 30000), "Advertisement Interval : 30000"),
        (8, bytes(6), "Home Agent Information"),
        (9, bytes(6) + PREFIX + PREFIX, "Source Address List 2001:db8::1 2001:db8::1"),
        (17, bytes([1, 64]) + bytes(4) + PREFIX, "IP Address/Prefix Option 2001:db8::1/64"),
        (24, bytes([48, 0x08]) + bytes(4) + PREFIX[:8], "Route Information : High 2001:db8::/48"),
        (24, bytes([0, 0x18]) + bytes(4), "Route Information : Low ::/0"),
        (25, bytes(6) + PREFIX, "Recursive DNS Server 2001:db8::1"),
        (31, bytes(6) + b"\x07example\x03com\0\x01a\0", "DNS Search List Option example.com a"),
        (33, bytes([1]) + bytes(5) + bytes(range(8)),
         "Address Registration Option : Register 00:01:02:03:04:05:06:07 Duplicate Exists"),
        (34, bytes([64, 0x1F]) + bytes(4) + PREFIX[:8], "6LoWPAN Context Option 2001:db8::/64"),
        (35, struct.pack(">HHH", 1, 2, 9) + PREFIX,
         "Authoritative Border Router : Version 2.1, Valid Lifetime : 9, 6LBR : 2001:db8::1"),
        (99, b"abcdef", "Unknown 99"),
    ],
)  # fmt: skip
def test_line(kind, value, expected):
    assert line(kind, value) == f"ICMPv6 Option ({expected})"


@pytest.mark.parametrize(("code", "octets"), [(0, 12), (1, 8), (2, 7), (3, 6), (4, 5), (5, 4)])
def test_pref64_takes_as_many_octets_as_its_code_says(code, octets):
    packet = packet_of(38, struct.pack(">H", 100 << 3 | code) + PREFIX[:12])
    [node] = packet.fields("icmpv6.opt.pref64.prefix")
    assert (node.length, node.show) == (octets, "2001:db8::")
    assert shows(packet, "icmpv6.opt.pref64.scaled_lifetime") == ["100"]


def test_pref64_of_unknown_code_is_noted():
    packet = packet_of(38, struct.pack(">H", 7) + bytes(12))
    assert notes(packet) == ["icmpv6.invalid_option_length"]
    assert not packet.fields("icmpv6.opt.pref64.prefix")


def test_route_information_too_long_is_noted_and_its_rest_kept():
    packet = packet_of(24, bytes(6) + bytes(24))
    assert notes(packet) == ["icmpv6.invalid_option_length", "icmpv6.unknown_data.expert"]


def test_dns_server_list_that_ends_within_an_address_keeps_the_whole_ones():
    packet = packet_of(25, bytes(6) + PREFIX + bytes(8))
    assert shows(packet, "icmpv6.opt.rdnss") == ["2001:db8::1"]
    assert notes(packet) == [SHORT]


def test_options_behind_a_too_short_one_are_read():
    body = bytes(4) + b"\5\1" + bytes(6) + b"\3\1" + bytes(6) + option(5, bytes(4) + b"\5\xdc")
    packet = read(133, 0, body)
    assert notes(packet) == [SHORT]
    assert shows(packet, "icmpv6.opt.type") == ["5", "3", "5"]
    assert shows(packet, "icmpv6.opt.mtu") == ["0", "1500"]
    assert same_without_tree(packet)


def test_option_that_ends_with_the_capture_is_cut_not_too_short():
    packet = read(133, 0, bytes(4) + option(3, bytes(30)), cut=8)
    assert notes(packet) == ["_ws.short"]


def test_search_list_label_past_the_option_is_noted():
    packet = packet_of(31, bytes(6) + b"\x3fabcdefg")
    assert notes(packet) == [SHORT]


def test_search_list_must_not_be_compressed():
    packet = packet_of(31, bytes(6) + b"\xc0\x0c" + bytes(6))
    assert notes(packet) == [SHORT]


def test_captive_portal_ends_at_its_padding():
    packet = packet_of(37, b"https://example.com/api")
    assert shows(packet, "icmpv6.opt.captive_portal") == ["https://example.com/api"]


def test_timestamp_counts_65536ths_of_a_second():
    packet = packet_of(13, bytes(6) + struct.pack(">Q", 1_700_000_000 << 16 | 0x8000))
    assert packet["icmpv6.opt.timestamp"] == 1_700_000_000_500_000_000


def test_eui64_link_layer_address_leaves_padding():
    packet = packet_of(1, bytes(range(8)) + bytes(6))
    assert shows(packet, "icmpv6.opt.linkaddr_eui64") == ["00:01:02:03:04:05:06:07"]
    assert packet.info == "Router Solicitation from 00:01:02:03:04:05:06:07"
    assert len(packet.fields("icmpv6.opt.padding")) == 1


def test_cga_public_key_ends_where_its_der_length_says():
    parameters = bytes(25) + b"\x30\x03\x02\x01\x05"
    packet = packet_of(11, bytes([6, 0]) + parameters + bytes(6))
    [key] = packet.fields("icmpv6.opt.cga.subject_public_key_info")
    assert key.length == 5
    assert not packet.findings


def test_cga_pad_length_beyond_the_option_is_noted():
    assert notes(packet_of(11, bytes([255, 0]) + bytes(28))) == [SHORT]


def test_every_option_survives_every_length_without_a_bug():
    for kind in OPTIONS:
        for size in range(6, 70, 8):
            for filler in (b"\0", b"\xff", b"\x01"):
                read(133, 0, bytes(4) + bytes([kind, (size + 2) // 8]) + filler * size)


def test_all_message_types_that_are_read_have_names():
    assert set(OPTIONS) <= set(TYPES)
    assert {1, 2, 3, 4, 128, 129, 130, 133, 134, 135, 136, 137, 143, 155, 160} <= set(MESSAGE_TYPES)


def test_fourteen_octets_of_link_layer_address_are_no_eui64():
    packet = packet_of(1, bytes(range(1, 15)))
    assert [n.length for n in packet.fields("icmpv6.opt.linkaddr")] == [14]
    assert not packet.fields("icmpv6.opt.linkaddr_eui64")
    assert packet.info == "Router Solicitation"


DOMAIN = b"\3pvd\7example\0"


def test_provisioning_domain_with_an_option_of_its_own():
    # RFC 8801, section 3.1: H, L, R, 9 reserved bits, 4 of Delay; the name is padded to 8 octets
    value = b"\xc0\x03\0\6" + DOMAIN + bytes(5) + option(5, struct.pack(">HI", 0, 1400))
    packet = packet_of(21, value)
    assert [packet[f"sixscope.icmpv6.opt.pvd.{flag}"] for flag in "hlr"] == [1, 1, 0]
    assert packet["sixscope.icmpv6.opt.pvd.delay"] == 3
    assert packet["sixscope.icmpv6.opt.pvd.sequence"] == 6
    assert packet["sixscope.icmpv6.opt.pvd.name"] == "pvd.example"
    assert packet["icmpv6.opt.mtu"] == 1400
    assert notes(packet) == []


def test_head_of_an_advertisement_in_a_provisioning_domain():
    head = bytes(range(16))
    value = b"\x20\0\0\6" + DOMAIN + bytes(5) + head + option(5, struct.pack(">HI", 0, 1400))
    packet = packet_of(21, value)
    assert packet["sixscope.icmpv6.opt.pvd.advertisement"] == head
    assert packet["icmpv6.opt.mtu"] == 1400


def test_domains_in_domains_are_not_looked_into():
    inner = b""
    for _ in range(200):
        inner = option(21, bytes(6) + inner)  # no flags, number 0, the root's name, padding
    packet = packet_of(21, bytes(6) + inner)
    assert len(packet.fields("icmpv6.opt")) == 1


def test_encrypted_resolver():
    # RFC 9463, section 6.1
    name = b"\3dns\7example\0"
    told = struct.pack(">HIH", 1, 3600, len(name)) + name
    value = told + struct.pack(">H", 32) + PREFIX * 2 + struct.pack(">H", 8) + b"\0\1\0\4\3dot"
    packet = packet_of(144, value)
    assert packet["sixscope.icmpv6.opt.dnr.lifetime"] == 3600
    assert packet["sixscope.icmpv6.opt.dnr.name"] == "dns.example"
    assert [n.value for n in packet.fields("sixscope.icmpv6.opt.dnr.address")] == [PREFIX] * 2
    assert packet["sixscope.icmpv6.opt.dnr.parameters"] == b"\0\1\0\4\3dot"
    assert notes(packet) == []


def test_encrypted_resolver_of_which_the_name_alone_is_told():
    name = b"\3dns\7example\0"
    packet = packet_of(144, struct.pack(">HIH", 0, 3600, len(name)) + name)
    assert packet["sixscope.icmpv6.opt.dnr.name"] == "dns.example"
    assert not packet.fields("sixscope.icmpv6.opt.dnr.address")
    assert notes(packet) == []


@pytest.mark.parametrize("value", [b"", b"\0\1", struct.pack(">HIH", 1, 60, 99) + b"\3dns"])
def test_encrypted_resolver_that_passes_its_option(value):
    assert SHORT in notes(packet_of(144, value))


def test_padding_is_within_what_the_option_says_not_the_message():
    # RFC 5568's handover key: 40 octets are told, 32 are there; 32 of them are key, 4 padding
    value = b"\4\x10" + bytes(range(32)) + bytes(4)
    told = option(27, value)[:-3]
    packet = read(133, 0, bytes(4) + told)
    assert packet["icmpv6.opt.hkr.encryption_public_key"] == bytes(range(32))
    assert not packet.fields("icmpv6.opt.hkr.padding")
    assert notes(packet) == ["_ws.malformed"]


def test_name_of_a_trust_anchor_ends_with_its_padding_where_the_option_is_cut_off():
    value = b"\2\3" + b"\7example\0" + bytes(3)
    packet = read(133, 0, bytes(4) + option(15, value)[:-2])
    assert packet["icmpv6.opt.name_type.fqdn"] == "example"
    assert notes(packet) == ["_ws.malformed"]

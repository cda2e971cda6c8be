"""Neighbor Discovery: messages, and the walk over their options."""

from __future__ import annotations

import pytest

from dissect.protocols.icmpv6.ndp import NeighborAdvertisement, RouterAdvertisement
from tests.protocols.icmpv6.message import (
    HEAD,
    address,
    ipv6,
    notes,
    read,
    same_without_tree,
    shows,
)

TARGET = address("2001:db8::1")
SOURCE_LINK = bytes.fromhex("0101020000000001")
TARGET_LINK = bytes.fromhex("0201020000000002")


def test_solicitation_says_for_whom_and_from_whom():
    packet = read(135, 0, bytes(4) + TARGET + SOURCE_LINK)
    assert packet.info == "Neighbor Solicitation for 2001:db8::1 from 02:00:00:00:00:01"
    assert shows(packet, "icmpv6.opt.src_linkaddr") == ["02:00:00:00:00:01"]
    assert same_without_tree(packet)


@pytest.mark.parametrize(
    ("flags", "words"),
    [(0xE0, "rtr, sol, ovr"), (0x60, "sol, ovr"), (0x20, "ovr"), (0, "none"), (0xA0, "rtr, ovr")],
)
def test_advertisement_names_its_flags(flags, words):
    body = bytes(NeighborAdvertisement(flags=flags << 24, target=TARGET)) + TARGET_LINK
    expected = f"Neighbor Advertisement 2001:db8::1 ({words}) is at 02:00:00:00:00:02"
    assert read(136, 0, body).info == expected


def test_router_advertisement_flags_on_one_line():
    packet = read(134, 0, bytes(RouterAdvertisement(flags=0xC8)))
    [node] = packet.fields("icmpv6.nd.ra.flag")
    assert node.line == (
        "Flags: 0xc8, Managed address configuration, Other configuration, "
        "Prf (Default Router Preference): High"
    )


def test_option_of_length_zero_ends_the_options():
    packet = read(136, 0, bytes(4) + TARGET + bytes(8) + TARGET_LINK)
    assert len(packet.fields("icmpv6.opt")) == 1
    assert notes(packet) == ["icmpv6.invalid_option_length"]
    assert same_without_tree(packet)


def test_option_longer_than_the_message_keeps_what_was_read():
    packet = read(136, 0, bytes(4) + TARGET + b"\x02\x02" + bytes(6))
    assert shows(packet, "icmpv6.opt.length") == ["2"]
    assert notes(packet) == ["_ws.malformed"]


def test_option_cut_by_the_capture_is_short_not_malformed():
    packet = read(136, 0, bytes(4) + TARGET + TARGET_LINK, cut=3)
    assert shows(packet, "icmpv6.nd.na.target_address") == ["2001:db8::1"]
    assert notes(packet) == ["_ws.short"]


def test_target_cut_off_still_shows_the_flags():
    packet = read(136, 0, b"\xe0\0\0\0" + TARGET[:8])
    assert shows(packet, "icmpv6.nd.na.flag.r") == ["1"]
    assert notes(packet) == ["_ws.malformed"]


def test_octets_behind_an_options_fields_are_reported():
    packet = read(134, 0, bytes(RouterAdvertisement()) + b"\x05\x02" + bytes(6) + b"12345678")
    assert shows(packet, "icmpv6.unknown_data") == ["31:32:33:34:35:36:37:38"]
    assert notes(packet) == ["icmpv6.unknown_data.expert"]


def test_redirected_packet_is_decoded_and_the_rest_is_padding():
    quote = ipv6(bytes(12), 59)
    option = b"\x04\x08" + bytes(6) + quote + bytes(4)
    packet = read(137, 0, bytes(4) + TARGET + TARGET + option)
    assert shows(packet, "ipv6.nxt") == ["58", "59"]
    [padding] = packet.fields("icmpv6.opt.padding")
    assert (padding.offset, padding.length) == (HEAD + 4 + 36 + 8 + 52, 4)
    assert not packet.findings


def test_options_behind_a_redirected_packet_are_read():
    quote = ipv6(bytes(8), 59)
    option = b"\x04\x07" + bytes(6) + quote
    packet = read(137, 0, bytes(4) + TARGET + TARGET + option + TARGET_LINK)
    assert packet.info == "Redirect is at 02:00:00:00:00:02"


def test_message_full_of_tiny_options_is_bounded():
    packet = read(133, 0, bytes(4) + b"\x63\x01" * 4 + (b"\x63\x01" + bytes(6)) * 2000)
    assert packet.findings

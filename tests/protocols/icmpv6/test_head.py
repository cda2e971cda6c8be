"""The head of ICMPv6 messages: checksum, unknown types, cut messages."""

from __future__ import annotations

from dissect.engine.packet import dissect
from tests.protocols.icmpv6.message import (
    ETHERNET,
    icmpv6,
    ipv6,
    notes,
    read,
    same_without_tree,
    shows,
)


def test_right_checksum_is_good():
    packet = read(128, 0, bytes.fromhex("12340001"))
    assert shows(packet, "icmpv6.checksum.status") == ["1"]
    assert not packet.findings


def test_wrong_checksum_says_what_it_should_be():
    right = read(128, 0, bytes(4))["icmpv6.checksum"]
    packet = read(128, 0, bytes(4), wrong=1)
    assert shows(packet, "icmpv6.checksum.status") == ["0"]
    assert notes(packet) == ["icmpv6.checksum_bad.expert"]
    assert packet.findings[0].text == f"Bad checksum [should be 0x{right:04x}]"
    assert same_without_tree(packet)


def test_checksum_of_a_cut_message_cannot_be_verified():
    packet = read(128, 0, bytes(4) + b"abcdefgh", wrong=1, cut=4)
    assert shows(packet, "icmpv6.checksum.status") == ["2"]
    assert "icmpv6.checksum_bad.expert" not in notes(packet)


def test_checksum_in_a_quote_is_not_judged():
    inner = icmpv6(128, 0, bytes(4), wrong=1)
    packet = read(1, 4, bytes(4) + inner)
    assert shows(packet, "icmpv6.checksum.status") == ["1", "2"]
    assert "icmpv6.checksum_bad.expert" not in notes(packet)


def test_unknown_type_keeps_its_octets():
    packet = read(162, 0, b"1234")
    assert packet.info == "Unknown (162)"
    assert shows(packet, "icmpv6.data") == ["31:32:33:34"]
    assert notes(packet) == ["icmpv6.undecoded.type"]


def test_reserved_type_has_a_name():
    assert read(255, 0, b"x").info == "Reserved for expansion of ICMPv6 informational messages"


def test_empty_message_is_malformed():
    packet = dissect(ETHERNET + ipv6(b"", 58), strict=True)
    assert "_ws.malformed" in notes(packet)


def test_head_of_two_octets_shows_them():
    packet = dissect(ETHERNET + ipv6(b"\x87\x00", 58), strict=True)
    assert shows(packet, "icmpv6.type") == ["135"]
    assert "_ws.malformed" in notes(packet)


def test_code_is_named_by_the_message():
    assert read(1, 6, bytes(4) + ipv6(b"", 59)).info == (
        "Destination Unreachable (Reject route to destination)"
    )
    assert read(3, 9, bytes(4) + ipv6(b"", 59)).info == "Time Exceeded (Unknown (9))"

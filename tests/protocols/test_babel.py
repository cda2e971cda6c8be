"""Babel by hand, and beside tshark."""

import struct

import pytest

from dissect.engine.packet import dissect
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import LINKTYPE_RAW, defined, needs_tshark, occurring
from tests.protocols.ipv6_packets import ipv6

UDP, PORT = 17, 6696
CAPTURE = ROOT / "captures" / "babel.pcapng"


def packet(body, trailer=b"", length=None):
    octets = struct.pack(">BBH", 42, 2, len(body) if length is None else length) + body + trailer
    head = struct.pack(">HHHH", PORT, PORT, 8 + len(octets), 0)
    return dissect(ipv6(UDP, head + octets), LINKTYPE_RAW, strict=True)


def tlv(kind, value):
    return bytes([kind, len(value)]) + value


def update(flags, plen, omitted, octets):
    return tlv(8, struct.pack(">BBBBHHH", 2, flags, plen, omitted, 1600, 1, 96) + octets)


def shown(found, name):
    return [node.show for node in found.fields(name)]


def lines(found, word):
    return [node.line for node in found.tree.walk() if node.line.startswith(word)]


def notes(found):
    names = [finding.note.name for finding in found.findings]
    return [name for name in names if not name.startswith("udp.")]


@pytest.mark.tshark
@needs_tshark
def test_every_field_of_tsharks_occurs_in_the_capture():
    assert defined("babel") - occurring(CAPTURE) == set()


def test_update_leaves_out_octets_of_the_default_prefix():
    """RFC 8966, section 4.5: they are those of the last update with the flag."""
    first = update(0x80, 64, 0, bytes.fromhex("20010db800000001"))
    found = packet(first + update(0, 64, 6, b"\0\2"))
    assert lines(found, "Prefix: ") == ["Prefix: 2001:db8:0:1::/64", "Prefix: 2001:db8:0:2::/64"]
    assert notes(found) == []


def test_link_local_address_is_eight_octets():
    found = packet(tlv(5, bytes([3, 0, 0, 96, 4, 0xB0]) + bytes(7) + b"\1"))
    assert lines(found, "Address: ") == ["Address: fe80::1"]


def test_trailer_is_read_like_the_body():
    found = packet(tlv(4, bytes(6)), tlv(16, bytes(32)))
    assert shown(found, "babel.message.type") == ["4", "16"]
    assert found.info == "Babel hello hmac"


def test_value_too_short_does_not_end_the_body():
    found = packet(tlv(3, b"") + tlv(4, bytes(6)))
    assert shown(found, "babel.message.type") == ["3", "4"]
    assert notes(found) == ["sixscope.babel.length"]


def test_tlv_past_the_body_is_malformed():
    found = packet(bytes([4, 60]) + bytes(6))
    assert shown(found, "babel.message.type") == ["4"]
    assert notes(found) == ["_ws.malformed"]


def test_body_past_the_datagram_is_malformed():
    assert notes(packet(tlv(4, bytes(6)), length=80)) == ["_ws.malformed"]


def test_another_magic_is_not_babel():
    octets = struct.pack(">HHHH", PORT, PORT, 12, 0) + bytes(4)
    assert dissect(ipv6(UDP, octets), LINKTYPE_RAW, strict=True).layer("babel") is None

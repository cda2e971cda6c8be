"""OSPF by hand: what octets mean by the RFCs, and what tshark leaves out."""

import struct

import pytest

from dissect.engine.checksum import checksum, ones_sum
from dissect.engine.packet import dissect
from tests.protocols.beside_tshark import LINKTYPE_RAW
from tests.protocols.ipv6_packets import DESTINATION, SOURCE, address, ipv6

OSPF = 89
HELLO, UPDATE = 1, 4
ROUTER = bytes([192, 0, 2, 1])


def packet(kind, body, behind=b"", instance=0, length=None, total=None):
    """A packet of version 3, with its checksum under IPv6's pseudo-header."""
    size = 16 + len(body) if length is None else length
    head = struct.pack(">BBH4s4s", 3, kind, size, ROUTER, bytes(4))
    end = bytes([instance, 0])
    if total is None:
        pseudo = ones_sum(address(SOURCE) + address(DESTINATION) + struct.pack(">II", size, OSPF))
        total = checksum(head + bytes(2) + end + body, pseudo)
    octets = head + struct.pack(">H", total) + end + body + behind
    return dissect(ipv6(OSPF, octets), LINKTYPE_RAW, strict=True)


def hello(options):
    return bytes.fromhex("00000001 01") + options.to_bytes(3, "big") + bytes(12)


def update(function, body, scope=1, count=1):
    kind = scope << 13 | function
    head = struct.pack(">HH4s4sIHH", 1, kind, ROUTER, ROUTER, 0x80000001, 0, 20 + len(body))
    return struct.pack(">I", count) + head + body


def tlv(kind, value):
    return struct.pack(">HH", kind, len(value)) + value + bytes(-len(value) % 4)


def shown(found, name):
    return [node.show for node in found.fields(name)]


def notes(found):
    return [finding.note.name for finding in found.findings]


def test_right_checksum_is_not_noted():
    found = packet(HELLO, hello(0x13))
    assert notes(found) == []
    assert found.fields("ospf.checksum")[0].suffix == " [correct]"


def test_wrong_checksum_is_noted_with_the_right_one():
    right = packet(HELLO, hello(0x13))["ospf.checksum"]
    found = packet(HELLO, hello(0x13), total=right ^ 0x0101)
    assert notes(found) == ["sixscope.ospf.checksum"]
    assert f"0x{right:04x}" in found.findings[0].text


def test_checksum_of_zero_stands_for_none():
    found = packet(HELLO, hello(0x13), total=0)
    assert notes(found) == []
    assert found.fields("ospf.checksum")[0].suffix == " (None)"


@pytest.mark.parametrize(("instance", "ipv4"), [(63, False), (64, True), (127, True), (128, False)])
def test_instance_tells_the_address_family(instance, ipv4):
    """RFC 5838, section 2.1: 64 to 127 are IPv4's."""
    prefix = bytes([0, 0, 0, 10, 24, 0, 0, 0, 198, 51, 100, 0])
    found = packet(UPDATE, update(3, prefix), instance=instance)
    assert shown(found, "ospf.v3.address_prefix.ipv4") == ["198.51.100.0"] * ipv4
    assert len(shown(found, "ospf.v3.address_prefix.ipv6")) == (not ipv4)


def test_ipv4_address_takes_the_room_of_an_ipv6_one():
    """RFC 5838, section 2.5: the forwarding address is followed by the tag all the same."""
    body = bytes([3, 0, 0, 10, 0, 0, 0, 0]) + ROUTER + bytes(12) + bytes([0, 0, 0, 6])
    found = packet(UPDATE, update(5, body, scope=2), instance=64)
    assert shown(found, "ospf.v3.lsa.forwarding_address.ipv4") == ["192.0.2.1"]
    assert shown(found, "ospf.v3.lsa.external_route_tag") == ["6"]


def test_trailer_stands_behind_the_signalling():
    signalling = bytes.fromhex("0000 0003 0001 0004 00000001")
    trailer = bytes.fromhex("0001 0014 0000 0001 0000000000000007 01020304")
    found = packet(HELLO, hello(0x613), signalling + trailer, total=0)
    assert shown(found, "ospf.v3.lls.ext.options") == ["0x00000001"]
    assert shown(found, "ospf.at.crypto_seq_nbr") == ["7"]
    assert shown(found, "ospf.at.auth_data") == ["01:02:03:04"]
    assert notes(found) == []


def test_octets_behind_the_packet_are_shown():
    found = packet(HELLO, hello(0x13), b"\1\2\3")
    assert shown(found, "sixscope.ospf.behind") == ["01:02:03"]


def test_extended_external_prefix():
    """RFC 8362, sections 3.6 and 3.10 to 3.12."""
    parts = tlv(1, bytes(15) + b"\1") + tlv(3, bytes([0, 0, 0, 6]))
    prefix = bytes([4, 0, 0, 20, 64, 0, 0, 0]) + bytes.fromhex("20010db800000001") + parts
    found = packet(UPDATE, update(37, tlv(5, prefix), scope=2))
    assert shown(found, "ospf.metric") == ["20"]
    assert shown(found, "ospf.v3.as.external.flags.e") == ["1"]
    assert shown(found, "ospf.v3.address_prefix.ipv6") == ["2001:db8:0:1::"]
    assert shown(found, "ospf.v3.lsa.forwarding_address.ipv6") == ["::1"]
    assert shown(found, "ospf.v3.lsa.external_route_tag") == ["6"]
    assert notes(found) == []


def test_extended_router_link():
    """RFC 8362, section 3.2."""
    link = bytes([1, 0, 0, 10, 0, 0, 0, 3, 0, 0, 0, 4]) + ROUTER
    found = packet(UPDATE, update(33, bytes([0, 0, 0, 0x13]) + tlv(1, link)))
    assert shown(found, "ospf.v3.lsa.neighbor_router_id") == ["192.0.2.1"]
    assert shown(found, "ospf.v3.lsa.interface_id") == ["3"]


def test_more_lsas_promised_than_there_are():
    found = packet(UPDATE, update(2, bytes(4) + ROUTER, count=0x80000000))
    assert shown(found, "ospf.v3.lsa.attached_router") == ["192.0.2.1"]
    assert notes(found) == ["_ws.malformed"]


def test_lsa_shorter_than_its_header_ends_the_walk():
    body = update(2, bytes(4) + ROUTER, count=2)
    found = packet(UPDATE, body[:22] + b"\0\3" + body[24:])
    assert notes(found) == ["sixscope.ospf.lsa.length"]


def test_tlv_that_passes_its_lsa_does_not_end_the_walk():
    information = tlv(1, b"\xc0\0\0\0") + struct.pack(">HH", 7, 500) + b"router"
    body = update(12, information, count=2) + update(2, bytes(4) + ROUTER)[4:]
    found = packet(UPDATE, body)
    assert shown(found, "ospf.ri.options") == ["0xc0"]
    assert shown(found, "ospf.v3.lsa.attached_router") == ["192.0.2.1"]
    assert notes(found) == ["sixscope.ospf.lsa.body"]


def test_octets_behind_the_parts_of_an_lsa_are_shown_and_the_next_one_is_found():
    prefix = bytes([0, 0, 0, 10, 0, 0, 0, 0])  # metric, no octets of a prefix
    found = packet(UPDATE, update(3, prefix + b"rest"))
    assert notes(found) == ["sixscope.ospf.lsa.longer"]
    assert shown(found, "sixscope.ospf.lsa.rest") == ["72:65:73:74"]


def test_tlv_too_short_for_its_value_does_not_end_the_lsa():
    found = packet(UPDATE, update(12, tlv(9, b"\0\0") + tlv(1, b"\xc0\0\0\0")))
    assert shown(found, "ospf.ri.options") == ["0xc0"]
    assert notes(found) == ["sixscope.ospf.tlv_length"]


def test_reserved_octets_are_noted_where_they_stand():
    found = packet(UPDATE, update(3, bytes([6, 0, 0, 10, 0, 0, 0, 7])))
    assert notes(found) == ["ospf.reserved.not_zero"] * 2
    first, second = found.findings
    assert (second.offset - first.offset, second.length) == (6, 2)


def test_unknown_version_is_not_read_further():
    octets = bytes([9, 1]) + bytes(30)
    found = dissect(ipv6(OSPF, octets), LINKTYPE_RAW, strict=True)
    assert shown(found, "ospf.version") == ["9"]
    assert found.fields("ospf.hello") == []

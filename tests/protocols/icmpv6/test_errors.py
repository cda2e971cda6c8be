"""Error messages: the quoted packet and RFC 4884 extensions."""

from __future__ import annotations

import struct

from tests.protocols.icmpv6.message import (
    HEAD,
    address,
    checksum,
    icmpv6,
    ipv6,
    notes,
    read,
    same_without_tree,
    shows,
)

QUOTE = ipv6(bytes(12), 59, "2001:db8::1", "2001:db8::2")


def extension(*objects: bytes) -> bytes:
    blank = struct.pack(">HH", 0x2000, 0) + b"".join(objects)
    return blank[:2] + struct.pack(">H", checksum(blank)) + blank[4:]


def test_quoted_packet_is_decoded_inside_the_message():
    packet = read(1, 0, bytes(4) + QUOTE)
    layer = packet.layer("icmpv6")
    assert layer is not None
    assert layer.node is not None
    quoted = layer.node.find("ipv6.src")
    assert quoted is not None
    assert quoted.offset == HEAD + 8 + 8
    assert packet.source == "fe80::1"
    assert packet.protocol == "ICMPv6"


def test_quote_cut_by_the_sender_is_no_fault():
    packet = read(3, 0, bytes(4) + QUOTE[:44])
    assert not packet.findings
    assert packet.info == "Time Exceeded (hop limit exceeded in transit)"


def test_error_without_a_quote_is_malformed():
    packet = read(1, 4, bytes(4))
    assert notes(packet) == ["_ws.malformed"]
    assert packet.info.endswith("[Malformed Packet]")
    assert same_without_tree(packet)


def test_mtu_and_pointer():
    assert shows(read(2, 0, struct.pack(">I", 1280) + QUOTE), "icmpv6.mtu") == ["1280"]
    assert shows(read(4, 1, struct.pack(">I", 40) + QUOTE), "icmpv6.pointer") == ["40"]


def test_extensions_begin_where_length_says():
    label = struct.pack(">HBBI", 8, 1, 1, 0x12345678)
    body = bytes([16, 0, 0, 0]) + QUOTE.ljust(128, b"\0") + extension(label)
    packet = read(3, 0, body)
    assert [(n.offset, n.length) for n in packet.fields("icmp.ext")] == [(HEAD + 8 + 128, 12)]
    assert shows(packet, "icmpv6.length") == ["16"]
    assert shows(packet, "icmp.mpls.label") == [str(0x12345)]
    assert shows(packet, "icmp.mpls.exp") == ["3"]
    assert shows(packet, "icmp.mpls.s") == ["0"]
    assert shows(packet, "icmp.mpls.ttl") == [str(0x78)]
    assert shows(packet, "icmp.ext.checksum.status") == ["1"]
    assert not packet.findings


def test_parameter_problem_has_no_length_and_no_extensions():
    body = struct.pack(">I", 0x10000006) + QUOTE.ljust(128, b"\0") + extension()
    packet = read(4, 0, body)
    assert not packet.fields("icmp.ext")
    assert shows(packet, "icmpv6.pointer") == [str(0x10000006)]


def test_extension_object_shorter_than_its_head_ends_the_objects():
    body = bytes([6, 0, 0, 0]) + QUOTE[:48].ljust(48, b"\0") + extension(bytes(4), bytes(8))
    packet = read(1, 0, body)
    assert shows(packet, "icmp.ext.length") == ["0"]
    assert "sixscope.icmp.ext.length" in notes(packet)


def test_interface_information_object():
    info = struct.pack(">HBBIHH", 32, 2, 0x0D, 7, 2, 0) + address("2001:db8::9") + bytes(4)
    body = bytes([6, 0, 0, 0]) + QUOTE[:48].ljust(48, b"\0") + extension(info)
    packet = read(1, 0, body)
    assert shows(packet, "icmp.int_info.index") == ["7"]
    assert shows(packet, "icmp.int_info.ipv6") == ["2001:db8::9"]
    assert shows(packet, "icmp.int_info.mtu") == ["0"]


def test_error_about_an_error_quotes_twice():
    packet = read(1, 4, bytes(4) + icmpv6(2, 0, bytes(4) + QUOTE))
    assert shows(packet, "icmpv6.type") == ["1", "2"]
    assert packet.info == "Destination Unreachable (Port unreachable)"

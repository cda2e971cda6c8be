import struct

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, summed, udp

INNER = ipv4(17, udp(b"abcd"))
FRAME = bytes.fromhex("020000000001020000000002") + b"\x08\x00" + INNER


def gre(flags, kind, rest):
    return ipv4(47, struct.pack(">HH", flags, kind) + rest)


def test_ipv4_inside():
    packet = decoded(gre(0, 0x0800, INNER))
    assert packet.chain.endswith("ip:gre:ip:udp:data")
    assert packet.layer("gre").node.line == "Generic Routing Encapsulation (IP)"


def test_ethernet_inside_with_checksum_and_key():
    head = struct.pack(">HHHHI", 0xA000, 0x6558, 0, 0, 7)
    packet = decoded(ipv4(47, summed(head + FRAME, 4)))
    assert shows(packet, "gre.key") == ["0x00000007"]
    assert shows(packet, "gre.checksum.status") == ["1"]
    assert packet.layer("eth").offset == 32
    wrong = decoded(ipv4(47, head + FRAME))
    assert notes(wrong) == ["gre.checksum.incorrect"]


def test_pptp_has_a_call_id_and_may_acknowledge():
    # RFC 2637, section 4.1
    packet = decoded(gre(0x3081, 0x880B, struct.pack(">HHII", 4, 99, 5, 6) + b"\xff\x03\xc0\x21"))
    assert shows(packet, "gre.key.payload_length") == ["4"]
    assert shows(packet, "gre.key.call_id") == ["99"]
    assert shows(packet, "gre.sequence_number") == ["5"]
    assert shows(packet, "gre.ack_number") == ["6"]
    assert shows(packet, "gre.flags.ack") == ["1"]


def test_source_route_ends_with_an_empty_entry():
    entries = struct.pack(">HBB", 0x0800, 0, 4) + b"\x0a\0\0\1" + bytes(4)
    packet = decoded(gre(0x4000, 0x0800, bytes(4) + entries + INNER))
    assert shows(packet, "gre.routing.information") == ["0a:00:00:01"]
    assert shows(packet, "gre.checksum.status") == ["2"]
    assert packet.layer("ip", 2).offset == 40


@pytest.mark.parametrize(("flags", "length"), [(0x2081, 12), (0x3081, 16), (0x0081, 8), (1, 4)])
def test_version_1_acknowledges_with_or_without_data(flags, length):
    # RFC 2637, section 4.1
    head = struct.pack(">HHIII", flags, 0x880B, 0x0004_0063, 5, 6)[:length]
    packet = decoded(ipv4(47, head + b"\xff\x03\xc0\x21"))
    assert packet.layer("ppp").offset == 20 + length


def test_attributes_of_an_access_network():
    octets = b"\1\2\x80\0" + b"\x84\2\x80\0"
    packet = decoded(gre(0, 0x88D2, octets + b"\x7e"))
    assert shows(packet, "gre.3gpp2_attrib_id") == ["0x01", "0x04"]
    assert shows(packet, "gre.3gpp2_sdi") == ["1"]
    assert shows(packet, "gre.ggp2_3gpp2_seg") == ["0x0002"]
    assert packet.layer("gre").end == 24 + 8


def test_empty_packet_with_a_number_should_carry_something():
    # as tshark has it: without one it may be a keepalive
    assert "_ws.malformed" in notes(decoded(gre(0x1000, 0x0800, bytes(4))))
    assert notes(decoded(gre(0, 0x0800, b""))) == []


def test_unknown_protocol_type():
    packet = decoded(gre(0, 0x3030, b"abc"))
    assert (packet.protocol, packet.info) == ("GRE", "Encapsulated 0x3030 (unknown)")
    assert shows(packet, "data.data") == ["61:62:63"]


def test_keepalive_is_empty():
    packet = decoded(gre(0, 0, b""))
    assert packet.info == "Encapsulated Possible GRE keepalive packet"
    assert packet.layer("data") is None


@pytest.mark.parametrize("header", [b"", b"\x05\x59\0\x48"])
def test_redirect_header_of_web_caches(header):
    packet = decoded(gre(0, 0x883E, header + INNER))
    assert packet.layer("ip", 2).offset == 24 + len(header)
    assert shows(packet, "gre.wccp.service_id") == (["89"] if header else [])


def test_erspan_without_sequence_number_has_no_header():
    packet = decoded(gre(0, 0x88BE, FRAME))
    assert packet.layer("erspan").node.line.endswith("Type I")
    assert packet.layer("eth").offset == 24


def test_erspan_type_2():
    packet = decoded(gre(0x1000, 0x88BE, bytes(4) + b"\x11\x56\xc2\x9a\x00\x00\x7f\xf8" + FRAME))
    assert shows(packet, "erspan.vlan") == ["342"]
    assert shows(packet, "erspan.spanid") == ["666"]
    assert shows(packet, "erspan.index") == ["32760"]
    assert packet.layer("eth").offset == 36


def test_erspan_type_3_with_subheader():
    head = b"\x20\x0a\x00\x00" + struct.pack(">IHH", 77, 0, 1)
    platform = struct.pack(">II", 3 << 26 | 9, 12)
    packet = decoded(gre(0x1000, 0x22EB, bytes(4) + head + platform + FRAME))
    assert shows(packet, "erspan.platid") == ["3"]
    assert shows(packet, "erspan.pid3.port_index") == ["9"]
    assert packet.layer("eth").offset == 48


def test_erspan_of_an_unknown_version():
    packet = decoded(gre(0x1000, 0x88BE, bytes(4) + b"\x71\x56" + FRAME))
    assert notes(packet) == ["erspan.version.unknown"]
    assert packet.layer("data") is None  # as in tshark: all of it is ERSPAN's


@pytest.mark.parametrize("size", range(0, 60, 3))
def test_cut_anywhere(size):
    head = struct.pack(">HHHHII", 0xB000, 0x88BE, 0, 0, 7, 8) + b"\x10\0\0\0\0\0\0\0"
    assert same_without_tree(ipv4(47, (head + FRAME)[:size]))

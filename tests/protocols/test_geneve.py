import struct

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp

INNER = ipv4(17, udp(b"abcd"))


def geneve(options=b"", kind=0x0800, payload=INNER, first=None, flags=0):
    first = len(options) // 4 if first is None else first
    head = struct.pack(">BBHI", first, flags, kind, 0x1092 << 8)
    return ipv4(17, udp(head + options + payload, 40000, 6081))


def option(number, kind, data, words=None):
    return struct.pack(">HBB", number, kind, len(data) // 4 if words is None else words) + data


def test_header_and_payload():
    packet = decoded(geneve(flags=0x40))
    assert packet.fields("geneve.vni")[0].line.endswith("(VNI): 0x001092 (4242)")
    assert packet.fields("geneve.flags")[0].line == "Flags: 0x40, Critical Options Present"
    assert packet.layer("ip", 2).offset == 36
    assert packet.chain.endswith("udp:geneve:ip:udp:data")


def test_option_of_an_unknown_kind():
    packet = decoded(geneve(option(0, 0x80, b"\0\0\0\x0c")))
    (field,) = packet.fields("geneve.option")
    assert field.line == "Unknown, Class: Standard (0x0000) Type: 0x80 (Critical)"
    assert shows(packet, "geneve.option.length") == ["8", "8"]
    assert shows(packet, "geneve.option.unknown.data") == ["00:00:00:0c"]
    assert packet.layer("ip", 2).offset == 44


def test_network_option():
    packet = decoded(geneve(option(0x0132, 1, b"\x80\x00\x00\xd1")))
    assert shows(packet, "geneve.option.gcp.vnid") == ["134217741"]
    assert shows(packet, "geneve.option.gcp.direction") == ["1"]


def test_option_longer_than_the_options_ends_them_and_keeps_what_is_there():
    packet = decoded(geneve(option(0x0103, 1, b"abcd", words=5)))
    assert notes(packet) == ["geneve.option.length.invalid"]
    (rest,) = packet.fields("sixscope.undecoded")
    assert rest.value.endswith(b"abcd")
    assert packet.layer("ip", 2).offset == 44


def test_options_longer_than_the_packet():
    packet = decoded(geneve(first=63))
    assert "_ws.malformed" in notes(packet)
    assert packet.layer("ip", 2) is None


def test_unknown_version():
    packet = decoded(geneve(first=0x40))
    assert notes(packet) == ["geneve.version.unknown"]
    assert packet.layer("ip", 2) is None


@pytest.mark.parametrize("size", range(8))
def test_cut_header(size):
    whole = geneve()
    assert same_without_tree(ipv4(17, udp(whole[28 : 28 + size], 40000, 6081)))

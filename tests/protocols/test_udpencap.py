"""IPsec in UDP (RFC 3948), and how far IKE is read (RFC 7296, section 3)."""

from __future__ import annotations

import struct

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp


def natted(payload):
    return ipv4(17, udp(payload, 4500, 4500))


def ike(first, payloads, version=0x20, exchange=34, flags=0x08):
    size = 28 + len(payloads)
    return struct.pack(">QQBBBBII", 1, 2, first, version, exchange, flags, 7, size) + payloads


def payload(following, body, critical=0):
    return struct.pack(">BBH", following, critical, 4 + len(body)) + body


def test_esp():
    packet = decoded(natted(struct.pack(">II", 0x100, 1) + bytes(20)))
    assert packet.chain.endswith("udp:udpencap:esp")
    assert shows(packet, "esp.spi") == ["0x00000100"]


def test_keepalive_is_one_octet():
    packet = decoded(natted(b"\xff"))
    assert (packet.info, packet.layer("udpencap").end) == ("NAT-keepalive", 29)
    assert "_ws.malformed" in notes(decoded(natted(b"\xff\xff")))


def test_marker_leads_to_ike():
    packet = decoded(natted(bytes(4) + ike(46, payload(35, bytes(32)), exchange=35)))
    assert packet.chain.endswith("udp:udpencap:isakmp")
    assert packet.layer("isakmp").offset == 32
    assert packet.info == "IKE_AUTH MID=07 Initiator Request"


def test_payloads_are_a_chain():
    chain = payload(40, bytes(8)) + payload(0, bytes(16), critical=0x80)
    packet = decoded(ipv4(17, udp(ike(34, chain), 500, 500)))
    assert shows(packet, "isakmp.typepayload") == ["34", "40"]
    assert shows(packet, "isakmp.criticalpayload") == ["0", "1"]
    assert shows(packet, "isakmp.flag_i") == ["1"]


def test_encrypted_payload_ends_the_chain():
    # the type in its head is that of the first payload inside (RFC 7296, section 3.14)
    packet = decoded(ipv4(17, udp(ike(46, payload(33, bytes(16))), 500, 500)))
    assert shows(packet, "isakmp.typepayload") == ["46"]


def test_version_1_encrypts_all_payloads():
    octets = ike(8, bytes(range(32)), version=0x10, exchange=32, flags=1)
    packet = decoded(ipv4(17, udp(octets, 500, 500)))
    assert shows(packet, "isakmp.typepayload") == []
    assert shows(packet, "isakmp.flag_e") == ["1"]
    assert packet.fields("isakmp.enc.data")[0].length == 32


def test_payload_shorter_than_its_head_does_not_hang():
    octets = ike(34, struct.pack(">BBH", 34, 0, 0) * 4)
    assert shows(decoded(ipv4(17, udp(octets, 500, 500))), "isakmp.typepayload") == ["34"] * 4


@pytest.mark.parametrize("size", range(28, 90, 3))
def test_cut_anywhere(size):
    chain = payload(40, bytes(8)) + payload(0, bytes(16))
    assert same_without_tree(natted(bytes(4) + ike(34, chain))[:size])

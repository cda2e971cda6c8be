"""Tunnel Setup Protocol (RFC 5572) over TCP and UDP."""

from __future__ import annotations

import struct

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp

NAME = "sixscope.tsp"
BODY = b'<tunnel action="create"><address type="ipv4">192.0.2.1</address></tunnel>\r\n'
INNER6 = bytes.fromhex("6000000000003b40") + bytes(32)


def segment(payload):
    return ipv4(6, struct.pack(">HHIIBBHHH", 40000, 3653, 1, 1, 0x50, 0x18, 1, 0, 0) + payload)


def datagram(payload):
    return ipv4(17, udp(payload, 40000, 3653))


def test_version():
    packet = decoded(segment(b"VERSION=2.0.0\r\n"))
    assert shows(packet, f"{NAME}.version") == ["2.0.0"]
    assert (packet.protocol, packet.info) == ("TSP", "TSP: VERSION=2.0.0")


def test_body_behind_its_length():
    packet = decoded(segment(b"Content-length: %d\r\n200 Success\r\n" % len(BODY) + BODY))
    assert shows(packet, f"{NAME}.content_length") == [str(len(BODY))]
    assert shows(packet, f"{NAME}.status") == ["200"]
    assert shows(packet, f"{NAME}.tag") == [
        'tunnel action="create"', 'address type="ipv4"', "/address", "/tunnel",
    ]  # fmt: skip
    assert shows(packet, f"{NAME}.content") == ["192.0.2.1"]


def test_signaling_over_udp_has_a_header():
    packet = decoded(datagram(struct.pack(">II", 0xF << 28 | 6, 7) + b"VERSION=2.0.0\r\n"))
    assert shows(packet, f"{NAME}.sequence") == ["6"]
    assert shows(packet, f"{NAME}.timestamp") == ["7"]
    assert shows(packet, f"{NAME}.version") == ["2.0.0"]


@pytest.mark.parametrize(("inner", "layer"), [(INNER6, "ipv6"), (ipv4(59, b""), "ip")])
def test_tunnel_in_the_same_stream(inner, layer):
    assert decoded(datagram(inner)).chain.endswith(f"udp:{NAME}:{layer}")


def test_half_a_header():
    assert notes(decoded(datagram(b"\xf0\0\0\1\0"))) == ["_ws.malformed"]


@pytest.mark.parametrize("payload", [b"<", b"<a", b"a<b>c", b"<><>", b"\r\n", b"200", BODY * 9])
def test_odd_lines(payload):
    assert same_without_tree(segment(payload))
    assert same_without_tree(datagram(struct.pack(">II", 0xF << 28, 0) + payload))

"""Foo over UDP: taken for it only when all fits."""

from __future__ import annotations

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, udp

INNER = ipv4(17, udp(b"abcd"))
INNER6 = bytes.fromhex("6000000000043b40") + bytes.fromhex("20010db8" + "00" * 12) * 2 + b"abcd"


def datagram(payload, port=5555):
    return decoded(ipv4(17, udp(payload, 40000, port)))


@pytest.mark.parametrize("inner", [INNER, INNER6])
def test_whole_packet_is_decoded_and_the_guess_is_told(inner):
    packet = datagram(inner)
    assert ":udp:fou:ip" in packet.chain
    assert notes(packet) == ["sixscope.fou.guessed"]


@pytest.mark.parametrize("inner", [INNER, INNER6])
@pytest.mark.parametrize("change", [lambda p: p + b"x", lambda p: p[:-1], lambda p: p[:19]])
def test_length_that_does_not_fit(inner, change):
    assert datagram(change(inner)).chain.endswith("udp:data")


def test_wrong_header_checksum():
    assert datagram(INNER[:10] + b"\x12\x34" + INNER[12:]).chain.endswith("udp:data")


def test_next_header_that_nobody_reads():
    assert datagram(INNER6[:6] + b"\xfe" + INNER6[7:]).chain.endswith("udp:data")


def test_teredo_off_its_port_is_teredo_s():
    # RFC 4380, section 4: its addresses begin with 2001:0::/32
    teredo = INNER6[:8] + bytes.fromhex("20010000") + INNER6[12:]
    assert datagram(teredo).chain.endswith("udp:teredo:ipv6:data")


def test_port_with_a_dissector_comes_first():
    assert "fou" not in datagram(INNER, 53).chain

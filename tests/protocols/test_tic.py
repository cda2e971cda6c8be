"""Tunnel Information and Control: lines over TCP."""

from __future__ import annotations

import struct

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, same_without_tree, shows


def segment(payload, sport=40000, dport=3874):
    return ipv4(6, struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 0x50, 0x18, 1, 0, 0) + payload)


def test_commands():
    packet = decoded(segment(b"username SIX6-TIC\nchallenge md5\n"))
    assert shows(packet, "sixscope.tic.command") == ["username", "challenge"]
    assert shows(packet, "sixscope.tic.arguments") == ["SIX6-TIC", "md5"]
    assert (packet.protocol, packet.info) == ("TIC", "Request: username SIX6-TIC")


def test_answers():
    lines = b"201 Showing T6006\nTunnelId: T6006\n202 Done\n"
    packet = decoded(segment(lines, 3874, 40000))
    assert shows(packet, "sixscope.tic.status") == ["201", "202"]
    assert shows(packet, "sixscope.tic.name") == ["TunnelId"]
    assert shows(packet, "sixscope.tic.value") == ["T6006"]
    (value,) = packet.fields("sixscope.tic.value")
    assert (value.offset, value.length) == (40 + lines.index(b" T6006\n") + 1 + 10 + 6, 5)


def test_what_is_no_text_is_left_to_others():
    assert decoded(segment(b"\0\1\2")).layer("tic") is None


@pytest.mark.parametrize("payload", [b"", b"\n\n", b":", b"200", b"20 x", b"x\r\ny", b"a" * 20000])
def test_odd_lines(payload):
    assert same_without_tree(segment(payload, 3874, 40000))
    assert same_without_tree(segment(payload))

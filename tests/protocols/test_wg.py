"""WireGuard: the layouts of its paper; streams as tshark counts them."""

from __future__ import annotations

import struct

import pytest

from dissect.engine.session import Session
from tests.protocols.ipv4_packets import (
    DST,
    SRC,
    decoded,
    ipv4,
    notes,
    same_without_tree,
    shows,
    udp,
)

ONE, TWO = struct.pack("<I", 0x11), struct.pack("<I", 0x22)
INITIATION = b"\1\0\0\0" + ONE + bytes(140)
RESPONSE = b"\2\0\0\0" + TWO + ONE + bytes(80)
COOKIE = b"\3\0\0\0" + ONE + bytes(56)


def data(receiver, size=16):
    return b"\4\0\0\0" + receiver + struct.pack("<Q", 5) + bytes(size)


def sent(payload, session=None, *, back=False, ports=(40000, 51820), number=1):
    if back:
        packet = ipv4(17, udp(payload, *ports[::-1]), src=DST, dst=SRC)
    else:
        packet = ipv4(17, udp(payload, *ports))
    return decoded(packet, session, number=number)


@pytest.mark.parametrize(
    ("payload", "info"),
    [
        (INITIATION, "Handshake Initiation, sender=0x00000011"),
        (RESPONSE, "Handshake Response, sender=0x00000022, receiver=0x00000011"),
        (COOKIE, "Cookie Reply, receiver=0x00000011"),
        (data(ONE), "Keepalive, receiver=0x00000011, counter=5"),
        (data(ONE, 32), "Transport Data, receiver=0x00000011, counter=5, datalen=16"),
    ],
)  # fmt: skip
def test_messages(payload, info):
    packet = sent(payload)
    assert (packet.protocol, packet.info) == ("WireGuard", info)
    assert packet.layer("wg").end == 28 + len(payload)


def test_keys_are_shown_as_tools_write_them():
    assert shows(sent(INITIATION), "wg.ephemeral") == ["A" * 43 + "="]


def test_keepalive_is_noted():
    assert notes(sent(data(ONE))) == ["wg.keepalive"]


def test_stream_is_that_of_the_handshake():
    session = Session()
    sent(INITIATION, session, number=1)
    answer = sent(RESPONSE, session, back=True, number=2)
    assert (shows(answer, "wg.stream"), shows(answer, "wg.response_to")) == (["0"], ["1"])
    assert shows(sent(data(TWO), session), "wg.stream") == ["0"]
    assert shows(sent(data(ONE), session, back=True), "wg.stream") == ["0"]
    assert shows(sent(INITIATION, session), "wg.stream") == ["1"]
    assert shows(sent(data(b"none"), session), "wg.stream") == []


def test_other_ports_are_told_by_the_looks():
    assert sent(INITIATION, ports=(40001, 40002)).chain.endswith("udp:wg")
    assert sent(INITIATION + b"x", ports=(40001, 40002)).chain.endswith("udp:data")
    assert sent(b"\4\0\0\1" + data(ONE)[4:], ports=(40001, 40002)).chain.endswith("udp:data")


@pytest.mark.parametrize("payload", [INITIATION[:-1], RESPONSE + b"x", data(ONE, 15), bytes(40)])
def test_length_that_does_not_fit_is_no_wireguard(payload):
    packet = sent(payload)
    assert packet.chain.endswith("udp:data")
    assert packet.protocol == "UDP"


@pytest.mark.parametrize("payload", [INITIATION, data(ONE, 40), INITIATION[:9]])
def test_structure_does_not_depend_on_the_tree(payload):
    assert same_without_tree(ipv4(17, udp(payload, 40000, 51820)))

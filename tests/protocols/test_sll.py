"""Linux cooked captures of both versions."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import Packet, dissect

IPV4 = bytes.fromhex("450000140001000040fd00000a0000010a000002")
MAC = bytes.fromhex("0200000000010000")
GRE = 778


def sll(protocol: int, payload: bytes, hardware: int = 1, length: int = 6) -> Packet:
    head = struct.pack(">HHH", 4, hardware, length) + MAC + struct.pack(">H", protocol)
    return dissect(head + payload, 113, strict=True)


def sll2(protocol: int, payload: bytes, hardware: int = 1, length: int = 6) -> Packet:
    head = struct.pack(">HHIHBB", protocol, 0, 3, hardware, 4, length) + MAC
    return dissect(head + payload, 276, strict=True)


def fields(packet: Packet) -> list[tuple[str, int, int]]:
    return [(n.name, n.offset, n.length) for n in packet.layer("sll").node.children or ()]


def test_version_1() -> None:
    packet = sll(0x88B5, b"abc")
    assert fields(packet) == [
        ("sll.pkttype", 0, 2), ("sll.hatype", 2, 2), ("sll.halen", 4, 2), ("sll.src.eth", 6, 6),
        ("sll.unused", 12, 2), ("sll.etype", 14, 2),
    ]  # fmt: skip
    assert (packet.source, packet.destination) == ("02:00:00:00:00:01", "")
    assert (packet.protocol, packet.info) == ("0x88b5", "Local Experimental Ethertype 1")


def test_version_2_has_the_protocol_first() -> None:
    packet = sll2(0x88B5, b"abc")
    assert fields(packet) == [
        ("sll.etype", 0, 2), ("sll.ifindex", 4, 4), ("sll.hatype", 8, 2), ("sll.pkttype", 10, 1),
        ("sll.halen", 11, 1), ("sll.src.eth", 12, 6), ("sll.unused", 18, 2),
    ]  # fmt: skip
    assert packet["data.data"] == b"abc"


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, [("sll.unused", 6, 8)]),
        (4, [("sll.src.ipv4", 6, 4), ("sll.unused", 10, 4)]),
        (3, [("sll.src.other", 6, 3), ("sll.unused", 9, 5)]),
        (8, [("sll.src.other", 6, 8)]),
        (20, [("sll.src.other", 6, 8)]),  # longer than its field: cut there
    ],
)
def test_addresses_of_all_lengths(length: int, expected: list[tuple[str, int, int]]) -> None:
    assert fields(sll(0x88B5, b"abc", length=length))[3:-1] == expected


def test_protocol_of_a_gre_interface_is_gre_s() -> None:
    packet = sll(0x0800, IPV4, hardware=GRE, length=0)
    assert packet.fields("sll.gretype")[0].show == "0x0800"
    assert packet.chain.startswith("sll:ip")


def test_linux_s_own_protocol_numbers() -> None:
    packet = sll(4, b"\x22\x22\x03abc")
    assert packet.chain == "sll:llc:data"
    unknown = sll(9, b"abc")
    assert unknown.fields("sll.ltype")[0].show == "0x0009"
    assert (unknown.protocol, unknown.info) == ("SLL", "Sent by us")


def test_trailer_is_shown_here() -> None:
    packet = sll(0x0800, IPV4 + bytes(30))
    assert fields(packet)[-2:] == [("eth.padding", 36, 24), ("sll.trailer", 60, 6)]


def test_cut_header_keeps_the_address() -> None:
    packet = dissect(sll(0x0800, b"").data[:15], 113, strict=True)
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]
    assert packet["sll.src.eth"] == MAC[:6]

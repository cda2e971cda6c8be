"""AYIYA: identity and signature sizes are powers and multiples."""

from __future__ import annotations

from dissect.engine.packet import Packet, dissect
from dissect.protocols.ayiya import Ayiya

IPV6 = bytes.fromhex("6000000000003b40") + bytes(32)


def read(head: bytes, rest: bytes) -> Packet:
    return dissect(head + rest, "ayiya", strict=True)


def test_forwarded_packet_stands_behind_identity_and_signature() -> None:
    head = bytes(Ayiya(idlen=2, idtype=1, siglen=3, opcode=1, nxt=41, epoch=1))
    packet = read(head, b"\x01" * 4 + b"\x02" * 12 + IPV6)
    assert packet["ayiya.identity"] == b"\x01" * 4
    assert packet["ayiya.signature"] == b"\x02" * 12
    assert packet["ayiya.epoch"] == 1_000_000_000
    assert packet.chain == "ayiya:ipv6"


def test_heartbeat_carries_nothing() -> None:
    head = bytes(Ayiya(idlen=0, siglen=0, opcode=0, nxt=59))
    packet = read(head, b"\x01")
    assert packet.chain == "ayiya"
    assert packet.findings == []


def test_identity_longer_than_the_datagram_keeps_the_header() -> None:
    packet = read(bytes(Ayiya(idlen=15, siglen=0)), bytes(10))
    assert packet["ayiya.idlen"] == 15
    assert [finding.note.name for finding in packet.findings] == ["_ws.malformed"]


def test_packet_to_be_echoed_and_forwarded_is_decoded() -> None:
    head = bytes(Ayiya(idlen=0, siglen=0, opcode=3, nxt=41))
    assert read(head, b"\x01" + IPV6).chain == "ayiya:ipv6"


def test_message_of_another_operation_is_shown_as_octets() -> None:
    packet = read(bytes(Ayiya(idlen=0, siglen=0, opcode=5, nxt=59)), b"\x01" + b"hello")
    assert packet["sixscope.ayiya.message"] == b"hello"

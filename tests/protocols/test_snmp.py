"""SNMP: what tshark 4.0.17 shows of versions 1 and 2c, and the stream that it begins."""

from __future__ import annotations

from dissect.engine.packet import Packet
from tests.protocols.calls import Line, notes, shows

NAME = bytes.fromhex("06082b06010201010500")
NOTHING = b"\5\0"


def tlv(tag: int, *parts: bytes) -> bytes:
    octets = b"".join(parts)
    return bytes((tag, len(octets))) + octets


def message(kind: int, *bindings: bytes, version: int = 1, identifier: bytes = b"\7") -> bytes:
    numbers = tlv(2, identifier) + tlv(2, b"\0") + tlv(2, b"\0")
    pdu = tlv(0xA0 + kind, numbers, tlv(0x30, *bindings))
    return tlv(0x30, tlv(2, bytes([version])), tlv(4, b"public"), pdu)


def binding(value: bytes, name: bytes = NAME) -> bytes:
    return tlv(0x30, name, value)


def one(octets: bytes) -> Packet:
    return Line().send(octets, 40_000, 161)


def test_request() -> None:
    packet = one(message(0, binding(NOTHING)))
    assert packet.info == "get-request 1.3.6.1.2.1.1.5.0"
    assert packet["snmp.version"] == 1
    assert packet["snmp.community"] == "public"
    assert packet["snmp.variable_bindings"] == 1
    assert len(packet.fields("snmp.value.null")) == 1


def test_response_finds_its_request() -> None:
    line = Line()
    line.send(message(0, binding(NOTHING)), 40_000, 161)
    packet = line.send(message(2, binding(tlv(4, b"vm"))), 161, 40_000, back=True)
    assert shows(packet, "snmp.response_to") == ["1"]
    assert shows(packet, "snmp.time") == ["0.001000000"]
    assert shows(packet, "snmp.var-bind_str") == ["vm"]


def test_conversation_begins_anew_behind_the_first_message() -> None:
    line = Line()
    octets = message(0, binding(NOTHING))
    streams = [
        line.send(octets, 40_000, 161)["udp.stream"],
        line.send(octets, 161, 40_000, back=True)["udp.stream"],
        line.send(octets, 40_000, 161)["udp.stream"],
        line.send(octets, 40_001, 161)["udp.stream"],
    ]
    assert streams == [0, 1, 1, 2]


def test_values() -> None:
    values = (
        tlv(2, b"\xff"), tlv(0x41, b"\0\xff\xff\xff\xff"), tlv(0x40, b"\1\2\3\4"), tlv(0x80),
        tlv(6, b"\x2b\x81\x34"),
    )  # fmt: skip
    packet = one(message(2, *map(binding, values)))
    assert shows(packet, "snmp.value.int") == ["-1"]
    assert shows(packet, "snmp.value.counter") == ["4294967295"]
    assert shows(packet, "snmp.value.ipv4") == ["1.2.3.4"]
    assert shows(packet, "snmp.value.oid") == ["1.3.180"]
    assert notes(packet) == ["snmp.varbind.response"]


def test_address_of_a_wrong_size_is_octets() -> None:
    packet = one(message(2, binding(tlv(0x40, b"\1\2\3"))))
    assert packet["snmp.value.unk"] == b"\1\2\3"


def test_lengths_past_their_bounds_are_malformed() -> None:
    assert "_ws.malformed" in notes(one(message(0, binding(NOTHING))[:-1]))
    assert "_ws.malformed" in notes(one(message(0, binding(b"\5\x09"))))
    assert "_ws.malformed" in notes(one(b"\x30\x80\2\1\1"))


def test_something_else_is_data() -> None:
    assert one(b"xx").chain.endswith("udp:data")

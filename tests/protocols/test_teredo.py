"""Teredo: IPv6 in UDP, with and without indications (RFC 4380, section 5.1.1)."""

from __future__ import annotations

from dissect.engine.packet import Packet, dissect
from dissect.protocols.udp import UDP

IPV6 = bytes.fromhex("6000000000003b40") + bytes(32)
ORIGIN = bytes.fromhex("0000" + "f12a" + "b9c82815")
AUTHENTICATION = bytes.fromhex("0001" + "0000" + "0102030405060708" + "00")


def read(payload: bytes) -> Packet:
    header = bytes(UDP(sport=3544, dport=3545, len=8 + len(payload)))
    return dissect(header + payload, "udp", strict=True)


def test_packet_alone() -> None:
    assert read(IPV6).chain == "udp:teredo:ipv6"


def test_origin_is_inverted() -> None:
    packet = read(ORIGIN + IPV6)
    assert packet["teredo.orig.port"] == 0xF12A ^ 0xFFFF == 3797
    assert packet.fields("teredo.orig.addr")[0].show == "70.55.215.234"
    assert packet.fields("teredo.orig")[0].length == 8
    assert packet.chain == "udp:teredo:ipv6"


def test_authentication_before_origin() -> None:
    packet = read(AUTHENTICATION + ORIGIN + IPV6)
    assert packet.fields("teredo.auth")[0].length == 13
    assert packet.fields("teredo.orig")[0].offset == 8 + 13
    assert packet.chain == "udp:teredo:ipv6"


def test_authentication_with_identifier_and_value() -> None:
    octets = bytes.fromhex("0001" + "0203" + "aabb" + "ccddee" + "0102030405060708" + "01")
    packet = read(octets + IPV6)
    assert packet["teredo.auth.id"] == b"\xaa\xbb"
    assert packet["teredo.auth.value"] == b"\xcc\xdd\xee"
    assert packet["teredo.auth.conf"] == b"\x01"
    assert packet.chain == "udp:teredo:ipv6"


def test_lengths_past_the_datagram_are_malformed() -> None:
    packet = read(bytes.fromhex("0001" + "ffff") + bytes(20))
    assert packet["teredo.auth.idlen"] == 255
    assert "_ws.malformed" in [finding.note.name for finding in packet.findings]


def test_something_else_is_data() -> None:
    assert read(b"\x45" + bytes(30)).chain == "udp:teredo:data"


def test_indication_alone_ends_there() -> None:
    assert read(ORIGIN).chain == "udp:teredo"


BUBBLE = IPV6


def trailers(octets: bytes) -> Packet:
    return read(BUBBLE + octets)


def ours(packet: Packet) -> list[str]:
    """The notes about Teredo."""
    return [f.note.name for f in packet.findings if f.note.name.startswith("sixscope.teredo")]


def test_bubble_is_named() -> None:
    packet = trailers(b"")
    assert packet.fields("sixscope.teredo.bubble")
    outer = dissect(
        bytes.fromhex("4500005000010000401100000a0000010a000002")
        + bytes(UDP(sport=3544, dport=3545, len=48))
        + BUBBLE,
        "ip",
        strict=True,
    )
    assert outer.info == "IPv6 no next header (Teredo bubble)"


def test_trailers_behind_the_packet() -> None:
    # RFC 6081, section 4: nonce, two alternate addresses, random port
    octets = bytes.fromhex(
        "0104deadbeef" + "030e0000" + "0a0000010d0b" + "c0a800010d0c" + "05029c41"
    )
    packet = trailers(octets)
    assert packet["sixscope.teredo.trailer.nonce"] == 0xDEADBEEF
    shown = [node.show for node in packet.fields("sixscope.teredo.trailer.address")]
    assert shown == ["10.0.0.1", "192.168.0.1"]
    assert packet["sixscope.teredo.trailer.random_port"] == 40001
    assert ours(packet) == []


def test_trailer_longer_than_the_datagram_is_noted() -> None:
    packet = trailers(bytes.fromhex("0104dead"))
    assert ours(packet) == ["sixscope.teredo.trailer_cut"]


def test_trailer_of_a_wrong_length_is_shown_as_octets() -> None:
    packet = trailers(bytes.fromhex("0103deadbe"))
    assert packet["sixscope.teredo.trailer.value"] == b"\xde\xad\xbe"

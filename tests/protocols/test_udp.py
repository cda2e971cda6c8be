"""UDP and UDP-Lite; what is expected is tshark's word or worked out by hand."""

from __future__ import annotations

import struct

import pytest

from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.udp import UDP

A, B = bytes(15) + b"\1", bytes(15) + b"\2"
RAW = 101


def ones(octets: bytes) -> int:
    """The ones' complement sum, the slow way."""
    total = 0
    for (word,) in struct.iter_unpack(">H", octets + b"\0" * (len(octets) & 1)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total


def right_sum(octets: bytes, source: bytes = A, destination: bytes = B) -> int:
    pseudo = source + destination + struct.pack(">II", len(octets), 17)
    return ~ones(pseudo + octets) & 0xFFFF or 0xFFFF


def over_ipv6(octets: bytes, nxt: int = 17, *, back: bool = False) -> bytes:
    src, dst = (B, A) if back else (A, B)
    return bytes(IPv6(plen=len(octets), nxt=nxt, src=src, dst=dst)) + octets


def over_ipv4(octets: bytes, protocol: int = 17) -> bytes:
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(octets), 1, 0, 64, protocol, 0,
                       b"\x0a\0\0\1", b"\x0a\0\0\2")  # fmt: skip
    return head[:10] + struct.pack(">H", ~ones(head) & 0xFFFF) + head[12:] + octets


def datagram(payload: bytes = b"abcd", sport: int = 40000, dport: int = 9, **more: int) -> bytes:
    fields = {"len": 8 + len(payload), "sum": 0, **more}
    return bytes(UDP(sport=sport, dport=dport, **fields)) + payload


def read(octets: bytes, session: Session | None = None, **options: object) -> Packet:
    packet = Packet(octets, RAW, session=session, strict=True, **options)  # type: ignore[arg-type]
    return packet.decode(detail=True)


def names(packet: Packet) -> list[str]:
    return [finding.note.name for finding in packet.findings]


def good(payload: bytes = b"abcd", **more: int) -> bytes:
    octets = datagram(payload, **more)
    return octets[:6] + struct.pack(">H", right_sum(octets)) + octets[8:]


def test_right_checksum_is_good() -> None:
    packet = read(over_ipv6(good()))
    assert packet["udp.checksum.status"] == 1
    assert packet["udp.checksum_calculated"] == packet["udp.checksum"]
    assert names(packet) == []
    assert (packet.protocol, packet.info) == ("UDP", "40000 → 9 Len=4")


def test_odd_payload_is_padded_for_the_checksum() -> None:
    assert read(over_ipv6(good(b"abc")))["udp.checksum.status"] == 1


def test_wrong_checksum_says_what_it_should_be() -> None:
    right = right_sum(datagram())
    packet = read(over_ipv6(datagram(sum=right ^ 1)))
    assert packet["udp.checksum.status"] == 0
    assert packet["udp.checksum_calculated"] == right
    assert names(packet) == ["udp.checksum.bad"]
    assert packet.info == "40000 → 9 Len=4 [UDP CHECKSUM INCORRECT]"


def test_computed_zero_is_sent_as_all_ones() -> None:
    octets = datagram(b"\0\0", sport=40000)
    filler = right_sum(octets)  # with this in the payload the sum comes out as zero
    octets = datagram(struct.pack(">H", filler), sport=40000)
    packet = read(over_ipv6(datagram(struct.pack(">H", filler), sum=0x1234)))
    assert right_sum(octets) == 0xFFFF
    assert packet["udp.checksum_calculated"] == 0xFFFF


def test_zero_checksum_is_illegal_over_ipv6() -> None:
    packet = read(over_ipv6(datagram()))
    assert packet["udp.checksum.status"] == 4
    assert names(packet) == ["udp.checksum.zero"]
    assert packet.info == "40000 → 9 Len=4 [ILLEGAL CHECKSUM (0)]"


def test_zero_checksum_is_none_over_ipv4() -> None:
    packet = read(over_ipv4(datagram()))
    assert packet["udp.checksum.status"] == 3
    assert "udp.checksum.zero" not in names(packet)


def test_cut_payload_leaves_the_checksum_unverified() -> None:
    octets = over_ipv6(good(bytes(20)))
    packet = read(octets[:60], original=len(octets))
    assert packet["udp.checksum.status"] == 2
    assert packet["udp.payload"] == bytes(12)


def test_length_below_the_header_ends_it() -> None:
    packet = read(over_ipv4(datagram(len=4)))
    assert names(packet) == ["udp.length.bad"]
    assert packet.info == "40000 → 9 [BAD UDP LENGTH 4 < 8]"
    assert "udp.checksum.status" not in packet


def test_length_past_the_ip_payload_is_noted_and_the_rest_is_read() -> None:
    packet = read(over_ipv4(datagram(len=40)))
    assert names(packet) == ["udp.length.bad"]
    assert packet.info == "40000 → 9 [BAD UDP LENGTH 40 > IP PAYLOAD LENGTH] Len=32"
    assert packet["udp.payload"] == b"abcd"


def test_payload_ends_where_the_length_says() -> None:
    packet = read(over_ipv4(datagram(len=10)))
    assert packet["udp.payload"] == b"ab"
    assert packet["data.data"] == b"ab"


def test_zero_length_is_a_jumbogram_and_too_small_for_one() -> None:
    packet = read(over_ipv6(datagram(len=0)))
    assert names(packet) == ["udp.length.bad_zero", "udp.checksum.zero"]
    assert packet.info == "40000 → 9 Len=4 [Jumbogram] [ILLEGAL CHECKSUM (0)]"
    assert packet["udp.payload"] == b"abcd"


@pytest.mark.parametrize(
    ("port", "text"),
    [(33435, "hop #1, attempt #1"), (33438, "hop #2, attempt #1"), (33464, "hop #10, attempt #3")],
)
def test_traceroute_ports_say_hop_and_attempt(port: int, text: str) -> None:
    packet = read(over_ipv6(good(dport=port)))
    assert [finding.text for finding in packet.findings] == [f"Possible traceroute: {text}"]


@pytest.mark.parametrize("port", [33434, 33465])
def test_ports_around_traceroute_are_not_noted(port: int) -> None:
    assert names(read(over_ipv6(good(dport=port)))) == []


def test_both_directions_are_one_stream_with_times() -> None:
    session = Session()
    read(over_ipv6(good()), session, time_ns=1_000)
    other = read(over_ipv6(good(sport=5)), session, time_ns=1_500)
    back = read(over_ipv6(datagram(sport=9, dport=40000), back=True), session, time_ns=4_000)
    assert other["udp.stream"] == 1
    assert back["udp.stream"] == 0
    assert (back["udp.time_relative"], back["udp.time_delta"]) == (3_000, 3_000)


def test_decoding_again_gives_the_same_times() -> None:
    session = Session()
    read(over_ipv6(good()), session, time_ns=1_000)
    packet = Packet(over_ipv6(good()), RAW, session=session, time_ns=3_000, strict=True)
    packet.decode()
    assert packet["udp.time_delta"] == 2_000
    assert packet["udp.stream"] == 0


def test_cut_header_keeps_the_ports() -> None:
    octets = over_ipv6(good())
    packet = read(octets[:45], original=len(octets))
    assert packet["udp.srcport"] == 40000
    assert "udp.length" not in packet
    assert packet.info.startswith("40000 → 9[Packet size limited")


def test_quoted_datagram_keeps_its_stream_but_no_times() -> None:
    session = Session()
    octets = over_ipv6(good())
    read(octets, session, time_ns=1)
    error = b"\1\4\0\0\0\0\0\0" + octets
    pseudo = B + A + struct.pack(">II", len(error), 58)
    error = error[:2] + struct.pack(">H", ~ones(pseudo + error) & 0xFFFF) + error[4:]
    packet = read(over_ipv6(error, 58, back=True), session, time_ns=2)
    assert packet["udp.stream"] == 0
    assert packet["udp.checksum.status"] == 1
    assert "udp.time_delta" not in packet
    assert packet.protocol == "ICMPv6"


def test_udplite_coverage_out_of_range() -> None:
    packet = read(over_ipv4(datagram(len=40, sum=7), 136))
    assert names(packet) == ["udplite.checksum_coverage.bad"]
    assert packet.info == (
        "40000 → 9 [BAD LIGHTWEIGHT UDP CHECKSUM COVERAGE LENGTH 40 < 8 or > 12] Len=4"
    )
    assert packet["udp.length"] == 12


def test_udplite_zero_coverage_means_all() -> None:
    packet = read(over_ipv4(datagram(len=0, sum=7), 136))
    assert names(packet) == []
    assert (packet.protocol, packet["udp.checksum_coverage"]) == ("UDP-Lite", 0)


def test_udplite_checksum_must_not_be_zero() -> None:
    assert names(read(over_ipv4(datagram(len=10), 136))) == ["udp.checksum.zero"]


def test_structure_and_detail_say_the_same() -> None:
    octets = over_ipv6(datagram(len=0, sum=99, dport=33440))
    plain = Packet(octets, RAW, strict=True).decode()
    detailed = read(octets)
    assert names(plain) == names(detailed)
    assert plain.info == detailed.info
    assert plain.chain == detailed.chain

"""Datagrams in fragments: whole, wrong, in tunnels; what tshark makes otherwise comes last."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from dissect.capture.write import PcapngWriter
from making.build import (
    BEGIN,
    HOST,
    HOST4,
    ICMPV6,
    MILLISECOND,
    OTHER,
    OTHER4,
    ROUTER,
    ROUTER4,
    TCP_PROTO,
    THIRD,
    UDP_PROTO,
    counting,
    ethernet,
    fragment,
    icmp,
    icmpv6,
    icmpv6_packet,
    ipv4,
    ipv6,
    option,
    padded_options,
    tcp,
    udp,
)

SECOND = 1000 * MILLISECOND
DATAGRAM = udp(counting(92), 40000, 9)
DATAGRAM4 = udp(counting(92), 40000, 9, HOST4, OTHER4)


class Case(NamedTuple):
    """A frame, what it is for, the time since the one before, and how much of it is captured."""

    frame: bytes
    comment: str
    wait: int = MILLISECOND
    captured: int | None = None


def parts(whole: bytes, *starts: int) -> list[tuple[int, bytes, bool]]:
    """The fragments of a datagram that begin at these offsets: offset, octets, more of them."""
    ends = (*starts[1:], len(whole))
    return [
        (start, whole[start:end], end < len(whole)) for start, end in zip(starts, ends, strict=True)
    ]


def pieces6(
    whole: bytes, nxt: int, ident: int, *starts: int, src: bytes = HOST, dst: bytes = OTHER
) -> list[bytes]:
    """A datagram in IPv6 packets."""
    return [
        ipv6(fragment(part, nxt, start, more=more, ident=ident), 44, src, dst)
        for start, part, more in parts(whole, *starts)
    ]


def pieces4(
    whole: bytes, p: int, ident: int, *starts: int, src: bytes = HOST4, dst: bytes = OTHER4
) -> list[bytes]:
    """A datagram in IPv4 packets."""
    return [
        ipv4(part, p, src, dst, id=ident, flags_off=more << 13 | start // 8)
        for start, part, more in parts(whole, *starts)
    ]


def three6(ident: int, port: int = 40000) -> list[bytes]:
    """A UDP datagram in three IPv6 packets."""
    return pieces6(udp(counting(92), port, 9), UDP_PROTO, ident, 0, 48, 80)


def three4(ident: int, port: int = 40000) -> list[bytes]:
    """A UDP datagram in three IPv4 packets."""
    return pieces4(udp(counting(92), port, 9, HOST4, OTHER4), UDP_PROTO, ident, 0, 48, 80)


def one6(part: bytes, start: int, ident: int, *, more: bool, nxt: int = UDP_PROTO) -> bytes:
    """A single fragment in an IPv6 packet."""
    return ipv6(fragment(part, nxt, start, more=more, ident=ident), 44)


def one4(part: bytes, start: int, ident: int, *, more: bool, p: int = UDP_PROTO) -> bytes:
    """A single fragment in an IPv4 packet."""
    return ipv4(part, p, id=ident, flags_off=more << 13 | start // 8)


def framed(packets: Iterable[bytes], comment: str) -> Iterator[Case]:
    """Packets in frames, the first with the comment; short IPv4 ones padded as on a wire."""
    for index, packet in enumerate(packets):
        text = comment if not index else f"… {index + 1}"
        if packet[0] >> 4 == 4:
            frame = ethernet(packet, 0x0800)
            yield Case(frame + bytes(max(60 - len(frame), 0)), text)
        else:
            yield Case(ethernet(packet), text)


def ipv6_cases() -> Iterator[Case]:
    """IPv6, as tshark has it."""
    a, b, c = three6(1)
    yield from framed([a, b, c], "Three in order")
    a, b, c = three6(2)
    yield from framed([c, b, a], "The last one first")
    a, b, c = three6(3)
    d, e, f = three6(4)
    yield from framed([a, d, f, b, e, c], "Two datagrams, one between the other")
    a, b, c = three6(5)
    yield from framed([a, b, b, c, b], "One twice, and once more when all is whole")
    yield from framed(three6(6)[::2], "One missing")
    a, b, c = three6(7)
    atomic = one6(DATAGRAM, 0, 7, more=False)
    yield from framed([a, atomic, b, c], "Around an atomic one of the same number (RFC 6946)")
    first, last = one6(DATAGRAM[:48], 0, 8, more=True), one6(DATAGRAM[48:], 48, 8, more=False)
    stray = one6(counting(8), 400, 8, more=False)
    yield from framed([last, stray, first], "Two last ones, of which one is too far behind")
    yield from framed([one6(DATAGRAM[:45], 0, 9, more=True)], "Length no multiple of 8")
    yield from framed([one6(counting(1200), 65528, 10, more=False)], "Reaches past 65,535 octets")
    yield from framed([one6(DATAGRAM[:4], 0, 11, more=True)], "Too small for UDP's header")
    yield from framed(pieces6(DATAGRAM, UDP_PROTO, 12, 0, 8, 16, 24), "Eight octets each")
    hidden = padded_options(UDP_PROTO, option(0x1E, counting(11))) + DATAGRAM
    yield from framed(pieces6(hidden, 60, 13, 0, 8, 24), "Options and UDP split (RFC 7112)")
    inside = padded_options(UDP_PROTO, option(4, b"\4")) + DATAGRAM
    before = [
        ipv6(padded_options(44, option(5, b"\0\0")) + fragment(part, 60, at, more=m, ident=14), 0)
        for at, part, m in parts(inside, 0, 56)
    ]
    yield from framed(before, "Headers before and behind the Fragment header")
    request = icmpv6(128, 0, b"\x60\x06\0\1" + counting(2992))
    yield from framed(pieces6(request, ICMPV6, 15, 0, 1232, 2464), "Echo request of 3,000 octets")
    yield from framed(pieces6(DATAGRAM[:-1] + b"!", UDP_PROTO, 16, 0, 48), "UDP checksum wrong")
    segment = tcp(counting(80), 40000, 9)
    yield from framed(pieces6(segment, TCP_PROTO, 17, 0, 40), "TCP")
    yield from framed(pieces6(counting(40), 253, 18, 0, 24), "An experimental protocol")
    yield from framed(pieces6(counting(40), 59, 19, 0, 24), "No next header")
    tagged = [b"\x81\0" + struct.pack(">H", n) + b"\x86\xdd" for n in (5, 6)]
    yield from (
        Case(ethernet(b"")[:12] + tag + packet, "In two VLANs")
        for tag, packet in zip(tagged, pieces6(DATAGRAM, UDP_PROTO, 20, 0, 48), strict=True)
    )
    error = icmpv6(1, 4, bytes(4) + ipv6(udp(counting(900), 40000, 9), UDP_PROTO), ROUTER, HOST)
    yield from framed(
        pieces6(error, ICMPV6, 21, 0, 512, src=ROUTER, dst=HOST), "An error with its quote"
    )


def ipv6_tunnels() -> Iterator[Case]:
    """Tunnels around fragments, in fragments, and both."""
    inner = ipv6(DATAGRAM, UDP_PROTO)
    outer = {"src": ROUTER, "dst": THIRD}
    yield from framed(pieces6(inner, 41, 30, 0, 40, 96, **outer), "IPv6 in IPv6 in fragments")
    yield from framed(
        [ipv6(packet, 41, ROUTER, THIRD) for packet in three6(31)], "Fragments in IPv6"
    )
    both = [
        piece
        for index, packet in enumerate(three6(32))
        for piece in pieces6(packet, 41, 33 + index, 0, 56, **outer)
    ]
    yield from framed(both, "Fragments in fragments of a tunnel")
    yield from framed(pieces4(inner, 41, 30, 0, 48), "6in4 in fragments")
    yield from framed([ipv4(packet, 41) for packet in three6(36)], "Fragments in 6in4")
    packet4 = ipv4(DATAGRAM4, UDP_PROTO)
    yield from framed(pieces6(packet4, 4, 37, 0, 64, **outer), "IPv4 in IPv6 in fragments")
    short = ethernet(ipv6(udp(b"", 40000, 9), UDP_PROTO, plen=8)) + bytes(9)
    vxlan = udp(b"\x08\0\0\0\0\0\7\0" + short, 50000, 4789, ROUTER, THIRD)
    yield from framed(
        pieces6(vxlan, UDP_PROTO, 38, 0, 56, **outer), "A frame with padding, over VXLAN"
    )


def ipv6_cut() -> Iterator[Case]:
    """Fragments of which the capture has not everything."""
    a, b, c = (ethernet(packet) for packet in three6(40))
    yield Case(a, "Cut by the capture, the first", captured=len(a) - 8)
    yield Case(b, "… and a whole one")
    yield Case(c, "Cut by the capture, the last", captured=len(c) - 8)
    yield Case(a, "The first once more: one is still missing")


def ipv6_otherwise() -> Iterator[Case]:
    """What tshark makes otherwise, against RFC 8200."""
    a, b, c = three6(50, 41000)
    same = one6(udp(counting(92), 41000, 9)[40:64], 40, 50, more=True)
    yield from framed([a, same, b, c], "An overlap with the same octets (RFC 5722)")
    a, b, c = three6(51, 41001)
    yield from framed([b, one6(bytes(16), 40, 51, more=True), a, c], "An overlap with other octets")
    a, b, c = three6(52, 41002)
    yield from framed(
        [a, one6(bytes(48), 0, 52, more=True), b, c], "Other octets at the same place"
    )
    a, b, c = three6(53, 41003)
    yield from framed([b, c], "The first one comes too late …")
    yield Case(ethernet(a), "… after 61 seconds", 61 * SECOND)
    a, b = pieces6(udp(counting(92), 41004, 9), UDP_PROTO, 54, 0, 48)
    wrong = b[:40] + bytes([TCP_PROTO]) + b[41:]
    yield from framed([a, wrong], "Next Header of the last one is another")
    quote = three6(55, 41005)
    unreached = [icmpv6_packet(3, 1, bytes(4) + packet, OTHER, HOST) for packet in quote[:2]]
    yield from framed(unreached, "Reassembly time exceeded: a fragment quoted, first and later")
    nested = [fragment(p, UDP_PROTO, at, more=m, ident=56) for at, p, m in parts(DATAGRAM, 0, 48)]
    yield from framed(
        [p for i, part in enumerate(nested) for p in pieces6(part, 44, 57 + i, 0, 32)],
        "Fragments of fragments",
    )


def ipv4_cases() -> Iterator[Case]:
    """IPv4, as tshark has it."""
    a, b, c = three4(1)
    yield from framed([a, b, c], "Three in order, the last with padding")
    a, b, c = three4(2)
    yield from framed([c, b, a], "The last one first")
    a, b, c = three4(3)
    d, e, f = three4(4)
    yield from framed([a, d, f, b, e, c], "Two datagrams, one between the other")
    a, b, c = three4(5)
    yield from framed([a, b, b, c, b], "One twice, and once more when all is whole")
    yield from framed(three4(6)[::2], "One missing")
    a, b, c = three4(7)
    yield from framed([a, one4(DATAGRAM4[40:64], 40, 7, more=True), b, c], "An overlap, the same")
    a, b, c = three4(8)
    yield from framed([a, one4(bytes(24), 40, 8, more=True), b, c], "An overlap, other octets")
    a, b, c = three4(9)
    yield from framed([a, one4(bytes(48), 0, 9, more=True), b, c], "Other octets, the same place")
    a, b, c = three4(10)
    yield from framed([c, one4(bytes(8), 64, 10, more=False), a, b], "Two last ones")
    a, b, c = three4(11)
    yield from framed(
        [one4(bytes(40), 80, 11, more=True), one4(bytes(8), 400, 11, more=True), c, b, a],
        "Octets behind the last one",
    )
    a, b = pieces4(DATAGRAM4, UDP_PROTO, 12, 0, 48)
    damaged = b[:10] + b"\x12\x34" + b[12:]
    yield from framed([a, damaged, b], "Header checksum of one wrong: it does not count")
    a, b = pieces4(DATAGRAM4, UDP_PROTO, 13, 0, 48)
    yield from framed([a, one4(DATAGRAM4[48:], 48, 13, more=False, p=6)], "Another protocol")
    empty = one4(b"", 0, 14, more=True), one4(b"", 104, 14, more=False)
    yield from framed(empty, "Nothing in them")
    options = b"\x07\x07\x04" + bytes(4)
    routed = ipv4(DATAGRAM4[:48], UDP_PROTO, id=15, flags_off=0x2000, options=options)
    yield from framed([routed, one4(DATAGRAM4[48:], 48, 15, more=False)], "Options in the first")
    request = icmp(8, 0, b"\x60\x06\0\1" + counting(2992))
    yield from framed(pieces4(request, 1, 16, 0, 1480, 2960), "Echo request of 3,000 octets")
    yield from framed(pieces4(DATAGRAM4[:-1] + b"!", UDP_PROTO, 17, 0, 48), "UDP checksum wrong")
    segment = tcp(counting(80), 40000, 9, HOST4, OTHER4)
    yield from framed(pieces4(segment, TCP_PROTO, 118, 0, 8), "TCP, its header split (RFC 1858)")
    yield from framed(pieces4(counting(40), 253, 19, 0, 24), "An experimental protocol")
    long = ipv4(DATAGRAM4[48:], UDP_PROTO, id=20, flags_off=6, length=200)
    yield from framed([one4(DATAGRAM4[:48], 0, 20, more=True), long], "Total Length past the end")
    yield from framed([one4(counting(48), 65528, 21, more=False)], "Reaches past 65,535 octets")


def ipv4_tunnels() -> Iterator[Case]:
    """Tunnels around fragments, in fragments, and both."""
    inner = ipv4(DATAGRAM4, UDP_PROTO)
    outer = {"src": ROUTER4, "dst": OTHER4}
    yield from framed(pieces4(inner, 4, 30, 0, 64, **outer), "IPv4 in IPv4 in fragments")
    yield from framed([ipv4(p, 4, ROUTER4, OTHER4) for p in three4(31)], "Fragments in IPv4")
    both = [
        piece
        for index, packet in enumerate(three4(32))
        for piece in pieces4(packet, 4, 33 + index, 0, 24, **outer)
    ]
    yield from framed(both, "Fragments in fragments of a tunnel")
    gre = struct.pack(">HH", 0, 0x86DD) + ipv6(DATAGRAM, UDP_PROTO)
    yield from framed(pieces4(gre, 47, 36, 0, 72, **outer), "GRE with IPv6 in fragments")


def ipv4_cut() -> Iterator[Case]:
    """Fragments of which the capture has not everything."""
    a, b, c = (ethernet(packet, 0x0800) for packet in three4(40))
    yield Case(a, "Cut by the capture, the first", captured=len(a) - 8)
    yield Case(b, "… and a whole one")
    yield Case(c, "Cut by the capture, the last", captured=len(c) - 8)
    yield Case(a, "The first once more: one is still missing")


def ipv4_otherwise() -> Iterator[Case]:
    """What tshark makes otherwise."""
    a, b, c = three4(50, 41000)
    yield from framed([a, b], "The last one comes too late …")
    yield Case(ethernet(c, 0x0800), "… after 31 seconds", 31 * SECOND)
    quote = three4(51, 41001)
    exceeded = [ipv4(icmp(11, 1, bytes(4) + packet), 1, OTHER4, HOST4) for packet in quote[:2]]
    yield from framed(exceeded, "Reassembly time exceeded: a fragment quoted, first and later")


def _write(path: Path, *groups: Iterable[Case]) -> None:
    now = BEGIN
    with path.open("wb") as stream:
        file = PcapngWriter(stream)
        file.interface(1)
        for case in (case for group in groups for case in group):
            now += case.wait
            data = case.frame[: case.captured]
            file.packet(data, now, original=len(case.frame), comment=case.comment)


FILES = {
    "fragments_ipv6.pcapng": lambda path: _write(
        path, ipv6_cases(), ipv6_tunnels(), ipv6_cut(), ipv6_otherwise()
    ),
    "fragments_ipv4.pcapng": lambda path: _write(
        path, ipv4_cases(), ipv4_tunnels(), ipv4_cut(), ipv4_otherwise()
    ),
}

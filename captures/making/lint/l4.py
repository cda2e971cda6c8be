"""Cases of the rules of UDP, TCP and SCTP."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    FIN,
    HOST,
    OTHER,
    SYN,
    THIRD,
    UDP_PROTO,
    ethernet,
    ip6,
    ipv6,
    multicast_mac,
    option,
    padded_options,
    tcp,
    udp,
)
from making.lint import At, Case, broken, near

DATAGRAM = udp(b"sixscope", 40000, 9)
SEGMENT = tcp(b"sixscope", 40000, 80)
DESTINATION_OPTIONS = 60


def packet(payload: bytes, nxt: int = UDP_PROTO, dst: bytes = OTHER) -> bytes:
    """In IPv6 and a frame."""
    frame = {"dst": multicast_mac(dst)} if dst[0] == 0xFF else {}
    return ethernet(ipv6(payload, nxt, HOST, dst), **frame)


def without_sum(dport: int) -> bytes:
    """A datagram without checksum."""
    return packet(struct.pack(">HHHH", 40000, dport, 16, 0) + b"sixscope")


def from_home(payload: bytes) -> bytes:
    """Behind a home address, which stands for the source (RFC 6275, section 11.3.1)."""
    options = padded_options(UDP_PROTO, option(1, bytes(2)) + option(0xC9, THIRD))
    return packet(options + payload, DESTINATION_OPTIONS)


def crc(octets: bytes) -> int:
    """CRC32c bit by bit, as RFC 9260, appendix A, describes it."""
    rest = 0xFFFFFFFF
    for octet in octets:
        rest ^= octet
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
    return rest ^ 0xFFFFFFFF


def sctp(*chunks: bytes, tag: int = 0, wrong: int = 0) -> bytes:
    """A packet with these chunks."""
    head, body = struct.pack(">HHI", 40000, 9, tag), b"".join(chunks)
    total = crc(head + bytes(4) + body) ^ wrong
    return packet(head + struct.pack("<I", total) + body, 132)


INIT = struct.pack(">BBHIIHHI", 1, 0, 20, 0x6006, 65536, 10, 10, 1)
COOKIE_ACK = struct.pack(">BBH", 11, 0, 4)


def cases() -> Iterator[Case]:
    """Checksums, lengths, flags."""
    yield broken("L4-001", without_sum(9))
    yield broken("L4-001", without_sum(4789))
    yield near("L4-001", "with a checksum", packet(DATAGRAM))
    yield broken("L4-002", packet(DATAGRAM[:6] + b"\x66\x66" + DATAGRAM[8:]))
    yield broken("L4-002", packet(SEGMENT[:16] + b"\x66\x66" + SEGMENT[18:], 6))
    yield near("L4-002", "right", packet(DATAGRAM), packet(SEGMENT, 6))
    yield broken("L4-002", from_home(DATAGRAM))
    yield near("L4-002", "of the home address", from_home(udp(b"sixscope", 40000, 9, THIRD)))
    cut = packet(DATAGRAM[:6] + b"\x66\x66" + DATAGRAM[8:])
    yield near("L4-002", "cut by the capture", At(cut[:66], original=len(cut)))
    yield broken("L4-003", packet(udp(b"sixscope", 40000, 9, length=40)))
    yield broken("L4-003", packet(udp(b"sixscope", 40000, 9, length=4)))
    yield broken("L4-003", packet(udp(b"sixscope", 40000, 9, length=12)))
    yield broken("L4-003", packet(SEGMENT[:12] + b"\x40" + SEGMENT[13:], 6))
    yield broken("L4-003", packet(SEGMENT[:12] + b"\xf0" + SEGMENT[13:], 6))
    yield broken("L4-003", packet(udp(b"sixscope", 0, 9)))
    yield near("L4-003", "as long as they are", packet(DATAGRAM), packet(SEGMENT, 6))
    yield broken("L4-004", packet(tcp(b"", 40000, 80, dst=ALL_NODES, flags=SYN), 6, ALL_NODES))
    yield broken("L4-004", packet(tcp(b"", 40000, 80, flags=SYN | FIN), 6))
    yield broken("L4-004", packet(tcp(b"", 40000, 80, flags=0), 6))
    yield near("L4-004", "a connection begins", packet(tcp(b"", 40000, 80, flags=SYN), 6))
    group = ip6("ff15::6006")
    yield near("L4-004", "UDP to a group", packet(udp(b"", 40000, 9, dst=group), dst=group))
    yield broken("L4-005", sctp(INIT, wrong=6))
    yield broken("L4-005", sctp(INIT, COOKIE_ACK))
    yield broken("L4-005", sctp(INIT, tag=6))
    yield near("L4-005", "INIT alone", sctp(INIT), sctp(COOKIE_ACK, tag=6))

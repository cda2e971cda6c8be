"""RTP and RTCP that nobody has announced, at ports that say nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import UDP_PROTO, Commented, counting, ethernet, ipv6, udp, write

RTP, RTCP = 5004, 5005
SENDER, RECEIVER = 0x06006006, 0x07007007


def sent(payload: bytes, port: int) -> bytes:
    """A datagram from a port to the same."""
    return ethernet(ipv6(udp(payload, port, port), UDP_PROTO))


def rtp(number: int, kind: int = 0, payload: bytes = counting(20), first: int = 0x80) -> bytes:
    """RTP's fixed header (RFC 3550, section 5.1) and a payload."""
    return struct.pack(">BBHII", first, kind, number, 160 * number, SENDER) + payload


def packets() -> Iterator[Commented]:
    """Audio, and reports of it; for ``-o udp.decode_as:5004=rtp,5005=rtcp``."""
    for number in range(1, 4):
        yield sent(rtp(number), RTP), "PCMU"
    yield sent(rtp(4, 0x80 | 8), RTP), "PCMA, marked"
    yield sent(rtp(5, 96, counting(30)), RTP), "A dynamic payload type"
    yield sent(rtp(6, 0, counting(12) + b"\0\0\0\4", 0xA0), RTP), "Padding"
    yield sent(rtp(7, 0, struct.pack(">HH", 6, 1) + counting(24), 0x90), RTP), "An extension"
    yield sent(rtp(8)[:9], RTP), "A header that ends early"
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, SENDER, 0xEE000000, 0, 1600, 10, 200)
    name = struct.pack(">BBHI", 0x81, 202, 4, SENDER) + b"\1\x08six@host" + bytes(2)
    yield sent(report + name, RTCP), "A sender's report, its name"
    block = struct.pack(">IIIIII", SENDER, 0x01000001, 5, 60, 0xEE000000, 6)
    yield sent(struct.pack(">BBHI", 0x81, 201, 7, RECEIVER) + block, RTCP), "A receiver's report"


FILES = {"rtp.pcapng": lambda path: write(path, packets())}

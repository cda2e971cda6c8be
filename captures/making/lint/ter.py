"""Cases of Teredo's rules."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_ROUTERS,
    HOST,
    UDP_PROTO,
    ethernet,
    icmpv6_packet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    nd_option,
    udp,
)
from making.lint import Case, broken, near

SERVER, NAT, PEER = ip4("203.0.113.1"), ip4("198.51.100.6"), ip4("192.0.2.66")
PORT, CLIENT_PORT = 3544, 40000
LOCAL, SERVER_LOCAL = ip6("fe80::ffff:ffff:fffe"), ip6("fe80::8000:ffff:ffff:fffe")


def address(server: bytes = SERVER, client: bytes = NAT, port: int = CLIENT_PORT,
            flags: int = 0x8000) -> bytes:  # fmt: skip
    """A Teredo address."""
    return (
        ip6("2001::")[:4] + server + struct.pack(">HH", flags, port ^ 0xFFFF)
        + bytes(octet ^ 0xFF for octet in client)
    )  # fmt: skip


CLIENT = address()


def origin(client: bytes = NAT, port: int = CLIENT_PORT) -> bytes:
    """An origin indication."""
    return struct.pack(">HH", 0, port ^ 0xFFFF) + bytes(octet ^ 0xFF for octet in client)


def auth(nonce: bytes = b"sixscope") -> bytes:
    """An authentication header with nothing but a nonce."""
    return b"\0\1\0\0" + nonce + b"\0"


def teredo(
    packet: bytes, before: bytes = b"", src: bytes = NAT, sport: int = CLIENT_PORT,
    dst: bytes = PEER, dport: int = PORT, behind: bytes = b"",
) -> bytes:  # fmt: skip
    """A datagram."""
    datagram = udp(before + packet + behind, sport, dport, src, dst)
    return ethernet(ipv4(datagram, UDP_PROTO, src, dst), 0x0800)


def inside(src: bytes = CLIENT, dst: bytes = HOST) -> bytes:
    """An IPv6 packet."""
    return ipv6(udp(b"sixscope", 40000, 9, src, dst), UDP_PROTO, src, dst)


def advertisement(*prefixes: bytes, before: bytes | None = None) -> bytes:
    """What the server answers to the client."""
    body = struct.pack(">BBHII", 0, 0, 0, 0, 0)
    for prefix in prefixes or (ip6("2001::")[:4] + SERVER + bytes(8),):
        body += nd_option(3, struct.pack(">BBIII", 64, 0x40, 2**32 - 1, 2**32 - 1, 0) + prefix)
    packet = icmpv6_packet(134, 0, body, SERVER_LOCAL, LOCAL, 255)
    before = auth() + origin() if before is None else before
    return teredo(packet, before, SERVER, PORT, NAT, CLIENT_PORT)


def cases() -> Iterator[Case]:
    """Datagrams, addresses, qualification."""
    yield broken("TER-001", teredo(b"sixscope" * 6))
    yield broken("TER-001", teredo(b"", origin()[:5]))
    yield broken("TER-001", teredo(ipv6(b"", 59, CLIENT, plen=40)))
    yield broken("TER-001", teredo(inside(), behind=b"\1\x20\0\0"))
    yield near("TER-001", "with a trailer", teredo(inside(), behind=b"\1\4\0\0\0\6"))
    yield broken("TER-002", teredo(inside(), src=PEER, dst=NAT))
    yield broken("TER-002", teredo(inside(), sport=40001))
    yield near("TER-002", "from its mapping", teredo(inside()))
    yield near("TER-002", "through the server",
               teredo(inside(), origin(), SERVER, PORT, PEER, CLIENT_PORT))  # fmt: skip
    yield broken("TER-003", teredo(inside(), origin(PEER), SERVER, PORT, PEER, CLIENT_PORT))
    yield near("TER-003", "the same", teredo(inside(), origin(), SERVER, PORT, PEER, CLIENT_PORT))
    yield broken("TER-004", ethernet(inside(address(client=ip4("10.6.6.6")))))
    yield broken("TER-004", ethernet(inside(address(ip4("127.0.0.1")))))
    yield broken("TER-004", ethernet(inside(address(flags=0x8200))))
    yield broken("TER-004", ethernet(inside(ip6("3ffe:831f::1"))))
    yield near("TER-004", "global ones", ethernet(inside()))
    yield broken("TER-005", teredo(ipv6(b"sixscope", 59, CLIENT)))
    yield near("TER-005", "empty", teredo(ipv6(b"", 59, CLIENT)))
    solicit = teredo(icmpv6_packet(133, 0, bytes(4), LOCAL, ALL_ROUTERS, 255), auth(),
                     dst=SERVER)  # fmt: skip
    yield broken("TER-006", solicit, advertisement(before=auth()))
    yield broken("TER-006", solicit, advertisement(HOST[:8] + bytes(8)))
    prefix = ip6("2001::")[:4] + SERVER + bytes(8)
    yield broken("TER-006", solicit, advertisement(prefix, prefix))
    yield broken("TER-006", solicit, advertisement(before=auth(b"somebody") + origin()))
    yield near("TER-006", "right", solicit, advertisement())

"""Cases of DHCPv6's rules."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    HOST,
    HOST_LOCAL,
    HOST_MAC,
    OTHER_MAC,
    ROUTER,
    ROUTER_LOCAL,
    ROUTER_MAC,
    UDP_PROTO,
    ethernet,
    ip6,
    ipv6,
    multicast_mac,
    udp,
)
from making.lint import At, Case, broken, near

SERVERS = ip6("ff02::1:2")
ADDRESS, PREFIX = ip6("2001:db8:0:1::66"), ip6("2001:db8:66::")
SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE = range(1, 10)
RECONFIGURE, INFORMATION, FORWARD = 10, 11, 12


def opt(code: int, value: bytes = b"", length: int | None = None) -> bytes:
    """An option."""
    return struct.pack(">HH", code, len(value) if length is None else length) + value


def duid(mac: bytes) -> bytes:
    """A DUID of a link-layer address."""
    return struct.pack(">HH", 3, 1) + mac


CLIENT, OTHER, SERVER = opt(1, duid(HOST_MAC)), opt(1, duid(OTHER_MAC)), opt(2, duid(ROUTER_MAC))
OTHER_SERVER = opt(2, duid(OTHER_MAC))
ELAPSED, ORO, RAPID = opt(8, bytes(2)), opt(6, b"\0\x17"), opt(14)
USUAL = ELAPSED + ORO


def iaaddr(address: bytes = ADDRESS, preferred: int = 3600, valid: int = 7200) -> bytes:
    """An address."""
    return opt(5, address + struct.pack(">II", preferred, valid))


def iaprefix(prefix: bytes = PREFIX, length: int = 48) -> bytes:
    """A prefix."""
    return opt(26, struct.pack(">IIB", 3600, 7200, length) + prefix)


def ia(inner: bytes = b"", code: int = 3, first: int = 1800, second: int = 2880) -> bytes:
    """An identity association."""
    return opt(code, struct.pack(">III", 1, first, second) + inner)


def body(kind: int, options: bytes, xid: int = 0x6006) -> bytes:
    """A message of a client or server."""
    return bytes((kind,)) + xid.to_bytes(3, "big") + options


def relayed(inner: bytes, *, hops: int = 0, link: bytes = ROUTER, options: bytes = b"",
            whole: bool = True) -> bytes:  # fmt: skip
    """A relay's message around another one."""
    head = bytes((FORWARD, hops)) + link + HOST_LOCAL
    return head + (opt(9, inner) if whole else b"") + options


def packet(message: bytes, src: bytes, dst: bytes, dport: int = 547, sport: int = 546) -> bytes:
    """In UDP, IPv6 and a frame."""
    to = multicast_mac(dst) if dst[0] == 0xFF else ROUTER_MAC
    return ethernet(ipv6(udp(message, sport, dport, src, dst), UDP_PROTO, src, dst), dst=to)


def ask(kind: int, options: bytes = CLIENT + USUAL, *, src: bytes = HOST_LOCAL,
        dst: bytes = SERVERS, dport: int = 547, xid: int = 0x6006) -> bytes:  # fmt: skip
    """A client's message."""
    return packet(body(kind, options, xid), src, dst, dport)


def answer(kind: int = REPLY, options: bytes = CLIENT + SERVER, *, dst: bytes = HOST_LOCAL,
           dport: int = 546, xid: int = 0x6006) -> bytes:  # fmt: skip
    """A server's message."""
    return packet(body(kind, options, xid), ROUTER_LOCAL, dst, dport, 547)


def relay(message: bytes) -> bytes:
    """A relay's packet to the server."""
    return packet(message, ROUTER, HOST, 547, 547)


def cases() -> Iterator[Case]:
    """Messages by themselves, then with their answers."""
    inner = body(SOLICIT, CLIENT + USUAL)
    yield broken("DHC-001", ask(SOLICIT, dport=546))
    yield broken("DHC-001", answer(dport=547))
    yield near("DHC-001", "each to its port", ask(SOLICIT), answer(), relay(relayed(inner)))
    yield broken("DHC-002", ask(SOLICIT, dst=ROUTER_LOCAL))
    yield broken("DHC-002", ask(SOLICIT, src=HOST))
    yield near("DHC-002", "to all servers, and relayed", ask(SOLICIT), relay(relayed(inner)))
    yield broken("DHC-003", ask(SOLICIT, USUAL))
    yield broken("DHC-003", ask(SOLICIT, CLIENT + SERVER + USUAL))
    yield near("DHC-003", "the client's only", ask(SOLICIT))
    yield broken("DHC-004", answer(ADVERTISE, SERVER))
    yield broken("DHC-004", answer(REPLY, CLIENT))
    yield broken("DHC-004", ask(SOLICIT), answer(ADVERTISE, OTHER + SERVER))
    yield near("DHC-004", "both", ask(SOLICIT), answer(ADVERTISE))
    yield near("DHC-004", "who asks without name is answered so",
               ask(INFORMATION, USUAL), answer(REPLY, SERVER))  # fmt: skip
    for kind in (REQUEST, RENEW, DECLINE, RELEASE):
        yield broken("DHC-005", ask(kind))
    yield near("DHC-005", "both", ask(REQUEST, CLIENT + SERVER + USUAL))
    yield broken("DHC-006", ask(CONFIRM, CLIENT + SERVER + ELAPSED))
    yield broken("DHC-006", ask(REBIND, USUAL))
    yield near("DHC-006", "the client's only", ask(REBIND))
    yield broken("DHC-007", ask(INFORMATION, CLIENT + USUAL + ia()))
    yield broken("DHC-007", answer(RECONFIGURE, CLIENT + SERVER + opt(19, b"\5")))
    proof = opt(11, bytes(28))
    yield broken("DHC-007", answer(RECONFIGURE, CLIENT + SERVER + opt(19, b"\5") + proof,
                                   dst=SERVERS))  # fmt: skip
    yield near("DHC-007", "with all", answer(RECONFIGURE, CLIENT + SERVER + opt(19, b"\5") + proof))
    yield broken("DHC-008", relay(relayed(inner, hops=1)))
    yield broken("DHC-008", relay(relayed(relayed(inner), hops=2)))
    deep = inner
    for number in range(10):
        deep = relayed(deep, hops=number)
    yield broken("DHC-008", relay(deep))
    yield near("DHC-008", "two relays", relay(relayed(relayed(inner), hops=1)))
    yield broken("DHC-009", relay(relayed(inner, whole=False)))
    yield broken("DHC-009", relay(relayed(inner, link=bytes(16))))
    yield near("DHC-009", "with an Interface-Id",
               relay(relayed(inner, link=bytes(16), options=opt(18, b"eth0"))))  # fmt: skip
    yield broken("DHC-010", ask(SOLICIT, CLIENT + ORO))
    yield broken("DHC-010", ask(SOLICIT, CLIENT + ELAPSED))
    yield near("DHC-010", "a Release asks for no option",
               ask(RELEASE, CLIENT + SERVER + ELAPSED))  # fmt: skip
    both = CLIENT + SERVER
    yield broken("DHC-011", answer(REPLY, both + ia(iaaddr(), first=3600, second=1800)))
    yield near("DHC-011", "left to the client", answer(REPLY, both + ia(iaaddr(), second=0)))
    yield broken("DHC-012", answer(REPLY, both + ia(iaaddr(preferred=9000))))
    yield broken("DHC-012", answer(REPLY, both + ia(iaprefix(length=32), 25)))
    yield broken("DHC-012", answer(REPLY, both + ia(iaprefix(length=0), 25)))
    yield near("DHC-012", "as long", answer(REPLY, both + ia(iaaddr(preferred=7200))))
    yield near("DHC-012", "a hint", ask(SOLICIT, CLIENT + USUAL + ia(iaprefix(bytes(16), 0), 25)))
    yield broken("DHC-013", answer(REPLY, both + iaaddr()))
    yield broken("DHC-013", ask(SOLICIT, CLIENT + CLIENT + USUAL))
    yield broken("DHC-013", ask(RELEASE, CLIENT + SERVER + ELAPSED + RAPID))
    yield broken("DHC-013", ask(SOLICIT, opt(1, bytes(131)) + USUAL))
    yield broken("DHC-013", ask(CONFIRM, CLIENT + ELAPSED + ia(iaprefix(), 25)))
    yield near(
        "DHC-013", "addresses may be confirmed", ask(CONFIRM, CLIENT + ELAPSED + ia(iaaddr()))
    )
    yield near("DHC-013", "two associations", answer(REPLY, both + ia(iaaddr()) + ia(iaaddr())))
    yield broken("DHC-014", ask(SOLICIT, CLIENT + opt(8, b"\0")))
    yield broken("DHC-014", ask(SOLICIT, CLIENT + opt(6, b"\0\x17", 40)))
    yield broken("DHC-014", answer(REPLY, both + ia(opt(5, bytes(20)))))
    yield near("DHC-014", "as long as they are", ask(SOLICIT), answer(REPLY, both + ia(iaaddr())))
    yield broken("DHC-015", ask(SOLICIT), answer(ADVERTISE, xid=0x6007))
    yield broken("DHC-015", ask(SOLICIT), answer(REPLY, both + ia(iaaddr())))
    yield near("DHC-015", "agreed", ask(SOLICIT, CLIENT + USUAL + RAPID),
               answer(REPLY, both + RAPID + ia(iaaddr())))  # fmt: skip
    lease = SERVER + ia(iaaddr())
    yield broken("DHC-016", answer(REPLY, CLIENT + lease), answer(REPLY, OTHER + lease))
    yield broken("DHC-016", answer(ADVERTISE), answer(ADVERTISE, CLIENT + OTHER_SERVER))
    yield near("DHC-016", "the lease is over", answer(REPLY, CLIENT + lease),
               At(answer(REPLY, OTHER + lease), after=7300))  # fmt: skip
    yield near("DHC-016", "renewed", answer(REPLY, CLIENT + lease), answer(REPLY, CLIENT + lease))

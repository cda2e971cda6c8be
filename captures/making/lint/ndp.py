"""Cases of Neighbor Discovery's rules."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    HOST,
    HOST_LOCAL,
    HOST_MAC,
    OTHER,
    OTHER_MAC,
    ROUTER,
    ROUTER_LOCAL,
    ROUTER_MAC,
    UDP_PROTO,
    ethernet,
    fragment,
    icmpv6,
    icmpv6_packet,
    ip6,
    ipv6,
    mac,
    multicast_mac,
    nd_option,
    padded_options,
    udp,
)
from making.lint import At, Case, Given, broken, near

NOBODY = bytes(16)
SOURCE, TARGET, NONCE = 1, 2, 14
RTR, SOL, OVR = 0x80, 0x40, 0x20
GROUP = ip6("ff02::1:ff00:1")
"""HOST's solicited-node group."""
THIRD_MAC = mac(3)


def frame(
    kind: int, body: bytes, src: bytes, dst: bytes, *, by: bytes = HOST_MAC, hlim: int = 255,
    code: int = 0,
) -> bytes:  # fmt: skip
    """A message on the link."""
    to = multicast_mac(dst) if dst[0] == 0xFF else OTHER_MAC
    return ethernet(icmpv6_packet(kind, code, body, src, dst, hlim), src=by, dst=to)


def ns(
    target: bytes = HOST, src: bytes = ROUTER_LOCAL, dst: bytes = GROUP, *, by: bytes = ROUTER_MAC,
    options: bytes | None = None, **more: int,
) -> bytes:  # fmt: skip
    """A Neighbor Solicitation, by default the router's for HOST."""
    tail = nd_option(SOURCE, by) if options is None else options
    return frame(135, bytes(4) + target + tail, src, dst, by=by, **more)


def probe(target: bytes = HOST, by: bytes = HOST_MAC, nonce: bytes = b"") -> bytes:
    """Duplicate address detection."""
    group = ip6("ff02::1:ff00:0")[:13] + target[13:]
    option = nd_option(NONCE, nonce) if nonce else b""
    return ns(target, NOBODY, group, by=by, options=option)


def na(
    target: bytes = HOST, dst: bytes = ROUTER_LOCAL, flags: int = SOL | OVR, *,
    by: bytes = HOST_MAC, src: bytes | None = None, options: bytes | None = None, **more: int,
) -> bytes:  # fmt: skip
    """A Neighbor Advertisement, by default HOST's to the router."""
    tail = nd_option(TARGET, by) if options is None else options
    body = struct.pack(">I", flags << 24) + target + tail
    return frame(136, body, target if src is None else src, dst, by=by, **more)


def ra(options: bytes = b"", src: bytes = ROUTER_LOCAL, **more: int) -> bytes:
    """A Router Advertisement."""
    body = struct.pack(">BBHII", 64, 0, 1800, 0, 0) + options
    return frame(134, body, src, ALL_NODES, by=ROUTER_MAC, **more)


def redirect(
    target: bytes = OTHER, about: bytes = OTHER, src: bytes = ROUTER_LOCAL, *, quote: bool = True
) -> bytes:
    """A Redirect to HOST."""
    quoted = nd_option(4, bytes(6) + ipv6(udp(b"", 40000, 9, dst=about), UDP_PROTO, dst=about))
    body = bytes(4) + target + about + (quoted if quote else b"")
    return frame(137, body, src, HOST, by=ROUTER_MAC)


def behind(kind: int, header: bytes, body: bytes, nxt: int) -> bytes:
    """A message of the router behind an extension header."""
    message = icmpv6(kind, 0, body, ROUTER_LOCAL, ALL_NODES)
    packet = ipv6(header + message, nxt, ROUTER_LOCAL, ALL_NODES, hlim=255)
    return ethernet(packet, src=ROUTER_MAC, dst=multicast_mac(ALL_NODES))


def rs(src: bytes = NOBODY, options: bytes = b"") -> bytes:
    """A Router Solicitation."""
    return frame(133, bytes(4) + options, src, ip6("ff02::2"))


def cases() -> Iterator[Case]:
    """Messages by themselves, then over time."""
    yield from messages()
    yield from answers()
    yield from duplicates()


def messages() -> Iterator[Case]:
    """Each message by itself."""
    yield broken("NDP-001", ns(hlim=254))
    yield broken("NDP-001", ra(hlim=64))
    yield near("NDP-001", "255", ns(), ra())
    yield broken("NDP-002", ns(code=6))
    yield broken("NDP-002", frame(136, bytes(16), HOST, ROUTER_LOCAL))
    yield near("NDP-002", "the shortest of each", rs(), frame(136, bytes(4) + HOST, HOST,
                                                             ROUTER_LOCAL))  # fmt: skip
    yield broken("NDP-003", ns(options=bytes((1, 0)) + HOST_MAC))
    yield broken("NDP-003", ns(options=bytes((1, 2)) + HOST_MAC))
    yield near("NDP-003", "cut by the capture", At(ns()[:80], original=86))
    yield near("NDP-003", "8 octets", ns())
    body = struct.pack(">BBHII", 64, 0, 1800, 0, 0)
    alone = fragment(b"", 58, 0, more=False)
    yield broken("NDP-004", behind(134, alone, body, 44))
    first = icmpv6(134, 0, body + nd_option(31, bytes(1400)), ROUTER_LOCAL, ALL_NODES)
    parts = fragment(first[:1232], 58, 0, more=True), fragment(first[1232:], 58, 1232, more=False)
    yield broken("NDP-004", *(
        ethernet(ipv6(one, 44, ROUTER_LOCAL, ALL_NODES, hlim=255), src=ROUTER_MAC,
                 dst=multicast_mac(ALL_NODES)) for one in parts
    ))  # fmt: skip
    yield near("NDP-004", "whole", ra())
    yield broken("NDP-005", behind(134, padded_options(58, b""), body, 60))
    yield near("NDP-005", "right behind IPv6", ra())
    yield broken("NDP-006", rs(options=nd_option(SOURCE, HOST_MAC)))
    yield broken("NDP-006", ns(src=NOBODY))
    yield near("NDP-006", "from an address", rs(HOST_LOCAL, nd_option(SOURCE, HOST_MAC)), probe())
    yield broken("NDP-007", ns(ALL_NODES))
    yield broken("NDP-007", na(ALL_NODES, src=HOST))
    yield broken("NDP-007", ns(NOBODY))
    yield near("NDP-007", "a neighbor", ns(), na())
    yield broken("NDP-008", ns(src=NOBODY, dst=ALL_NODES, options=b""))
    yield broken("NDP-008", ns(dst=ALL_NODES))
    yield near("NDP-008", "the group, and the target itself", ns(), ns(dst=HOST), probe())
    yield broken("NDP-009", ns(options=b""))
    yield near("NDP-009", "to the target itself", ns(dst=HOST, options=b""))
    yield near("NDP-009", "from nobody", probe())
    yield broken("NDP-010", na(dst=ALL_NODES))
    yield near("NDP-010", "not solicited", na(dst=ALL_NODES, flags=OVR))
    yield broken("NDP-012", ns(options=nd_option(SOURCE, bytes.fromhex("01005e000001"))))
    yield broken("NDP-012", ns(options=nd_option(SOURCE, bytes(6))))
    yield broken("NDP-012", ns(options=nd_option(SOURCE, bytes(14))))
    yield broken("NDP-012", ns(options=nd_option(SOURCE, THIRD_MAC)))
    yield near("NDP-012", "the sender's own", ns(), na())
    yield broken("NDP-013", redirect(src=ROUTER))
    yield broken("NDP-013", redirect(ROUTER_LOCAL, ALL_NODES))
    yield broken("NDP-013", redirect(ROUTER))
    yield near("NDP-013", "to the destination, and to a router", redirect(),
               redirect(HOST_LOCAL))  # fmt: skip


def answers() -> Iterator[Case]:
    """Who answers, and who asks in vain."""
    yield broken("NDP-011", ns(), na(options=b""))
    yield broken("NDP-011", probe(), na(dst=ROUTER_LOCAL, flags=OVR, by=OTHER_MAC))
    yield near("NDP-011", "asked by unicast", ns(dst=HOST), na(options=b""))
    yield near("NDP-011", "to all nodes",
               probe(), na(dst=ALL_NODES, flags=OVR, by=OTHER_MAC))  # fmt: skip
    yield broken("NDP-014", redirect())
    yield broken("NDP-014", ra(), redirect(quote=False))
    yield near("NDP-014", "it advertises itself", ra(), redirect())
    yield near("NDP-014", "it says that it is a router",
               na(ROUTER_LOCAL, ALL_NODES, RTR, by=ROUTER_MAC), redirect())  # fmt: skip
    targets = [OTHER[:15] + bytes((number,)) for number in range(110)]
    asked: list[Given] = [
        At(ns(one, dst=ip6("ff02::1:ff00:0")[:13] + one[13:]), after=0.01) for one in targets
    ]
    yield broken("NDP-018", *asked)
    yield broken("NDP-018", ns(), At(ns(), after=1), At(ns(), after=1))
    yield near("NDP-018", "answered in the end", ns(), At(ns(), after=1), na(), At(ns(), after=1))
    yield near("NDP-018", "slowly", *(At(one.data, after=1) for one in asked))


def duplicates() -> Iterator[Case]:
    """Duplicate address detection, and what others do about it."""
    defended = na(dst=ALL_NODES, flags=OVR, by=OTHER_MAC)
    yield broken("NDP-015", probe(), defended)
    yield broken("NDP-015", probe(), probe(by=OTHER_MAC))
    yield broken("NDP-015", probe(nonce=b"sixsco"), probe(nonce=b"sixsco"))
    yield near("NDP-015", "nobody answers", probe(), At(na(dst=ALL_NODES, flags=OVR), after=1.1))
    yield near("NDP-015", "one after the other", probe(), At(probe(by=OTHER_MAC), after=5))
    wanted = [HOST[:15] + bytes((number,)) for number in (1, 2, 3)]
    fight = [
        one for each in wanted
        for one in (probe(each), na(each, ALL_NODES, OVR, by=OTHER_MAC))
    ]  # fmt: skip
    yield broken("NDP-016", *fight)
    yield broken("NDP-016", na(), na(by=OTHER_MAC), na(), na(by=OTHER_MAC))
    yield near("NDP-016", "two defended", *fight[:4])
    yield near("NDP-016", "moved once", na(), na(by=OTHER_MAC), na(by=OTHER_MAC))
    datagram = ethernet(ipv6(udp(b"sixscope", 40000, 9), UDP_PROTO))
    yield broken("NDP-017", probe(), At(datagram, after=0.3))
    yield near("NDP-017", "a second later", probe(), At(datagram, after=1.1))
    yield near("NDP-017", "another address", probe(OTHER), At(datagram, after=0.3))

"""Blocks of addresses that mean something: the registries of special-purpose addresses.

Facts from IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), the addressing
architecture (RFC 4291) and the RFCs named with each block.
"""

from __future__ import annotations

import socket
from functools import cache, lru_cache
from typing import NamedTuple


class Block(NamedTuple):
    """A block of addresses with one meaning.

    ``kind`` is a stable word for programs.  Of multicast's scope ``multicast.group_of`` knows more.
    ``reachable`` is the registry's "globally reachable":
    may a packet to such an address travel beyond one administrative domain; None where the
    registry leaves it open.  ``has_interface`` says that the lower half is an interface identifier.
    """

    kind: str
    name: str
    reference: str
    network: bytes
    length: int
    scope: str
    reachable: bool | None
    has_interface: bool

    def holds(self, address: bytes, length: int | None = None) -> bool:
        """True if all of an address's or prefix's addresses are in the block."""
        bits = 8 * len(address)
        shift = bits - self.length
        wanted = int.from_bytes(self.network, "big") >> shift
        inside = int.from_bytes(address, "big") >> shift == wanted
        return inside and (bits if length is None else length) >= self.length


def _v6(
    text: str,
    kind: str,
    name: str,
    reference: str,
    scope: str = "global",
    *,
    out: bool | None = True,
    iid: bool = True,
) -> Block:
    network, _, length = text.partition("/")
    octets = socket.inet_pton(socket.AF_INET6, network)
    return Block(kind, name, reference, octets, int(length), scope, out, iid)


def _v4(
    text: str, kind: str, name: str, reference: str, scope: str = "global", *, out: bool | None
) -> Block:
    network, _, length = text.partition("/")
    return Block(kind, name, reference, socket.inet_aton(network), int(length), scope, out, False)


# fmt: off
IPV6 = (
    _v6("::/128", "unspecified", "unspecified address", "RFC 4291, section 2.5.2", "none",
        out=False, iid=False),
    _v6("::1/128", "loopback", "loopback", "RFC 4291, section 2.5.3", "link-local", out=False,
        iid=False),
    _v6("::/96", "ipv4-compatible", "IPv4-compatible, deprecated", "RFC 4291, section 2.5.5.1",
        out=False, iid=False),
    _v6("::ffff:0:0/96", "ipv4-mapped", "IPv4-mapped", "RFC 4291, section 2.5.5.2", out=False,
        iid=False),
    _v6("::ffff:0:0:0/96", "ipv4-translated", "IPv4-translated (SIIT)", "RFC 2765, section 2.1",
        out=False, iid=False),
    _v6("64:ff9b::/96", "nat64", "IPv4 address behind NAT64, well-known prefix",
        "RFC 6052, section 2.1", iid=False),
    _v6("64:ff9b:1::/48", "nat64-local", "IPv4/IPv6 translation, prefix for local use", "RFC 8215",
        out=False, iid=False),
    _v6("c6::/64", "trt", "dummy prefix C6::/64 of a transport relay translator",
        "RFC 3142, section 3", out=None, iid=False),
    _v6("100::/64", "discard", "discard-only", "RFC 6666", out=False, iid=False),
    _v6("100:0:0:1::/64", "dummy", "dummy prefix", "RFC 9780", out=False, iid=False),
    _v6("::/8", "reserved", "reserved by IETF", "RFC 4291, section 2.4", out=None, iid=False),
    _v6("2001::/32", "teredo", "Teredo", "RFC 4380, section 4", out=None, iid=False),
    _v6("2001:1::1/128", "pcp-anycast", "Port Control Protocol anycast", "RFC 7723", iid=False),
    _v6("2001:1::2/128", "turn-anycast", "TURN anycast", "RFC 8155", iid=False),
    _v6("2001:1::3/128", "srp-anycast", "DNS-SD Service Registration Protocol anycast",
        "RFC 9665", iid=False),
    _v6("2001:2::/48", "benchmarking", "benchmarking", "RFC 5180, section 8", out=False),
    _v6("2001:3::/32", "amt", "AMT (automatic multicast tunneling) relays", "RFC 7450", iid=False),
    _v6("2001:4:112::/48", "as112", "AS112 DNS service", "RFC 7535"),
    _v6("2001:10::/28", "orchid", "ORCHID, deprecated (a hash, not routed)", "RFC 4843", out=False,
        iid=False),
    _v6("2001:20::/28", "orchid2", "ORCHIDv2 (a hash, not routed)", "RFC 7343", out=True,
        iid=False),
    _v6("2001:30::/28", "drone-tag", "drone remote ID entity tag", "RFC 9374", iid=False),
    _v6("2001::/23", "ietf-protocol", "IETF protocol assignments", "RFC 2928", out=False),
    _v6("2001:db8::/32", "documentation", "documentation", "RFC 3849", out=False),
    _v6("3fff::/20", "documentation", "documentation", "RFC 9637", out=False),
    _v6("2002::/16", "6to4", "6to4", "RFC 3056, section 2", out=None),
    _v6("2620:4f:8000::/48", "as112", "AS112 DNS service, direct delegation", "RFC 7534"),
    _v6("2000::/3", "global", "global unicast", "RFC 4291, section 2.5.4"),
    _v6("5f00::/16", "srv6-sid", "SRv6 segment identifier", "RFC 9602", out=False, iid=False),
    _v6("fc00::/7", "unique-local", "unique local unicast", "RFC 4193", out=False),
    _v6("fe80::/10", "link-local", "link-local unicast", "RFC 4291, section 2.5.6", "link-local",
        out=False),
    _v6("fec0::/10", "site-local", "site-local unicast, deprecated", "RFC 3879", "site-local",
        out=False),
    _v6("ff00::/8", "multicast", "multicast", "RFC 4291, section 2.7", "multicast", out=None,
        iid=False),
    _v6("::/0", "unassigned", "global unicast, not assigned to anybody", "RFC 4291, section 2.4",
        out=None),
)
"""IPv6.  C6 in RFC 3142 stands for any site's prefix; here are those who took it literally."""

IPV4 = (
    _v4("0.0.0.0/32", "unspecified", "this host on this network", "RFC 1122, section 3.2.1.3",
        "none", out=False),
    _v4("0.0.0.0/8", "this-network", "this network", "RFC 791, section 3.2", "none", out=False),
    _v4("10.0.0.0/8", "private", "private use", "RFC 1918", "private", out=False),
    _v4("100.64.0.0/10", "shared", "shared address space (carrier-grade NAT)", "RFC 6598",
        "private", out=False),
    _v4("127.0.0.0/8", "loopback", "loopback", "RFC 1122, section 3.2.1.3", "host", out=False),
    _v4("169.254.0.0/16", "link-local", "link-local", "RFC 3927", "link-local", out=False),
    _v4("172.16.0.0/12", "private", "private use", "RFC 1918", "private", out=False),
    _v4("192.0.0.0/29", "ipv4-continuity", "IPv4 service continuity prefix (DS-Lite, 464XLAT)",
        "RFC 7335", "private", out=False),
    _v4("192.0.0.8/32", "dummy", "IPv4 dummy address", "RFC 7600", out=False),
    _v4("192.0.0.9/32", "pcp-anycast", "Port Control Protocol anycast", "RFC 7723", out=True),
    _v4("192.0.0.10/32", "turn-anycast", "TURN anycast", "RFC 8155", out=True),
    _v4("192.0.0.170/31", "nat64-discovery", "NAT64/DNS64 discovery (ipv4only.arpa)",
        "RFC 7050, section 2.2", out=False),
    _v4("192.0.0.0/24", "ietf-protocol", "IETF protocol assignments", "RFC 6890, section 2.1",
        out=False),
    _v4("192.0.2.0/24", "documentation", "documentation (TEST-NET-1)", "RFC 5737", out=False),
    _v4("192.31.196.0/24", "as112", "AS112 DNS service", "RFC 7535", out=True),
    _v4("192.52.193.0/24", "amt", "AMT (automatic multicast tunneling) relays", "RFC 7450",
        out=True),
    _v4("192.88.99.1/32", "6to4-relay", "6to4 relay anycast, deprecated", "RFC 3068, section 2.4",
        out=None),
    _v4("192.88.99.2/32", "6a44-relay", "6a44 relay anycast", "RFC 6751", out=False),
    _v4("192.88.99.0/24", "6to4-relay", "6to4 relay anycast prefix, deprecated",
        "RFC 7526", out=None),
    _v4("192.168.0.0/16", "private", "private use", "RFC 1918", "private", out=False),
    _v4("192.175.48.0/24", "as112", "AS112 DNS service, direct delegation", "RFC 7534", out=True),
    _v4("198.18.0.0/15", "benchmarking", "benchmarking", "RFC 2544", out=False),
    _v4("198.51.100.0/24", "documentation", "documentation (TEST-NET-2)", "RFC 5737", out=False),
    _v4("203.0.113.0/24", "documentation", "documentation (TEST-NET-3)", "RFC 5737", out=False),
    _v4("224.0.0.0/24", "multicast", "multicast, local network control", "RFC 5771, section 4",
        "link-local", out=False),
    _v4("232.0.0.0/8", "multicast-ssm", "source-specific multicast", "RFC 4607", "multicast",
        out=None),
    _v4("233.252.0.0/24", "multicast-documentation", "multicast for documentation (MCAST-TEST-NET)",
        "RFC 6676", "multicast", out=False),
    _v4("233.252.0.0/14", "multicast", "multicast, AD-HOC block III", "RFC 5771", "multicast",
        out=None),
    _v4("233.0.0.0/8", "multicast-glop", "GLOP multicast", "RFC 3180", "multicast", out=None),
    _v4("239.0.0.0/8", "multicast-admin", "administratively scoped multicast", "RFC 2365",
        "multicast", out=False),
    _v4("224.0.0.0/4", "multicast", "multicast", "RFC 5771", "multicast", out=None),
    _v4("255.255.255.255/32", "broadcast", "limited broadcast", "RFC 919, section 7",
        "link-local", out=False),
    _v4("240.0.0.0/4", "reserved", "reserved for future use", "RFC 1112, section 4", "none",
        out=False),
    _v4("0.0.0.0/0", "global", "global unicast", "RFC 791", out=True),
)
# fmt: on

_NARROW_FIRST = {
    16: sorted(IPV6, key=lambda block: -block.length),
    4: sorted(IPV4, key=lambda block: -block.length),
}


@lru_cache(maxsize=16384)
def block_of(address: bytes) -> Block:
    """The narrowest block that an IPv6 or IPv4 address is in."""
    number = int.from_bytes(address)
    return next(
        block for block, shift, wanted in _beginning(len(address), address[:2])
        if number >> shift == wanted
    )  # fmt: skip


@cache
def _beginning(size: int, octets: bytes) -> list[tuple[Block, int, int]]:
    """The blocks with addresses of two such first octets, narrowest first.

    With each is by how much an address is to be shifted to be compared, and what with.
    """
    low, high = (int.from_bytes(octets.ljust(size, fill)) for fill in (b"\0", b"\xff"))
    shifts = [(block, 8 * size - block.length) for block in _NARROW_FIRST[size]]
    known = [(block, shift, int.from_bytes(block.network) >> shift) for block, shift in shifts]
    return [one for one in known if low >> one[1] <= one[2] <= high >> one[1]]


def kind_of(address: bytes) -> str:
    """One stable word for an address: ``link-local``, ``unique-local``, ``6to4``, ``private`` …"""
    return block_of(address).kind


def blocks_around(network: bytes, length: int) -> list[Block]:
    """The blocks that hold a whole prefix, narrowest first; the last one is everything."""
    return [block for block in _NARROW_FIRST[len(network)] if block.holds(network, length)]


def blocks_within(network: bytes, length: int) -> list[Block]:
    """The narrower blocks inside a prefix, by address."""
    shift = 8 * len(network) - length
    wanted = int.from_bytes(network, "big") >> shift
    return sorted(
        (
            block
            for block in _NARROW_FIRST[len(network)]
            if block.length > length and int.from_bytes(block.network, "big") >> shift == wanted
        ),
        key=lambda block: (block.network, block.length),
    )


def ipv4_class(address: bytes) -> tuple[str, int | None]:
    """The historical class and its netmask's length (RFC 791, section 3.2; D is RFC 1112's)."""
    first = address[0]
    if first < 0x80:
        return "A", 8
    if first < 0xC0:
        return "B", 16
    if first < 0xE0:
        return "C", 24
    return ("D", None) if first < 0xF0 else ("E", None)

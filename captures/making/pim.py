"""PIM: every message of version 2 over IPv6 and IPv4, and version 1 in IGMP."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from dissect.protocols.pim import addresses, messages, version1
from dissect.protocols.pim.header import Pim, PimElection
from making.build import (
    UDP_PROTO,
    ethernet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    mac,
    multicast_mac,
    pseudo_sum,
    udp,
    write,
)

PIM, IGMP = 103, 2
ROUTER6, ALL_PIM6 = ip6("fe80::200:5eff:fe00:5301"), ip6("ff02::d")
ROUTER4, ALL_PIM4 = ip4("192.0.2.1"), ip4("224.0.0.13")
RP6, RP4 = ip6("2001:db8::5"), ip4("198.51.100.5")
SOURCE6, SOURCE4 = ip6("2001:db8:0:1::1"), ip4("192.0.2.10")
GROUP6, GROUP4 = ip6("ff1e::6006"), ip4("232.60.6.1")
HELLO, REGISTER, REGISTER_STOP, JOIN, BOOTSTRAP, ASSERT, GRAFT, GRAFT_ACK = range(8)
CANDIDATE, REFRESH, ELECTION, REDIRECT, FLOODING = range(8, 13)


def message(
    kind: int, body: bytes, *, v4: bool = False, version: int = 2, reserved: int = 0,
    total: int | None = None,
) -> bytes:  # fmt: skip
    """A message in a frame; a Register's checksum covers 8 octets."""
    if kind == ELECTION:
        head: Pim | PimElection = PimElection(_word=reserved)
    else:
        head = Pim(_kind=version << 4 | kind, reserved=bytes((reserved,)))
    summed = body[:4] if kind == REGISTER else body
    outer = 0 if v4 else pseudo_sum(ROUTER6, ALL_PIM6, PIM, 4 + len(summed))
    head.sum = checksum(bytes(head) + summed, outer) if total is None else total
    octets = bytes(head) + body
    if v4:
        packet = ipv4(octets, PIM, ROUTER4, ALL_PIM4, ttl=1)
        return ethernet(packet, 0x0800, dst=b"\x01\0\x5e\0\0\x0d")
    packet = ipv6(octets, PIM, ROUTER6, ALL_PIM6, hlim=1)
    return ethernet(packet, src=mac(1), dst=multicast_mac(ALL_PIM6))


def _family(address: bytes) -> int:
    return addresses.IPV4_FAMILY if len(address) == 4 else addresses.IPV6_FAMILY


def unicast(address: bytes, *attributes: bytes) -> bytes:
    """An encoded unicast address."""
    head = addresses.Unicast(family=_family(address), encoding=bool(attributes))
    return bytes(head) + address + b"".join(attributes)


def group(address: bytes, flags: int = 0, mask: int | None = None) -> bytes:
    """An encoded group address."""
    head = addresses.GroupHead(family=_family(address), flags=flags)
    head.mask = 8 * len(address) if mask is None else mask
    return bytes(head) + address


def source(address: bytes, flags: int = 4, *attributes: bytes) -> bytes:
    """An encoded source address."""
    head = addresses.SourceHead(family=_family(address), encoding=bool(attributes), flags=flags)
    head.mask = 8 * len(address)
    return bytes(head) + address + b"".join(attributes)


def attribute(kind: int, value: bytes, *, end: bool = False, forward: bool = False) -> bytes:
    """An attribute of a join."""
    head = addresses.AttributeHead(_word=forward << 7 | end << 6 | kind, length=len(value))
    return bytes(head) + value


def option(kind: int, value: bytes, length: int | None = None) -> bytes:
    """An option of a Hello, or a TLV that is flooded."""
    return struct.pack(">HH", kind, len(value) if length is None else length) + value


def joins(
    upstream: bytes, *groups: tuple[bytes, list[bytes], list[bytes]], count: int | None = None
) -> bytes:
    """Joined and pruned sources of groups."""
    head = messages.GroupCount(groups=len(groups) if count is None else count)
    body = unicast(upstream) + bytes(head)
    for address, joined, pruned in groups:
        body += address + struct.pack(">HH", len(joined), len(pruned)) + b"".join(joined + pruned)
    return body


METRICS = struct.pack(">II", 0x8000006E, 10)
DATAGRAM6 = ipv6(udp(b"sixscope", 40000, 5004, SOURCE6, GROUP6), UDP_PROTO, SOURCE6, GROUP6)
DATAGRAM4 = ipv4(udp(b"sixscope", 40000, 5004, SOURCE4, GROUP4), UDP_PROTO, SOURCE4, GROUP4)


def hellos() -> Iterator[tuple[bytes, str]]:
    """Hello with each option."""
    plain = (
        option(1, struct.pack(">H", 105)), option(2, struct.pack(">HH", 0x81F4, 2500)),
        option(19, struct.pack(">I", 1)), option(20, struct.pack(">I", 0x60060001)),
        option(21, b"\1\x3c\0\0"), option(22, b""),
        option(24, unicast(RP6) + unicast(SOURCE6)), option(26, b""), option(65001, unicast(RP6)),
        option(6006, b"sixscope"),
    )  # fmt: skip
    yield message(HELLO, b"".join(plain)), "Hello with every option"
    yield message(HELLO, option(1, bytes(2))), "Hello, goodbye"
    yield message(HELLO, option(1, b"\xff\xff"), v4=True), "Hello for ever, over IPv4"
    yield message(HELLO, option(24, unicast(RP4)), v4=True), "Hello with another address, IPv4"
    yield message(HELLO, b""), "Hello without options"


def registers() -> Iterator[tuple[bytes, str]]:
    """Register with a packet inside, with none, and its end."""
    yield message(REGISTER, bytes(4) + DATAGRAM6), "Register, an IPv6 packet inside"
    yield message(REGISTER, bytes(4) + DATAGRAM4, v4=True), "Register, an IPv4 packet inside"
    border = b"\x80\0\0\0"
    yield message(REGISTER, border + DATAGRAM4), "Register from a border, IPv4 in IPv6"
    null = b"\x40\0\0\0"
    dummy6 = bytes(8) + SOURCE6 + GROUP6
    yield message(REGISTER, null + dummy6), "Null-Register, a dummy header"
    dummy4 = bytes(12) + SOURCE4 + GROUP4
    yield message(REGISTER, null + dummy4, v4=True), "Null-Register, a dummy header of IPv4"
    yield message(REGISTER, null + DATAGRAM6[:40]), "Null-Register, a header of IPv6"
    yield message(REGISTER, null), "Null-Register, nothing"
    yield message(REGISTER, bytes(4) + b"\x70" + bytes(19)), "Register, of version 7"
    yield message(REGISTER_STOP, group(GROUP6) + unicast(SOURCE6)), "Register-Stop"
    yield message(REGISTER_STOP, group(GROUP4) + unicast(SOURCE4), v4=True), "Register-Stop, IPv4"


def trees() -> Iterator[tuple[bytes, str]]:
    """Joins, prunes, grafts, asserts, state refresh."""
    both = (group(GROUP6), [source(RP6, 7)], [source(SOURCE6, 5), source(RP6, 0)])
    several = joins(ROUTER6, both, (group(ip6("ff00::"), 0x81, 8), [], []))
    yield message(JOIN, several), "Join/Prune of two groups"
    other = (group(GROUP4, 1), [source(RP4, 7), source(SOURCE4)], [source(SOURCE4, 0xFD)])
    yield message(JOIN, joins(ROUTER4, other), v4=True), "Join/Prune over IPv4"
    attributes = (
        attribute(0, unicast(RP6)), attribute(0, b"abc"), attribute(2, b"\0\2", forward=True),
        attribute(4, b"sixscope"), attribute(3, b"", end=True),
    )  # fmt: skip
    vector = (group(GROUP6), [source(SOURCE6, 4, *attributes)], [])
    yield message(JOIN, joins(ROUTER6, vector)), "Join with attributes"
    located = (
        (group(GROUP6), [source(SOURCE6, 4, attribute(6, b"\2" + RP6, end=True))], []),
        (group(GROUP4), [source(SOURCE4, 4, attribute(6, b"\1" + RP4, end=True))], []),
    )
    yield message(JOIN, joins(ROUTER6, *located)), "Joins with locators of receivers"
    upstream = unicast(ROUTER6, attribute(5, b"\1"), attribute(6, b"\2" + RP6, end=True))
    body = upstream + joins(ROUTER6, vector)[18:]
    yield message(JOIN, body), "Join, attributes of the upstream neighbour"
    yield message(GRAFT, joins(ROUTER6, (group(GROUP6), [source(SOURCE6)], []))), "Graft"
    yield message(GRAFT_ACK, joins(ROUTER6, (group(GROUP6), [source(SOURCE6)], []))), "Graft-Ack"
    yield message(ASSERT, group(GROUP6) + unicast(SOURCE6) + METRICS), "Assert"
    yield message(ASSERT, group(GROUP4) + unicast(SOURCE4) + METRICS, v4=True), "Assert, IPv4"
    refresh = bytes(messages.Refresh(flags=0xE0, mask=64))
    ends6 = group(GROUP6) + unicast(SOURCE6) + unicast(ROUTER6)
    yield message(REFRESH, ends6 + METRICS + refresh), "State refresh"
    ends4 = group(GROUP4) + unicast(SOURCE4) + unicast(ROUTER4)
    yield message(REFRESH, ends4 + METRICS + refresh, v4=True), "State refresh, IPv4"


def points() -> Iterator[tuple[bytes, str]]:
    """Bootstrap, candidates, election, flooding."""
    head = bytes(messages.Bootstrap(tag=0x6006, mask=126, priority=64))
    two = bytes(messages.Points(total=2, count=2)) + b"".join(
        unicast(rp) + b"\0\x96\xc0\0" for rp in (RP6, SOURCE6)
    )
    none = bytes(messages.Points(total=3, count=0))
    ranges = group(ip6("ff00::"), 0x80, 8) + two + group(ip6("ff1e::"), 1, 16) + none
    yield message(BOOTSTRAP, head + unicast(RP6) + ranges), "Bootstrap"
    one = bytes(messages.Points()) + unicast(RP4) + b"\0\x96\xc0\0"
    old = head + unicast(RP4) + group(ip4("224.0.0.0"), 0, 4) + one
    yield message(BOOTSTRAP, old, v4=True), "Bootstrap, IPv4"
    candidate = bytes(messages.Candidate(count=1)) + unicast(RP6) + group(ip6("ff00::"), 0, 8)
    yield message(CANDIDATE, candidate), "Candidate RP"
    everything = bytes(messages.Candidate(count=0, hold_time=0xFFFF)) + unicast(RP4)
    yield message(CANDIDATE, everything, v4=True), "Candidate RP for everything, IPv4"
    offer = unicast(RP6) + METRICS
    yield message(ELECTION, offer, reserved=0x10), "Election: an offer"
    yield message(ELECTION, offer, reserved=0x2F), "Election: the winner"
    backoff = unicast(SOURCE6) + bytes(messages.Offered(preference=1, metric=2))
    yield message(ELECTION, offer + backoff, reserved=0x30), "Election: back off"
    passed = unicast(SOURCE6) + bytes(messages.Passed(preference=1, metric=2))
    yield message(ELECTION, offer + passed, reserved=0x40), "Election: passed on"
    for subtype, more in ((0x30, messages.Offered()), (0x40, messages.Passed())):
        body = unicast(RP4) + METRICS + unicast(SOURCE4) + bytes(more)
        yield message(ELECTION, body, v4=True, reserved=subtype), "… over IPv4"
    sources = group(GROUP6) + struct.pack(">HH", 2, 210) + unicast(SOURCE6) + unicast(RP6)
    flooded = unicast(RP6) + option(0x8001, sources) + option(9, b"sixscope")
    yield message(FLOODING, flooded), "Flooded: the sources of a group"
    stop = group(GROUP4) + struct.pack(">HH", 1, 0) + unicast(SOURCE4)
    body = unicast(RP4) + option(1, stop)
    yield message(FLOODING, body, v4=True, reserved=0x80), "Flooded, not to be forwarded, IPv4"
    yield message(REDIRECT, group(GROUP6) + unicast(SOURCE6)), "ECMP redirect"
    yield message(13, bytes(4)), "Unknown type"


def old(code: int, body: bytes, *, version: int = 1, total: int | None = None) -> bytes:
    """A message of version 1."""
    head = version1.Pim1(code=code, _word=version << 4)
    octets = bytes(head) + bytes(3) + body
    head.sum = checksum(octets[:8] if code == REGISTER else octets) if total is None else total
    packet = ipv4(bytes(head) + bytes(3) + body, IGMP, ROUTER4, ip4("224.0.0.2"), ttl=1)
    return ethernet(packet, 0x0800, dst=b"\x01\0\x5e\0\0\2")


def version_1() -> Iterator[tuple[bytes, str]]:
    """Every message of version 1."""
    yield old(0, b"\x20\0\0\x69"), "Version 1: query"
    yield old(REGISTER, DATAGRAM4), "Version 1: register"
    yield old(REGISTER, bytes(12) + SOURCE4 + GROUP4), "Version 1: register, a dummy header"
    yield old(2, GROUP4 + SOURCE4), "Version 1: register-stop"
    mask = bytes(3) + b"\xff"
    joined = bytes(version1.Flags(flags=0x0F)) + SOURCE4
    pruned = bytes(version1.Flags(flags=0xF1)) + RP4
    groups = GROUP4 + mask + struct.pack(">HH", 1, 2) + joined + pruned + pruned
    body = RP4 + bytes(2) + b"\0\xd2" + b"\0\4\4\1" + groups
    for code in (3, 6, 7):
        yield old(code, body), f"Version 1: joins, code {code}"
    yield old(4, GROUP4 + mask + RP4 + bytes(2) + b"\0\x5a"), "Version 1: RP reachable"
    yield old(5, GROUP4 + mask + METRICS), "Version 1: assert"
    yield old(8, bytes(4)), "Version 1: mode"
    yield old(9, b""), "Version 1: unknown"
    yield old(0, bytes(4), version=2, total=0x6006), "Version 2 in IGMP"
    yield old(0, b"\x20\0\0\x69", total=0x6006), "Version 1: wrong checksum"


def broken() -> Iterator[tuple[bytes, str]]:
    """Lengths and counts that lie."""
    yield message(HELLO, option(1, b"\0\x69"), total=0x6006), "Wrong checksum"
    yield message(HELLO, option(19, bytes(4), length=99)), "An option passes the message"
    short = option(19, b"\0\1") + option(20, bytes(4))
    yield message(HELLO, short), "An option too short for its value"
    yield message(HELLO, option(1, b"\0\x69") + b"\0\x13\0"), "Half an option"
    entry = (group(GROUP6), [source(SOURCE6)], [])
    yield message(JOIN, joins(ROUTER6, entry, count=200)), "More groups promised"
    lying = joins(ROUTER6, entry)[:42] + b"\xff\xff\xff\xff" + source(SOURCE6)
    yield message(JOIN, lying), "More sources promised"
    yield message(JOIN, b"\6\0" + joins(ROUTER6, entry)[2:]), "Addresses of another family"
    yield message(ASSERT, b"\2\7" + group(GROUP6)[2:] + METRICS), "Addresses encoded otherwise"
    yield message(BOOTSTRAP, bytes(messages.Bootstrap()) + unicast(RP6)[:9]), "Half an address"
    yield message(HELLO, option(24, b"\6\0" + RP6)), "An address list of another family"
    endless = unicast(RP6, attribute(5, b"\1")) + b"\x17\x76"
    yield message(HELLO, option(24, endless)), "Attributes of which none is the last"
    flooded = option(0x8001, group(GROUP6) + b"\0\0\0\xd2")
    yield message(FLOODING, flooded, version=0), "Flooding in version 0"
    unended = unicast(ROUTER6, attribute(5, b"\1")) + b"\x46"
    yield message(JOIN, unended), "… and an octet behind them"
    strange = source(SOURCE6, 4, attribute(6, b"\xff" + RP6, end=True))
    yield (
        message(JOIN, joins(ROUTER6, (group(GROUP6), [strange], []))),
        "A locator's family unknown",
    )
    other = source(SOURCE6, 4, attribute(6, b"\1" + RP6, end=True))
    yield message(JOIN, joins(ROUTER6, (group(GROUP6), [other], []))), "A locator's family wrong"
    long = b"\x46\xff\xff" + RP6
    yield (
        message(JOIN, joins(ROUTER6, (group(GROUP6), [source(SOURCE6, 4, long)], []))),
        ("A locator that passes the message"),
    )
    lost = source(SOURCE6, 4, attribute(0, b"\xff\0" + RP6), attribute(2, b"\0\2", end=True))
    yield message(JOIN, joins(ROUTER6, (group(GROUP6), [lost], []))), "A vector's family unknown"
    upstream = unicast(ROUTER6, attribute(5, b""), attribute(2, b"\0\2", end=True))
    yield message(JOIN, upstream + joins(ROUTER6, entry)[18:]), "An attribute without its value"
    sources = group(GROUP6) + b"\0\1\0\xd2" + unicast(SOURCE6) + bytes(8)
    yield (
        message(FLOODING, unicast(RP6) + option(0x8001, sources) + option(9, b"sixscope")),
        ("Octets behind the sources in a flooded TLV"),
    )
    yield message(HELLO, b"", version=3), "Unknown version"


def _cases() -> Iterator[tuple[bytes, str]]:
    for cases in (hellos, registers, trees, points, version_1, broken):
        yield from cases()


FILES = {"pim.pcapng": lambda path: write(path, _cases())}

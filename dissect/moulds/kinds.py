"""The kinds of packets that moulds are cast for: what is free in them, and what is sure of it.

Free are octets that dissectors pass on: beside their own text nothing in the tree depends on them,
in rows that are ``sure``.  Whatever isn't listed here as free makes a shape of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dissect.columns import group
from dissect.columns.chunk import Mask, Rows
from dissect.engine.header import Header
from dissect.engine.tree import FIELDS
from dissect.lines import links
from dissect.lines.kinds import Group
from dissect.lines.sums import sums_of, words
from dissect.lines.transport import plain_segments
from dissect.moulds.columns import Columns, of_field, of_header, of_octets
from dissect.moulds.states import (
    ANSWERED,
    ANSWERED_IPV4,
    HEARD,
    KNOWN,
    MENTIONED,
    PASSED,
    SEEN,
    State,
    matched,
)
from dissect.protocols import esp, gtp, icmp, tcp, tcp_checksum, udp
from dissect.protocols.ethernet import EthernetII
from dissect.protocols.generic import GENERIC
from dissect.protocols.icmpv6 import Head, echo
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp_flags import ACK, RST

LONGEST_KEPT = 1500
"""Octets of a payload that is a part of the shape."""


def _nothing(at: int) -> Columns:
    return iter(())


def _all(g: Group) -> Mask:
    return np.ones(len(g), np.bool_)


@dataclass(frozen=True)
class Layer:
    """A protocol of which something is free.

    free    attributes of its header; of ports only those that aren't in the table of payloads, of
            addresses what says no more than where somebody is, and no checksum of zero
    length  the attribute that is the length, and how many octets of the header it doesn't count
    sure    rows that are so; that they are whole, and the checksum right, is made sure beside
    number  in the pseudo-header of its checksum; 0 without one
    """

    name: str
    header: type[Header]
    free: tuple[str, ...]
    sure: Callable[[Group], Mask] = _all
    number: int = 0
    length: tuple[str, int] | None = None
    state: State | None = None

    @property
    def ports(self) -> str:
        """The table of what it carries by its ports; empty without ports."""
        return f"{self.name}_port" if "sport" in self.free else ""

    @property
    def is_ip(self) -> bool:
        """It has addresses."""
        return "src" in self.free

    @property
    def is_link(self) -> bool:
        """It says no more of what is behind than where it begins."""
        return self.header is EthernetII


@dataclass(frozen=True)
class Payload:
    """What the last layer carries.

    looked   octets at its beginning that are read, of which those from ``free`` on are free
    kept     all that isn't free of it makes the shape; else it is as good as random
    skips    from where on octets are shown that nobody explains
    columns  of the free octets that are read, given where it begins
    addresses, macs  where some are in it, of which as much is free as of those around it
    state    what the session tells of one of ``protocols``, which begins at ``told_at`` in it
    """

    protocols: tuple[str, ...] = ()
    looked: int = 0
    free: tuple[int, int] = (0, 0)
    kept: bool = False
    skips: tuple[int, ...] = ()
    columns: Callable[[int], Columns] = _nothing
    addresses: tuple[int, ...] = ()
    macs: tuple[int, ...] = ()
    state: State | None = None
    told: str = ""
    told_at: int = 0
    sure: Callable[[Group], Mask] = _all


# --- layers --------------------------------------------------------------------------------------


def _right(total: Rows, checksum: Rows) -> Mask:
    """A sum without a pseudo-header is right; as it isn't sure of zero, none of its zeros is."""
    found: Mask = (total % 0xFFFF == 0) & (checksum != 0) & (checksum != 0xFFFF)
    return found


def _headers(g: Group) -> Mask:
    """No fragments, and with a checksum that is right."""
    head = g.head(IPv4)
    total = words(g.chunk, g.at, IPv4.__hdr_len__)
    longer = head.ihl != 5
    at, size = g.at[longer], 4 * head.ihl[longer].astype(np.int64)
    total[longer] = sums_of(g.chunk.octets, at, at + size)
    found: Mask = (head.flags_off_word & 0x3FFF == 0) & (head.len > 0) & _right(total, head.sum)
    return found


def _segments(g: Group) -> Mask:
    """An acknowledgment number without its flag, and a reset with a payload, are remarkable."""
    head = g.head(tcp.TCP)
    reset = (head.flags & RST != 0) & (g.end - g.at > 4 * head.off.astype(np.int64))
    found: Mask = plain_segments(g) & (head.flags & ACK != 0) & ~reset & (head.sum != 0xFFFF)
    return found


def _datagrams(g: Group) -> Mask:
    found: Mask = g.head(udp.UDP).len == g.end - g.at
    return found


def _user_packets(g: Group) -> Mask:
    """Those that end where the packet around does."""
    found: Mask = g.head(gtp.Gtp).len == g.end - g.at - gtp.Gtp.__hdr_len__
    return found


def _types(*types: int) -> Callable[[Group], Mask]:
    wanted = np.zeros(256, np.bool_)
    wanted[list(types)] = True
    return lambda g: wanted[g.head(Head).type]


def _pings(g: Group) -> Mask:
    """Echoes, but for those by which a Teredo client finds a relay."""
    found = _types(echo.REQUEST, echo.REPLY)(g)
    around = g.places.of(udp.UDP)[g.rows]
    rows = np.flatnonzero(around >= 0)
    found[rows] &= group.Head(g.chunk, udp.UDP, around[rows]).dport != echo.TEREDO_PORT
    return found


def _pings_of_ipv4(g: Group) -> Mask:
    """Echoes whose data doesn't begin with the time of day."""
    head = g.head(icmp.Head)
    found: Mask = (head.type == icmp.ECHO) | (head.type == icmp.ECHO_REPLY)
    found &= _right(sums_of(g.chunk.octets, g.at, g.end), head.sum)
    timed = found & (g.end - g.at >= 16)
    some = g.of(timed)
    now = some.chunk.time_ns[some.rows] // 1_000_000_000
    words = [some.number(4, at).astype(np.uint32) for at in (8, 12)]
    for seconds, micros in (words, [word.byteswap() for word in words]):
        found[timed] &= (micros > 999_999) | (abs(seconds.astype(np.int64) - now) > DAY)
    return found


DAY = 86400
IP4 = Layer("ip", IPv4, ("len", "id", "sum", "src", "dst"), _headers, length=("len", 0))
IP6 = Layer("ipv6", IPv6, ("flow", "plen", "hlim", "src", "dst"), length=("plen", 40))
TCP = Layer(
    "tcp", tcp.TCP, ("sport", "dport", "seq", "ack", "win", "sum"), _segments,
    tcp_checksum.TCP_PROTO, state=SEEN,
)  # fmt: skip
UDP = Layer(
    "udp", udp.UDP, ("sport", "dport", "len", "sum"), _datagrams, udp.UDP_PROTO, ("len", 0), KNOWN
)
ECHO = Layer("icmpv6", Head, ("sum",), _pings, 58, state=ANSWERED)
MESSAGE = Layer("icmpv6", Head, ("sum",), _types(*range(130, 138), 143), 58)
"""Multicast Listener Discovery, Neighbor Discovery."""
ERROR = Layer("icmpv6", Head, ("sum",), _types(1, 2, 3, 4), 58)

PING = Layer("icmp", icmp.Head, ("sum",), _pings_of_ipv4, state=ANSWERED_IPV4)
LINK = Layer("eth", EthernetII, ())

GTP = Layer("gtp", gtp.Gtp, ("len",), _user_packets, length=("len", gtp.Gtp.__hdr_len__))

OUTER = {layer.name: layer for layer in (IP4, IP6, UDP, GTP)}
"""Those that may be around."""
KEPT_AROUND = frozenset((
    "eth", "ethertype", "vlan", "ieee8021ad", "mpls", "gre", "vxlan", "teredo",
))  # fmt: skip
"""Others that may be around, no octet of which is free."""

# --- payloads ------------------------------------------------------------------------------------


def _numbers(at: int) -> Columns:
    yield from of_field(echo.IDENTIFIER, at)
    yield from of_field(echo.SEQUENCE, at + 2)


def _numbers_of_ipv4(at: int) -> Columns:
    return of_header(icmp.Identified, at, ("id", "seq"))


def _security(at: int) -> Columns:
    return of_header(esp.ESP, at, ("spi", "sequence"))


def _record(at: int) -> Columns:
    return of_field(FIELDS["dpkt.tls.length"], at + 3)


def _enough(size: int) -> Callable[[Group], Mask]:
    return lambda g: g.end - g.at >= size


def _quotes_udp(g: Group) -> Mask:
    """What is quoted begins with IPv6 and UDP, nothing between."""
    found = g.end - g.at >= QUOTED_DATA
    inside = g.of(found)
    found[found] = inside.chunk.octets[inside.at + QUOTED_NEXT] == udp.UDP_PROTO
    return found


QUOTED_NEXT, QUOTED_DATA = 8 + 6, 8 + 40 + 8
"""Octets from the beginning of an error message to the Next Header in its quote, and to data."""


def _discovery(types: tuple[int, ...], size: int, *options: int) -> Callable[[Group], Mask]:
    """Messages of some types, of so many octets and one option of eight or none."""

    typed, whole = _types(*types), size + (8 if options else 0)

    def sure(g: Group) -> Mask:
        found: Mask = (g.end - g.at == whole) & typed(g)
        if options and found.any():
            found[found] = np.isin(g.of(found).number(2, size), options)
        return found

    return sure


def _others(g: Group) -> Mask:
    found: Mask = ~np.any([payload.sure(g) for payload in DISCOVERY], axis=0)
    return found


def _usual(g: Group) -> Mask:
    """Requests and replies between Ethernet and IPv4, padded with zeros or not at all."""
    size = g.end - g.at - EthernetII.__hdr_len__
    found: Mask = (size == links.MESSAGE) | (size == PADDED)
    found[found] = np.isin(g.of(found).number(8, EthernetII.__hdr_len__), links.FORMS)
    padded = found & (size == PADDED)
    found[padded] = g.of(padded).number(4, EthernetII.__hdr_len__ + PADDED - 4) == 0
    return found


PADDED = 46
"""Octets that a frame of Ethernet has at least behind its header."""


def _nonce(at: int) -> Columns:
    return of_octets(at + 22, 6)


LINKS, NONCE = (0x0101, 0x0201), 0x0E01
"""Type and length of options (RFC 4861, section 4.6.1; RFC 3971, section 5.3.2)."""
SOLICIT, TARGETED = (133,), (135, 136)
DISCOVERY = (
    Payload(kept=True, looked=20, addresses=(4,), sure=_discovery(TARGETED, 24)),
    Payload(kept=True, looked=28, addresses=(4,), macs=(22,),
            sure=_discovery(TARGETED, 24, *LINKS)),
    Payload(kept=True, looked=28, addresses=(4,), free=(22, 28), columns=_nonce,
            sure=_discovery(TARGETED, 24, NONCE)),
    Payload(kept=True, looked=12, macs=(6,), sure=_discovery(SOLICIT, 8, *LINKS)),
)  # fmt: skip
"""What is behind the head of Neighbor Discovery's messages that hosts send."""
DNS = ("dns", "mdns", "llmnr")
KEPT = ("dhcpv6", "ripng", *(entry.name for entry in GENERIC))

KINDS: list[tuple[Layer, Payload]] = [
    (TCP, Payload()),
    (TCP, Payload(("data",), skips=(0,))),
    (TCP, Payload(("tls",), looked=5, free=(3, 5), skips=(0, 5), columns=_record)),
    (UDP, Payload()),
    (UDP, Payload(("data",), skips=(0,))),
    (UDP, Payload(("udpencap", "esp"), looked=8, free=(0, 8), skips=(0,), columns=_security,
                  state=PASSED, told="esp", sure=_enough(16))),
    *((UDP, Payload((name,), kept=True, state=matched(name), told=name,
                    sure=_enough(20))) for name in DNS),
    *((carrier, Payload((name,), kept=True)) for carrier in (TCP, UDP) for name in KEPT
      if name != "tls"),
    *((ECHO, Payload(protocols, looked=4, free=(0, 4), skips=(4,), columns=_numbers,
                     sure=_enough(8))) for protocols in ((), ("data",))),
    *((MESSAGE, payload) for payload in DISCOVERY),
    (MESSAGE, Payload(kept=True, sure=_others)),
    *((PING, Payload(protocols, looked=4, free=(0, 4), skips=(4,), columns=_numbers_of_ipv4,
                     sure=_enough(8))) for protocols in ((), ("data",))),
    (IP4, Payload(("igmp",), kept=True)),
    (LINK, Payload(("ethertype", "arp"), kept=True, state=HEARD, told="arp", sure=_usual)),
    (ERROR, Payload(("ipv6", "udp", "data"), kept=True, state=MENTIONED, told="udp", told_at=44,
                    sure=_quotes_udp)),
    (ERROR, Payload(("ipv6", "icmpv6", "data"), kept=True)),
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """Layers of which something is free, outermost first, and the payload of the last.

    options  there may be options between an IP header and the last layer
    macs     where MAC addresses are in the frame
    """

    layers: tuple[Layer, ...]
    payload: Payload
    options: bool
    macs: tuple[int, ...]


def kinds_of(protocols: list[str]) -> list[Kind]:
    """The kinds that packets with a chain of protocols may be of."""
    found = []
    for carrier, payload in KINDS:
        behind = [carrier.name, *payload.protocols]
        around = protocols[: -len(behind)]
        if protocols[-len(behind) :] != behind:
            continue
        options = around[-1:] == ["ipv6.hopopts"] or around[-1:] == ["ipv6.dstopts"]
        if options:
            around = around[:-1]
        layers = [*(OUTER[name] for name in around if name in OUTER), carrier]
        ips = sum(layer.is_ip for layer in layers)
        one = ips == 1 or (ips > 1 and not options) or carrier is LINK
        if one and KEPT_AROUND.union(OUTER).issuperset(around):
            macs = (0, 6) if protocols[0] == "eth" else ()
            found.append(Kind(tuple(layers), payload, options, macs))
    return found

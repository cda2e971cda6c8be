"""Lines of ICMPv6's common messages, and of ICMP's pings."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import add

import numpy as np

from dissect.columns.chunk import Mask
from dissect.columns.group import Head
from dissect.columns.readers.icmp import V4_ERRORS
from dissect.engine.values import ipv6_text, mac_text
from dissect.lines.kinds import CARRIERS, Group, Infos, Kind, as_objects, size_of
from dissect.protocols import icmp, icmpv6, udp
from dissect.protocols.codes.icmp import meaning, type_name
from dissect.protocols.icmpv6 import echo, mld, ndp
from dissect.protocols.icmpv6.messages import INFO_CODE, MESSAGES
from dissect.protocols.icmpv6.nd_options import INFO_SOURCE, INFO_TARGET
from dissect.protocols.teredo import TEREDO_PORT

HEAD = size_of(icmpv6.Head)
RESERVED = 4
LINK_LAYER = {1: INFO_SOURCE, 2: INFO_TARGET}
"""What link-layer addresses of 6 octets say; other options add nothing to a line, whatever is in
them (RFC 4861, section 4.6)."""
UNIT = 8
LONGEST = 1500
"""Octets of a message whose options are remembered."""


def _types(header: type[icmpv6.Head] | type[icmp.Head], *wanted: int) -> Callable[[Group], Mask]:
    """A test for messages of these types that are captured to their end."""
    return lambda g: np.isin(g.head(header).type, wanted) & g.whole


# --- pings ---------------------------------------------------------------------------------------


def _usual(g: Group) -> Mask:
    """Pings, but for requests to a Teredo server, which have a name and a field of their own."""
    found = _types(icmpv6.Head, echo.REQUEST, echo.REPLY)(g)
    at = g.places.of(udp.UDP)[g.rows]
    rows = np.flatnonzero(at >= 0)
    to = Head(g.chunk, udp.UDP, at[rows]).dport
    found[rows] &= (to != TEREDO_PORT) | (g.head(icmpv6.Head).type[rows] != echo.REQUEST)
    return found


def _pings(g: Group) -> Infos:
    """Requests are told the session; the request of a reply is asked of it."""
    form = echo.INFO + echo.INFO_HOPS
    head = g.head(icmpv6.Head)
    for source, destination, kind, total, identifier, sequence, hops, number, now in zip(
        g.source, g.destination, head.type.tolist(), head.sum.tolist(),
        g.number(2, HEAD).tolist(), g.number(2, HEAD + 2).tolist(), g.hops.tolist(), g.numbers,
        g.times, strict=True,
    ):  # fmt: skip
        key = echo.exchange(source, destination, kind, total, identifier, sequence)
        text = MESSAGES[kind].name + form % (identifier, sequence, hops)
        if kind == echo.REQUEST:
            echo.asked(g.session, key, number, now)
        elif request := echo.answered(g.session, key):
            text += echo.INFO_REQUEST % request[0]
        yield text


def _pings_of_ipv4(g: Group) -> Infos:
    """The same, in ICMP's words."""
    form = icmp.INFO + icmp.INFO_TTL
    head, query = g.head(icmp.Head), g.head(icmp.Identified, HEAD)
    for source, destination, kind, code, total, identifier, sequence, hops, number, now in zip(
        g.source, g.destination, head.type.tolist(), head.code.tolist(), head.sum.tolist(),
        query.id.tolist(), query.seq.tolist(), g.hops.tolist(), g.numbers, g.times, strict=True,
    ):  # fmt: skip
        key = icmp.exchange(source, destination, kind, total, identifier, sequence)
        name = type_name(kind, code)
        text = form % (name, identifier, sequence, icmp.swapped(sequence), hops)
        if kind == icmp.ECHO:
            icmp.asked(g.session, key, number, now)
        elif request := icmp.answered(g.session, key):
            text += icmp.INFO_REQUEST % request.number
        yield text


# --- errors --------------------------------------------------------------------------------------


def _errors(g: Group) -> Infos:
    """What is quoted adds nothing."""
    head = g.head(icmpv6.Head)
    for kind, code in zip(head.type.tolist(), head.code.tolist(), strict=True):
        message = MESSAGES[kind]
        yield (
            message.name if message.codes is None
            else INFO_CODE % (message.name, message.code_name(code))
        )  # fmt: skip


# --- Neighbor Discovery, Multicast Listener Discovery --------------------------------------------


def _octets(g: Group, skip: int) -> list[bytes]:
    """What stands in each message behind so many octets."""
    data = g.chunk.data
    return [data[at:end] for at, end in zip((g.at + skip).tolist(), g.end.tolist(), strict=True)]


def _plain(
    *wanted: int, size: int, plain: Callable[[bytes], object] | None = None
) -> Callable[[Group], Mask]:
    """A test for messages of these types, not long, that are ``plain`` behind ``size`` octets.

    By default options must be there that are like Ethernet's.
    """
    named, plain = _types(icmpv6.Head, *wanted), plain or _options

    def sure(g: Group) -> Mask:
        found = named(g) & (g.end - g.at <= LONGEST)
        found[found] = [plain(octets) is not None for octets in _octets(g.of(found), size)]
        return found

    return sure


@lru_cache(maxsize=4096)
def _options(octets: bytes) -> str | None:
    """What the options of a message say; None if a link-layer address isn't of 6 octets."""
    at, words = 0, ""
    while at < len(octets):  # that all of them fit, the column reader has made sure
        kind, size = octets[at], UNIT * octets[at + 1]
        if kind in LINK_LAYER:
            if size != UNIT:
                return None
            words += LINK_LAYER[kind] % mac_text(octets[at + 2 : at + UNIT])
        at += size
    return words


@lru_cache(maxsize=4096)
def _reports(octets: bytes) -> str | None:
    """Nothing more of a report that holds all its records, whose number stands before them."""
    at, records = 2, int.from_bytes(octets[:2], "big")
    for _ in range(records):
        if at + RECORD > len(octets):
            return None
        at += RECORD + 16 * int.from_bytes(octets[at + 2 : at + 4], "big") + 4 * octets[at + 1]
    return "" if at <= len(octets) else None


RECORD = size_of(mld.Record)
REPORTS = HEAD + 2
ROUTER_SOLICITATION = HEAD + RESERVED
ROUTER_ADVERTISEMENT = HEAD + size_of(ndp.RouterAdvertisement)
NEIGHBOR = HEAD + size_of(ndp.NeighborSolicitation)


def _named(size: int = 0) -> Callable[[Group], Infos]:
    """Messages that say no more than what they are, and their options behind ``size`` octets."""

    def infos(g: Group) -> Infos:
        names = (MESSAGES[kind].name for kind in g.head(icmpv6.Head).type.tolist())
        if not size:
            return names
        return map(add, names, map(_told, _octets(g, size)))

    return infos


def _told(options: bytes) -> str:
    return _options(options) or ""


def _solicitations(g: Group) -> Infos:
    targets = as_objects(g.head(ndp.NeighborSolicitation, HEAD).target).tolist()
    form = MESSAGES[135].name + ndp.INFO_ASKED + "%s"
    for target, options in zip(targets, _octets(g, NEIGHBOR), strict=True):
        yield form % (ipv6_text(target), _options(options))


def _advertisements(g: Group) -> Infos:
    head = g.head(ndp.NeighborAdvertisement, HEAD)
    form = MESSAGES[136].name + ndp.INFO_TOLD + "%s"
    for target, flags, options in zip(
        as_objects(head.target).tolist(), head.flags.tolist(), _octets(g, NEIGHBOR), strict=True
    ):
        yield form % (ipv6_text(target), ndp.FLAG_WORDS[flags >> 29], _options(options))


def _errors_of_ipv4(g: Group) -> Infos:
    head = g.head(icmp.Head)
    for kind, code in zip(head.type.tolist(), head.code.tolist(), strict=True):
        yield icmp.INFO_HEAD % (type_name(kind, code), meaning(kind, code))


QUOTED = (
    "icmp", "icmpv6", "udp", "udplite", "vxlan", "geneve", "dhcpv6", "ipv6.fraghdr", "data",
    *CARRIERS,
)  # fmt: skip
"""What may be quoted: nothing that a session remembers and that shows in other lines."""


def _icmpv6(sure: Callable[[Group], Mask], infos: Callable[[Group], Infos]) -> Kind:
    return Kind("icmpv6", icmpv6.Head, sure=sure, infos=infos)


KINDS = (
    _icmpv6(_usual, _pings),
    _icmpv6(_plain(133, size=ROUTER_SOLICITATION), _named(ROUTER_SOLICITATION)),
    _icmpv6(_plain(134, size=ROUTER_ADVERTISEMENT), _named(ROUTER_ADVERTISEMENT)),
    _icmpv6(_plain(135, size=NEIGHBOR), _solicitations),
    _icmpv6(_plain(136, size=NEIGHBOR), _advertisements),
    _icmpv6(_types(icmpv6.Head, 131, 132), _named()),
    _icmpv6(_plain(143, size=REPORTS, plain=_reports), _named()),
    Kind("icmpv6", icmpv6.Head, sure=_types(icmpv6.Head, 1, 2, 3, 4), infos=_errors,
         quotes=QUOTED),
    Kind("icmp", icmp.Head, sure=_types(icmp.Head, icmp.ECHO, icmp.ECHO_REPLY),
         infos=_pings_of_ipv4),
    Kind("icmp", icmp.Head, sure=_types(icmp.Head, *V4_ERRORS), infos=_errors_of_ipv4,
         quotes=QUOTED),
)  # fmt: skip

"""Lines of ICMPv6's common messages, and of ICMP's pings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dissect.columns.chunk import Mask
from dissect.columns.group import Head
from dissect.columns.readers.icmp import V4_ERRORS
from dissect.engine.values import ipv6_text, mac_text
from dissect.lines.kinds import CARRIERS, Group, Infos, Kind, size_of
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


def _plain(*wanted: int, size: int) -> Callable[[Group], Mask]:
    """A test for messages with options behind ``size`` octets that are like Ethernet's."""
    named = _types(icmpv6.Head, *wanted)

    def sure(g: Group) -> Mask:
        found = named(g)
        for row in np.flatnonzero(found).tolist():
            found[row] = _options(g, row, size) is not None
        return found

    return sure


def _options(g: Group, row: int, size: int) -> str | None:
    """What the options of a message say; None if a link-layer address isn't of 6 octets."""
    data, at, end = g.chunk.data, int(g.at[row]) + size, int(g.end[row])
    words = ""
    while at < end:  # that all of them fit, the column reader has made sure
        kind, octets = data[at], UNIT * data[at + 1]
        if kind in LINK_LAYER:
            if octets != UNIT:
                return None
            words += LINK_LAYER[kind] % mac_text(data[at + 2 : at + UNIT])
        at += octets
    return words


def _reports(g: Group) -> Mask:
    """Reports of version 2 that hold all their records."""
    found = _types(icmpv6.Head, 143)(g)
    for row in np.flatnonzero(found).tolist():
        data, at, end = g.chunk.data, int(g.at[row]), int(g.end[row])
        records = data[at + 6] << 8 | data[at + 7]
        at += HEAD + RESERVED
        for _ in range(records if records <= (end - at) // RECORD else 0):
            if at + RECORD > end:
                break
            at += RECORD + 16 * (data[at + 2] << 8 | data[at + 3]) + 4 * data[at + 1]
            records -= 1
        found[row] = records == 0 and at <= end
    return found


RECORD = size_of(mld.Record)
ROUTER_SOLICITATION = HEAD + RESERVED
ROUTER_ADVERTISEMENT = HEAD + size_of(ndp.RouterAdvertisement)
NEIGHBOR = HEAD + size_of(ndp.NeighborSolicitation)


def _named(size: int = 0) -> Callable[[Group], Infos]:
    """Messages that say no more than what they are, and their options behind ``size`` octets."""

    def infos(g: Group) -> Infos:
        for row, kind in enumerate(g.head(icmpv6.Head).type.tolist()):
            yield MESSAGES[kind].name + (_options(g, row, size) or "" if size else "")

    return infos


def _solicitations(g: Group) -> Infos:
    targets = g.head(ndp.NeighborSolicitation, HEAD).target
    for row, target in enumerate(targets):
        info = ndp.INFO_ASKED % ipv6_text(target.tobytes())
        yield f"{MESSAGES[135].name}{info}{_options(g, row, NEIGHBOR)}"


def _advertisements(g: Group) -> Infos:
    head = g.head(ndp.NeighborAdvertisement, HEAD)
    for row, (target, flags) in enumerate(zip(head.target, head.flags.tolist(), strict=True)):
        info = ndp.INFO_TOLD % (ipv6_text(target.tobytes()), ndp.FLAG_WORDS[flags >> 29])
        yield f"{MESSAGES[136].name}{info}{_options(g, row, NEIGHBOR)}"


def _errors_of_ipv4(g: Group) -> Infos:
    head = g.head(icmp.Head)
    for kind, code in zip(head.type.tolist(), head.code.tolist(), strict=True):
        yield icmp.INFO_HEAD % (type_name(kind, code), meaning(kind, code))


QUOTED = (
    "icmp", "icmpv6", "udp", "udplite", "vxlan", "geneve", "dhcpv6", "ipv6.routing", "ipv6.fraghdr",
    "data", *CARRIERS,
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
    _icmpv6(_reports, _named()),
    Kind("icmpv6", icmpv6.Head, sure=_types(icmpv6.Head, 1, 2, 3, 4), infos=_errors,
         quotes=QUOTED),
    Kind("icmp", icmp.Head, sure=_types(icmp.Head, icmp.ECHO, icmp.ECHO_REPLY),
         infos=_pings_of_ipv4),
    Kind("icmp", icmp.Head, sure=_types(icmp.Head, *V4_ERRORS), infos=_errors_of_ipv4,
         quotes=QUOTED),
)  # fmt: skip

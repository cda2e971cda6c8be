"""Multicast Listener Discovery (RFC 2710, RFC 3810)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dissect.columns.chunk import Rows
from dissect.engine.session import Table
from dissect.lint.addresses import (
    ALL_NODES,
    ALL_ROUTERS,
    UNSPECIFIED,
    are_link_local,
    is_link_local,
    is_multicast,
)
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.nd import MLD, Message, MessageListener
from dissect.lint.rule import NOTHING, Hit, Hits, Tally, rule, suspects, tallies
from dissect.lint.rules.ext import ALERT
from dissect.lint.rules.ext import options as ext_options
from dissect.lint.told.octets import Octets
from dissect.lint.words import ip
from dissect.protocols.icmpv6.mld import query_interval
from dissect.verdict import Level

QUERY, REPORT, DONE, REPORT_2 = 130, 131, 132, 143
NAMES = {QUERY: "query", REPORT: "report", DONE: "done", REPORT_2: "report"}
ALL_MLD2_ROUTERS = bytes.fromhex("ff020000000000000000000000000016")
VERSION_1, VERSION_2 = 24, 28
"""Octets of queries; those between are none (RFC 3810, section 8.1)."""
RECORD = 20
MOST_RECORDS = 64
"""Records in a report; one with more is looked at as a tree."""
NEVER_SCOPES = (0, 1)
SECOND = 1_000_000_000
INTERVAL = 125
"""Seconds between general queries, unless they say otherwise (RFC 3810, section 9.2)."""


class Record(NamedTuple):
    """A record of a report: type, words of auxiliary data, group, and how many octets it has."""

    kind: int
    aux: int
    group: bytes
    size: int


def message(at: At) -> At | None:
    """The IPv6 header around a message of MLD; None for others."""
    if at.header is None or at.header.type not in MLD:
        return None
    host = at.ip
    return host if host is not None and host.name == "ipv6" and host.header is not None else None


def records(octets: bytes) -> Iterator[Record]:
    """The records of a report as far as their heads are there."""
    place, left = 8, int.from_bytes(octets[6:8], "big")
    while left and place + RECORD <= len(octets):
        kind, aux = octets[place], octets[place + 1]
        sources = int.from_bytes(octets[place + 2 : place + 4], "big")
        size = RECORD + 16 * sources + 4 * aux
        yield Record(kind, aux, octets[place + 4 : place + 20], size)
        place, left = place + size, left - 1


def group(octets: bytes) -> bytes:
    """The Multicast Address of a query, report or done of version 1; empty where it is cut."""
    found = octets[8:24]
    return found if len(found) == 16 else b""


@rule(
    "MLD-001", Level.ERROR, "RFC 2710, section 3; RFC 3810, section 5", "MLD beyond the link",
    why="MLD is for the link only: its messages have hop limit 1, and others must be dropped.",
    fix="Send with hop limit 1.",
    on="icmpv6", kinds=MLD, field="ipv6.hlim",
)  # fmt: skip
def hop_limit(at: At) -> Hits:
    """All messages."""
    host = message(at)
    if host is not None and host.header.hlim != 1:
        yield Hit(f"MLD hop limit {host.header.hlim}, must be 1")


@rule(
    "MLD-002", Level.ERROR, "RFC 2710, section 3; RFC 3810, section 5", "MLD without Router Alert",
    why="Routers only look at packets to groups that they aren't members of because of the option. "
        "Messages without it are dropped, and the group's traffic stops.",
    fix="Send a Hop-by-Hop Options header with Router Alert 0.",
    on="icmpv6", kinds=MLD, field="ipv6.nxt",
)  # fmt: skip
def router_alert(at: At) -> Hits:
    """With value 0."""
    if message(at) is None:
        return
    for header in at.chain[:1]:
        if header.name == "ipv6.hopopts":
            for one in ext_options(header):
                if one.kind == ALERT and one.data == b"\0\0":
                    return
    yield Hit("MLD message without Router Alert")


@rule(
    "MLD-003", Level.ERROR, "RFC 3810, sections 5.1.14 and 5.2.13; RFC 3590, section 4",
    "MLD from a wrong address",
    why="Queries come from a router's link-local address, reports from a link-local address or "
        "from \"::\".  Others must be discarded.",
    fix="Send from a link-local address.",
    on="icmpv6", kinds=MLD, field="ipv6.src",
)  # fmt: skip
def source(at: At) -> Hits:
    """Only reports may come from ``::``."""
    host = message(at)
    if host is None:
        return
    src = host.header.src
    if not is_link_local(src) and not (src == UNSPECIFIED and at.header.type != QUERY):
        yield Hit(f"MLD {NAMES[at.header.type]} from {ip(src)}")


@rule(
    "MLD-004", Level.WARNING, "RFC 3810, sections 5.1.15 and 5.2.14; RFC 2710, section 5",
    "MLD to a wrong address",
    why="Routers and snooping switches look for each message at its address: general queries at "
        "all nodes, others at their group, reports of version 2 at ff02::16, done at all routers.",
    fix="Send to these addresses.",
    on="icmpv6", kinds=MLD, field="ipv6.dst",
)  # fmt: skip
def destination(at: At) -> Hits:
    """Queries to a host's own address serve for debugging (RFC 3810, section 5.1.15)."""
    host = message(at)
    if host is None:
        return
    kind, dst, about = at.header.type, host.header.dst, group(at.payload)
    if kind == REPORT_2:
        expected = ALL_MLD2_ROUTERS
    elif kind == DONE:
        expected = ALL_ROUTERS
    elif not about:
        return
    elif kind == QUERY and about == UNSPECIFIED:
        expected = ALL_NODES
    else:
        expected = about
    if dst != expected and not (kind == QUERY and not is_multicast(dst)):
        yield Hit(f"MLD {NAMES[kind]} sent to {ip(dst)}, expected {ip(expected)}")


@rule(
    "MLD-005", Level.ERROR, "RFC 3810, sections 5.1.5, 5.2.8 and 8.1", "Impossible MLD message",
    why="Messages are about groups, and their counts tell how long they are.  Receivers ignore, or "
        "drop, others.",
    fix="Set the counts; query with 24 octets (version 1), or 28 and more.",
    on="icmpv6", kinds=MLD, field="icmpv6.mld.multicast_address", whole=True,
)  # fmt: skip
def body(at: At) -> Hits:
    """No group is in general queries only."""
    if message(at) is None or at.part:
        return
    kind, octets = at.header.type, at.payload
    words = f"MLD {NAMES[kind]} body invalid"
    if kind == REPORT_2:
        count = int.from_bytes(octets[6:8], "big")
        found = list(records(octets))
        if len(found) < count or 8 + sum(one.size for one in found) > len(octets):
            yield Hit(f"{words}: {count} records run past the message",
                      field="icmpv6.mldr.nb_mcast_records")  # fmt: skip
        for one in found:
            if not is_multicast(one.group):
                yield Hit(f"{words}: {ip(one.group)} is no group",
                          field="icmpv6.mldr.mar.multicast_address")  # fmt: skip
        return
    about = group(octets)
    if not about:
        yield Hit(f"{words}: {len(octets)} octets")
    elif not is_multicast(about) and not (kind == QUERY and about == UNSPECIFIED):
        yield Hit(f"{words}: {ip(about)} is no group")
    if kind == QUERY and VERSION_1 < len(octets) < VERSION_2:
        yield Hit(f"{words}: {len(octets)} octets are of neither version")
    elif kind == QUERY and len(octets) >= VERSION_2:
        sources = int.from_bytes(octets[26:28], "big")
        if VERSION_2 + 16 * sources > len(octets):
            yield Hit(f"{words}: {sources} sources run past the message",
                      field="icmpv6.mld.nb_sources")  # fmt: skip


@rule(
    "MLD-006", Level.WARNING, "RFC 3810, sections 5.2.10 and 5.2.12", "Unknown record in a report",
    why="Records of other types are ignored, and there is no auxiliary data.",
    fix="Send types 1 to 6, with Aux Data Len 0.",
    on="icmpv6", kinds=(REPORT_2,), field="icmpv6.mldr.mar.record_type",
)  # fmt: skip
def record_type(at: At) -> Hits:
    """Each record."""
    if message(at) is None or at.header.type != REPORT_2:
        return
    for one in records(at.payload):
        if not 1 <= one.kind <= 6 or one.aux:
            yield Hit(f"MLDv2 record type {one.kind}, aux {one.aux}")


@rule(
    "MLD-007", Level.WARNING, "RFC 3810, section 6; RFC 2710, section 5", "Needless MLD report",
    why="Every node is a member of all nodes, and groups of a host's own never leave it: nobody "
        "needs to be told.",
    fix="Leave ff02::1 and scopes 0 and 1 out of reports.",
    on="icmpv6", kinds=(REPORT, REPORT_2), field="icmpv6.mldr.mar.multicast_address",
)  # fmt: skip
def never(at: At) -> Hits:
    """Of either version."""
    if message(at) is None or at.header.type not in (REPORT, REPORT_2):
        return
    octets = at.payload
    if at.header.type == REPORT_2:
        groups = [one.group for one in records(octets)]
        field = "icmpv6.mldr.mar.multicast_address"
    else:
        groups, field = [group(octets)], "icmpv6.mld.multicast_address"
    for about in groups:
        if about == ALL_NODES or (about and is_multicast(about) and about[1] & 15 in NEVER_SCOPES):
            yield Hit(f"MLD report for {ip(about)}, never reported", field=field)


@dataclass
class Querier:
    """Who queries a link, when it did last, and how."""

    address: bytes
    heard: int
    interval: int
    robustness: int


@rule(
    "MLD-008", Level.WARNING, "RFC 3810, section 7.6.2", "Two queriers",
    why="The router with the lowest address queries, and the others are silent while they hear "
        "it.  Two of them double the traffic, or don't hear each other.",
    fix="Look for a switch between the routers that drops queries.",
    on="icmpv6", kinds=(QUERY,), field="ipv6.src",
)  # fmt: skip
class Queriers:
    """The querier of each link."""

    def __init__(self) -> None:
        self.links: Table[Querier] = Table(256)
        self.others: Table[bytes] = Table(256)
        """Who was the last to query a link beside its querier."""

    def __call__(self, at: At) -> Hits:
        """General queries; odd or different parameters are notes."""
        host = message(at)
        octets = at.payload
        if host is None or at.header.type != QUERY or group(octets) != UNSPECIFIED:
            return
        src, link = host.header.src, at.wire
        robustness, interval = 0, 0
        if len(octets) >= VERSION_2:
            robustness, interval = octets[24] & 7, query_interval(octets[25])
            if robustness == 1:
                yield Hit(f"Querier {ip(src)} has robustness 1", level=Level.NOTE,
                          field="icmpv6.mld.flag.qrv", key=f"qrv {ip(src)}")  # fmt: skip
        known = self.links.get(link)
        if known is None or src == known.address:
            self.links.put(link, Querier(src, at.time, interval, robustness))
            return
        silent = (known.interval or INTERVAL) * SECOND
        if interval and known.interval and (interval, robustness) != (
            known.interval, known.robustness
        ):  # fmt: skip
            yield Hit(f"Queriers {ip(known.address)} and {ip(src)} differ in robustness or "
                      "interval", level=Level.NOTE, field="icmpv6.mld.qqi",
                      key=f"{ip(known.address)} {ip(src)}")  # fmt: skip
        if src < known.address or at.time - known.heard > 2 * silent + SECOND * 10:
            self.links.put(link, Querier(src, at.time, interval, robustness))
        elif self.others.get(link) != src:
            self.others.put(link, src)  # it may not have heard the other one yet
        else:
            yield Hit(f"Two queriers: {ip(known.address)} and {ip(src)}",
                      key=f"two {ip(known.address)} {ip(src)}")  # fmt: skip


@rule(
    "MLD-009", Level.NOTE, "RFC 3810, sections 8.2 and 8.3", "Versions of MLD mixed",
    why="With one node of version 1 on the link all fall back, and sources can't be chosen.",
    fix="Set version 2 on routers and hosts.",
    on="icmpv6", kinds=MLD, field="icmpv6.type",
)  # fmt: skip
class Versions(MessageListener):
    """The versions of the queries of each link."""

    def __init__(self) -> None:
        self.queried: Table[set[int]] = Table(256)
        self.spoken: Table[int] = Table(4096)

    def heard(self, said: Message) -> Hits:
        """Queries of both, or version 1's reports to version 2's queries."""
        link, kind, src = said.wire, said.kind, said.src
        versions = self.queried.get(link) or self.queried.put(link, set())
        if kind == REPORT_2:
            self.spoken.put((link, src), 2)
            return NOTHING
        return self._older(said, versions)

    def _older(self, said: Message, versions: set[int]) -> Hits:
        link, kind, src = said.wire, said.kind, said.src
        if kind == QUERY:
            versions.add(1 if len(said.octets) < VERSION_2 else 2)
            if len(versions) == 2:
                yield Hit("MLD queries of both versions on the link", key="queries")
        elif kind == REPORT and versions == {2} and self.spoken.get((link, src)) == 2:
            yield Hit(f"{ip(src)} speaks MLDv2, but answers with a report of version 1",
                      key=ip(src))  # fmt: skip


@suspects("MLD")
def messages(batch: Batch) -> Mask:
    """Reports that are not as usual, and messages that the columns don't tell of."""
    mask = batch.listeners & ~batch.heard & ~batch.quoting
    told = batch.messages
    kind, dst, about = told.kind, told.dst, told.targets
    second, first, done = kind == REPORT_2, kind == REPORT, kind == DONE
    wrong = told.hops != 1
    wrong |= second & (dst != tuple(ALL_MLD2_ROUTERS)).any(axis=1)
    wrong |= done & (dst != tuple(ALL_ROUTERS)).any(axis=1)
    wrong |= first & ((dst != about).any(axis=1) | _needless(about))
    wrong |= (first | done) & ((about[:, 0] != 0xFF) | (told.end - told.at < VERSION_1))
    mask[told.rows[wrong & ~told.is_discovery]] = True
    mask[told.rows[second][_odd_records(batch, told.at[second], told.end[second])]] = True
    return mask


def _needless(groups: Octets) -> Mask:
    """All nodes, and groups that never leave a host."""
    mask: Mask = np.isin(groups[:, 1] & 15, NEVER_SCOPES)
    mask |= (groups == tuple(ALL_NODES)).all(axis=1)
    return mask


def _odd_records(batch: Batch, at: Rows, end: Rows) -> Mask:
    """Reports with records that don't fit, are of unknown types or for groups that need none."""
    wrong = np.zeros(len(at), np.bool_)
    left, place, on = batch.short(at + 6), at + 8, np.arange(len(at))
    for _ in range(MOST_RECORDS):
        on = on[left[on] > 0]
        if not len(on):
            return wrong
        here = place[on]
        kind, group = batch.octet(here), batch.octets(here + 4, 16)
        behind = here + RECORD + 16 * batch.short(here + 2) + 4 * batch.octet(here + 1)
        odd = (kind < 1) | (kind > 6) | (batch.octet(here + 1) > 0) | (behind > end[on])
        odd |= (group[:, 0] != 0xFF) | _needless(group)
        wrong[on[odd]] = True
        on, behind = on[~odd], behind[~odd]
        place[on], left[on] = behind, left[on] - 1
    wrong[on] = True
    return wrong


@suspects("MLD-003")
def untold(batch: Batch) -> Mask:
    """Messages that the columns don't tell of."""
    return batch.listeners & ~batch.heard & ~batch.quoting


@tallies("MLD-003")
def from_elsewhere(batch: Batch) -> Iterator[Tally]:
    """Reports from addresses that are not of the link."""
    told = batch.messages
    src = told.src
    local = are_link_local(src)
    wrong = ~told.is_discovery & ~local & ~told.unspecified
    yield Tally(told.rows[wrong], src[wrong])

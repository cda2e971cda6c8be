"""What MLD and IGMP messages say, in one language (RFC 2710, 3810; RFC 1112, 2236, 3376)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dissect.analysis.discoveries import in_sight, messages_of, tree_at
from dissect.analysis.inside import ICMPV6, Ends, Inside, Reader, values
from dissect.analysis.on_ethernet import framed
from dissect.analysis.places import octets_of, places, several
from dissect.columns.layout import gather, layout_for
from dissect.protocols.icmpv6.mld import query_interval
from dissect.protocols.ipv4 import IPv4

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.columns.seen import Seen
    from dissect.engine.tree import Node

PROTOCOLS = frozenset(("icmpv6", "igmp"))
MLD = MLD_QUERY, MLD_REPORT, MLD_DONE, MLD_REPORT_2 = 130, 131, 132, 143
IGMP_QUERY, IGMP_REPORT_1, IGMP_REPORT_2, IGMP_LEAVE, IGMP_REPORT_3 = 0x11, 0x12, 0x16, 0x17, 0x22
VERSION_1_WAIT = 10_000
"""Milliseconds that members of IGMP 1 may take to answer (RFC 2236, section 4)."""


class Mode(IntEnum):
    """The types of a report's records."""

    IS_INCLUDE = 1
    IS_EXCLUDE = 2
    TO_INCLUDE = 3
    TO_EXCLUDE = 4
    ALLOW = 5
    BLOCK = 6


class Record(NamedTuple):
    """What somebody wants of a group."""

    mode: int
    group: bytes
    sources: tuple[bytes, ...] = ()


class Query(NamedTuple):
    """Who listens?

    group     all zeros: to any
    wait      milliseconds within which an answer has to come
    interval  seconds between general queries, robustness: how many may be lost; 0: not said
    """

    at: Place
    querier: bytes
    version: int
    group: bytes
    wait: int
    interval: int
    robustness: int


class Report(NamedTuple):
    """Somebody listens, or does no longer; ``member`` may be all zeros."""

    at: Place
    member: bytes
    mac: bytes
    version: int
    records: tuple[Record, ...]


def membership(message: Inside) -> Iterator[Query | Report]:
    """The query or report that a message is, if it is one."""
    ip = message.ip
    if ip is None or (message.name == ICMPV6 and message.kind not in MLD):
        return
    said = SAID(message)
    if isinstance(said, Asked):
        yield Query(message.place, ip.src, *said)
    elif said is not None:
        yield Report(message.place, ip.src, message.mac, *said)


def reports(seen: Seen, file: int) -> Iterator[Query | Report]:
    """The queries and reports of MLD in rows that the columns are sure of."""
    chunk, found = seen.chunk, in_sight(seen)
    found = found.only(np.isin(found.kinds, MLD))
    known = [
        SAID.recall(ICMPV6, chunk.data[start:stop])
        for start, stop in zip(found.at.tolist(), found.stops.tolist(), strict=True)
    ]
    told = [one[0] if one and isinstance(one[0], Told) else None for one in known]
    is_told = np.array([one is not None for one in told], np.bool_)
    for message in messages_of(seen, file, found.only(~is_told)):
        yield from membership(message)
    found = found.only(is_told)
    said = [one for one in told if one is not None]
    yield from several(
        seen, found.rows, file, Report, octets_of(found.ip_values(chunk, "src")),
        octets_of(found.macs(chunk), found.frame >= 0), [one.version for one in said],
        [one.records for one in said],
    )  # fmt: skip


def igmp_in(seen: Seen, file: int) -> Iterator[Query | Report]:
    """The queries and reports of IGMP in Ethernet in rows that the columns are sure of."""
    chunk, found = seen.chunk, framed(seen, "ip", "igmp")
    items = layout_for(IPv4).items
    ihl, size, hops = (gather(chunk.data, items[name], found.at) for name in ("ihl", "len", "ttl"))
    start = found.at + 4 * ihl.astype(np.int64)
    stop = np.minimum(found.at + size, chunk.limit(found.rows))
    columns = (*found, start, stop, hops)
    for place, row, frame, at, first, last, ttl in zip(
        places(seen, found.rows, file), *(column.tolist() for column in columns), strict=True
    ):  # fmt: skip
        data = chunk.data
        ip = Ends(data[at + 12 : at + 16], data[at + 16 : at + 20], ttl)
        tree = partial(tree_at, chunk, row, first, "igmp")
        mac = data[frame + 6 : frame + 12]
        yield from membership(Inside("igmp", data[first:last], ip, mac, place, tree))


class Asked(NamedTuple):
    """What a query says, whoever asks."""

    version: int
    group: bytes
    wait: int
    interval: int
    robustness: int


class Told(NamedTuple):
    """What a report says, whoever reports."""

    version: int
    records: tuple[Record, ...]


def _said(node: Node) -> Asked | Told | None:
    return (_mld if node.field.name == ICMPV6 else _igmp)(node)


def _mld(node: Node) -> Asked | Told | None:
    told = values(node)
    kind, group = told.get("icmpv6.type"), told.get("icmpv6.mld.multicast_address")
    if kind == MLD_REPORT_2:
        return Told(2, _records(node, "icmpv6.mldr.mar", MLD_NAMES))
    if group is None:
        return None
    if kind == MLD_QUERY:
        second = "icmpv6.mld.qqi" in told
        wait = told.get("icmpv6.mld.maximum_response_" + ("code" if second else "delay"), 0)
        robustness = told.get("icmpv6.mld.flag.qrv", 0)
        return Asked(1 + second, group, wait, told.get("icmpv6.mld.qqi", 0), robustness)
    mode = Mode.IS_EXCLUDE if kind == MLD_REPORT else Mode.TO_INCLUDE
    return Told(1, (Record(mode, group),))


def _igmp(node: Node) -> Asked | Told | None:
    told = values(node)
    kind, group, version = (told.get(f"igmp.{name}") for name in ("type", "maddr", "version"))
    if kind == IGMP_REPORT_3:
        return Told(3, _records(node, "", IGMP_NAMES))
    if group is None or version is None:
        return None
    if kind == IGMP_QUERY:
        wait = 100 * told["igmp.max_resp"] if version > 1 else VERSION_1_WAIT
        interval = query_interval(told.get("igmp.qqic", 0))
        return Asked(version, group, wait, interval, told.get("igmp.qrv", 0))
    if kind in (IGMP_REPORT_1, IGMP_REPORT_2, IGMP_LEAVE):
        mode = Mode.TO_INCLUDE if kind == IGMP_LEAVE else Mode.IS_EXCLUDE
        return Told(version, (Record(mode, group),))
    return None


SAID = Reader(_said)
MLD_NAMES = (
    "icmpv6.mldr.mar.record_type", "icmpv6.mldr.mar.multicast_address",
    "icmpv6.mldr.mar.source_address",
)  # fmt: skip
IGMP_NAMES = ("igmp.record_type", "igmp.maddr", "igmp.saddr")


def _records(node: Node, name: str, names: tuple[str, str, str]) -> tuple[Record, ...]:
    """The records that are whole; ``name`` is that of the nodes that hold them."""
    kind_name, group_name, source_name = names
    found = []
    for child in node.children or ():
        if child.field.name != name or not child.children:
            continue
        fields: dict[str, list[Any]] = {}
        for one in child.children:
            fields.setdefault(one.field.name, []).append(one.value)
        if kind_name in fields and group_name in fields:
            sources = tuple(fields.get(source_name, ()))
            found.append(Record(fields[kind_name][0], fields[group_name][0], sources))
    return tuple(found)

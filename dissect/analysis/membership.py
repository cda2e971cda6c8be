"""What MLD and IGMP messages say, in one language (RFC 2710, 3810; RFC 1112, 2236, 3376)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.analysis.messages import Inside, messages, values
from dissect.protocols.icmpv6.mld import query_interval

if TYPE_CHECKING:
    from dissect.analysis.analysis import Place
    from dissect.engine.packet import Packet
    from dissect.engine.tree import Node

PROTOCOLS = frozenset(("icmpv6", "igmp"))
MLD_QUERY, MLD_REPORT, MLD_DONE, MLD_REPORT_2 = 130, 131, 132, 143
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


def membership(packet: Packet, place: Place) -> Iterator[Query | Report]:
    """The queries and reports in a packet."""
    for message in messages(packet, PROTOCOLS):
        if message.ip is not None:
            is_mld = message.node.field.name == "icmpv6"
            found = (_mld if is_mld else _igmp)(message, place)
            if found is not None:
                yield found


def _mld(message: Inside, place: Place) -> Query | Report | None:
    told = values(message.node)
    kind, group = told.get("icmpv6.type"), told.get("icmpv6.mld.multicast_address")
    ip = message.ip
    if kind == MLD_REPORT_2:
        records = _records(message.node, "icmpv6.mldr.mar", MLD_NAMES)
        return Report(place, ip.src, message.mac, 2, records)
    if group is None:
        return None
    if kind == MLD_QUERY:
        second = "icmpv6.mld.qqi" in told
        wait = told.get("icmpv6.mld.maximum_response_" + ("code" if second else "delay"), 0)
        robustness = told.get("icmpv6.mld.flag.qrv", 0)
        return Query(place, ip.src, 1 + second, group, wait, told.get("icmpv6.mld.qqi", 0),
                     robustness)  # fmt: skip
    if kind in (MLD_REPORT, MLD_DONE):
        mode = Mode.IS_EXCLUDE if kind == MLD_REPORT else Mode.TO_INCLUDE
        return Report(place, ip.src, message.mac, 1, (Record(mode, group),))
    return None


def _igmp(message: Inside, place: Place) -> Query | Report | None:
    told = values(message.node)
    kind, group, version = (told.get(f"igmp.{name}") for name in ("type", "maddr", "version"))
    ip = message.ip
    if kind == IGMP_REPORT_3:
        return Report(place, ip.src, message.mac, 3, _records(message.node, "", IGMP_NAMES))
    if group is None or version is None:
        return None
    if kind == IGMP_QUERY:
        wait = 100 * told["igmp.max_resp"] if version > 1 else VERSION_1_WAIT
        interval = query_interval(told.get("igmp.qqic", 0))
        return Query(place, ip.src, version, group, wait, interval, told.get("igmp.qrv", 0))
    if kind in (IGMP_REPORT_1, IGMP_REPORT_2, IGMP_LEAVE):
        mode = Mode.TO_INCLUDE if kind == IGMP_LEAVE else Mode.IS_EXCLUDE
        return Report(place, ip.src, message.mac, version, (Record(mode, group),))
    return None


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

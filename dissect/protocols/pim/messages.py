"""The bodies of version 2's messages but Hello and Register (RFC 7761, sections 4.9.4 to 4.9.6;
bootstrap: RFC 5059, section 4; dense mode: RFC 3973, section 4.7; election: RFC 5015, section 3.7;
flooding: RFC 8364, section 3).

    0               8               16                             32
    +---------------+---------------+-------------------------------+
    |  Upstream neighbour; for each group                           |  Join/Prune, Graft
    |  joined sources, pruned sources                               |
    +---------------------------------------------------------------+
    |  Group, source, |R| metric preference, metric                 |  Assert, State Refresh
    +---------------------------------------------------------------+
    |  Fragment tag   | hash mask len | BSR priority; BSR           |  Bootstrap
    |  For each group: RPs with hold time and priority              |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, STR, U8, U16, U32, X16, Special
from dissect.protocols.pim.addresses import (
    GROUP,
    GROUPS,
    IPV4_FAMILY,
    IPV6_FAMILY,
    SET,
    SOURCE,
    SOURCES,
    UNFIT,
    UNICASTS,
    add_address,
    pair,
)
from dissect.protocols.pim.codes import FLOODED
from dissect.protocols.pim.hello import OPTION_LENGTH, VALUE, read_hello

RESERVED = Field("pim.res_bytes", "Reserved byte(s)", BYTES)
INFINITY = Special({0xFFFF: "Infinity"})
HOLD_TIME = Field("pim.holdtime", "Holdtime", U16, INFINITY)
PRIORITY = Field("pim.priority", "Priority", U8)
RP = pair("rp", "RP")

# --- joins and prunes --------------------------------------------------------------------------

UPSTREAM = pair("upstream_neighbor", "Upstream-neighbor")
JOINED = {
    IPV4_FAMILY: Field("pim.join_ip", "IP address", IPV4),
    IPV6_FAMILY: Field("pim.join_ip6", "IP address", IPV6),
}
PRUNED = {
    IPV4_FAMILY: Field("pim.prune_ip", "IP address", IPV4),
    IPV6_FAMILY: Field("pim.prune_ip6", "IP address", IPV6),
}


class GroupCount(Header):
    """Behind the upstream neighbour, 4 octets."""

    __hdr__ = (("reserved", "1s", b"\0"), ("groups", "B", 1), ("hold_time", "H", 210))
    names = (
        F("reserved", RESERVED.name, RESERVED.label, BYTES),
        F("groups", "pim.numgroups", "Num Groups"),
        F("hold_time", HOLD_TIME.name, HOLD_TIME.label, INFINITY),
    )


GROUP_SET = Field("pim.group_set", "Group", STR)
JOINS = Field("pim.numjoins", "Num Joins", U16)
PRUNES = Field("pim.numprunes", "Num Prunes", U16)


def read_join_prune(c: Cursor) -> None:
    """Joins and prunes of sources, group by group."""
    add_address(c, UNICASTS, UPSTREAM)
    for number in range(c.header(GroupCount).groups):
        _group(c, f"Group {number}")


def _group(c: Cursor, name: str) -> None:
    """A group's line is all that is left of the message, as in Wireshark."""
    size = c.captured
    try:
        with c.item(GROUP_SET, value="") as node:
            node.text = name
            add_address(c, GROUPS, GROUP, name)
            _sources(c)
    finally:
        node.length = size


def _sources(c: Cursor) -> None:
    at, joined, pruned = c.pos, c.uint(2), c.uint(2)
    counted(c, JOINS, at, joined, lambda: add_address(c, SOURCES, JOINED))
    counted(c, PRUNES, at + 2, pruned, lambda: add_address(c, SOURCES, PRUNED))


def counted(c: Cursor, field: Field, at: int, count: int, read: Callable[[], object]) -> None:
    """Sources under their count, which stands at ``at``, in front of other sources."""
    try:
        with c.item(field, value=count) as node:
            node.offset = at
            for _ in range(count):
                read()
    finally:
        node.length = 2


# --- who forwards ------------------------------------------------------------------------------

RP_TREE = Field("pim.rpt", "RP Tree", BOOL, mask=0x80)
PREFERENCE = Field("pim.metric_pref", "Metric Preference", U32, mask=0x7FFFFFFF)
METRIC = Field("pim.metric", "Metric", U32)
ORIGINATOR = pair("originator", "Originator")


def _metrics(c: Cursor) -> None:
    c.peek_add(RP_TREE)
    c.add(PREFERENCE)
    c.add(METRIC)


def read_assert(c: Cursor) -> None:
    """A router says how near it is to a source."""
    add_address(c, GROUPS, GROUP)
    add_address(c, UNICASTS, SOURCE)
    _metrics(c)


class Refresh(Header):
    """Behind the metrics, 4 octets (RFC 3973, section 4.7.10)."""

    __hdr__ = (("mask", "B", 32), ("ttl", "B", 1), ("flags", "B", 0), ("interval", "B", 60))
    names = (
        F("mask", "pim.mask_len", "Masklen"),
        F("ttl", "pim.ttl", "TTL"),
        F("flags", "pim.prune_indicator", "Prune indicator", BOOL, SET, within=(0, 1)),
        F("flags", "pim.prune_now", "Prune now", BOOL, SET, within=(1, 1)),
        F("flags", "pim.assert_override", "Assert override", BOOL, SET, within=(2, 1)),
        F("interval", "pim.interval", "Interval"),
    )


def read_state_refresh(c: Cursor) -> None:
    """The state of prunes, kept alive."""
    add_address(c, GROUPS, GROUP)
    add_address(c, UNICASTS, SOURCE)
    add_address(c, UNICASTS, ORIGINATOR)
    _metrics(c)
    c.header(Refresh)


ELECTION_PREFERENCE = Field("pim.metric_pref", "DF Metric Preference", U32)
OFFERING = {
    IPV4_FAMILY: Field("pim.bidir_offering_ip4", "Offering IP", IPV4),
    IPV6_FAMILY: Field("pim.bidir_offering_ip6", "Offering IP", IPV6),
}
WINNER = {
    IPV4_FAMILY: Field("pim.bidir_winner_ip4", "New Winner IP", IPV4),
    IPV6_FAMILY: Field("pim.bidir_winner_ip6", "New Winner IP", IPV6),
}


class Offered(Header):
    """The offer that is deferred to, 10 octets."""

    __hdr__ = (("preference", "I", 0), ("metric", "I", 0), ("interval", "H", 1000))
    names = (
        F("preference", "pim.bidir_off_metric_pref", "Offering Metric Preference"),
        F("metric", "pim.bidir_off_metric", "Offering Metric"),
        F("interval", "pim.bidir_offering_interval", "Offering interval (ms)"),
    )


class Passed(Header):
    """The offer of the new winner, 8 octets."""

    __hdr__ = (("preference", "I", 0), ("metric", "I", 0))
    names = (
        F("preference", "pim.bidir_win_metric_pref", "Winner Metric Preference"),
        F("metric", "pim.bidir_win_metric", "Winner Metric"),
    )


BACKOFF, PASS = 3, 4


def read_election(c: Cursor) -> None:
    """The designated forwarder towards an RP; the subtype is in the header."""
    add_address(c, UNICASTS, RP)
    c.add(ELECTION_PREFERENCE)
    c.add(METRIC)
    subtype = c.data[c.layer.offset + 1] >> 4
    if subtype == BACKOFF:
        add_address(c, UNICASTS, OFFERING)
        c.header(Offered)
    elif subtype == PASS:
        add_address(c, UNICASTS, WINNER)
        c.header(Passed)


# --- rendezvous points -------------------------------------------------------------------------

BSR = pair("bsr", "BSR")


class Bootstrap(Header):
    """In front of the bootstrap router, 4 octets."""

    __hdr__ = (("tag", "H", 0), ("mask", "B", 30), ("priority", "B", 0))
    names = (
        F("tag", "pim.fragment_tag", "Fragment tag", X16),
        F("mask", "pim.hash_mask_len", "Hash mask len"),
        F("priority", "pim.bsr_priority", "BSR priority"),
    )


class Points(Header):
    """Behind a group, 4 octets."""

    __hdr__ = (("total", "B", 1), ("count", "B", 1), ("zero", "H", 0))
    names = (F("total", "pim.rp_count", "RP count"), F("count", "pim.frp_count", "FRP count"))


def read_bootstrap(c: Cursor) -> None:
    """The RPs of groups, as the bootstrap router has chosen them."""
    c.header(Bootstrap)
    add_address(c, UNICASTS, BSR)
    number = 0
    while c.more:
        add_address(c, GROUPS, GROUP, f"Group {number}")
        for point in range(c.header(Points).count):
            add_address(c, UNICASTS, RP, f"RP {point}")
            c.add(HOLD_TIME)
            c.add(PRIORITY)
            c.add(RESERVED, 1)
        number += 1


class Candidate(Header):
    """In front of the RP, 4 octets (RFC 5059, section 4.2)."""

    __hdr__ = (("count", "B", 0), ("priority", "B", 192), ("hold_time", "H", 150))
    names = (
        F("count", "pim.prefix_count", "Prefix-count"),
        F("priority", PRIORITY.name, PRIORITY.label),
        F("hold_time", HOLD_TIME.name, HOLD_TIME.label, INFINITY),
    )


def read_candidate(c: Cursor) -> None:
    """A router that would be an RP for some groups."""
    count = c.header(Candidate).count
    add_address(c, UNICASTS, RP)
    for number in range(count):
        add_address(c, GROUPS, GROUP, f"Group {number}")


def read_register_stop(c: Cursor) -> None:
    """The RP has enough of a source's registers."""
    add_address(c, GROUPS, GROUP)
    add_address(c, UNICASTS, SOURCE)


# --- flooding (RFC 8364) -----------------------------------------------------------------------

TRANSITIVE = Field("pim.transitivetype", "Transitive Type", BOOL, mask=0x80)
FLOODED_TYPE = Field("pim.optiontype", "Type", U16, FLOODED, mask=0x7FFF)
SOURCE_COUNT = Field("pim.srccount", "Source Count", U16)
SOURCE_HOLD_TIME = Field(
    "pim.srcholdtime", "Source Holdtime", U16, Special({0: "goodbye", 0xFFFF: "Infinity"})
)
GROUP_SOURCES = 1


def read_flooding(c: Cursor) -> int:
    """What an originator tells all routers; hands back how many TLVs there are."""
    add_address(c, UNICASTS, ORIGINATOR)
    count = 0
    while c.left >= 2:
        count += 1
        _flooded(c)
    return count


def _flooded(c: Cursor) -> None:
    c.need(4)
    octets = c.peek(4)
    kind, length = int.from_bytes(octets[:2], "big") & 0x7FFF, int.from_bytes(octets[2:], "big")
    with c.entry(TEXT, 4 + length, UNFIT, because=OPTION_LENGTH.name) as node:
        node.text = ("Option %u: %s", kind, FLOODED.get(kind, f"Unknown: {kind}"))
        c.peek_add(TRANSITIVE)
        c.add(FLOODED_TYPE)
        c.add(OPTION_LENGTH)
        if kind == GROUP_SOURCES:
            _group_sources(c)
        elif length:
            c.add(VALUE, length)


def _group_sources(c: Cursor) -> None:
    """Who sends to a group."""
    add_address(c, GROUPS, GROUP)
    count = c.add(SOURCE_COUNT)
    c.add(SOURCE_HOLD_TIME)
    for _ in range(count):
        add_address(c, UNICASTS, SOURCE)


READERS: dict[int, Callable[[Cursor], int | None]] = {
    0: read_hello, 2: read_register_stop, 3: read_join_prune, 4: read_bootstrap, 5: read_assert,
    6: read_join_prune, 7: read_join_prune, 8: read_candidate, 9: read_state_refresh,
    10: read_election, 12: read_flooding,
}  # fmt: skip

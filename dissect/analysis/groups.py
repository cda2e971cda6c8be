"""Multicast groups: who listens to what, who asks, and how long it takes to leave.

MLD (RFC 2710, 3810) and IGMP (RFC 1112, 2236, 3376).  In the older versions a member keeps silent
when it hears another one's report, and switches that snoop keep reports from others: members that
are not seen may be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from dissect.address.multicast import group_of, ipv4_group_name
from dissect.analysis.analysis import Finding, Link, Place, forgotten
from dissect.analysis.inside import Inside
from dissect.analysis.member import Group, Member, Querier
from dissect.analysis.membership import (
    MLD,
    PROTOCOLS,
    Query,
    Record,
    Report,
    igmp_in,
    membership,
    reports,
)
from dissect.analysis.of_link import (
    FIRST,
    LAST,
    LINK,
    MAC,
    RULES,
    SECOND,
    OfLink,
    link_text,
)
from dissect.analysis.on_ethernet import framed
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Row, RowsOf, Table
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.analysis.neighbours import Neighbours
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen

MEMBERS, GROUPS, QUERIERS = 50_000, 20_000, 1_000
"""How many are kept."""
PRESENT = 255
"""Seconds after which a querier that is silent is none (RFC 3810, section 9.5)."""
SOLICITED_NODE = bytes.fromhex("ff0200000000000000000001ff")


class Groups(OfLink[Query | Report]):
    """By link and group: members; by link: queriers."""

    protocols = PROTOCOLS
    kinds = MLD
    builds_on = ("dissect.analysis.neighbours:Neighbours",)

    def __init__(self, options: Options, neighbours: Neighbours) -> None:
        super().__init__(options)
        self.neighbours = neighbours
        self.members: Bounded[Member] = Bounded(MEMBERS)
        self.groups: Bounded[Group] = Bounded(GROUPS)
        self.queriers: Bounded[Querier] = Bounded(QUERIERS)
        self._lowest: Bounded[Querier] = Bounded(QUERIERS)

    def hear(self, message: Inside) -> Iterator[Query | Report]:
        """Queries and reports."""
        return membership(message)

    def overhear(self, seen: Seen, file: int) -> Iterator[Query | Report]:
        """The same in columns: most reports say what others have said."""
        yield from reports(seen, file)
        yield from igmp_in(seen, file)

    def rows(self, seen: Seen) -> Rows:
        """IGMP that isn't in Ethernet alone."""
        mine = framed(seen, "ip", "igmp").rows
        return np.setdiff1d(super().rows(seen), mine, assume_unique=True)

    def learn(self, event: Query | Report) -> None:
        """Take in the next message."""
        if isinstance(event, Query):
            self._asked(event)
        else:
            for record in event.records:
                self._reported(event, record)

    def _group(self, at: Place, group: bytes) -> Group:
        key = (at.link, group)
        one = self.groups.get(key)
        return self.groups.put(key, Group(at.link, group, at)) if one is None else one

    def _asked(self, event: Query) -> None:
        at = event.at
        key = (at.link, event.querier)
        one = self.queriers.get(key) or self.queriers.put(key, Querier(event))
        if any(event.group):
            one.specific += 1
            self._group(at, event.group).ask(event)
        else:
            if one.general:
                one.gap_sum += at.time_ns - one.asked_ns
                one.gaps += 1
            one.general += 1
            one.asked_ns = at.time_ns
            one.interval, one.wait = event.interval, event.wait
            one.robustness = event.robustness
            if self._is_late(one, at.time_ns):
                one.late += 1
        one.versions.add(event.version)
        one.last = at.ref

    def _is_late(self, one: Querier, now_ns: int) -> bool:
        """Whether a lower address has asked for long enough to be heard (RFC 3810, 7.6.2)."""
        if not any(one.address):
            return False  # a switch that asks without an address takes no part
        key = (one.link, len(one.address))
        lowest = self._lowest.get(key)
        silent = lowest is None or now_ns - lowest.asked_ns > PRESENT * SECOND
        if lowest is None or silent or one.address <= lowest.address:
            self._lowest.put(key, one)
            return False
        return now_ns - lowest.begun_ns > lowest.period_ns

    def _reported(self, event: Report, record: Record) -> None:
        at, member, mac, version, _ = event
        group = self._group(at, record.group)
        group.reports += 1
        group.versions.add(version)
        group.latest = at.number
        key = (at.link, record.group, mac or member)
        one = self.members.get(key)
        if one is None:
            one = self.members.put(key, Member(at.link, record.group, at))
        one.mac = mac
        one.address = member if any(member) else one.address
        one.version, one.latest = version, at.number
        one.reports += 1
        was = one.listens
        if one.apply(record):
            one.left, one.left_ns = at.ref, at.time_ns
            if was or not one.reports > 1:
                group.leave(at)
        elif one.listens:
            group.left_ns = 0
            if one.left:
                one.joined_ns, one.left, one.left_ns = at.time_ns, None, 0

    # --- what comes of it ----------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """``groups``, ``group-members`` or ``queriers``."""
        makers = {
            "groups": (self._groups, self.groups, "groups"),
            "group-members": (self._members, self.members, "members"),
            "queriers": (self._queriers, self.queriers, "queriers"),
        }  # fmt: skip
        maker, bounded, things = makers[name]
        title, columns, rows = maker()
        remarks = forgotten(bounded, things)  # type: ignore[arg-type]
        old = any(min(one.versions, default=3) < (2 if len(one.group) == 16 else 3)
                  for one in self.groups.entries.values())  # fmt: skip
        if old and name != "queriers":
            remarks.append("in the older versions a member keeps silent when it hears another's "
                           "report: there may be more than were seen")  # fmt: skip
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _groups(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        ever: dict[tuple[Link, bytes], int] = {}
        now: dict[tuple[Link, bytes], int] = {}
        for member in self.members.entries.values():
            key = (member.link, member.group)
            ever[key] = ever.get(key, 0) + 1
            now[key] = now.get(key, 0) + member.listens

        def row(one: Group) -> Row:
            key = (one.link, one.group)
            return (
                link_text(one.link), address_text(one.group), _name(one.group),
                _versions(one.group, one.versions), now.get(key, 0), ever.get(key, 0),
                one.reports, one.leaves, one.queries, one.to_leave, one.first,
                one.last,
            )  # fmt: skip

        columns = (
            LINK, Column("group", "Group", "text"), Column("name", "What it is", "text"),
            Column("version", "Version", "text"), Column("members", "Members at the end"),
            Column("seen", "Members seen"), Column("reports", "Reports"),
            Column("leaves", "Leaves"), Column("queries", "Queries"),
            Column("leave_latency", "To leave", "seconds"), FIRST, LAST,
        )  # fmt: skip
        return "Multicast groups", columns, RowsOf(self.groups.entries.values(), row)

    def _members(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        shown = list(islice(self.members.entries.values(), self.options.top))
        served = self._served({one.group[-3:] for one in shown})

        def row(one: Member) -> Row:
            serves = served.get((one.link, one.mac, one.group[-3:]), [])
            is_solicited = one.group.startswith(SOLICITED_NODE)
            return (
                link_text(one.link), address_text(one.group),
                address_text(one.address) if one.address else None,
                address_text(one.mac) if one.mac else None, one.wants,
                _versions(one.group, {one.version}), one.reports, one.joined_ns or None,
                one.left_ns or None,
                (", ".join(map(address_text, serves)) or None) if is_solicited else None,
                one.first, one.last,
            )  # fmt: skip

        columns = (
            LINK, Column("group", "Group", "text"), Column("member", "Member", "text"), MAC,
            Column("wants", "Wants", "text"), Column("version", "Version", "text"),
            Column("reports", "Reports"), Column("joined", "Joined", "time"),
            Column("left", "Left", "time"), Column("serves", "For its addresses", "text"),
            FIRST, LAST,
        )  # fmt: skip
        return "Members of groups", columns, RowsOf(self.members.entries.values(), row)

    def _served(self, ends: set[bytes]) -> dict[tuple[Link, bytes, bytes], list[bytes]]:
        """IPv6 addresses by link, MAC and what their solicited-node group ends with."""
        found: dict[tuple[Link, bytes, bytes], list[bytes]] = {}
        for one in self.neighbours.entries.entries.values():
            if len(one.address) == 16 and one.address[-3:] in ends:
                mac = one.owner(self.neighbours.now(one.link))
                found.setdefault((one.link, mac, one.address[-3:]), []).append(one.address)
        return found

    def _queriers(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        elected = {id(one) for one in self._elected()}
        rows: list[Row] = [
            (link_text(one.link), address_text(one.address),
             _versions(one.address, one.versions), "yes" if id(one) in elected else "no",
             one.general, one.specific, one.interval or None,
             one.gap_sum / one.gaps / SECOND if one.gaps else None, one.wait / 1000,
             one.robustness or None, "MLD-008" if one.late else None, one.first, one.last)
            for one in self.queriers.entries.values()
        ]  # fmt: skip
        columns = (
            LINK, Column("querier", "Querier", "text"), Column("version", "Version", "text"),
            Column("elected", "Elected", "text"), Column("general", "General queries"),
            Column("specific", "Of one group"), Column("interval", "Interval said (s)", "number"),
            Column("mean_interval", "Mean interval", "seconds"),
            Column("wait", "Longest wait", "seconds"),
            Column("robustness", "Robustness", "number"), RULES, FIRST, LAST,
        )  # fmt: skip
        return "Queriers of groups", columns, rows

    def _elected(self) -> list[Querier]:
        """Of each link and version of IP the lowest address (RFC 3810, section 7.6.2)."""
        best: dict[tuple[Link, int], Querier] = {}
        for one in self.queriers.entries.values():
            key = (one.link, len(one.address))
            if any(one.address) and (key not in best or one.address < best[key].address):
                best[key] = one
        return list(best.values())

    def findings(self) -> Iterator[Finding]:
        """Several queriers or versions on one link; groups that are missing."""
        versions: dict[tuple[Link, int], dict[int, Querier]] = {}
        for one in self.queriers.entries.values():
            if one.late:
                yield Finding(
                    "warning", "MLD-008",
                    f"{address_text(one.address)} goes on asking who listens, {one.late} times, "
                    "though a querier with a lower address is there.", (one.first, one.last),
                    "queriers",
                )  # fmt: skip
            found = versions.setdefault((one.link, len(one.address)), {})
            found |= dict.fromkeys(one.versions, one)
        for (_, size), queriers in versions.items():
            if len(queriers) > 1:
                name = "MLD" if size == 16 else "IGMP"
                numbers = " and ".join(map(str, sorted(queriers)))
                yield Finding(
                    "note", "MLD-009", f"Queries of {name} versions {numbers} are on one link: "
                    "all fall back to the older.",
                    tuple(one.first for one in queriers.values()), "queriers",
                )  # fmt: skip
        yield from self._unjoined()

    def _unjoined(self) -> Iterator[Finding]:
        """Addresses that were checked here, by a host whose reports are seen, but not for them."""
        joined = {(one.link, one.mac, one.group[-3:]) for one in self.members.entries.values()
                  if one.group.startswith(SOLICITED_NODE)}  # fmt: skip
        speak = {(one.link, one.mac) for one in self.members.entries.values()
                 if len(one.group) == 16 and one.version == 2}  # fmt: skip
        for one in self.neighbours.entries.entries.values():
            if not one.checks:
                continue
            mac = one.owner(self.neighbours.now(one.link))
            checked = any(check.mac == mac for check in one.checks)
            if (
                checked and len(one.address) == 16 and (one.link, mac) in speak
                and (one.link, mac, one.address[-3:]) not in joined
            ):  # fmt: skip
                yield Finding(
                    "note", "", f"{address_text(mac)} took {address_text(one.address)} and was "
                    "not seen to join its solicited-node group: behind a switch that snoops "
                    "nobody may reach it.", (one.first,), "group-members",
                )  # fmt: skip


def _name(group: bytes) -> str | None:
    if len(group) == 4:
        return ipv4_group_name(group) or None
    return group_of(group).name or None if group[0] == 0xFF else None


def _versions(address: bytes, versions: set[int]) -> str:
    name = "MLD" if len(address) == 16 else "IGMP"
    return ", ".join(f"{name} {version}" for version in sorted(versions))

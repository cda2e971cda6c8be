"""Translators between IPv6 and IPv4: SIIT, NAT64, NAT-PT, relays, by joining their two sides.

A packet and its twin have in common what a translator leaves as it is (``translated``).  They are
joined where an address of the one is in an address of the other, by a prefix that was given, is
well known, was announced, or is learned from such a pair; or by many packets of a flow whose
addresses have nothing to do with each other, as behind an explicit mapping or a stack's bump
(RFC 6535).  What a translator did is held against RFC 7915 (``translation_rules``).

Packets in tunnels and to groups are left out.  In a capture of both sides twins are at most a
second apart; two files are joined by their times, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dissect.analysis.analysis import Analysis, Finding, Place, forgotten
from dissect.analysis.icmp import messages, messages_in
from dissect.analysis.options import Options
from dissect.analysis.places import places
from dissect.analysis.table import Column, Row, Table
from dissect.analysis.translated import Side, side_in, side_of
from dissect.analysis.translation_flows import WINDOW_NS, Flows
from dissect.analysis.translation_map import Mapping, Prefix, prefix_in
from dissect.analysis.translation_rows import Candidates, may_be_translated
from dissect.analysis.words import FIRST, LAST, SAID
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

WAITING = 60_000
"""Packets that wait for a twin, or for whether there is a better one."""
SIGHTINGS = 64
"""Packets of one IP version that are alike, at a time."""
ADVERTISEMENT = {"icmpv6": (134,)}


class Heard(NamedTuple):
    """What is told of a packet: that it was seen, or what prefix a router announces."""

    at: Place
    side: Side | None
    prefix: Prefix | None = None


class Translators(Analysis[Heard]):
    """Flows that were seen on both sides of a translator, and what it did to them."""

    protocols = frozenset(("ip", "ipv6"))

    def __init__(self, options: Options, waiting: int | None = None) -> None:
        super().__init__(options)
        given = (*options.nat64_prefixes, *options.trt_prefixes)
        self._map = Mapping(given)
        self._candidates = Candidates(given)
        self._waiting: Bounded[list[Side]] = Bounded(waiting or WAITING)
        self._held = 0
        """Packets that wait, alike or not."""
        self._flows = Flows(self._map)
        self._finished = False
        self._crowded = 0

    def rows(self, seen: Seen) -> Rows:
        """None: octets tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Heard]:
        """Packets that may have a twin, and advertised prefixes."""
        for message in messages(seen, file, ADVERTISEMENT):
            prefix = prefix_in(message.octets)
            if prefix is not None:
                yield Heard(message.at, None, prefix)
        for spans in self._candidates.of(seen):
            data = seen.chunk.data
            for place, start, stop in zip(
                places(seen, spans.rows, file), spans.start.tolist(), spans.stop.tolist(),
                strict=True,
            ):  # fmt: skip
                side = side_of(place, data[start:stop])
                if side is not None:
                    yield Heard(place, side)

    def read(self, packet: Packet, place: Place) -> Iterable[Heard]:
        """A packet that isn't in a tunnel, if it may have a twin."""
        for message in messages_in(packet, place, ADVERTISEMENT):
            prefix = prefix_in(message.octets)
            if prefix is not None:
                yield Heard(place, None, prefix)
        side = side_in(packet, place)
        if side is not None and may_be_translated(side):
            yield Heard(place, side)

    def take(self, event: Heard) -> None:
        """Put a packet to those that look alike; what is forgotten is settled first."""
        if event.prefix is not None:
            self._map.add(event.prefix)
        side = event.side
        if side is None:
            return
        for key in self._flows.keys(side):
            group = self._waiting.get(key)
            if group is None:
                self._make_room()
                group = self._waiting.put(key, [])
            elif _is_over(group, side):
                self._flows.settle(group)
                self._held -= len(group)
                group.clear()
            if [other.version for other in group].count(side.version) < SIGHTINGS:
                group.append(side)
                self._held += 1
            else:
                self._crowded += 1

    def _make_room(self) -> None:
        """Settle those that have waited longest, where as many wait as may."""
        waiting = self._waiting
        while self._held >= waiting.limit or len(waiting.entries) >= waiting.limit:
            _, group = waiting.entries.popitem(last=False)
            self._held -= len(group)
            waiting.evicted += len(group)
            self._flows.settle(group)

    def _finish(self) -> None:
        """Settle all that waits."""
        if not self._finished:
            self._finished = True
            for group in self._waiting.entries.values():
                self._flows.settle(group)
            self._flows.finish()

    def table(self, name: str) -> Table:
        """``translations`` or ``translators``."""
        self._finish()
        rows, columns = (
            (self._translations(), TRANSLATIONS) if name == "translations"
            else (self._translators(), TRANSLATORS)
        )  # fmt: skip
        title = "Translated flows" if name == "translations" else "Translators"
        remarks = forgotten(self._waiting, "packets without a twin")
        remarks += forgotten(self._flows.flows, "flows")
        if rows and self._crowded:
            remarks.append(
                f"{self._crowded:,} packets were not compared: many others are like them"
            )
        if rows and self._candidates.left_out:
            remarks.append("of captures of one side only the first packets are compared, but for "
                           "prefixes that are known: --nat64-prefix compares all")  # fmt: skip
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _translations(self) -> list[Row]:
        return [flow.row for flow in self._flows.kept()]

    def _translators(self) -> list[Row]:
        return self._flows.translators()

    def findings(self) -> Iterator[Finding]:
        """Each kind of difference in each flow, the worst first."""
        self._finish()
        told: dict[tuple[str, str], int] = {}
        for flow in self._flows.kept():
            for flaw, packets in flow.flaws.values():
                key = (flaw.level, flaw.field)
                told[key] = told.get(key, 0) + 1
                if told[key] <= SAID:
                    words = f"A translator changed the {flaw.field} of {flow}: {flaw.words}."
                    yield Finding(flaw.level, flaw.rule, words, packets, "translations")
        for prefix, address, ref in self._flows.unclean:
            words = (
                f"Behind the translator's prefix {prefix}, bits of {address_text(address)} that "
                "have to be 0 are not."
            )
            yield Finding("error", "XLT-001", words, (ref,), "translators")
        for address, ref in self._flows.not_global:
            words = (
                f"{address_text(address)} has an IPv4 address that is not global behind the "
                "well-known prefix."
            )
            yield Finding("warning", "XLT-002", words, (ref,), "translators")


def _is_over(group: list[Side], side: Side) -> bool:
    """Whether none of a group can be a twin any more: what comes now is another packet."""
    last = group[-1].at if group else side.at
    if last.link.file != side.at.link.file or not (last.time_ns and side.at.time_ns):
        return False
    versions = {other.version for other in group}
    return len(versions) == 2 and side.at.time_ns - last.time_ns > WINDOW_NS


TRANSLATIONS = (
    Column("kind", "Kind", "text"), Column("protocol", "Protocol", "text"),
    Column("ipv6_a", "IPv6 host", "text"), Column("port_6a", "Port", "number"),
    Column("ipv6_b", "IPv6 peer", "text"), Column("port_6b", "Its port", "number"),
    Column("ipv4_a", "IPv4 host", "text"), Column("port_4a", "Port there", "number"),
    Column("ipv4_b", "IPv4 peer", "text"), Column("port_4b", "Its port there", "number"),
    Column("to_ipv4", "6 → 4"), Column("to_ipv6", "4 → 6"),
    Column("delay_min", "Least delay", "seconds"), Column("delay_mean", "Mean delay", "seconds"),
    Column("delay_max", "Most delay", "seconds"),
    Column("verdict", "Verdict", "text"), Column("rules", "Rules", "text"), FIRST, LAST,
)  # fmt: skip
TRANSLATORS = (
    Column("prefix", "Prefix", "text"), Column("known", "Known by", "text"),
    Column("kinds", "Kinds", "text"), Column("flows", "Flows"), Column("packets", "Packets"),
    Column("hosts", "IPv6 hosts"), Column("ipv4", "IPv4 addresses", "text"),
    Column("alone_6", "IPv6 without a twin"), Column("alone_4", "IPv4 without a twin"),
    FIRST, LAST,
)  # fmt: skip

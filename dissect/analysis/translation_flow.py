"""A flow that crosses a translator: its packets' two sides, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from dissect.analysis.analysis import Link
from dissect.analysis.table import Ref, Row
from dissect.analysis.translated import ICMP, TCP, UDP, Side
from dissect.analysis.translation_map import Prefix
from dissect.analysis.translation_rules import Flaw, flaws, port_flaws
from dissect.analysis.words import few, in_order
from dissect.engine.values import address_text

SECOND = 1_000_000_000
DELAYS = 10_000
"""Of a flow, that the mean is of."""
ENOUGH = 3
"""Pairs of a flow by which addresses that have nothing in common are believed."""
DOUBTFUL = frozenset(("TTL", "hop limit", "length", "payload"))
"""What would have to be wrong, too, if packets weren't just alike."""
SAME_BY_CHANCE = frozenset((53, 67, 68, 123, 137, 138, 546, 547, 1900, 3702, 5353, 5355))
"""UDP ports of those who say the same in both IP versions, or ask several servers the same."""
PROTOCOLS = {ICMP: "icmp", TCP: "tcp", UDP: "udp"}

Ends = tuple[bytes, int, bytes, int]


class Twins(NamedTuple):
    """A packet's two sides; by which prefixes its source and destination are an IPv4 address."""

    six: Side
    four: Side
    source: Prefix | None
    destination: Prefix | None

    @property
    def is_to_ipv4(self) -> bool:
        """Whether it went from IPv6 to IPv4: by its addresses, else by what was seen first."""
        if bool(self.source) != bool(self.destination):
            return self.source is None
        one, other = self.six.at, self.four.at
        if one.link.file != other.link.file and self.six.hops != self.four.hops:
            return self.six.hops > self.four.hops  # their clocks may differ
        return (one.time_ns, one.number) < (other.time_ns, other.number)

    @property
    def delay_ns(self) -> int | None:
        """Nanoseconds between its sides."""
        one, other = self.six.at.time_ns, self.four.at.time_ns
        if not (one and other):
            return None
        return other - one if self.is_to_ipv4 else one - other


class Flow:
    """Packets of the same addresses and ports, seen on both sides."""

    def __init__(self, six: Ends, four: Ends, protocol: int, first: Ref) -> None:
        self.six, self.four, self.protocol = six, four, protocol
        self.first = self.last = first
        self.prefixes: dict[Prefix, None] = {}
        self.kind = ""
        self.pairs: Counter[tuple[bool, Link, Link]] = Counter()
        self.delays: list[int] = []
        self.delays_near: list[int] = []
        self.flaws: dict[tuple[str, str], tuple[Flaw, tuple[Ref, ...]]] = {}
        self.hops: dict[tuple[bool, Link, Link], dict[int, tuple[int, tuple[Ref, ...]]]] = {}

    def __str__(self) -> str:
        a, _, b, _ = self.six
        name = PROTOCOLS.get(self.protocol, str(self.protocol))
        return f"{name} between {address_text(a)} and {address_text(b)}"

    def packets(self, *, to_ipv4: bool) -> int:
        """Packets that way; the same one may have been seen on several links."""
        return max((count for (way, *_), count in self.pairs.items() if way == to_ipv4), default=0)

    def add(self, twins: Twins) -> None:
        """Count a packet, and hold it against the rules."""
        to_ipv4 = twins.is_to_ipv4
        before, after = (twins.six, twins.four) if to_ipv4 else (twins.four, twins.six)
        refs = (before.at.ref, after.at.ref)
        self.first = min(self.first, *refs, key=in_order)
        self.last = max(self.last, *refs, key=in_order)
        where = (to_ipv4, twins.six.at.link, twins.four.at.link)
        self.pairs[where] += 1
        delay = twins.delay_ns
        delays = self.delays_near if where[1] == where[2] else self.delays
        if delay is not None and len(delays) < DELAYS:
            delays.append(delay)
        found = list(_relay_flaws(before, after) if self.kind == "TRT" else flaws(before, after))
        if self.kind != "TRT":
            kept = (bool(twins.source), bool(twins.destination))
            found += port_flaws(before, after, kept=kept)
            self._hop(where, before.hops - after.hops, refs)
        for flaw in found:
            self.blame(flaw, refs)

    def blame(self, flaw: Flaw, refs: tuple[Ref, ...]) -> None:
        """Keep a difference, and the first packets that show it."""
        known, packets = self.flaws.get((flaw.field, flaw.rule), (flaw, ()))
        for ref in refs:
            packets = few(packets, ref)
        self.flaws[flaw.field, flaw.rule] = known, packets

    def _hop(self, where: tuple[bool, Link, Link], steps: int, refs: tuple[Ref, ...]) -> None:
        by_steps = self.hops.setdefault(where, {})
        count, known = by_steps.get(steps, (0, refs))
        by_steps[steps] = count + 1, known

    def judge_hops(self) -> None:
        """On the same way as many hops are taken from each packet; blame what stands out."""
        for by_steps in self.hops.values():
            total = sum(count for count, _ in by_steps.values())
            usual, (most, _) = max(by_steps.items(), key=lambda item: item[1][0])
            if total < ENOUGH or 3 * most < 2 * total:
                continue
            for steps, (_, refs) in by_steps.items():
                if steps > 0 and steps != usual:
                    words = f"{steps} hops were taken away, of other packets {usual}"
                    self.blame(Flaw("hop limit", "XLT-004", "warning", words), refs)

    def is_believable(self) -> bool:
        """Whether addresses that have nothing to do with each other are those of one flow."""
        if self.kind != "mapped":
            return True
        there, back = self.packets(to_ipv4=True), self.packets(to_ipv4=False)
        ports = {self.six[1], self.six[3], self.four[1], self.four[3]}
        chance = self.protocol == UDP and ports & SAME_BY_CHANCE
        wrong = any(field in DOUBTFUL for field, _ in self.flaws)
        return there + back >= ENOUGH and bool(there and back) and not (chance or wrong)

    @property
    def row(self) -> Row:
        """Of the table of flows."""
        delays = self.delays_near or self.delays
        ports = [port or None for port in (self.six[1], self.six[3], self.four[1], self.four[3])]
        return (
            self.kind, PROTOCOLS.get(self.protocol, str(self.protocol)),
            address_text(self.six[0]), ports[0], address_text(self.six[2]), ports[1],
            address_text(self.four[0]), ports[2], address_text(self.four[2]), ports[3],
            self.packets(to_ipv4=True), self.packets(to_ipv4=False),
            min(delays) / SECOND if delays else None,
            sum(delays) / len(delays) / SECOND if delays else None,
            max(delays) / SECOND if delays else None,
            ", ".join(sorted({flaw.field for flaw, _ in self.flaws.values()})) or "sound",
            ", ".join(sorted({flaw.rule for flaw, _ in self.flaws.values() if flaw.rule})) or None,
            self.first, self.last,
        )  # fmt: skip


def _relay_flaws(before: Side, after: Side) -> Iterator[Flaw]:
    """A relay ends connections on both sides, and only hands octets on (RFC 3142)."""
    for side in (before, after):
        if side.sound is False:
            words = f"wrong in IPv{side.version}: 0x{side.sum:04x}"
            yield Flaw("checksum", "XLT-003", "error", words)

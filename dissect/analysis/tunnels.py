"""Tunnels: who carries what for whom, how much room that takes, and whether addresses agree.

An automatic tunnel's outer ends are in the addresses inside (6to4, ISATAP, 6over4, Teredo); where
they are not, a relay or a server is at that end, or somebody lies.  Both directions are joined.
What ICMP errors quote is no tunnel.  6rd cannot be told from 6in4 without its prefix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dissect.address.special import block_of
from dissect.address.tunnels import ANYCAST_6TO4, expected
from dissect.analysis import icmp
from dissect.analysis.analysis import Analysis, Finding, Link, Place, forgotten
from dissect.analysis.icmp import Message, messages, messages_in, quote_in
from dissect.analysis.options import Options
from dissect.analysis.places import InTurn, in_turn
from dissect.analysis.table import COUNTS, Column, Ref, Row, Table
from dissect.analysis.teredo_ends import Teredo, Verdict
from dissect.analysis.tunnel import INSIDE, Nesting, Tunnel
from dissect.analysis.tunnel_columns import carried
from dissect.analysis.tunnel_steps import Carried, Step, carried_in
from dissect.analysis.words import FIRST, LAST, SAID
from dissect.columns.chunk import Rows
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text
from dissect.protocols.icmp import UNREACHABLE

TUNNELS, PATHS, REPORTS = 20_000, 10_000, 10_000
"""How many are kept: tunnels, nestings, errors."""
WITHOUT_PORTS = frozenset(("VXLAN", "Geneve", "LISP", "MPLS", "GUE", "FOU", "GTP-U"))
"""The UDP source port of these is chosen by what is inside, and tells no tunnels apart."""
ONE_WAY = frozenset(("GTP-U", "MPLS", "ESP", "ESP in UDP", "PPPoE"))
"""The numbers of these are others for each direction."""
AUTOMATIC = {
    "6to4": ("TUN-006", "6to4 router", "relay"), "ISATAP": ("TUN-009", "ISATAP host", "router"),
    "6over4": ("TUN-011", "6over4 host", "router"), "automatic": ("TUN-002", "host", "router"),
}  # fmt: skip
"""By kind: the rule that is broken, the one whose address is inside, and the one whose isn't."""
BROKERS = {"AYIYA": 5072, "TSP": 3653}
"""The ports of those who serve tunnels."""
JUDGED = frozenset((*AUTOMATIC, *BROKERS, "Teredo", "DS-Lite"))
"""Kinds of which the addresses inside tell something."""
DEEPEST = 3
"""Tunnels in each other that are nothing remarkable."""
TOO_BIG = {"icmpv6": (icmp.TOO_BIG,), "icmp": (UNREACHABLE,)}
FRAGMENTATION_NEEDED = 4

Event = Carried | Message


class Tunnels(Analysis[Event]):
    """Every encapsulation, by its kind and its ends; what is nested in what."""

    protocols = frozenset(("ip", "ipv6"))

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._tunnels: Bounded[Tunnel] = Bounded(TUNNELS)
        self._paths: Bounded[Nesting] = Bounded(PATHS)
        self._teredo = Teredo()
        self._judged: Bounded[tuple[Verdict, ...]] = Bounded(4 * TUNNELS)
        self._reports: Bounded[tuple[int, Ref]] = Bounded(REPORTS)
        self._named = False

    def rows(self, seen: Seen) -> Rows:
        """None: octets tell all."""
        return seen.rows[:0]

    def scan(self, seen: Seen, file: int) -> Iterator[Event]:
        """Tunnelled packets that are alike, together; errors about the size of packets."""
        yield from carried(seen, file)
        yield from filter(_is_too_big, messages(seen, file, TOO_BIG))

    def read(self, packet: Packet, place: Place) -> Iterable[Event]:
        """The same of one packet."""
        yield from carried_in(packet, place)
        yield from filter(_is_too_big, messages_in(packet, place, TOO_BIG))

    def digest(self, events: list[Any]) -> list[Any]:
        """What is carried as one, and the errors."""
        errors = [event for event in events if isinstance(event, Message)]
        return errors + in_turn(events, Carried)

    def take(self, event: InTurn | Message) -> None:
        """Count packets for each of their tunnels."""
        if isinstance(event, Message):
            self._report(event)
            return
        kinds, path = (), Nesting((), event.at.link, 0)
        for number, _, link, latest, steps, packets, octets, pieces, largest in event.rows:
            depth = 0
            for step in steps:
                depth += 1
                tunnel = self._tunnel(step, depth, link, number, latest, packets, octets)
                inner = step.inner
                if inner is not None and (step.kind in JUDGED or step.outer == inner):
                    self._judge(tunnel, step, packets, number)
                if pieces > 1:
                    tunnel.came_in(pieces, largest)
            before = kinds
            kinds = (step.kind,) if depth == 1 else tuple([step.kind for step in steps])
            if kinds != before:
                path = self._paths.get(kinds) or self._paths.put(
                    kinds, Nesting(kinds, link, number)
                )
            path.packets += packets
            path.octets += octets
            path.latest = latest

    def _tunnel(self, step: Step, depth: int, link: Link, begun: int, *counts: int) -> Tunnel:
        """The tunnel of a step, in which it is counted; most are new."""
        kind, (a, b), (port_a, port_b), number, _, _, _ = step
        if kind in WITHOUT_PORTS:
            port_a = port_b = 0
        if kind in ONE_WAY:
            number = ""
        if a > b or (port_a > port_b and a == b):
            a, b, port_a, port_b = b, a, port_b, port_a
        key = (kind, depth, number, a, b, port_a, port_b)
        known = self._tunnels.entries
        found = known.get(key)
        if found is None:
            return self._tunnels.put(key, Tunnel(step, depth, link, begun, *counts))
        known.move_to_end(key)
        found.add(step, *counts)
        return found

    # --- what addresses tell

    def _judge(self, tunnel: Tunnel, step: Step, packets: int, number: int) -> None:
        """Whether the outer ends are those that the addresses inside tell."""
        key = (step.kind, step.outer, step.ports, step.inner)
        known = self._judged.get(key)
        if known is None:
            known = self._judged.put(key, tuple(self._verdicts(step)))
        for verdict in known:
            if verdict.role:
                tunnel.role(verdict.end, verdict.role)
            if verdict.outcome == "unverifiable":
                tunnel.unverifiable += 1
            elif verdict.outcome is not None:
                tunnel.checked += packets
                tunnel.wrong += packets * (verdict.outcome == "wrong")
            if verdict.words:
                tunnel.blame(verdict, Ref(number, tunnel.link.file))

    def _verdicts(self, step: Step) -> Iterator[Verdict]:
        """For each end its role, what is known of it, and what is wrong."""
        assert step.inner is not None
        if step.outer == step.inner:
            words = "both addresses inside are the ends'"
            yield Verdict(step.outer[0], rule="TUN-005", level="error", words=words)
        if step.kind == "Teredo":
            yield from self._teredo.verdicts(step)
            return
        if step.kind in BROKERS:
            for end, port in zip(step.outer, step.ports, strict=True):
                role = "server" if port == BROKERS[step.kind] else "client"
                yield Verdict(end, role)
            return
        if step.kind == "DS-Lite":
            for end, address in zip(step.outer, step.inner, strict=True):
                if address[:3] == b"\xc0\x00\x00" and address[3] < 8:
                    yield Verdict(end, "AFTR" if address[3] == 1 else "B4")
            return
        if step.kind not in AUTOMATIC:
            return
        rule, owner, other = AUTOMATIC[step.kind]
        for end, inner, wanted in zip(
            step.outer, step.inner, expected(step.kind, step.outer, step.inner), strict=True
        ):  # fmt: skip
            if end == ANYCAST_6TO4:
                words = "192.88.99.1, the relays' anycast address, is deprecated"
                yield Verdict(end, "anycast relay", None, "TUN-008", "note", words)
            elif inner[0] == 0xFF and end[0] >= 224:
                outcome = "right" if wanted in (end, None) else "wrong"
                words = "" if outcome == "right" else (
                    f"group {address_text(inner)} is sent to {address_text(end)}"
                )  # fmt: skip
                yield Verdict(end, "", outcome, rule, "error", words)
            elif wanted is None:
                yield Verdict(end, "" if _is_local(inner) else other)
            elif wanted == end:
                yield Verdict(end, owner, "right")
                if step.kind == "6to4" and not _may_be_global(wanted):
                    words = f"{address_text(inner)} has an IPv4 address that is not global"
                    yield Verdict(end, "", None, "TUN-007", "error", words)
            else:
                words = (
                    f"{address_text(inner)} tells {address_text(wanted)}, but the end is "
                    f"{address_text(end)}"
                )
                yield Verdict(end, "", "wrong", rule, "error", words)

    def _report(self, message: Message) -> None:
        """Remember what an error says of how large packets between two addresses may be."""
        quote = quote_in(message)
        if quote is None:
            return
        value = int.from_bytes(message.octets[4:8])
        mtu = value if message.version == 6 else value & 0xFFFF
        key = (quote.source, quote.destination)
        known = self._reports.get(key)
        if mtu and (known is None or mtu < known[0]):
            self._reports.put(key, (mtu, message.at.ref))

    def _reported(self, tunnel: Tunnel) -> tuple[int, Ref] | None:
        """What errors say that fits inside: those between the ends, and those inside."""
        found, traits = [], tunnel.traits
        for ends in ((tunnel.a, tunnel.b), (tunnel.b, tunnel.a)):
            report = self._reports.get(ends)
            if report is not None and traits.overhead:
                found.append((report[0] - traits.overhead, report[1]))
        found += [one for pair in traits.inside if (one := self._reports.get(pair)) is not None]
        return min(found, default=None)

    def _row(self, tunnel: Tunnel) -> Row:
        return tunnel.row(self._reported(tunnel))

    # --- what is told

    def tunnels(self) -> list[Tunnel]:
        """Those that are kept."""
        return list(self._tunnels.entries.values())

    def table(self, name: str) -> Table:
        """``tunnels`` or ``nestings``."""
        if name == "nestings":
            nestings = sorted(self._paths.entries.values(), key=_most_first)
            rows: list[Row] = [one.row for one in nestings[: self.options.top]]
            return Table(name, "What is nested in what", NESTINGS, rows, len(nestings),
                         forgotten(self._paths, "nestings"))  # fmt: skip
        tunnels = sorted(self._tunnels.entries.values(), key=_most_first)
        if not self._named:
            self._named = True
            self._teredo.name(self._tunnels.entries.values())
        rows = [self._row(tunnel) for tunnel in tunnels[: self.options.top]]
        remarks = forgotten(self._tunnels, "tunnels")
        if any(tunnel.has_more_inside for tunnel in tunnels):
            remarks.append(f"of a tunnel's pairs inside, the first {INSIDE:,} are counted")
        return Table(name, "Tunnels", TABLE, rows, len(tunnels), remarks)

    def findings(self) -> Iterator[Finding]:
        """Ends that contradict addresses, deep nesting, outer fragments."""
        told: Counter[str] = Counter()
        those = [one for one in self._tunnels.entries.values() if one.wrongs or one.pieces]
        for tunnel in sorted(those, key=_most_first):
            ends = f"{address_text(tunnel.a)} and {address_text(tunnel.b)}"
            for words, (wrong, packets) in (tunnel.wrongs or {}).items():
                told[wrong.rule] += 1
                if told[wrong.rule] <= SAID:
                    whole = f"In the {tunnel.kind} tunnel between {ends}: {words}."
                    yield Finding(wrong.level, wrong.rule, whole, packets, "tunnels")
            if tunnel.pieces:
                told["pieces"] += 1
                if told["pieces"] <= SAID:
                    whole = (
                        f"Outer packets of the {tunnel.kind} tunnel between {ends} came in "
                        f"{tunnel.pieces:,} fragments: what is inside is too large for its way."
                    )
                    yield Finding("warning", "", whole, (tunnel.first,), "tunnels")
        for path in sorted(self._paths.entries.values(), key=_most_first):
            if path.depth > DEEPEST:
                whole = f"Packets are in {path.depth} tunnels, one in the other: {path.path}."
                yield Finding("warning", "TUN-003", whole, (path.first,), "nestings")


def _most_first(one: Tunnel | Nesting) -> tuple[int, int, int]:
    """By packets; of as many, the one that was met first."""
    return -one.packets, one.link.file, one.begun


def _is_too_big(message: Message) -> bool:
    return message.version == 6 or message.octets[1] == FRAGMENTATION_NEEDED


def _is_local(address: bytes) -> bool:
    """Whether an address is a group or stays on its link."""
    return address[0] == 0xFF or (address[0] == 0xFE and address[1] & 0xC0 == 0x80)


def _may_be_global(ipv4: bytes) -> bool:
    """Whether an address is global, or one that documents have in the place of such."""
    block = block_of(ipv4)
    return bool(block.reachable) or block.kind == "documentation"


TABLE = (
    Column("kind", "Kind", "text"), Column("a", "End A", "text"),
    Column("port_a", "Port A", "number"), Column("role_a", "A is", "text"),
    Column("b", "End B", "text"), Column("port_b", "Port B", "number"),
    Column("role_b", "B is", "text"), Column("number", "Key or label", "text"),
    Column("depth", "Depth", "number"), Column("a_to_b", "A → B"), Column("b_to_a", "B → A"),
    Column("octets", "Octets", "octets"), Column("overhead", "Overhead", "number"),
    Column("largest", "Largest inside", "number"), Column("mtu", "MTU inside", "number"),
    Column("mtu_by", "Known by", "text"), Column("fragments", "Outer fragments"),
    Column("pairs", "Pairs inside"), Column("inside", "Inside", "text"),
    Column("verdict", "Addresses", "text"), Column("rules", "Rules", "text"), FIRST, LAST,
)  # fmt: skip
NESTINGS = (
    Column("path", "Path", "text"), Column("depth", "Depth", "number"), *COUNTS, FIRST, LAST,
)  # fmt: skip

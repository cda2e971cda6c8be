"""Which packets are twins across a translator: they make flows; what is alone is counted."""

from __future__ import annotations

from collections import Counter

from dissect.address.special import block_of
from dissect.analysis.analysis import Link
from dissect.analysis.table import Ref, Row
from dissect.analysis.translated import ICMP, TCP, UDP, Side, ports_in
from dissect.analysis.translation_flow import Ends, Flow, Twins
from dissect.analysis.translation_map import WELL_KNOWN, Mapping, Prefix, may_tell
from dissect.analysis.words import in_order, listed, some
from dissect.engine.session import Table as Bounded

WINDOW_NS = SECOND = 1_000_000_000
LATEST_NS = 5 * SECOND
"""So long a packet may wait in a router until it is seen again: it asks for a MAC address first."""
FLOWS, ALONE, ADDRESSES = 20_000, 5_000, 10_000
"""How many flows, packets without a twin, and addresses are kept."""
ALIKE = 64
"""Packets of a kind that one without a twin is compared with in the end."""
LEAST = {TCP: 20 + 32, UDP: 8 + 16}
"""Octets from the transport on, up to which a likeness of payloads says nothing by itself."""


class Flows:
    """All flows, and the packets that no twin was found for."""

    def __init__(self, mapping: Mapping) -> None:
        self._map = mapping
        self.flows: Bounded[Flow] = Bounded(FLOWS)
        self._alone: dict[int, list[Side]] = {6: [], 4: []}
        self._uncounted = Counter[tuple[Prefix | None, int]]()
        self._ipv4: dict[bytes, Prefix] = {}
        self.unclean: list[tuple[Prefix, bytes, Ref]] = []
        self.not_global: list[tuple[bytes, Ref]] = []
        self._checked: Bounded[bool] = Bounded(ADDRESSES)
        self._bindings: Bounded[tuple[bytes, int]] = Bounded(FLOWS)

    def keys(self, side: Side) -> list[tuple[object, ...]]:
        """By what its twin is looked for; across a relay that is its payload alone."""
        relays = [prefix for prefix in self._map.prefixes if prefix.relay]
        if not relays:
            return [side.key]
        relayed = ("relay", side.protocol, side.payload)
        if not side.payload:  # nothing is handed on
            return [side.key]
        if side.version == 6:
            ends = (side.source, side.destination)
            of_relay = any(prefix.holds(end) for prefix in relays for end in ends)
            return [relayed] if of_relay else [side.key]
        return [side.key, relayed]

    # --- twins -----------------------------------------------------------------------------------

    def settle(self, group: list[Side]) -> None:
        """Join the packets that look alike, those that fit best first."""
        sixes = [side for side in group if side.version == 6]
        fours = [side for side in group if side.version == 4]
        found = [
            (not (twins.source or twins.destination), *_distance(six, four), place, twins)
            for place, four in enumerate(fours) for six in sixes
            if (twins := self._twins(six, four)) is not None
        ]  # fmt: skip
        used: set[int] = set()
        paired: list[Side] = []
        for *_, twins in sorted(found, key=lambda one: one[:-1]):
            if id(twins.six) not in used and id(twins.four) not in used:
                used |= {id(twins.six), id(twins.four)}
                paired += twins[:2]
                self._pair(twins)
        for side in group:
            if id(side) not in used and not any(
                _is_same(side, other) for other in paired
            ):  # fmt: skip
                alone = self._alone[side.version]
                if len(alone) < ALONE:
                    alone.append(side)
                else:
                    self._uncounted[self._prefix_of(side), side.version] += 1

    def _twins(self, six: Side, four: Side) -> Twins | None:
        """Whether two packets can be the sides of one."""
        if not _is_near(six, four):
            return None
        mapping, source, destination = self._map, None, None
        if may_tell(six.source, four.source) or may_tell(six.destination, four.destination):
            source = mapping.joins(six.source, four.source)
            destination = mapping.joins(six.destination, four.destination)
            if source is None and destination is None:
                source = mapping.learn(six.source, four.source)
                destination = mapping.learn(six.destination, four.destination)
        if six.protocol == UDP and not _fit(six.ports, four.ports, source, destination):
            return None
        one, other = six.quote, four.quote
        if source is None and destination is None and (
            one is not None or six.size <= LEAST.get(six.protocol, 1 << 32)
            or mapping.known(six.source) or mapping.known(six.destination)
        ):  # fmt: skip
            return None
        if not self._is_bound_so(six, four, source, destination):
            return None
        if one is not None and other is not None and one.version != other.version:
            ends6, ends4 = (one, other) if one.version == 6 else (other, one)
            ends = (
                _joins(mapping, ends6.source, ends4.source),
                _joins(mapping, ends6.destination, ends4.destination),
            )
            ports6, ports4 = ports_in(ends6), ports_in(ends4)
            if not any(ends) or (ports6 and ports4 and not _fit(ports6, ports4, *ends)):
                return None
        return Twins(six, four, source, destination)

    def _is_bound_so(
        self, six: Side, four: Side, source: Prefix | None, destination: Prefix | None
    ) -> bool:
        """Whether a host has the IPv4 address and port that it had before (RFC 6146)."""
        binding = _binding(six, four, source, destination)
        return binding is None or self._bindings.get(binding[0]) in (None, binding[1])

    def _pair(self, twins: Twins) -> None:
        six, four, source, destination = twins
        binding = _binding(*twins)
        if binding is not None:
            self._bindings.put(*binding)
        for prefix in (source, destination):
            if prefix is not None:
                self._map.add(prefix)
        flow = self._flow(twins)
        flow.add(twins)
        for prefix, address in ((source, six.source), (destination, six.destination)):
            if prefix is not None:
                flow.prefixes.setdefault(prefix)
                self._check(prefix, address, six.at.ref)
        prefix = source or destination
        if prefix is not None:
            for address, by in ((four.source, source), (four.destination, destination)):
                if len(self._ipv4) < ADDRESSES and (by is None or (source and destination)):
                    self._ipv4.setdefault(address, prefix)

    def _flow(self, twins: Twins) -> Flow:
        """The flow of a packet, whose host is the one that isn't behind the prefix."""
        six, four, source, destination = twins
        there6 = (six.source, six.ports[0], six.destination, six.ports[1])
        there4 = (four.source, four.ports[0], four.destination, four.ports[1])
        back6, back4 = _turned(there6), _turned(there4)
        if source is not None and destination is None:
            there6, there4, back6, back4 = back6, back4, there6, there4
        found = self.flows.get((six.protocol, there6, there4)) or self.flows.get(
            (six.protocol, back6, back4)
        )
        if found is None:
            key = (six.protocol, there6, there4)
            found = self.flows.put(key, Flow(there6, there4, six.protocol, six.at.ref))
            found.kind = _kind(source, destination)
            if twins.six.quote is not None and self._is_of_stateless(twins):
                found.kind = "SIIT"
        return found

    def _is_of_stateless(self, twins: Twins) -> bool:
        """Whether an error is about a packet both of whose addresses are translated so.

        The error itself may come from a router that has no address for the other side.
        """
        one, other = twins.six.quote, twins.four.quote
        if one is None or other is None or one.version == other.version:
            return False
        six, four = (one, other) if one.version == 6 else (other, one)
        return bool(
            self._map.joins(six.source, four.source)
            and self._map.joins(six.destination, four.destination)
        )

    def _check(self, prefix: Prefix, address: bytes, ref: Ref) -> None:
        """RFC 6052, sections 2.2 and 3.1."""
        if self._checked.get(address):
            return
        self._checked.put(address, True)
        if not prefix.is_clean(address) and len(self.unclean) < FLOWS:
            self.unclean.append((prefix, address, ref))
        ipv4 = prefix.ipv4(address)
        if prefix[:2] == WELL_KNOWN[:2] and ipv4 is not None and not block_of(ipv4).reachable:
            self.not_global.append((address, ref))

    # --- at the end ------------------------------------------------------------------------------

    def finish(self) -> None:
        """Join what is left by its addresses and ports, whatever its payload; judge flows."""
        fours: dict[tuple[object, ...], list[Side]] = {}
        for side in self._alone[4]:
            alike = fours.setdefault(side.loose, [])
            if len(alike) < ALIKE:
                alike.append(side)
        used: set[int] = set()
        for six in self._alone[6]:
            if self._prefix_of(six) is None:
                continue
            for four in fours.get(six.loose, ()):
                if id(four) in used or six.key == four.key or not _is_near(six, four):
                    continue
                source = self._map.joins(six.source, four.source)
                destination = self._map.joins(six.destination, four.destination)
                same = six.ports == four.ports or six.protocol == ICMP
                if (source or destination) and same:
                    used |= {id(four), id(six)}
                    self._pair(Twins(six, four, source, destination))
                    break
        self._alone = {
            version: [side for side in alone if id(side) not in used]
            for version, alone in self._alone.items()
        }
        for flow in self.flows.entries.values():
            flow.judge_hops()

    def _prefix_of(self, side: Side) -> Prefix | None:
        """The translator that a packet without a twin belongs to."""
        if side.version == 6:
            return self._map.known(side.destination) or self._map.known(side.source)
        return self._ipv4.get(side.source) or self._ipv4.get(side.destination)

    def kept(self) -> list[Flow]:
        """The flows that are believed."""
        return [flow for flow in self.flows.entries.values() if flow.is_believable()]

    def translators(self) -> list[Row]:
        """A row for each prefix, and one for addresses that have nothing in common."""
        alone = Counter(self._uncounted)
        refs: dict[Prefix | None, list[Ref]] = {}
        sightings: dict[tuple[object, ...], Counter[Link]] = {}
        for version, sides in self._alone.items():
            for side in sides:
                prefix = self._prefix_of(side)
                if prefix is not None:
                    by_link = sightings.setdefault((prefix, version, side.key), Counter())
                    by_link[side.at.link] += 1
                    refs.setdefault(prefix, []).append(side.at.ref)
        for (found, number, _), by_link in sightings.items():
            assert found is None or isinstance(found, Prefix)
            assert isinstance(number, int)
            alone[found, number] += max(by_link.values())
        flows: dict[Prefix | None, list[Flow]] = {}
        for flow in self.kept():
            for prefix in flow.prefixes or (None,):
                flows.setdefault(prefix, []).append(flow)
        known: list[Prefix | None] = [*self._map.prefixes, None]
        return [
            _translator(prefix, flows.get(prefix, []), alone[prefix, 6], alone[prefix, 4],
                        refs.get(prefix, []))
            for prefix in known if prefix in flows or alone[prefix, 6]
        ]  # fmt: skip


def _translator(
    prefix: Prefix | None, flows: list[Flow], alone_6: int, alone_4: int, refs: list[Ref]
) -> Row:  # fmt: skip
    kinds = sorted({flow.kind for flow in flows})
    packets = sum(flow.packets(to_ipv4=True) + flow.packets(to_ipv4=False) for flow in flows)
    hosts = {flow.six[0] for flow in flows}
    first = min([*refs, *(flow.first for flow in flows)], key=in_order, default=None)
    last = max([*refs, *(flow.last for flow in flows)], key=in_order, default=None)
    return (
        None if prefix is None else str(prefix),
        "learned from flows" if prefix is None else prefix.known,
        some(kinds) or None, len(flows), packets, len(hosts),
        listed(sorted({flow.four[0] for flow in flows})), alone_6, alone_4, first, last,
    )  # fmt: skip


def _joins(mapping: Mapping, address: bytes, ipv4: bytes) -> Prefix | None:
    return mapping.joins(address, ipv4) or mapping.learn(address, ipv4)


def _fit(
    ports6: tuple[int, int], ports4: tuple[int, int], source: Prefix | None,
    destination: Prefix | None,
) -> bool:  # fmt: skip
    """Whether ports are the same at the ends whose addresses are translated without state."""
    ends = (source, destination) if source or destination else (WELL_KNOWN, WELL_KNOWN)
    same = [
        six == four for six, four, end in zip(ports6, ports4, ends, strict=True) if end is not None
    ]
    return all(same) if source or destination else any(same)


def _binding(
    six: Side, four: Side, source: Prefix | None, destination: Prefix | None
) -> tuple[tuple[object, ...], tuple[bytes, int]] | None:  # fmt: skip
    """Who a host is outside, for the peer that it speaks to; None where that needs no state."""
    if bool(source) == bool(destination) or six.quote is not None:
        return None
    here, there = (0, 1) if destination else (1, 0)
    hosts, peers = (six.source, six.destination), (four.source, four.destination)
    key = (six.protocol, hosts[here], six.ports[here], peers[there])
    return key, (peers[here], four.ports[here])


def _turned(ends: Ends) -> Ends:
    return (*ends[2:], *ends[:2])


def _kind(source: Prefix | None, destination: Prefix | None) -> str:
    found = [prefix for prefix in (source, destination) if prefix is not None]
    if any(prefix.relay for prefix in found):
        return "TRT"
    return ("mapped", "NAT64", "SIIT")[len(found)]


def _is_near(one: Side, other: Side, most_ns: int = WINDOW_NS) -> bool:
    """Whether they are of the same moment, as far as there are times."""
    here, there = one.at.time_ns, other.at.time_ns
    return not (here and there) or abs(here - there) <= most_ns


def _is_same(one: Side, other: Side) -> bool:
    """Whether they are one packet that was seen twice."""
    ends = (one.source, one.destination, one.ports) == (
        other.source,
        other.destination,
        other.ports,
    )
    return ends and _is_near(one, other, LATEST_NS)


def _distance(six: Side, four: Side) -> tuple[bool, int]:
    """How far apart two sightings are: by link, then by time."""
    return six.at.link != four.at.link, abs(six.at.time_ns - four.at.time_ns)

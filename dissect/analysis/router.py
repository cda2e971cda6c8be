"""A router: what it says from when to when, and how two of them contradict each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dissect.analysis.advertised import HOP_LIMIT, UNSPECIFIED, Parameter
from dissect.analysis.analysis import Link, Place
from dissect.analysis.discoveries import in_sight
from dissect.analysis.identifiers import LINK_LOCAL
from dissect.analysis.of_link import FOREVER, SECOND
from dissect.analysis.places import octets_of, several
from dissect.analysis.table import Ref

if TYPE_CHECKING:
    from dissect.columns.seen import Seen

NEIGHBOR, FLAGS, ROUTER_FLAG = 136, 4, 0x80
"""The type of a Neighbor Advertisement, where its flags are, and one of them."""
PARAMETERS, PERIODS, MACS = 200, 500, 8
"""Of one router: parameters, values one after the other, MACs."""
SKEW_NS = 2 * SECOND
"""By which clocks may differ when lifetimes count down (RFC 4861, section 6.2.7)."""
SILENT_NS = 1800 * SECOND
"""What a router said so long ago isn't compared: three times the longest default interval."""


class Flagged(NamedTuple):
    """A Neighbor Advertisement from a link-local address says that it is a router's, or not."""

    at: Place
    router: bytes
    mac: bytes
    is_router: bool


class Redirected(NamedTuple):
    """A router knows a better first hop."""

    at: Place
    router: bytes
    host: bytes
    destination: bytes
    target: bytes


@dataclass(slots=True)
class Period:
    """How long a router kept to what it said."""

    parameter: Parameter
    first: Ref
    last: Ref
    since_ns: int
    until_ns: int
    times: int = 1

    def again(self, parameter: Parameter, ref: Ref, time_ns: int) -> Period:
        """It says the same again, maybe with lifetimes that have counted down."""
        self.parameter, self.last, self.until_ns = parameter, ref, time_ns
        self.times += 1
        return self


class Router:
    """What is known of a router."""

    def __init__(self, link: Link, address: bytes, at: Place) -> None:
        self.link, self.address = link, address
        self.first = self.last = at.ref
        self.begun_ns = self.heard_ns = at.time_ns
        self.macs: dict[bytes, Ref] = {}
        self.adverts = self.redirects = 0
        self.lifetime = 0
        self.says: dict[str, Period] = {}
        self.periods: deque[Period] = deque(maxlen=PERIODS)
        self.dropped = 0
        self.all_ns = 0
        self.gaps = 0
        self.gap_sum = 0
        self.least_gap, self.most_gap = 0, 0
        self.farewells: list[Ref] = []
        self.farewell_mac = b""
        self.rules: dict[str, None] = {}

    def value(self, name: str) -> str | None:
        """What it says of a parameter now; None if nothing."""
        period = self.says.get(name)
        return period.parameter.value if period else None

    def is_default(self, now_ns: int) -> bool:
        """Whether hosts may still use it as a default router."""
        return bool(self.lifetime) and now_ns <= self.heard_ns + self.lifetime * SECOND

    def say(self, parameter: Parameter, ref: Ref, time_ns: int) -> Period | None:
        """What it says of a parameter from now on; a lifetime that counts down is no change."""
        period = self.says.get(parameter.name)
        if period is None and len(self.says) >= PARAMETERS:
            self.dropped += 1
            return None
        if period is not None and period.parameter == parameter:
            return period.again(parameter, ref, time_ns)
        said = Period(parameter, ref, ref, time_ns, time_ns)
        same = period is not None and period.parameter.value == parameter.value
        if period is not None and same and same_end(period, said):
            return period.again(parameter, ref, time_ns)
        self.says[parameter.name] = said
        self.dropped += len(self.periods) == PERIODS
        self.periods.append(said)
        return said

    def gap(self, now_ns: int) -> None:
        """Another advertisement to all."""
        if self.all_ns:
            gap = now_ns - self.all_ns
            self.least_gap = min(self.least_gap, gap) if self.gaps else gap
            self.most_gap = max(self.most_gap, gap)
            self.gap_sum += gap
            self.gaps += 1
        self.all_ns = now_ns


class Disagreement(NamedTuple):
    """Two routers say different things; of each what it said last.

    key  the link, the parameter's name, and both routers
    """

    key: tuple[Link, str, bytes, bytes]
    said: tuple[Parameter, Parameter]
    first: Ref
    at: Place
    times: int = 1

    @property
    def last(self) -> Ref:
        """The packet that shows it last."""
        return self.at.ref

    @property
    def values(self) -> tuple[str, str]:
        """For people."""
        return self.said[0].text, self.said[1].text


@dataclass(slots=True)
class Detour:
    """Redirects of a host from a router to a better first hop."""

    event: Redirected
    last: Ref
    times: int = 1


def same_end(one: Period, other: Period) -> bool:
    """Whether lifetimes count down: told at different times, they end at the same one."""
    times, theirs = one.parameter.lifetimes, other.parameter.lifetimes
    later = other.until_ns - one.until_ns
    for time, their in zip(times, theirs, strict=True):
        if FOREVER in (time, their) or abs((time - their) * SECOND - later) > SKEW_NS:
            return False
    return bool(times)


def contradictions(
    others: dict[bytes, Period], mine: Period, now_ns: int
) -> Iterator[tuple[bytes, Period]]:
    """Of what other routers say of something that which contradicts (RFC 4861, section 6.2.7)."""
    name, value, lifetimes = mine.parameter
    may_be_nothing = name in UNSPECIFIED
    if may_be_nothing and value == "0":
        return
    since_ns = now_ns - SILENT_NS
    for address, other in others.items():
        if other.until_ns < since_ns:
            continue
        _, theirs, their_lifetimes = other.parameter
        if their_lifetimes:
            if their_lifetimes != lifetimes and not same_end(other, mine):
                yield address, other
        elif theirs != value and not (may_be_nothing and theirs == "0"):
            yield address, other


def flagged(seen: Seen, file: int) -> Iterator[Flagged]:
    """Who says that it is a router, or not, in columns: neighbours are many."""
    chunk, found = seen.chunk, in_sight(seen)
    found = found.only((found.kinds == NEIGHBOR) & (found.stops - found.at > FLAGS))
    sources = found.ip_values(chunk, "src")
    local = (sources[:, :2] == tuple(LINK_LOCAL)).all(axis=1)
    mine = local & (found.ip_values(chunk, "hlim") == HOP_LIMIT)
    found, sources = found.only(mine), sources[mine]
    is_router = chunk.octets[found.at + FLAGS] >= ROUTER_FLAG
    macs = octets_of(found.macs(chunk), found.frame >= 0)
    return several(seen, found.rows, file, Flagged, octets_of(sources), macs, is_router.tolist())

"""Routers: what each says over time, and where they contradict each other (RFC 4861, section 6.2).

A router may spread its options over several advertisements, so that what one leaves out still
holds: what routers say is compared parameter by parameter, by the last that each has said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dissect.analysis.advertised import (
    ADVERTISEMENT,
    COMPARED,
    HOP_LIMIT,
    Advertised,
    advertised,
)
from dissect.analysis.analysis import Finding, Link, Place, forgotten
from dissect.analysis.identifiers import LINK_LOCAL
from dissect.analysis.inside import Inside, Reader, values
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
from dissect.analysis.options import Options
from dissect.analysis.router import (
    MACS,
    NEIGHBOR,
    PARAMETERS,
    PERIODS,
    ROUTER_FLAG,
    Detour,
    Disagreement,
    Flagged,
    Period,
    Redirected,
    Router,
    contradictions,
    flagged,
)
from dissect.analysis.table import Column, Ref, Row, RowsOf, Table
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.columns.seen import Seen

ROUTERS, DISAGREEMENTS, REDIRECTS = 2_000, 5_000, 20_000
"""How many are kept."""
TOGETHER = 16
"""Routers of a link that are compared."""
FLOOD, FLOOD_NS = 10, 10 * SECOND
"""So many new routers in such a time are no network's."""
REDIRECT = 137


Event = Advertised | Flagged | Redirected
VALUES = Reader(values)


class Routers(OfLink[Event]):
    """By link and address."""

    kinds = (ADVERTISEMENT, REDIRECT)

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.entries: Bounded[Router] = Bounded(ROUTERS)
        self.disagreements: Bounded[Disagreement] = Bounded(DISAGREEMENTS)
        self.detours: Bounded[Detour] = Bounded(REDIRECTS)
        self._said: Bounded[dict[bytes, Period]] = Bounded(DISAGREEMENTS)
        self._new: dict[Link, deque[tuple[int, Ref]]] = {}
        self._floods: dict[Link, Ref] = {}
        self._far = 0

    def hear(self, message: Inside) -> Iterator[Event]:
        """Advertisements, redirects, and who says that it is a router."""
        yield from advertised(message)
        ip, place = message.ip, message.place
        if ip is None or ip.hops != HOP_LIMIT:
            return
        if message.kind == REDIRECT:
            told = VALUES(message)
            names = ("icmpv6.rd.na.destination_address", "icmpv6.nd.rd.target_address")
            destination, target = (told.get(name) for name in names)
            if destination and target:
                yield Redirected(place, ip.src, ip.dst, destination, target)
        elif message.kind == NEIGHBOR and ip.src[:2] == LINK_LOCAL and len(message.octets) > 4:
            yield Flagged(place, ip.src, message.mac, message.octets[4] >= ROUTER_FLAG)

    def overhear(self, seen: Seen, file: int) -> Iterator[Event]:
        """The same in columns: neighbours are many, and what they say of themselves is a bit."""
        yield from super().overhear(seen, file)
        yield from flagged(seen, file)

    # --- taking in -----------------------------------------------------------------------------

    def learn(self, event: Event) -> None:
        """Take in what a router says."""
        if isinstance(event, Advertised):
            self._advertised(event)
        elif isinstance(event, Flagged):
            self._flagged(event)
        else:
            self._redirected(event)

    def _router(self, at: Place, address: bytes) -> Router:
        key = (at.link, address)
        one = self.entries.get(key)
        if one is None:
            one = self.entries.put(key, Router(at.link, address, at))
        one.last = at.ref
        return one

    def _flagged(self, event: Flagged) -> None:
        one = self.entries.get((event.at.link, event.router))
        if event.is_router:
            one = self._router(event.at, event.router)
            one.macs.setdefault(event.mac, event.at.ref) if len(one.macs) < MACS else None
        elif one is not None and one.lifetime:
            one.lifetime = 0  # RFC 4861, section 7.2.5
            one.farewells.append(event.at.ref)

    def _redirected(self, event: Redirected) -> None:
        key = (event.at.link, event.router, event.host, event.destination, event.target)
        known = self.detours.get(key)
        if known is None:
            self.detours.put(key, Detour(event, event.at.ref))
        else:
            known.times += 1
            known.last = event.at.ref
        one = self.entries.get((event.at.link, event.router))
        if one is not None:
            one.redirects += 1

    def _advertised(self, event: Advertised) -> None:
        at = event.at
        if not event.is_local:
            self._far += 1
            return
        one = self._router(at, event.router)
        if not one.adverts:
            self._flood(at)
        one.adverts += 1
        one.heard_ns = at.time_ns
        if event.to_all:
            one.gap(at.time_ns)
        if one.lifetime and not event.lifetime and len(one.farewells) < PERIODS:
            one.farewells.append(at.ref)
            one.farewell_mac = event.mac if one.macs and event.mac not in one.macs else b""
        one.lifetime = event.lifetime
        if event.mac in one.macs or len(one.macs) < MACS:
            one.macs.setdefault(event.mac, at.ref)
        ref = at.ref
        for parameter in event.parameters:
            period = one.say(parameter, ref, at.time_ns)
            name = parameter.name
            if period is not None and (name in COMPARED or name.startswith("prefix ")):
                self._compare(one, period, at)

    def _flood(self, at: Place) -> None:
        """A new router: too many at once are remembered."""
        new = self._new.get(at.link)
        if new is None:
            if len(self._new) >= ROUTERS:
                return
            new = self._new[at.link] = deque(maxlen=FLOOD + 1)
        new.append((at.time_ns, at.ref))
        if len(new) > FLOOD and at.time_ns - new[0][0] < FLOOD_NS:
            self._floods.setdefault(at.link, new[0][1])

    def _compare(self, one: Router, said: Period, at: Place) -> None:
        """Against what the other routers of the link said last."""
        mine, address = said.parameter, one.address
        key = (at.link, mine.name)
        others = self._said.get(key) or self._said.put(key, {})
        for other, theirs in contradictions(others, said, at.time_ns):
            if other != address:
                self._disagree(other, theirs, address, said, at)
                one.rules["RAD-010"] = None
        if address in others or len(others) < TOGETHER:
            others[address] = said

    def _disagree(
        self, other: bytes, theirs: Period, address: bytes, said: Period, at: Place
    ) -> None:
        """The other router has said something else."""
        link, mine = at.link, said.parameter
        if other <= address:
            key, both = (link, mine.name, other, address), (theirs.parameter, mine)
        else:
            key, both = (link, mine.name, address, other), (mine, theirs.parameter)
        known = self.disagreements.entries.get(key)
        if known is None:
            found = Disagreement(key, both, theirs.last, at)
        else:
            found = Disagreement(key, both, known.first, at, known.times + 1)
        self.disagreements.put(key, found)
        router = self.entries.entries.get((link, other))
        if router is not None:
            router.rules["RAD-010"] = None

    # --- what comes of it ----------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """``routers``, ``router-parameters``, ``router-disagreements`` or ``redirects``."""
        makers = {
            "routers": (self._routers, self.entries, "routers"),
            "router-parameters": (self._parameters, self.entries, "routers"),
            "router-disagreements": (self._contradictions, self.disagreements, "disagreements"),
            "redirects": (self._redirects, self.detours, "redirects"),
        }  # fmt: skip
        maker, bounded, things = makers[name]
        title, columns, rows = maker()
        remarks = forgotten(bounded, things)  # type: ignore[arg-type]
        dropped = sum(one.dropped for one in self.entries.entries.values())
        if dropped and name == "router-parameters":
            remarks.append(f"{dropped:,} values were forgotten: at most {PERIODS} are kept of a "
                           f"router, and {PARAMETERS} parameters")  # fmt: skip
        if self._far:
            remarks.append(f"{self._far:,} advertisements were not believed: with a hop limit "
                           "below 255 they may come from anywhere")  # fmt: skip
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _routers(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Router) -> Row:
            lifetime = one.value("router lifetime")
            count = {word: sum(name.startswith(word) for name in one.says)
                     for word in ("prefix ", "route ", "DNS server ")}  # fmt: skip
            return (
                link_text(one.link), address_text(one.address),
                ", ".join(map(address_text, filter(None, one.macs))) or None,
                "yes" if one.is_default(self.now(one.link)) else "no", _number(lifetime),
                *(one.value(name) for name in ("preference", "managed", "other configuration")),
                *(_number(one.value(name)) for name in ("hop limit", "mtu")),
                *count.values(), one.adverts,
                one.least_gap / SECOND if one.gaps else None,
                one.gap_sum / one.gaps / SECOND if one.gaps else None,
                one.most_gap / SECOND if one.gaps else None,
                len(one.farewells), one.redirects, ", ".join(self._rules(one)) or None,
                one.first, one.last,
            )  # fmt: skip

        columns = (
            LINK, Column("address", "Router", "text"), MAC,
            Column("default", "Default at the end", "text"),
            Column("lifetime", "Lifetime (s)", "number"),
            Column("preference", "Preference", "text"), Column("managed", "Managed", "text"),
            Column("other", "Other", "text"), Column("hop_limit", "Hop limit", "number"),
            Column("mtu", "MTU", "number"),
            Column("prefixes", "Prefixes"), Column("routes", "Routes"),
            Column("dns", "DNS servers"), Column("adverts", "Advertisements"),
            Column("min_interval", "Least interval", "seconds"),
            Column("mean_interval", "Mean interval", "seconds"),
            Column("max_interval", "Most interval", "seconds"),
            Column("farewells", "Farewells"), Column("redirects", "Redirects"), RULES, FIRST, LAST,
        )  # fmt: skip
        return "Routers", columns, RowsOf(self.entries.entries.values(), row)

    def _rules(self, one: Router) -> list[str]:
        found = list(one.rules)
        if one.farewell_mac or any(one.says[name] for name in one.says if _is_6to4(name)):
            found.append("RAD-011")
        return found

    def _parameters(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(found: tuple[Router, Period]) -> Row:
            one, period = found
            return (
                link_text(one.link), address_text(one.address), period.parameter.name,
                period.parameter.text, period.since_ns or None, period.until_ns or None,
                period.times, period.first, period.last,
            )  # fmt: skip

        periods = ((one, period) for one in self.entries.entries.values() for period in one.periods)
        columns = (
            LINK, Column("router", "Router", "text"),
            Column("parameter", "Parameter", "text", packet=True),
            Column("value", "Value", "text", packet=True), Column("since", "Since", "time"),
            Column("until", "Until", "time"), Column("times", "Said"), FIRST, LAST,
        )  # fmt: skip
        return "What routers say", columns, RowsOf(periods, row)

    def _contradictions(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Disagreement) -> Row:
            link, name, a, b = one.key
            return (
                link_text(link), name, address_text(a), one.values[0], address_text(b),
                one.values[1], one.times, "RAD-010", one.first, one.last,
            )  # fmt: skip

        columns = (
            LINK, Column("parameter", "Parameter", "text"), Column("a", "Router A", "text"),
            Column("a_value", "A says", "text"), Column("b", "Router B", "text"),
            Column("b_value", "B says", "text"), Column("times", "Times"), RULES, FIRST, LAST,
        )  # fmt: skip
        return "Routers that disagree", columns, RowsOf(self.disagreements.entries.values(), row)

    def _redirects(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Detour) -> Row:
            ends = (one.event.router, one.event.host, one.event.destination, one.event.target)
            return (link_text(one.event.at.link), *map(address_text, ends), one.times,
                    one.event.at.ref, one.last)  # fmt: skip

        columns = (
            LINK, Column("router", "Router", "text"), Column("host", "Who is told", "text"),
            Column("destination", "To reach", "text"), Column("target", "Go to", "text"),
            Column("times", "Times"), FIRST, LAST,
        )  # fmt: skip
        return "Redirects", columns, RowsOf(self.detours.entries.values(), row)

    def findings(self) -> Iterator[Finding]:
        """Disagreements, farewells, more default routers than one, and what looks rogue."""
        yield from self._disagreements()
        for one in self.entries.entries.values():
            yield from self._suspicions(one)
        for first in self._floods.values():
            yield Finding(
                "warning", "RAD-011", f"More than {FLOOD} new routers in {FLOOD_NS // SECOND} s: "
                "somebody floods the link with advertisements.", (first,), "routers",
            )  # fmt: skip
        yield from self._defaults()

    def _disagreements(self) -> Iterator[Finding]:
        """A sentence for each pair of routers."""
        pairs: dict[tuple[Link, bytes, bytes], list[Disagreement]] = {}
        for one in self.disagreements.entries.values():
            link, _, a, b = one.key
            pairs.setdefault((link, a, b), []).append(one)
        for (_, a, b), found in pairs.items():
            what = "; ".join(
                "{} ({} and {})".format(one.key[1], *(value or "nothing" for value in one.values))
                for one in found[:5]
            )
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            yield Finding(
                "warning", "RAD-010",
                f"Routers {address_text(a)} and {address_text(b)} disagree on {what}{more}.",
                (found[0].first, found[0].last), "router-disagreements",
            )  # fmt: skip

    def _suspicions(self, one: Router) -> Iterator[Finding]:
        address = address_text(one.address)
        if one.farewell_mac:
            yield Finding(
                "warning", "RAD-011",
                f"{address_text(one.farewell_mac)} says that router {address} is none any more, "
                "which has sent from another MAC address before.", (one.farewells[-1],), "routers",
            )  # fmt: skip
        elif one.farewells:
            yield Finding(
                "note", "RAD-011", f"Router {address} said that it is no default router any more.",
                tuple(one.farewells[:3]), "routers",
            )  # fmt: skip
        if one.adverts and one.address[:2] != LINK_LOCAL:
            yield Finding(
                "error", "RAD-001", f"Router {address} advertises itself from an address that "
                "is not link-local: hosts ignore it.", (one.first,), "routers",
            )  # fmt: skip
        for name, period in one.says.items():
            if _is_6to4(name):
                yield Finding(
                    "warning", "RAD-011",
                    f"Router {address} advertises the 6to4 {name}, as hosts do that share their "
                    "connection by mistake.", (period.first,), "router-parameters",
                )  # fmt: skip

    def _defaults(self) -> Iterator[Finding]:
        """Links with several default routers at the end of the capture."""
        links: dict[Link, list[Router]] = {}
        for one in self.entries.entries.values():
            if one.is_default(self.now(one.link)):
                links.setdefault(one.link, []).append(one)
        for found in links.values():
            if len(found) > 1:
                names = ", ".join(address_text(one.address) for one in found[:4])
                more = f" and {len(found) - 4} more" if len(found) > 4 else ""
                yield Finding(
                    "note", "RAD-011",
                    f"A link has {len(found)} default routers: {names}{more}.",
                    tuple(one.first for one in found[:4]), "routers",
                )  # fmt: skip


def _is_6to4(name: str) -> bool:
    return name.startswith("prefix 2002:")


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)

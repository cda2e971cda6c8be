"""Neighbours: which MAC address an address is at, and whether only one has it.

Neighbor Discovery and Duplicate Address Detection (RFC 4861, section 7.2; RFC 4862, section 5.4;
RFC 4429; RFC 7527), and their IPv4 twins ARP and address conflict detection (RFC 826, 5227).

A check of an address ends well when the time between probes has passed without an objection; where
the capture ends before that, nobody knows.  What isn't answered here may be answered elsewhere:
an advertisement to a single host often doesn't come past a capture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.address.mac import vendor
from dissect.analysis.analysis import Finding, Link, Place, forgotten
from dissect.analysis.heard import DISCOVERY, FLAGS, IS_ROUTER, OVERRIDE, PROTOCOLS, Heard, heard
from dissect.analysis.heard_in_columns import arp_in, heard_in
from dissect.analysis.inside import Inside
from dissect.analysis.neighbour import UNANSWERED, Change, Check, Neighbour, Use
from dissect.analysis.of_link import (
    FIRST,
    LAST,
    LINK,
    MAC,
    RULES,
    OfLink,
    link_text,
)
from dissect.analysis.options import Options
from dissect.analysis.places import InTurn, in_turn
from dissect.analysis.table import Column, Ref, Row, RowsOf, Table
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen

NEIGHBOURS, EVENTS = 20_000, 20_000
"""How many are kept."""
RETRANS_NS = 1_000_000_000
"""Between probes, unless a router says otherwise (RFC 4861, section 10)."""
ANNOUNCE_NS = 2_000_000_000
"""How long IPv4 waits after the last probe (RFC 5227, section 1.1)."""
AGAIN_NS = 10_000_000_000
"""A probe that comes later than this begins another check."""
RETURN_NS = 60_000_000_000
"""An address that returns to a MAC so soon is at both."""
SCAN = 50
"""So many addresses asked for in vain are a scan."""


class Neighbours(OfLink[Heard]):
    """By link and address: MACs, checks for duplicates, moves, questions without an answer."""

    protocols = PROTOCOLS
    kinds = DISCOVERY

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.entries: Bounded[Neighbour] = Bounded(NEIGHBOURS)
        self.changes: Bounded[Change] = Bounded(EVENTS)
        self._retrans: dict[Link, int] = {}
        self._far = 0

    def hear(self, message: Inside) -> Sequence[Heard]:
        """What Neighbor Discovery and ARP say."""
        return heard(message)

    def overhear(self, seen: Seen, file: int) -> Iterator[Heard]:
        """The same of a chunk."""
        return heard_in(seen, file)

    def rows(self, seen: Seen) -> Rows:
        """ARP that isn't ordinary."""
        return np.setdiff1d(super().rows(seen), arp_in(seen).rows, assume_unique=True)

    def digest(self, events: list[Any]) -> list[Any]:
        """All that was heard, as one."""
        self.pass_time(events)
        return in_turn(events, Heard)

    def take(self, event: InTurn) -> None:
        """Take in the next things that were heard.

        Most are questions, or say of an address what was said of it before.
        """
        entries = self.entries.entries
        for number, time_ns, link, what, address, mac, asker, flags, nonce, retrans in event.rows:
            if what == "far":
                self._far += 1
                continue
            key = (link, address)
            one = entries.get(key)
            if one is None:
                one = self.entries.put(key, Neighbour(link, address, number))
            else:
                entries.move_to_end(key)
                one.latest = number
            if what == "asks":
                one.ask(time_ns, asker)
            elif one.told == (what, mac, flags):
                one.again(number, time_ns, mac)
            elif what == "uses" and flags == OVERRIDE and mac and one.is_quiet:
                one.use(number, time_ns, mac)
            else:
                at = Place(number, time_ns, link)
                self._learn(one, Heard(at, what, address, mac, asker, flags, nonce, retrans))

    def _learn(self, one: Neighbour, event: Heard) -> None:
        """Take in what may be new."""
        at = event.at
        if event.retrans and (at.link in self._retrans or len(self._retrans) < EVENTS):
            self._retrans[at.link] = 1_000_000 * event.retrans
        one.told = ()
        if event.what == "probes":
            self._probe(one, event)
            return
        self._claim(one, event)
        if not one.checks and not event.retrans:
            one.told = (event.what, event.mac, event.flags)

    def _probe(self, one: Neighbour, event: Heard) -> None:
        """A check begins or goes on; two at once are in each other's way."""
        at = event.at
        latest = next((check for check in reversed(one.checks) if check.mac == event.mac), None)
        again = latest and not latest.objection and at.time_ns - latest.probed_ns < AGAIN_NS
        if latest is not None and again:
            latest.probes += 1
            latest.last, latest.probed_ns = at.ref, at.time_ns
            latest.nonce = event.nonce
        else:
            wait = self._retrans.get(at.link, RETRANS_NS) if len(event.address) == 16 else 0
            latest = Check(event, wait or ANNOUNCE_NS)
            one.check(latest)
        for check in self._open(one, at.time_ns, event.mac):
            if not event.nonce or check.nonce != event.nonce:
                self._conflict(one, check, event)
                latest.object(at, check.mac)

    def _open(self, one: Neighbour, time_ns: int, mac: bytes) -> list[Check]:
        """Checks that others than a MAC have not ended."""
        return [
            check for check in one.checks
            if check.mac != mac and not check.objection and time_ns <= check.passes_ns
        ]  # fmt: skip

    def _conflict(self, one: Neighbour, check: Check, event: Heard) -> None:
        check.object(event.at, event.mac)
        self._tell(event.at, one, "conflict", check.mac, event.mac)

    def _claim(self, one: Neighbour, event: Heard) -> None:
        """Somebody has the address: questions are answered, a MAC is known."""
        at, what, _, mac, _, flags, _, _ = event
        one.answer(at.time_ns)
        early = False
        if one.checks:
            for check in self._open(one, at.time_ns, mac) if mac else ():
                self._conflict(one, check, event)
            for check in one.checks:
                if check.mac == mac and at.time_ns < check.passes_ns:
                    early = check.optimistic = True
        if what != "uses" or flags & IS_ROUTER:
            self._role(one, event)
        overrides = flags & OVERRIDE
        if what == "tells" and not overrides and not early:
            one.shared = True  # RFC 4861, sections 7.2.7 and 7.2.8
        moves = one.mac not in (b"", mac)
        if not mac or (what == "confirms" and moves):
            return
        if moves and overrides:
            self._move(one, event)
        one.at_mac(at.number, at.time_ns, mac)
        if not one.mac or overrides:
            one.mac = mac  # without the flag, what is known stays (RFC 4861, section 7.2.5)

    def _move(self, one: Neighbour, event: Heard) -> None:
        one.moves += 1
        one.moved = one.moved or event.at.ref
        before = one.macs.get(event.mac)
        if before is not None:
            one.returns += event.at.time_ns - before.until_ns <= RETURN_NS
        self._tell(event.at, one, "moved", event.mac, one.mac)

    def _role(self, one: Neighbour, event: Heard) -> None:
        """An advertisement says whether it is a router that sends it."""
        is_router = bool(event.flags & IS_ROUTER)
        if event.what != "uses":
            one.flags |= event.flags
            if one.is_router and not is_router:
                self._tell(event.at, one, "is no router any more", event.mac, b"")
            one.is_router = is_router
        else:
            one.flags |= IS_ROUTER
            one.is_router = True

    def _tell(self, at: Place, one: Neighbour, what: str, mac: bytes, other: bytes) -> None:
        self.changes.put(self.changes.count, Change(at, one.address, what, mac, other))

    # --- what comes of it ----------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """``neighbours``, ``neighbour-macs``, ``neighbour-events`` or ``address-checks``."""
        makers = {
            "neighbours": self._neighbours, "neighbour-macs": self._macs,
            "neighbour-events": self._events, "address-checks": self._checks,
        }  # fmt: skip
        title, columns, rows = makers[name]()
        bounded = self.changes if name == "neighbour-events" else self.entries
        remarks = forgotten(bounded, "events" if bounded is self.changes else "addresses")
        if self._far:
            remarks.append(f"{self._far:,} Neighbor Discovery messages were not believed: with a "
                           f"hop limit below 255 they may come from anywhere")  # fmt: skip
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _neighbours(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Neighbour) -> Row:
            now = self.now(one.link)
            check = one.checks[-1] if one.checks else None
            flags = "".join(letter for bit, letter in FLAGS if one.flags & bit)
            return (
                link_text(one.link), address_text(one.address), _mac(one.owner(now)),
                self._vendor(one.owner(now)), one.kind, flags or None, len(one.macs),
                check and check.outcome(now), check and check.seconds(now), one.moves, one.asked,
                one.unanswered(now), ", ".join(one.rules(now)) or None, one.first, one.last,
            )  # fmt: skip

        columns = (
            LINK, Column("address", "Address", "text"), MAC, Column("vendor", "Vendor", "text"),
            Column("kind", "Kind", "text"), Column("flags", "Flags", "text"),
            Column("macs", "MACs"), Column("check", "Check for duplicates", "text"),
            Column("check_time", "Took", "seconds"), Column("moves", "Moves"),
            Column("asked", "Asked for"), Column("unanswered", "Unanswered"), RULES, FIRST, LAST,
        )  # fmt: skip
        return "Neighbours", columns, RowsOf(self.entries.entries.values(), row)

    def _vendor(self, mac: bytes) -> str | None:
        return (vendor(mac[:3]) or None) if self.options.names and len(mac) == 6 else None

    def _macs(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(found: tuple[Neighbour, bytes, Use]) -> Row:
            one, mac, use = found
            return (
                link_text(one.link), address_text(one.address), _mac(mac),
                use.since_ns or None, use.until_ns or None, use.messages,
                Ref(use.first, one.link.file), Ref(use.last, one.link.file),
            )  # fmt: skip

        uses = ((one, mac, use) for one in self.entries.entries.values()
                for mac, use in one.macs.items())  # fmt: skip
        columns = (
            LINK, Column("address", "Address", "text"), MAC, Column("since", "Since", "time"),
            Column("until", "Until", "time"), Column("messages", "Messages"), FIRST, LAST,
        )  # fmt: skip
        return "MACs of addresses", columns, RowsOf(uses, row)

    def _events(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Change) -> Row:
            return (
                one.at.time_ns or None, link_text(one.at.link), address_text(one.address),
                one.what, _mac(one.mac), _mac(one.other), one.at.ref,
            )  # fmt: skip

        columns = (
            Column("time", "Time", "time"), LINK, Column("address", "Address", "text"),
            Column("event", "What", "text"), MAC, Column("other", "Other MAC", "text"),
            Column("packet", "Packet", "packet"),
        )  # fmt: skip
        return "What happened to addresses", columns, RowsOf(self.changes.entries.values(), row)

    def _checks(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        found = [(one, check) for one in self.entries.entries.values() for check in one.checks]
        found.sort(key=lambda it: (it[1].first.file, it[1].first.number))

        def row(found: tuple[Neighbour, Check]) -> Row:
            one, check = found
            now = self.now(one.link)
            return (
                check.begun_ns or None, link_text(one.link), address_text(one.address),
                _mac(check.mac), check.probes, check.outcome(now), check.seconds(now),
                int(check.optimistic), _mac(check.other), check.first, check.objection,
            )  # fmt: skip

        columns = (
            Column("begun", "Begun", "time"), LINK, Column("address", "Address", "text"), MAC,
            Column("probes", "Probes"), Column("outcome", "Outcome", "text"),
            Column("took", "Took", "seconds"), Column("optimistic", "Used before its end"),
            Column("other", "Who objects", "text"), FIRST,
            Column("objection", "Objection", "packet"),
        )  # fmt: skip
        return "Checks for duplicate addresses", columns, RowsOf(found, row)

    def findings(self) -> Iterator[Finding]:
        """Conflicts, addresses at two MACs, questions that nobody answered."""
        silent: dict[bytes, list[Neighbour]] = {}
        for one in self.entries.entries.values():
            for check in one.checks:
                if check.objection is not None:
                    yield Finding(
                        "error", one.rules(0)[0],
                        f"{_mac(check.mac) or 'A host'} can't have {address_text(one.address)}: "
                        f"{_mac(check.other) or 'another'} has it or wants it too.",
                        (check.first, check.objection), "address-checks",
                    )  # fmt: skip
            if one.returns and one.kind != "virtual router":
                yield Finding(
                    "error", "ARP-002" if len(one.address) == 4 else "NDP-016",
                    f"{address_text(one.address)} is at {len(one.macs)} MAC addresses in turn: "
                    f"{', '.join(mac.hex(':') for mac in list(one.macs)[:4])}.",
                    (one.first, *((one.moved,) if one.moved else ())), "neighbour-macs",
                )  # fmt: skip
            elif one.moves and one.kind != "virtual router":
                yield Finding(
                    "note", "", f"{address_text(one.address)} moved to another MAC address, "
                    f"{_mac(one.mac)}.", (one.moved or one.last,), "neighbour-macs",
                )  # fmt: skip
            if not one.macs and one.unanswered(self.now(one.link)):
                silent.setdefault(one.asker, []).append(one)
        yield from self._silent(silent)

    def _silent(self, silent: dict[bytes, list[Neighbour]]) -> Iterator[Finding]:
        """By who asks: those that no answer came from."""
        for asker, found in silent.items():
            asks = address_text(asker)
            first = tuple(one.first for one in found[:3])
            if len(found) >= SCAN:
                yield Finding(
                    "warning", "NDP-018",
                    f"{asks} asks for {len(found):,} addresses that nobody was seen to have: "
                    "this looks like a scan.", first, "neighbours",
                )  # fmt: skip
                continue
            for one in found:
                count = one.unanswered(self.now(one.link))
                if count >= UNANSWERED:
                    yield Finding(
                        "note", "NDP-018" if len(one.address) == 16 else "",
                        f"{asks} asked {count} times for {address_text(one.address)}, "
                        "and no answer was seen.", (one.first, one.last), "neighbours",
                    )  # fmt: skip


def _mac(mac: bytes) -> str | None:
    return address_text(mac) if mac else None

"""A neighbour: an address on a link, the MACs that it is at, the checks that it went through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dissect.address.mac import mac_meaning
from dissect.analysis.analysis import Link, Place, Spanned
from dissect.analysis.heard import OVERRIDE, Heard
from dissect.analysis.of_link import seconds
from dissect.analysis.table import Ref

MACS, CHECKS, WAITING = 16, 8, 16
"""Of one address: MACs, checks and questions that are kept."""
ANSWER_NS = 3_000_000_000
"""A question is answered within three probes (RFC 4861, section 10)."""
UNANSWERED = 3
"""Questions without an answer that are worth a word."""


class Use:
    """How long an address was at a MAC; ``first`` and ``last`` are numbers of packets."""

    __slots__ = ("first", "last", "since_ns", "until_ns", "messages")

    def __init__(self, number: int, time_ns: int) -> None:
        self.first = self.last = number
        self.since_ns = self.until_ns = time_ns
        self.messages = 1

    def again(self, number: int, time_ns: int) -> None:
        """Another message says so."""
        self.last, self.until_ns = number, time_ns
        self.messages += 1


class Check:
    """One that wants an address for itself asks whether anybody has it."""

    def __init__(self, event: Heard, wait_ns: int) -> None:
        self.mac, self.nonce = event.mac, event.nonce
        self.first = self.last = event.at.ref
        self.begun_ns = self.probed_ns = event.at.time_ns
        self.wait_ns = wait_ns
        self.probes = 1
        self.other = b""
        self.objection: Ref | None = None
        self.ended_ns = 0
        self.optimistic = False

    def outcome(self, now_ns: int) -> str:
        """``conflict``, ``unique``, or ``unknown`` when the capture ended too soon."""
        if self.objection is not None:
            return "conflict"
        return "unique" if self.begun_ns and now_ns >= self.passes_ns else "unknown"

    @property
    def passes_ns(self) -> int:
        """When it is over without an objection."""
        return self.probed_ns + self.wait_ns

    def seconds(self, now_ns: int) -> float | None:
        """How long it took."""
        outcome = self.outcome(now_ns)
        end = {"conflict": self.ended_ns, "unique": self.passes_ns}.get(outcome, 0)
        return seconds(self.begun_ns, end)

    def object(self, at: Place, mac: bytes) -> None:
        """Another has the address, or wants it."""
        self.objection, self.other, self.ended_ns = at.ref, mac, at.time_ns


class Neighbour(Spanned):
    """An address on a link.  Most are told of once: what they don't have is the class's.

    told  what, MAC and flags of something that changes nothing when it comes again
    """

    told: tuple[Any, ...] = ()
    mac = asker = b""
    flags = moves = returns = asked = answered = 0
    is_router = shared = False
    moved: Ref | None = None
    checks: Sequence[Check] = ()
    waiting: Sequence[int] = ()

    def __init__(self, link: Link, address: bytes, number: int) -> None:
        self.link, self.address = link, address
        self.begun = self.latest = number
        self.macs: dict[bytes, Use] = {}

    def check(self, check: Check) -> None:
        """A check begins."""
        self.checks = (*self.checks[1 - CHECKS :], check)

    def ask(self, time_ns: int, asker: bytes) -> None:
        """Somebody asks for it."""
        self.asked += 1
        self.asker = self.asker or asker
        self.waiting = (*self.waiting[1 - WAITING :], time_ns)

    def answer(self, time_ns: int) -> None:
        """Whoever has asked for it has an answer."""
        if self.waiting:
            self.answered += sum(time_ns - asked <= ANSWER_NS for asked in self.waiting)
            self.waiting = ()

    @property
    def is_quiet(self) -> bool:
        """Nobody has said that it is at a MAC, or wanted it."""
        return not self.macs and not self.checks

    def use(self, number: int, time_ns: int, mac: bytes) -> None:
        """Its first user says so."""
        self.answer(time_ns)
        self.mac = mac
        self.macs[mac] = Use(number, time_ns)
        self.told = ("uses", mac, OVERRIDE)

    def again(self, number: int, time_ns: int, mac: bytes) -> None:
        """Somebody says what was told before."""
        self.answer(time_ns)
        use = self.macs.get(mac)
        if use is not None and not (self.told[0] == "confirms" and self.mac != mac):
            use.again(number, time_ns)

    def at_mac(self, number: int, time_ns: int, mac: bytes) -> None:
        """It is at a MAC, maybe another one."""
        use = self.macs.get(mac)
        if use is not None:
            use.again(number, time_ns)
        elif len(self.macs) < MACS:
            self.macs[mac] = Use(number, time_ns)

    @property
    def kind(self) -> str | None:
        """What is known of who has it; None if nobody said anything."""
        if any(mac_meaning(mac).startswith("virtual router") for mac in self.macs):
            return "virtual router"
        if self.is_router:
            return "router"
        if self.shared:
            return "anycast or proxied"
        return "host" if self.macs else None

    def owner(self, now_ns: int) -> bytes:
        """The MAC that has it as far as is known: nobody objected when it asked."""
        if self.mac or not self.checks:
            return self.mac
        return next((one.mac for one in self.checks if one.outcome(now_ns) == "unique"), b"")

    def unanswered(self, now_ns: int) -> int:
        """Questions to which no answer was seen in time."""
        open_yet = sum(now_ns - asked < ANSWER_NS for asked in self.waiting)
        return self.asked - self.answered - open_yet

    def rules(self, now_ns: int) -> list[str]:
        """The rules that are broken."""
        is_ipv4 = len(self.address) == 4
        found = []
        if any(check.objection for check in self.checks):
            found.append("ARP-002" if is_ipv4 else "NDP-015")
        if self.returns:
            found.append("ARP-002" if is_ipv4 else "NDP-016")
        if not is_ipv4 and self.unanswered(now_ns) >= UNANSWERED:
            found.append("NDP-018")
        return list(dict.fromkeys(found))


class Change(NamedTuple):
    """Something that happened to an address; ``other`` is the MAC before, or that objects."""

    at: Place
    address: bytes
    what: str
    mac: bytes
    other: bytes

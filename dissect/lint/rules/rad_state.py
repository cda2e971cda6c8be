"""Routers over time: who disagrees with whom, who floods, who contradicts DHCPv6."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from dissect.engine.packet import Packet
from dissect.engine.session import Table
from dissect.lint.addresses import is_multicast
from dissect.lint.at import At
from dissect.lint.batch import Batch, Mask
from dissect.lint.nd import (
    ADVERTISE_ROUTER,
    DNSSL,
    INTERVAL,
    MTU,
    PREF64,
    RDNSS,
    SOLICIT_ROUTER,
    options,
)
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.rules.ndp import message
from dissect.lint.rules.rad import advertisement, number, prefixes, shown
from dissect.lint.words import ip, mac
from dissect.verdict import Level

SECOND = 1_000_000_000
SHORTEST_INTERVAL = 3 * SECOND
"""MIN_DELAY_BETWEEN_RAS (RFC 4861, section 10)."""
FLOOD = 10 * SECOND
MANY_ROUTERS, MANY_PREFIXES = 10, 50
"""Thresholds of ours: RFC 6104 describes rogue advertisements, without numbers."""
REPLIES_WITHIN = 5 * SECOND
MANAGED, OTHER = 0x80, 0x40


@dataclass
class Said:
    """What a router said last."""

    packet: Packet
    values: dict[str, int] = field(default_factory=dict)
    sets: dict[str, frozenset[bytes]] = field(default_factory=dict)


def said(at: At) -> Said:
    """The parameters of an advertisement that routers must agree on; zero means unspecified."""
    octets = at.payload
    found = Said(at.packet)
    found.values["M"] = int(bool(octets[5] & MANAGED))
    found.values["O"] = int(bool(octets[5] & OTHER))
    for name, parameter in (
        ("hop limit", octets[4]), ("reachable time", number(octets[8:12])),
        ("retrans timer", number(octets[12:16])),
    ):  # fmt: skip
        if parameter:
            found.values[name] = parameter
    sets: dict[str, set[bytes]] = {"RDNSS": set(), "PREF64": set()}
    for kind, value, _ in options(at):
        if kind == MTU and len(value) == 6:
            found.values["MTU"] = number(value[2:6])
        elif kind == RDNSS and number(value[2:6]):
            sets["RDNSS"].update(value[n : n + 16] for n in range(6, len(value) - 15, 16))
        elif kind == PREF64 and len(value) == 14:
            sets["PREF64"].add(value[2:14])
    for value in prefixes(at):
        found.values[f"valid lifetime of {shown(value)}"] = number(value[2:6])
        found.values[f"preferred lifetime of {shown(value)}"] = number(value[6:10])
    found.sets = {name: frozenset(values) for name, values in sets.items() if values}
    return found


@rule(
    "RAD-010", Level.WARNING, "RFC 4861, section 6.2.7", "Routers that disagree",
    why="All routers of a link say the same, or hosts change their parameters with each "
        "advertisement.  Zero, and saying nothing, is no disagreement.",
    fix="Configure the routers alike; look for one that doesn't belong there.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.nd.ra.flag",
)  # fmt: skip
class Disagreements:
    """The last advertisement of each router on each link."""

    def __init__(self) -> None:
        self.links: Table[dict[bytes, Said]] = Table(256)

    def __call__(self, at: At) -> Hits:
        """With each of the others."""
        host = advertisement(at)
        if host is None or (not number(at.payload[6:8]) and not prefixes(at)):
            return
        link = at.wire
        routers = self.links.get(link) or self.links.put(link, {})
        mine = said(at)
        source = host.header.src
        for other, theirs in routers.items():
            if other == source:
                continue
            pair = " and ".join(sorted((ip(other), ip(source))))
            for name, value in mine.values.items():
                if name in theirs.values and theirs.values[name] != value:
                    yield Hit(f"Routers {pair} disagree on {name}: {theirs.values[name]} and "
                              f"{value}", key=f"{pair} {name}")  # fmt: skip
            for name, values in mine.sets.items():
                if name in theirs.sets and theirs.sets[name] != values:
                    yield Hit(f"Routers {pair} announce different {name}", level=Level.NOTE,
                              key=f"{pair} {name}", field="icmpv6.opt.type")  # fmt: skip
        if len(routers) < 32 or source in routers:
            routers[source] = mine


@rule(
    "RAD-011", Level.WARNING, "RFC 6104, section 1; RFC 6105, section 1; RFC 3756, section 4.2",
    "Suspicious router advertisements",
    why="A second default router may be somebody's misconfigured laptop.  A lifetime of 0 in "
        "another's name takes the router away; floods of routers and prefixes stop hosts.",
    fix="Switch RA-Guard on; look for the sender by its MAC address.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="ipv6.src",
)  # fmt: skip
class Suspicious:
    """Routers with their MAC addresses, and what was new lately."""

    def __init__(self) -> None:
        self.macs: Table[bytes] = Table(1024)
        self.defaults: Table[dict[bytes, bool]] = Table(256)
        self.new: dict[str, deque[int]] = {"routers": deque(), "prefixes": deque()}
        self.known: Table[bool] = Table(4096)

    def __call__(self, at: At) -> Hits:
        """More than one default router is a note."""
        host = advertisement(at)
        if host is None or not at.mac:
            return
        source, lifetime, now = host.header.src, number(at.payload[6:8]), at.time
        link = at.wire
        owner = self.macs.get(source)
        words = "Suspicious RA pattern"
        if lifetime:
            if owner is None:
                self.macs.put(source, at.mac)
            routers = self.defaults.get(link) or self.defaults.put(link, {})
            if source not in routers and len(routers) < 64:
                routers[source] = True
                if len(routers) > 1:
                    listed = ", ".join(sorted(map(ip, routers))[:8])
                    yield Hit(f"{len(routers)} default routers: {listed}", level=Level.NOTE,
                              key="routers")  # fmt: skip
        elif owner is not None and owner != at.mac:
            yield Hit(f"{words}: lifetime 0 for {ip(source)} from {mac(at.mac)}, its own is "
                      f"{mac(owner)}", key=f"kill {ip(source)}")  # fmt: skip
        fresh = [("routers", source)] + [("prefixes", value[14:30]) for value in prefixes(at)]
        for what, name in fresh:
            if self.known.get((what, name)) is None:
                self.known.put((what, name), True)
                yield from self._flood(what, now)

    def _flood(self, what: str, now: int) -> Hits:
        lately, most = self.new[what], MANY_ROUTERS if what == "routers" else MANY_PREFIXES
        lately.append(now)
        while now - lately[0] > FLOOD:
            lately.popleft()
        if len(lately) > most:
            yield Hit(f"Suspicious RA pattern: more than {most} new {what} in 10 s",
                      key=f"flood of {what}")  # fmt: skip
            lately.clear()


@rule(
    "RAD-012", Level.WARNING, "RFC 4861, sections 6.2.4 and 6.2.6; RFC 8106, section 5.3.1",
    "Router advertisements too often, or lifetimes too short for them",
    why="A router sends multicast advertisements at least 3 seconds apart, so as not to flood the "
        "link; lifetimes shorter than its interval let resolvers come and go.",
    fix="Set MinRtrAdvInterval to 3 s or more; RDNSS lifetimes to 3 intervals.",
    on="icmpv6", kinds=(SOLICIT_ROUTER, ADVERTISE_ROUTER), field="icmpv6.type",
)  # fmt: skip
class Intervals:
    """The last advertisements of each router to all nodes, and who solicited."""

    def __init__(self) -> None:
        self.last: Table[tuple[int, int]] = Table(1024)
        self.asked: Table[int] = Table(1024)
        self.longest: Table[int] = Table(1024)

    def __call__(self, at: At) -> Hits:
        """An Advertisement Interval option says that it is Mobile IPv6's pace (RFC 6275, 7.5)."""
        host = message(at)
        if host is None:
            return
        source, dst, now = host.header.src, host.header.dst, at.time
        if at.header.type == SOLICIT_ROUTER:
            self.asked.put(source, now)
            return
        if advertisement(at) is None:
            return
        kinds = {kind for kind, _, _ in options(at)}
        if not is_multicast(dst):
            asked = self.asked.get(dst)
            if asked is None or now - asked > REPLIES_WITHIN:
                yield Hit(f"Unsolicited RA of {ip(source)} to {ip(dst)}", level=Level.NOTE,
                          field="ipv6.dst", key=f"unicast {ip(source)}")  # fmt: skip
            return
        key = source, at.wire, at.mac
        before = self.last.get(key)
        self.last.put(key, (now, at.packet.number))
        if before is None:
            return
        interval = now - before[0]
        if 0 <= interval < SHORTEST_INTERVAL and INTERVAL not in kinds and _steady(at):
            yield Hit(f"RA interval of {ip(source)} irregular: {interval / SECOND:.2f} s",
                      key=ip(source))  # fmt: skip
        longest = max(self.longest.get(key) or 0, interval)
        self.longest.put(key, longest)
        for kind, value, _ in options(at):
            lifetime = number(value[2:6]) if kind in (RDNSS, DNSSL) else 0
            if lifetime and lifetime * SECOND < longest:
                yield Hit(f"RDNSS/DNSSL lifetime {lifetime} s of {ip(source)} is shorter than its "
                          f"interval of {longest / SECOND:.0f} s", level=Level.NOTE,
                          field="icmpv6.opt.rdnss.lifetime", key=f"dns {ip(source)}")  # fmt: skip


def _steady(at: At) -> bool:
    """Not one of a router's last words: those come one after the other (RFC 4861, 6.2.5)."""
    return number(at.payload[6:8]) > 0


@rule(
    "RAD-013", Level.NOTE, "RFC 4861, section 4.2; RFC 8415, section 4.1",
    "Router's flags and DHCPv6 contradict each other",
    why="M and O tell hosts to ask DHCPv6.  Hosts wait in vain where nobody answers; where the "
        "flags are clear hosts don't ask, though somebody would answer.",
    fix="Set M and O as DHCPv6 is there, or not.",
    on=("icmpv6", "dhcpv6"), kinds=(ADVERTISE_ROUTER,), field="icmpv6.nd.ra.flag", two_way=True,
)  # fmt: skip
class Flags:
    """What routers say, and whether DHCPv6 is asked and answers."""

    ANSWERS = frozenset((2, 7, 10))
    QUESTIONS = frozenset((1, 3, 11))

    def __init__(self) -> None:
        self.wanted: Packet | None = None
        self.unwanted: Packet | None = None
        self.flags = ""
        self.asked = self.answered = False

    def __call__(self, at: At) -> Hits:
        """Only remembers."""
        if at.name == "dhcpv6":
            kind = at.payload[:1]
            if kind:
                self.asked = self.asked or kind[0] in self.QUESTIONS
                self.answered = self.answered or kind[0] in self.ANSWERS
        elif advertisement(at) is not None:
            flags = at.payload[5]
            words = f"M={flags >> 7} O={flags >> 6 & 1}"
            if flags & (MANAGED | OTHER):
                self.wanted = self.wanted or at.packet
                self.flags = self.flags or words
            elif number(at.payload[6:8]):
                self.unwanted = self.unwanted or at.packet
        return
        yield

    def end(self) -> Hits:
        """The capture over."""
        if self.wanted is not None and self.asked and not self.answered:
            yield Hit(f"RA flags {self.flags}, and no DHCPv6 server seen to answer",
                      key="unanswered", packet=self.wanted)  # fmt: skip
        elif self.wanted is None and self.unwanted is not None and self.answered:
            yield Hit("RA flags M=0 O=0, and a DHCPv6 server answers", key="answered",
                      packet=self.unwanted)  # fmt: skip


@suspects("RAD")
def asked(batch: Batch) -> Mask:
    """DHCPv6; advertisements are suspected with all of Neighbor Discovery."""
    return batch.layers("dhcpv6")

"""Routers over time: who disagrees with whom, who floods, who contradicts DHCPv6."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.session import Table
from dissect.lint.addresses import is_multicast
from dissect.lint.again import Again
from dissect.lint.at import At
from dissect.lint.dhcpv6 import said_at
from dissect.lint.heard import DHCPV6, Heard
from dissect.lint.nd import (
    ADVERTISE_ROUTER,
    BODY,
    DNSSL,
    INTERVAL,
    MTU,
    PREF64,
    RDNSS,
    SOLICIT_ROUTER,
    Message,
    MessageListener,
    options_in,
)
from dissect.lint.rule import NOTHING, Hit, Hits, rule
from dissect.lint.rules.rad import number, prefixes, shown
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


def is_whole(said: Heard) -> bool:
    """Whether an advertisement has all its fixed fields."""
    return len(said.octets) >= BODY[ADVERTISE_ROUTER]


def lifetime(said: Heard) -> int:
    """The router's lifetime in an advertisement, in seconds."""
    return number(said.octets[6:8])


class Parameters(NamedTuple):
    """What a router said last."""

    values: dict[str, int]
    sets: dict[str, frozenset[bytes]]


@lru_cache(maxsize=1024)
def parameters(octets: bytes) -> Parameters:
    """The parameters of an advertisement that routers must agree on; zero means unspecified.

    octets  of the advertisement behind its checksum
    """
    octets = bytes(4) + octets
    flags = octets[5]
    values = {"M": int(bool(flags & MANAGED)), "O": int(bool(flags & OTHER))}
    for name, parameter in (
        ("hop limit", octets[4]), ("reachable time", number(octets[8:12])),
        ("retrans timer", number(octets[12:16])),
    ):  # fmt: skip
        if parameter:
            values[name] = parameter
    sets: dict[str, set[bytes]] = {"RDNSS": set(), "PREF64": set()}
    told = options_in(ADVERTISE_ROUTER, octets)
    for kind, value in told:
        if kind == MTU and len(value) == 6:
            values["MTU"] = number(value[2:6])
        elif kind == RDNSS and number(value[2:6]):
            sets["RDNSS"].update(value[n : n + 16] for n in range(6, len(value) - 15, 16))
        elif kind == PREF64 and len(value) == 14:
            sets["PREF64"].add(value[2:14])
    for value in prefixes(told):
        values[f"valid lifetime of {shown(value)}"] = number(value[2:6])
        values[f"preferred lifetime of {shown(value)}"] = number(value[6:10])
    return Parameters(values, {name: frozenset(found) for name, found in sets.items() if found})


@lru_cache(maxsize=1024)
def differences(theirs: bytes, mine: bytes) -> list[tuple[str, str, Level | None, str | None]]:
    """What two routers disagree on, by what they say: its name, words, and level and field."""
    one, two = parameters(theirs), parameters(mine)
    found: list[tuple[str, str, Level | None, str | None]] = [
        (name, f"disagree on {name}: {one.values[name]} and {value}", None, None)
        for name, value in two.values.items()
        if name in one.values and one.values[name] != value
    ]
    return found + [
        (name, f"announce different {name}", Level.NOTE, "icmpv6.opt.type")
        for name, values in two.sets.items()
        if name in one.sets and one.sets[name] != values
    ]


@rule(
    "RAD-010", Level.WARNING, "RFC 4861, section 6.2.7", "Routers that disagree",
    why="All routers of a link say the same, or hosts change their parameters with each "
        "advertisement.  Zero, and saying nothing, is no disagreement.",
    fix="Configure the routers alike; look for one that doesn't belong there.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="icmpv6.nd.ra.flag",
)  # fmt: skip
class Disagreements(MessageListener):
    """The last advertisement of each router on each link."""

    def __init__(self) -> None:
        self.links: Table[dict[bytes, bytes]] = Table(256)
        self.again = Again()

    def heard(self, said: Message) -> Hits:
        """With each of the others: in a capture of two such routers that comes again and again."""
        if not is_whole(said) or (not lifetime(said) and not prefixes(said.options)):
            return
        routers = self.links.get(said.wire) or self.links.put(said.wire, {})
        source, mine = said.src, said.octets[4:]
        for other, theirs in routers.items():
            if other != source and theirs != mine:
                for name, words, level, field in differences(theirs, mine):
                    key = (other, source, name) if other < source else (source, other, name)
                    if not self.again.counted(key, level, said.number):
                        pair = " and ".join(sorted((ip(other), ip(source))))
                        hit = Hit(f"Routers {pair} {words}", f"{pair} {name}", level, field)
                        yield self.again.first(key, hit)
        if len(routers) < 32 or source in routers:
            routers[source] = mine

    def end(self) -> Hits:
        """The capture over."""
        return self.again.others()


@rule(
    "RAD-011", Level.WARNING, "RFC 6104, section 1; RFC 6105, section 1; RFC 3756, section 4.2",
    "Suspicious router advertisements",
    why="A second default router may be somebody's misconfigured laptop.  A lifetime of 0 in "
        "another's name takes the router away; floods of routers and prefixes stop hosts.",
    fix="Switch RA-Guard on; look for the sender by its MAC address.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER,), field="ipv6.src",
)  # fmt: skip
class Suspicious(MessageListener):
    """Routers with their MAC addresses, and what was new lately."""

    def __init__(self) -> None:
        self.macs: Table[bytes] = Table(1024)
        self.defaults: Table[dict[bytes, bool]] = Table(256)
        self.new: dict[str, deque[int]] = {"routers": deque(), "prefixes": deque()}
        self.known: Table[bool] = Table(4096)

    def heard(self, said: Message) -> Hits:
        """More than one default router is a note."""
        sender, source, link = said.mac, said.src, said.wire
        if not is_whole(said) or not sender:
            return
        owner = self.macs.get(source)
        words = "Suspicious RA pattern"
        if lifetime(said):
            if owner is None:
                self.macs.put(source, sender)
            routers = self.defaults.get(link) or self.defaults.put(link, {})
            if source not in routers and len(routers) < 64:
                routers[source] = True
                if len(routers) > 1:
                    listed = ", ".join(sorted(map(ip, routers))[:8])
                    yield Hit(f"{len(routers)} default routers: {listed}", level=Level.NOTE,
                              key="routers")  # fmt: skip
        elif owner is not None and owner != sender:
            yield Hit(f"{words}: lifetime 0 for {ip(source)} from {mac(sender)}, its own is "
                      f"{mac(owner)}", key=f"kill {ip(source)}")  # fmt: skip
        fresh = [("routers", source)]
        fresh += [("prefixes", value[14:30]) for value in prefixes(said.options)]
        for what, name in fresh:
            if self.known.get((what, name)) is None:
                self.known.put((what, name), True)
                yield from self._flood(what, said.time)

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
class Intervals(MessageListener):
    """The last advertisements of each router to all nodes, and who solicited."""

    def __init__(self) -> None:
        self.last: Table[tuple[int, int]] = Table(1024)
        self.asked: Table[int] = Table(1024)
        self.longest: Table[int] = Table(1024)
        self.begun: int | None = None

    def heard(self, said: Message) -> Hits:
        """An Advertisement Interval option says that it is Mobile IPv6's pace (RFC 6275, 7.5)."""
        source, now = said.src, said.time
        if self.begun is None:
            self.begun = now
        if said.kind == SOLICIT_ROUTER:
            self.asked.put(source, now)
            return NOTHING
        return self._advertised(said) if is_whole(said) else NOTHING

    def _advertised(self, said: Message) -> Hits:
        source, dst, now = said.src, said.dst, said.time
        assert self.begun is not None
        if not is_multicast(dst):
            asked = self.asked.get(dst)
            if now - max(asked or 0, self.begun) > REPLIES_WITHIN:
                yield Hit(f"Unsolicited RA of {ip(source)} to {ip(dst)}", level=Level.NOTE,
                          field="ipv6.dst", key=f"unicast {ip(source)}")  # fmt: skip
            return
        key = source, said.wire, said.mac
        before = self.last.get(key)
        self.last.put(key, (now, said.number))
        if before is None:
            return
        interval = now - before[0]
        paced = any(kind == INTERVAL for kind, _ in said.options)
        steady = lifetime(said) > 0  # a router's last words come one after the other (6.2.5)
        if 0 <= interval < SHORTEST_INTERVAL and not paced and steady:
            yield Hit(f"RA interval of {ip(source)} irregular: {interval / SECOND:.2f} s",
                      key=ip(source))  # fmt: skip
        longest = max(self.longest.get(key) or 0, interval)
        self.longest.put(key, longest)
        for kind, value in said.options:
            lasts = number(value[2:6]) if kind in (RDNSS, DNSSL) else 0
            if lasts and lasts * SECOND < longest:
                yield Hit(f"RDNSS/DNSSL lifetime {lasts} s of {ip(source)} is shorter than its "
                          f"interval of {longest / SECOND:.0f} s", level=Level.NOTE,
                          field="icmpv6.opt.rdnss.lifetime", key=f"dns {ip(source)}")  # fmt: skip


@rule(
    "RAD-013", Level.NOTE, "RFC 4861, section 4.2; RFC 8415, section 4.1",
    "Router's flags and DHCPv6 contradict each other",
    why="M and O tell hosts to ask DHCPv6.  Hosts wait in vain where nobody answers; where the "
        "flags are clear hosts don't ask, though somebody would answer.",
    fix="Set M and O as DHCPv6 is there, or not.",
    on=("icmpv6", "dhcpv6"), kinds=(ADVERTISE_ROUTER,), field="icmpv6.nd.ra.flag", two_way=True,
)  # fmt: skip
class Flags(MessageListener):
    """What routers say, and whether DHCPv6 is asked and answers."""

    topics = (DHCPV6,)
    ANSWERS = frozenset((2, 7, 10))
    QUESTIONS = frozenset((1, 3, 11))

    def __init__(self) -> None:
        self.wanted: Packet | None = None
        self.unwanted: Packet | None = None
        self.flags = ""
        self.asked = self.answered = False

    def __call__(self, at: At) -> Hits | None:
        """From a tree."""
        return self.heard(at.once(said_at)) if at.name == "dhcpv6" else super().__call__(at)

    def heard(self, said: Heard) -> Hits:
        """Only remembers."""
        octets = said.octets
        if said.topic == DHCPV6:
            kind = octets[0] if octets else 0
            self.asked = self.asked or kind in self.QUESTIONS
            self.answered = self.answered or kind in self.ANSWERS
        elif is_whole(said):
            flags = octets[5]
            words = f"M={flags >> 7} O={flags >> 6 & 1}"
            if flags & (MANAGED | OTHER):
                self.wanted = self.wanted or said.packet
                self.flags = self.flags or words
            elif lifetime(said):
                self.unwanted = self.unwanted or said.packet
        return NOTHING

    def end(self) -> Hits:
        """The capture over."""
        if self.wanted is not None and self.asked and not self.answered:
            yield Hit(f"RA flags {self.flags}, and no DHCPv6 server seen to answer",
                      key="unanswered", packet=self.wanted)  # fmt: skip
        elif self.wanted is None and self.unwanted is not None and self.answered:
            yield Hit("RA flags M=0 O=0, and a DHCPv6 server answers", key="answered",
                      packet=self.unwanted)  # fmt: skip

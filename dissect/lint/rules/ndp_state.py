"""Neighbor Discovery over time: who answers, who defends what, who asks in vain."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from dissect.engine.packet import Packet
from dissect.engine.session import Table
from dissect.lint.addresses import ALL_NODES, UNSPECIFIED, is_multicast
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.nd import (
    ADVERTISE,
    ADVERTISE_ROUTER,
    NONCE,
    REDIRECT,
    REDIRECTED,
    SOLICIT,
    TARGET_LINK,
    Message,
    MessageListener,
)
from dissect.lint.rule import NOTHING, Hit, Hits, rule
from dissect.lint.words import ip, mac
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

SECOND = 1_000_000_000
ROUTER, SOLICITED, OVERRIDE = 0x80, 0x40, 0x20
ANSWERED_WITHIN, MINUTE = 3 * SECOND, 60 * SECOND
RETRANS = SECOND
"""Between a probe and the first use (RFC 4861, section 10, RetransTimer)."""
MANY_DEFENDED, MANY_ASKED, WINDOW, IN_VAIN = 3, 100, 10 * SECOND, 3
"""Thresholds of ours: RFC 6583 and 3756 name the attacks, not numbers."""


@dataclass
class Probe:
    """A duplicate address detection: who began it, when, and whether it failed."""

    mac: bytes
    begun: int
    nonce: bytes
    number: int
    lost: bool = False


@rule(
    "NDP-011", Level.WARNING, "RFC 4861, sections 4.4 and 7.2.4",
    "Answer that the asker can't use",
    why="The answer to a multicast solicitation tells the target's link-layer address, and the one "
        "to a probe goes to all nodes, as who probes has no address yet.",
    fix="Add the Target Link-layer Address option; send to ff02::1 when the probe is from \"::\".",
    on="icmpv6", kinds=(SOLICIT, ADVERTISE), field="icmpv6.nd.na.target_address", two_way=True,
)  # fmt: skip
class Answers(MessageListener):
    """Multicast solicitations by target."""

    def __init__(self) -> None:
        self.asked: Table[tuple[int, bytes]] = Table(8192)

    def heard(self, said: Message) -> Hits:
        """For three seconds, on one link."""
        wanted = said.target
        if not wanted or not said.mac:
            return NOTHING
        if said.kind == SOLICIT:
            if is_multicast(said.dst):
                self.asked.put((said.wire, wanted), (said.time, said.src))
            return NOTHING
        asked = self.asked.get((said.wire, wanted))
        if asked is None or said.time - asked[0] > ANSWERED_WITHIN:
            return NOTHING
        return self._answer(said, wanted, asked)

    def _answer(self, said: Message, wanted: bytes, asked: tuple[int, bytes]) -> Hits:
        solicited = said.octets[4] & SOLICITED
        told = any(kind == TARGET_LINK for kind, _ in said.options)
        if asked[1] == UNSPECIFIED:
            if said.dst != ALL_NODES and not solicited:
                yield Hit(f"Neighbor Advertisement for {ip(wanted)} answers a probe, but was sent "
                          f"to {ip(said.dst)}", field="ipv6.dst")  # fmt: skip
        elif solicited and said.dst == asked[1] and not told:
            yield Hit(f"Neighbor Advertisement for {ip(wanted)} lacks the Target Link-layer "
                      "Address option")  # fmt: skip


@rule(
    "NDP-014", Level.WARNING, "RFC 4861, section 8.1", "Redirect from who isn't known as a router",
    why="Hosts only believe the router that they use for the destination.  Nothing in the capture "
        "says that the sender is one: an attacker, or a capture that began too late.",
    fix="Look for its advertisements; filter redirects at the switch.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER, ADVERTISE, REDIRECT), field="ipv6.src",
)  # fmt: skip
class Redirects(MessageListener):
    """Routers by what they say of themselves; redirects wait for that until the end."""

    def __init__(self) -> None:
        self.routers: Table[bool] = Table(1024)
        self.open: Table[Packet] = Table(256)

    def heard(self, said: Message) -> Hits:
        """Advertisements of either kind."""
        octets, source = said.octets, said.src
        if said.kind == ADVERTISE:
            if octets[4:5] and octets[4] & ROUTER:
                self.routers.put(said.target, True)
        elif said.kind == ADVERTISE_ROUTER:
            if octets[6:8] > b"\0\0":
                self.routers.put(source, True)
        else:
            if source not in self.open.entries:
                self.open.put(source, said.packet)
            if not any(kind == REDIRECTED for kind, _ in said.options):
                yield Hit(f"Redirect from {ip(source)} without the packet that caused it",
                          level=Level.NOTE, key=f"quote {ip(source)}")  # fmt: skip

    def end(self) -> Hits:
        """Who never was one."""
        for source, packet in self.open.entries.items():
            if source not in self.routers.entries:
                assert isinstance(source, bytes)
                yield Hit(f"Redirect from {ip(source)}, not known as a router", packet=packet)


@rule(
    "NDP-015", Level.WARNING, "RFC 4862, sections 5.4.3 and 5.4.4; RFC 7527, section 4.2",
    "Duplicate address",
    why="Another node has the address, or wants it at the same time: the one that probes must not "
        "use it.",
    fix="Find both by their MAC addresses: cloned machines, static addresses given twice, or an "
        "attacker who claims every address.",
    on="icmpv6", kinds=(SOLICIT, ADVERTISE), field="icmpv6.nd.ns.target_address",
)  # fmt: skip
class Duplicates(MessageListener):
    """Probes that are under way."""

    def __init__(self) -> None:
        self.probes: Table[Probe] = Table(8192)

    def heard(self, said: Message) -> Hits:
        """Answers to probes, and probes by two."""
        wanted, sender = said.target, said.mac
        if not wanted or not sender:
            return NOTHING
        key = said.wire, wanted
        probe = self.probes.get(key)
        if probe is None and (said.kind == ADVERTISE or said.src != UNSPECIFIED):
            return NOTHING
        return self._claim(said, key, probe)

    def _claim(self, said: Message, key: tuple[Hashable, bytes], probe: Probe | None) -> Hits:
        wanted, sender = key[1], said.mac
        fresh = probe is not None and said.time - probe.begun <= RETRANS
        if said.kind == SOLICIT and said.src == UNSPECIFIED:
            nonce = next((value for kind, value in said.options if kind == NONCE), b"")
            if probe is not None and fresh and probe.number != said.number:
                if probe.mac != sender and not (nonce and nonce == probe.nonce):
                    yield Hit(f"Duplicate address {ip(wanted)}: {mac(probe.mac)} and "
                              f"{mac(sender)} probe for it", key=ip(wanted))  # fmt: skip
                elif nonce and nonce == probe.nonce:
                    yield Hit(f"Probe for {ip(wanted)} came back: a loop on the link",
                              level=Level.NOTE, key=f"loop {ip(wanted)}")  # fmt: skip
            if probe is None or not fresh:
                self.probes.put(key, Probe(sender, said.time, nonce, said.number))
            return
        if probe is None or not fresh or probe.lost or probe.mac == sender:
            return
        if said.kind == ADVERTISE:
            probe.lost = True
            yield Hit(f"Duplicate address {ip(wanted)}: {mac(probe.mac)} probes, {mac(sender)} "
                      "has it", key=ip(wanted),
                      field="icmpv6.nd.na.target_address")  # fmt: skip


@dataclass
class Binding:
    """The MAC addresses that an address had, with override: the last two, and when they changed."""

    mac: bytes
    before: bytes = b""
    changed: int = 0


@rule(
    "NDP-016", Level.WARNING, "RFC 3756, sections 4.1.1 and 4.1.3",
    "One station answers for many addresses, or an address changes to and fro",
    why="Who defends every address keeps all others off the link.  An address that changes between "
        "two MAC addresses is fought for, or taken over.",
    fix="Find the station on the switch; bind addresses to ports (RFC 7513, SAVI).",
    on="icmpv6", kinds=(SOLICIT, ADVERTISE), field="icmpv6.nd.na.target_address",
)  # fmt: skip
class Defenders(MessageListener):
    """Probes, who answered how many, and bindings."""

    def __init__(self) -> None:
        self.probes: Table[tuple[bytes, int]] = Table(8192)
        self.defended: Table[set[bytes]] = Table(1024)
        self.bindings: Table[Binding] = Table(8192)

    def heard(self, said: Message) -> Hits:
        """Within a second of a probe; within a minute of a change."""
        wanted, sender = said.target, said.mac
        if not wanted or not sender:
            return NOTHING
        if said.kind == SOLICIT:
            if said.src == UNSPECIFIED:
                self.probes.put((said.wire, wanted), (sender, said.time))
            return NOTHING
        return self._answer(said, wanted, sender)

    def _answer(self, said: Message, wanted: bytes, sender: bytes) -> Hits:
        probe = self.probes.get((said.wire, wanted))
        if probe is not None and probe[0] != sender and said.time - probe[1] <= RETRANS:
            targets = self.defended.get(sender)
            if targets is None:
                targets = self.defended.put(sender, set())
            if wanted not in targets and len(targets) < MANY_DEFENDED:
                targets.add(wanted)
                if len(targets) == MANY_DEFENDED:
                    yield Hit(f"{mac(sender)} defends {MANY_DEFENDED} addresses that others probe",
                              key=mac(sender))  # fmt: skip
        if said.octets[4] & OVERRIDE:
            yield from self._bind(said, wanted)

    def _bind(self, said: Message, wanted: bytes) -> Hits:
        told = next((v[:6] for kind, v in said.options if kind == TARGET_LINK), said.mac)
        key = said.wire, wanted
        known = self.bindings.get(key)
        if known is None:
            self.bindings.put(key, Binding(told))
        elif told != known.mac:
            if told == known.before and said.time - known.changed < MINUTE:
                yield Hit(f"{ip(wanted)} flips between {mac(known.mac)} and {mac(told)}",
                          key=ip(wanted))  # fmt: skip
            known.mac, known.before, known.changed = told, known.mac, said.time


@rule(
    "NDP-017", Level.WARNING, "RFC 4862, section 5.4; RFC 4429, section 3.3",
    "Address used before it was proven to be free",
    why="Until its probe has gone unanswered for RetransTimer an address must not be used: the "
        "answer may go to another node that has it.  Optimistic nodes may, with care.",
    fix="Wait for the end of duplicate address detection.",
    on=("icmpv6", "ipv6"), kinds=(SOLICIT,), field="ipv6.src",
)  # fmt: skip
class TooEarly(MessageListener):
    """Addresses that are being probed."""

    def __init__(self) -> None:
        self.probed: Table[tuple[int, bytes]] = Table(2048)
        self.fresh: dict[bytes, int] = {}

    def heard(self, said: Message) -> Hits:
        """Probes."""
        wanted = said.target
        if said.src == UNSPECIFIED and wanted and wanted not in self.probed.entries:
            self.probed.put(wanted, (said.time, said.mac))
            self.fresh[wanted] = said.time
        return NOTHING

    def __call__(self, at: At) -> Hits | None:
        """Probes; and packets that the columns are not sure of."""
        return super().__call__(at) if at.name == "icmpv6" else self._used(at)

    def _used(self, at: At) -> Hits:
        header = at.header
        if header is None or at.context.sure or at.context.ips[at.place] >= 0:
            return
        carried = at.carried
        if carried is not None and carried.name == "icmpv6":
            return  # other messages of the link, MLD's among them, are allowed or not our matter
        known = self.probed.entries.get(header.src)
        if known is not None and 0 <= at.time - known[0] < RETRANS:
            yield self._hit(header.src, at.time - known[0], at.packet)

    def _hit(self, address: bytes, after: int, packet: Packet) -> Hit:
        return Hit(f"{ip(address)} used {after / SECOND:.2f} s after its probe", key=ip(address),
                   packet=packet)  # fmt: skip

    def batch(self, batch: Batch) -> Hits:
        """Packets from these addresses that carry no ICMPv6."""
        fresh = self.fresh
        if fresh:
            chunk = batch.chunk
            quiet = ~batch.layers("icmpv6") & ~batch.nested
            for part in batch.parts(IPv6):
                head = part.head
                sources = np.ascontiguousarray(head.src).view("V16").ravel()
                wanted = np.array(list(fresh), "V16")
                mine = np.isin(sources, wanted) & quiet[part.rows]
                for place in np.flatnonzero(mine).tolist():
                    row, address = int(part.rows[place]), sources[place].tobytes()
                    after = int(chunk.time_ns[row]) - fresh[address]
                    if 0 <= after < RETRANS:
                        yield self._hit(address, after, batch.packet(row))
            last = int(chunk.time_ns.max())
            self.fresh = {a: begun for a, begun in fresh.items() if last - begun < RETRANS}


@dataclass
class Asker:
    """What a node has asked for lately: targets and when, and how often one by one."""

    targets: OrderedDict[bytes, tuple[int, int]] = field(default_factory=OrderedDict)
    told: bool = False


@rule(
    "NDP-018", Level.NOTE, "RFC 6583, section 3; RFC 4861, section 7.2.2",
    "Solicitations that nobody answers",
    why="A router that asks for one unused address after the other is being scanned, and its "
        "neighbor cache fills up.  A single address asked for in vain is a host that is gone.",
    fix="Limit the router's unresolved entries (RFC 6583, section 6); use /127 between routers.",
    on="icmpv6", kinds=(SOLICIT, ADVERTISE), field="icmpv6.nd.ns.target_address", two_way=True,
)  # fmt: skip
class InVain(MessageListener):
    """Solicitations by who sends them, without those that were answered."""

    def __init__(self) -> None:
        self.askers: Table[Asker] = Table(256)

    def heard(self, said: Message) -> Hits:
        """A hundred targets in ten seconds, or one three times."""
        wanted = said.target
        if not wanted:
            return NOTHING
        source = said.src
        if said.kind == ADVERTISE:
            answered = self.askers.get((said.wire, said.dst))
            if answered is not None:
                answered.targets.pop(wanted, None)
            return NOTHING
        if source == UNSPECIFIED or not said.linked:
            return NOTHING
        who = said.wire, source
        asker = self.askers.get(who) or self.askers.put(who, Asker())
        now = said.time
        begun, times = asker.targets.pop(wanted, (now, 0))
        if now - begun > WINDOW:
            begun, times = now, 0
        asker.targets[wanted] = begun, times + 1
        while asker.targets and now - next(iter(asker.targets.values()))[0] > WINDOW:
            asker.targets.popitem(last=False)
        if len(asker.targets) <= MANY_ASKED and times + 1 != IN_VAIN:
            return NOTHING
        return self._tell(asker, wanted, source)

    def _tell(self, asker: Asker, wanted: bytes, source: bytes) -> Hits:
        if len(asker.targets) > MANY_ASKED:
            if not asker.told:
                asker.told = True
                yield Hit(f"More than {MANY_ASKED} unresolved targets solicited by {ip(source)} "
                          "in 10 s", key=f"scan {ip(source)}")  # fmt: skip
            asker.targets.popitem(last=False)
        else:
            yield Hit(f"{ip(source)} asked {IN_VAIN} times for {ip(wanted)}, unanswered",
                      key=f"{ip(source)} {ip(wanted)}")  # fmt: skip

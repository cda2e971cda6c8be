"""Hits become findings: by rule and key, with how many there were, and the first one's place."""

from __future__ import annotations

import socket
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.tree import Node
from dissect.export.sanitise import visible
from dissect.lint.at import IP, At
from dissect.lint.heard import Heard
from dissect.lint.rule import Hit, LintRule
from dissect.lint.words import ip
from dissect.verdict import Finding, Level, Spot

MOST_KEYS = 50
"""Findings of one rule in one capture; what comes then is counted together."""
OTHERS = "others"
MOST_OCTETS = 64


@dataclass(slots=True)
class Group:
    """The hits of a rule with one key."""

    rule: LintRule
    key: str
    message: str
    level: Level
    spot: Spot
    last: int
    sender: bytes
    count: int = 1

    def more(self, count: int, last: int, level: Level) -> None:
        """Count further hits."""
        self.count += count
        self.last = max(self.last, last)
        self.level = max(self.level, level)


class Trouble(NamedTuple):
    """A hit as it comes again with every packet like the one that it was made of.

    key      None: the sender's address
    repeats  whether it does
    """

    id: str
    key: str | None
    level: Level
    times: int
    repeats: bool


class Found:
    """All hits so far.

    watched  where hits are put down as well, while somebody wants to know
    """

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str], Group] = {}
        self.watched: list[Trouble] | None = None
        self._keys: dict[str, int] = {}
        self._octets: dict[str, dict[bytes, Group]] = {}

    def add(self, rule: LintRule, hit: Hit, at: At | Heard | None, level: Level) -> Group:
        """Take in a hit; ``at`` is the layer that the rule was called with, or what it heard."""
        if hit.key is not None and hit.packet is None and self.watched is None and at is not None:
            group = self.group(rule.id, hit.key)
            if group is not None:
                group.more(hit.count, hit.number or at.number, level)
                return group
        if self.watched is not None:
            own = isinstance(at, At) and not at.quoted  # else it is another one's address
            repeats = hit.packet is None and hit.sender is None
            repeats = repeats and (hit.key is not None or own)
            self.watched.append(Trouble(rule.id, hit.key, level, hit.count, repeats))
        packet = hit.packet
        if callable(packet):
            group = self.group(rule.id, hit.key or "")
            if group is not None:
                group.more(hit.count, hit.number, level)
                return group
            packet = hit.packet = packet()
        if isinstance(at, Heard):
            key = hit.key if hit.key is not None else ip(at.src)
            number = hit.number or (packet.number if packet is not None else at.number)
        else:
            packet = packet or (at.packet if at is not None else None)
            key = key_of(hit, at)
            number = hit.number or (packet.number if packet is not None else 0)
        group = self.group(rule.id, key)
        if group is not None:
            group.more(hit.count, number, level)
            return group
        if isinstance(at, Heard):
            at = at.at
            packet = packet or at.packet
        if self._keys.get(rule.id, 0) >= MOST_KEYS:
            key = OTHERS
        self._keys[rule.id] = self._keys.get(rule.id, 0) + 1
        place = at if hit.packet is None or (at and hit.packet is at.packet) else None
        spot = _spot(rule, hit, packet, place)
        group = self.groups[rule.id, key] = Group(
            rule, key, hit.message, level, spot, number, hit.sender or b"", hit.count
        )
        return group

    def group(self, id: str, key: str) -> Group | None:
        """The hits with a key, or those of all others where there are too many; None: it's new."""
        group = self.groups.get((id, key))
        if group is None and self._keys.get(id, 0) >= MOST_KEYS:
            return self.groups.get((id, OTHERS))
        return group

    def of(self, id: str) -> tuple[dict[bytes, Group], Group | None]:
        """The hits of a rule whose keys are addresses, by their octets, and those of all others.

        The latter only when no further keys are taken.
        """
        known = self._octets.get(id)
        if known is None or len(known) < self._keys.get(id, 0):
            known = self._octets[id] = {
                packed(key): group for (one, key), group in self.groups.items() if one == id
            }
        return known, self.groups.get((id, OTHERS))

    def drop(self, rules: Collection[str]) -> None:
        """Forget what some rules found."""
        self.groups = {key: one for key, one in self.groups.items() if key[0] not in rules}

    def findings(self, file: str, offloading: Collection[bytes] = ()) -> list[Finding]:
        """The findings, the worst first, then by rule and packet.

        offloading  MAC addresses whose checksums are made behind the place of the capture
        """
        for one in self.groups.values():
            if one.sender in offloading:
                one.level = Level.NOTE
                one.message += " (checksum offload, CAP-002)"
        groups = sorted(
            self.groups.values(), key=lambda one: (-one.level, one.rule.id, one.spot.packet)
        )
        return [
            Finding(
                one.rule.rule, one.message, one.level, file, one.key, one.count, one.spot, one.last
            )
            for one in groups
        ]


def packed(key: str) -> bytes:
    """The octets of an address; of another key its own."""
    for family in (socket.AF_INET6, socket.AF_INET):
        with suppress(OSError):
            return socket.inet_pton(family, key)
    return key.encode("utf-8", "surrogatepass")


def key_of(hit: Hit, at: At | None) -> str:
    """Whose trouble a hit is."""
    if hit.key is not None:
        return hit.key
    packet = hit.packet if not callable(hit.packet) else hit.packet()
    return _sender(packet or (at.packet if at is not None else None), at)


def _sender(packet: Packet | None, at: At | None) -> str:
    """Who sent what a rule was called with, as far as that says; of a quote, who quotes."""
    if at is not None and not at.quoted and (packet is None or packet is at.packet):
        host = at if at.name in IP else at.ip
        if host is not None and host.header is not None:
            return ip(host.header.src)
    return packet.source if packet is not None else ""


def _spot(rule: LintRule, hit: Hit, packet: Packet | None, at: At | None) -> Spot:
    """The first place of a finding."""
    if packet is None:
        return Spot(hit.number, field=rule.field)
    field = rule.field if hit.field is None else hit.field
    node = hit.node or (_node(packet, field, at) if field else None)
    line = line_of(packet)
    if node is None:
        return Spot(packet.number, line, field)
    data = packet.data
    source = at.layer.source if at is not None else None
    if source is not None:
        data = source.data
    octets = data[node.offset : node.offset + min(node.length, MOST_OCTETS)]
    return Spot(packet.number, line, node.field.name or field, node.offset, octets)


def _node(packet: Packet, field: str, at: At | None) -> Node | None:
    """What a rule points at: in its layer, in those around it, or anywhere in the packet."""
    while at is not None:
        for node in at.nodes(field):
            return node
        at = at.ip or at.link
    for node in packet.fields(field):
        return node
    return None


def line_of(packet: Packet) -> str:
    """A packet's line, as in the packet list."""
    return visible(
        f"{packet.source} → {packet.destination} {packet.protocol} {packet.original} {packet.info}"
    )

"""Findings: a rule, what it says about some packets, and where to look."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePath


class Level(IntEnum):
    """How bad a finding is."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """As it is written: ``error``, ``warning``, ``note``."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """The level of that name; raises ValueError."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"no level {word!r}: error, warning or note") from None


@dataclass(frozen=True, slots=True)
class Rule:
    """What findings have in common: a rule of lint, or an expectation.

    id     stable: ``NDP-001``, or an expectation's name
    title  what is wrong, in a few words
    level  of its findings, if they don't say otherwise
    why    what the trouble is, and what it leads to
    fix    what to do about it
    ref    the clause: ``RFC 4861, section 6.1.1``
    """

    id: str
    title: str
    level: Level = Level.ERROR
    why: str = ""
    fix: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a packet.

    packet  its number in the capture, from 1; 0: none in particular
    line    the packet's line in the packet list
    field   the display-filter name of the field concerned
    offset, octets  where that stands in the frame, and its octets, as far as there are any
    """

    packet: int = 0
    line: str = ""
    field: str = ""
    offset: int = 0
    octets: bytes = b""


NOWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, for all packets with the same trouble of the same origin.

    message  what is wrong, of the first of them
    file     the capture, as it was named
    key      whose trouble it is: the finding's name beside rule and file
    count    how often
    spot     the first place; ``last`` the last packet
    details  further lines: a difference, decoded fields
    known    a baseline has it: it is told of, but does not count
    row      the line of ``file`` that it is about, where that is text; 0: none
    """

    rule: Rule
    message: str
    level: Level
    file: str = ""
    key: str = ""
    count: int = 1
    spot: Spot = NOWHERE
    last: int = 0
    details: tuple[str, ...] = ()
    known: bool = False
    row: int = 0

    @property
    def first(self) -> int:
        """The first packet's number; 0: none in particular."""
        return self.spot.packet

    @property
    def fingerprint(self) -> str:
        """The same for the same trouble in a later capture of that name: for baselines."""
        name = PurePath(self.file).name
        text = "\0".join((self.rule.id, name, self.key))
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]

    @property
    def where(self) -> str:
        """The packets in words; empty where it isn't about any."""
        if not self.first:
            return ""
        if self.count == 1 or self.last in (0, self.first):
            return f"packet {self.first}"
        return f"{self.count:,} times, packets {self.first} to {self.last}"

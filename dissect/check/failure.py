"""Why an expectation does not hold: what was expected, what was found, and in which packets."""

from __future__ import annotations

from dataclasses import dataclass, field

EXAMPLES = 5
"""Packets that are shown of those concerned."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A packet to be shown with a failure.

    remark  what is to be said of it
    fields  names of its fields that tell why
    """

    number: int
    remark: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One way in which an expectation does not hold.

    key      of the expectation's table: ``count``
    total    how many packets are concerned, of which ``packets`` are the first
    hints    further lines
    """

    key: str
    expected: str
    found: str
    packets: tuple[Shown, ...] = ()
    total: int = 0
    hints: tuple[str, ...] = ()


@dataclass(slots=True)
class Examples:
    """The first packets of those that something is wrong with, and how many there are."""

    shown: list[Shown] = field(default_factory=list)
    total: int = 0

    def add_all(self, numbers: list[int]) -> None:
        """Take in packets that there is nothing to be said of."""
        self.shown += map(Shown, numbers[: EXAMPLES - len(self.shown)])
        self.total += len(numbers)

    def add(self, number: int, remark: str = "", fields: tuple[str, ...] = ()) -> None:
        """Take in one packet."""
        self.total += 1
        if len(self.shown) < EXAMPLES:
            self.shown.append(Shown(number, remark, fields))


def packets_text(count: int) -> str:
    """``1 packet``, ``2 packets``, ``no packet``."""
    return {0: "no packet", 1: "1 packet"}.get(count) or f"{count:,} packets"

"""Rules: how they are declared, and where they are kept.

    @rule(
        "NDP-001", Level.ERROR, "RFC 4861, sections 6.1.1, 6.1.2, 7.1.1, 7.1.2 and 8.1",
        "Neighbor Discovery message from off the link",
        why="…", fix="…", on="icmpv6", field="ipv6.hlim",
    )
    def off_link(at: At) -> Hits:
        if at.header.type in DISCOVERY and at.ip.header.hlim != 255:
            yield Hit(f"… with hop limit {at.ip.header.hlim}, must be 255")

A rule that remembers packets is a class: made once for each capture, called as a function is, and
its ``end``, if it has one, says what is only known when the capture is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dissect.lint.heard import Listener
from dissect.verdict import Level, Rule

if TYPE_CHECKING:
    from dissect.engine.packet import Packet
    from dissect.engine.tree import Node
    from dissect.lint.at import At
    from dissect.lint.batch import Batch
    from dissect.lint.gathered import Mask

T = TypeVar("T", bound=Callable[..., Any])


@dataclass(slots=True)
class Hit:
    """A packet that breaks a rule.

    message  what is wrong with it
    key      whose trouble it is: what has the same key is one finding; by default the sender
    level    if not the rule's
    field    the display-filter name of what is wrong, if not the rule's
    node     the very node, where there are several of that name
    packet   if it isn't the one that the rule was called with; or, with key and number, its maker
    number   its number, where that is all that is known
    sender   the MAC address of who wrote a checksum, see CAP-002
    count    how often, where a rule has counted itself
    """

    message: str
    key: str | None = None
    level: Level | None = None
    field: str | None = None
    node: Node | None = None
    packet: Packet | Callable[[], Packet] | None = None
    sender: bytes | None = None
    count: int = 1
    number: int = 0


Hits = Iterator[Hit]
NOTHING: Hits = iter(())
"""Nothing is wrong: without the cost of a generator."""


@dataclass(frozen=True, slots=True, eq=False)
class LintRule:
    """A rule of lint.

    rule     what is said about it
    on       the layers that it is called with, by name
    make     makes the function that is called, for one capture
    field    the display-filter name of what it points at
    quoted   it is for packets in error messages too: whoever quotes does not change their structure
    whole    it needs all octets of the packet: lengths, checksums
    two_way  it needs both directions of traffic
    packet   it needs no other packet
    kinds    the types of ICMPv6 messages that it is called with; empty: all
    """

    rule: Rule
    on: tuple[str, ...]
    make: Callable[[], Callable[..., Any]]
    field: str
    quoted: bool
    whole: bool
    two_way: bool
    packet: bool
    kinds: frozenset[int]

    @property
    def id(self) -> str:
        """``NDP-001``."""
        return self.rule.id

    @property
    def area(self) -> str:
        """``NDP``."""
        return self.rule.id.partition("-")[0]

    @property
    def hears(self) -> bool:
        """It follows messages."""
        return isinstance(self.make, type) and issubclass(self.make, Listener)

    @property
    def word(self) -> str:
        """By which it is suspected: its id where that has columns of its own, or its area."""
        own = self.id in TALLIES or any(self.id in words for words, _ in SUSPECTS)
        own = own or hasattr(self.make, "batch")
        return self.id if own else HEARD if self.hears else self.area


class Tally(NamedTuple):
    """Rows that break a rule, as columns can tell, in any order; a row may come again.

    keys   of whose trouble it is the address, as octets
    level  if not the rule's
    """

    rows: NDArray[np.int64]
    keys: NDArray[np.uint8]
    level: Level | None = None


class Like(NamedTuple):
    """A row, all of it that some rules look at, and its source address, by which they judge it."""

    row: int
    octets: bytes
    source: bytes


RULES: dict[str, LintRule] = {}
SUSPECTS: list[tuple[tuple[str, ...], Callable[[Batch], Mask]]] = []
TALLIES: dict[str, Callable[[Batch], Iterator[Tally]]] = {}
ALIKE: list[tuple[tuple[str, ...], Callable[[Batch], Iterator[Like]]]] = []
HEARD = "heard"
"""The word of all rules that follow messages."""


def rule(
    id: str, level: Level, ref: str, title: str, *, why: str, fix: str,
    on: str | tuple[str, ...] = (), field: str = "", quoted: bool = False, whole: bool = False,
    two_way: bool = False, kinds: Iterable[int] = (),
) -> Callable[[T], T]:  # fmt: skip
    """Register a function or class as a rule; see ``LintRule``.  Raises ValueError if it is there.

    A class is a rule that remembers packets: it is called with layers, or its ``batch`` with whole
    chunks of the capture, and its ``end`` when the capture is over.
    """

    def register(made: T) -> T:
        if id in RULES:
            raise ValueError(f"two rules {id}")
        stateful = isinstance(made, type)
        RULES[id] = LintRule(
            Rule(id, title, level, why, fix, ref), (on,) if isinstance(on, str) else on,
            made if stateful else (lambda: made), field, quoted, whole, two_way, not stateful,
            frozenset(kinds),
        )  # fmt: skip
        return made

    return register


def suspects(*words: str) -> Callable[[Callable[[Batch], Mask]], Callable[[Batch], Mask]]:
    """Register what tells by columns which packets may break rules of some areas, or single rules.

    Packets that nobody suspects, and of which the columns are sure, break no rule; of those that
    are suspected, these rules are asked.  A rule that is named here is none of its area's.
    """

    def register(function: Callable[[Batch], Mask]) -> Callable[[Batch], Mask]:
        SUSPECTS.append((words, function))
        return function

    return register


def tallies(id: str) -> Callable[[Callable[[Batch], Iterator[Tally]]], Callable[..., Any]]:
    """Register what tells by columns which packets break a rule, where it need not be asked.

    Only the first packet of each address is shown to the rule, for its words.
    """

    def register(function: Callable[[Batch], Iterator[Tally]]) -> Callable[..., Any]:
        TALLIES[id] = function
        return function

    return register


def alike(*words: str) -> Callable[[Callable[[Batch], Iterator[Like]]], Callable[..., Any]]:
    """Register what tells for rows all that some rules look at, so that they aren't asked again.

    Of packets with the same octets there one is shown to the rules; what it breaks, all do.
    """

    def register(function: Callable[[Batch], Iterator[Like]]) -> Callable[..., Any]:
        ALIKE.append((words, function))
        return function

    return register


def load() -> dict[str, LintRule]:
    """All rules by their ids, in order."""
    from dissect.lint import rules

    for module in iter_modules(rules.__path__):
        import_module(f"{rules.__name__}.{module.name}")
    return dict(sorted(RULES.items()))


def chosen(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[LintRule]:
    """The rules that some words choose: ids, areas (``NDP``) and levels; all without any.

    Raises ValueError for a word that is none of these.
    """
    every = load()
    wanted = set(_meant(every, select)) or set(every)
    wanted.difference_update(_meant(every, ignore))
    return [every[id] for id in every if id in wanted]


def _meant(every: dict[str, LintRule], words: Iterable[str]) -> Iterator[str]:
    for word in words:
        upper = word.strip().upper()
        found = [
            id for id, one in every.items()
            if upper in (id, one.area, one.rule.level.name)
        ]  # fmt: skip
        if not found:
            raise ValueError(f"no rule, area or level is called {word!r}")
        yield from found


Called = Callable[["At"], "Hits | None"]

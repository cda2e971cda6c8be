"""The run of rules over a capture: columns choose the packets, rules are called with their layers.

What keeps it honest (besides what each rule says of itself):

- of packets that the capture cuts short no rule is asked that needs the whole packet;
- packets that an error message quotes break only rules of structure, and at most as a note;
- where a capture shows one direction only, rules that need both have no say (CAP-003);
- checksums that the sender's hardware fills in are told once (CAP-002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from dissect.api import Capture, open_capture
from dissect.capture.record import DamagedCapture
from dissect.columns import chunks
from dissect.columns.read import Source
from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.lint.artefacts import Artefacts
from dissect.lint.at import At, Context
from dissect.lint.batch import Batch, Mask
from dissect.lint.found import Found
from dissect.lint.options import DEFAULT, Options
from dissect.lint.rule import SUSPECTS, Hit, LintRule, chosen
from dissect.verdict import Finding, Level

S = TypeVar("S")
Progress = Callable[[int], None]


class Linted(NamedTuple):
    """What rules found in a capture.

    findings  the worst first
    rules     that were asked
    packets   in the capture
    damage    where the file is broken, if it is: the findings are of what is before that
    """

    findings: list[Finding]
    rules: list[LintRule]
    packets: int
    damage: DamagedCapture | None


class Run:
    """Rules, what they remember, and what they have found in one capture."""

    def __init__(self, rules: Iterable[LintRule], options: Options = DEFAULT) -> None:
        self.rules = list(rules)
        self.options = options
        self.found = Found()
        self.artefacts = Artefacts()
        self._states: dict[type[Any], Any] = {}
        self._by_layer: dict[str, list[tuple[LintRule, Callable[..., Any]]]] = {}
        self._batches: list[tuple[LintRule, Callable[[Batch], Iterable[Hit]]]] = []
        self._ends: list[tuple[LintRule, Callable[[], Iterable[Hit]]]] = []
        for rule in self.rules:
            called = rule.make()
            for name in rule.on:
                self._by_layer.setdefault(name, []).append((rule, called))
            if hasattr(called, "batch"):
                self._batches.append((rule, called.batch))
            if hasattr(called, "end"):
                self._ends.append((rule, called.end))
            if hasattr(called, "begin"):
                called.begin(self)

    def state(self, kind: type[S]) -> S:
        """What rules remember together: one of each kind in a run."""
        if kind not in self._states:
            self._states[kind] = kind()
        made: S = self._states[kind]
        return made

    def batch(self, batch: Batch) -> None:
        """Take in a chunk, after its packets, for the rules that look at columns."""
        self.artefacts.batch(batch)
        for rule, called in self._batches:
            for hit in called(batch):
                self.found.add(rule, hit, None, self._level(rule, hit))

    def packet(self, packet: Packet, *, sure: bool = False) -> None:
        """Ask all rules about a packet; ``sure``: its columns have been looked at, too."""
        context = Context(packet, self, sure=sure)
        if not sure:
            self.artefacts.packet(context)
        for place in range(len(context.layers)):
            asked = self._by_layer.get(context.layers[place].name)
            if asked:
                self._layer(context, place, asked)

    def _layer(
        self, context: Context, place: int, asked: list[tuple[LintRule, Callable[..., Any]]]
    ) -> None:
        at = At(context, place)
        if at.layer.header is None and not at.layer.title:
            return  # a name among the protocols
        quoted = at.layer.quoted
        for rule, called in asked:
            if (quoted and not rule.quoted) or (rule.whole and context.cut):
                continue
            for hit in called(at) or ():
                self.found.add(rule, hit, at, Level.NOTE if quoted else self._level(rule, hit))

    def _level(self, rule: LintRule, hit: Hit) -> Level:
        """As the project has it, as the hit says, or the rule's own."""
        return self.options.levels.get(rule.id) or hit.level or rule.rule.level

    def end(self, file: str) -> list[Finding]:
        """The capture is over: what is only known now, and all findings."""
        for rule, called in self._ends:
            for hit in called():
                self.found.add(rule, hit, None, self._level(rule, hit))
        if self.artefacts.one_sided:
            self.found.drop({rule.id for rule in self.rules if rule.two_way})
        return self.found.findings(file, self.artefacts.offloading)


def lint(
    source: Source, *, select: Iterable[str] = (), ignore: Iterable[str] = (),
    options: Options = DEFAULT, progress: Progress | None = None,
) -> Linted:  # fmt: skip
    """Ask rules about a capture, given by its path (``-`` is standard input) or opened.

    select, ignore  rules by id (``NDP-001``), area (``NDP``) or level (``error``); all by default

    Raises ValueError for a word that is no rule's, and as ``open_capture``.
    """
    rules = chosen(select, ignore)
    if isinstance(source, Capture):
        return _lint(source, rules, options, progress)
    with open_capture(source) as capture:  # type: ignore[arg-type]
        return _lint(capture, rules, options, progress)


def _lint(
    capture: Capture, rules: list[LintRule], options: Options, progress: Progress | None
) -> Linted:
    run = Run(rules, options)
    session = capture.session(Session)
    packets, damage = 0, None
    try:
        for chunk in chunks(capture):
            batch = Batch(chunk)
            unsure = chunk.unsure
            for row in np.flatnonzero(suspected(batch)).tolist():
                packet = capture.packet(chunk.stretch.record(row), session).decode()
                run.packet(packet, sure=not unsure[row])
            run.batch(batch)
            packets += len(chunk)
            if progress is not None:
                progress(packets)
    except DamagedCapture as found:
        damage = found
    return Linted(run.end(capture.path), rules, packets, damage)


def suspected(batch: Batch) -> Mask:
    """The packets that may break a rule."""
    mask = batch.chunk.unsure.copy()
    for suspect in SUSPECTS:
        mask |= suspect(batch)
    return mask


def lint_packet(packet: Packet, *, select: Iterable[str] = (), ignore: Iterable[str] = (),
                options: Options = DEFAULT) -> list[Finding]:  # fmt: skip
    """What the rules that need no other packet find in one packet."""
    run = Run((rule for rule in chosen(select, ignore) if rule.packet), options)
    run.packet(packet.decode())
    return run.end("")

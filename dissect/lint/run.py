"""The run of rules over a capture: columns choose the packets, rules are called with their layers.

What keeps it honest (besides what each rule says of itself):

- of packets that the capture cuts short no rule is asked that needs the whole packet;
- packets that an error message quotes break only rules of structure, and at most as a note;
- where a capture shows one direction only, rules that need both have no say (CAP-003);
- checksums that the sender's hardware fills in are told once (CAP-002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

from dissect.api import Capture, open_capture
from dissect.capture.record import DamagedCapture
from dissect.columns.read import Source
from dissect.engine.bugs import STRICT, Bugs
from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.lint.artefacts import Artefacts
from dissect.lint.at import Context
from dissect.lint.batch import Batch
from dissect.lint.found import Found, Group, Trouble, key_of, line_of
from dissect.lint.heard import Heard, Listener
from dissect.lint.options import DEFAULT, Options
from dissect.lint.rule import TALLIES, Hit, LintRule, chosen
from dissect.lint.steps import EVERY, WORDS, Broken, take
from dissect.lint.told.parts import with_parts
from dissect.verdict import Finding, Level

S = TypeVar("S")
Progress = Callable[[int], None]
ICMPV6 = "icmpv6"
MOST_SESSIONS = 4096
"""Tunnels and connections that are remembered, of each kind."""


class Linted(NamedTuple):
    """What rules found in a capture.

    findings  the worst first
    rules     that were asked
    packets   in the capture
    damage    where the file is broken, if it is: the findings are of what is before that
    bugs      mistakes of rules, by which their findings are incomplete
    """

    findings: list[Finding]
    rules: list[LintRule]
    packets: int
    damage: DamagedCapture | None
    bugs: list[str]


class Run:
    """Rules, what they remember, and what they have found in one capture.

    bugs  where mistakes of rules are told: who raises has nothing to say there
    """

    def __init__(
        self, rules: Iterable[LintRule], options: Options = DEFAULT, bugs: Bugs = STRICT
    ) -> None:
        self.bugs = bugs
        self.rules = list(rules)
        self.options = options
        self._words = {rule.id: WORDS[rule.word] for rule in self.rules}
        self.words = sum(set(self._words.values()))
        """Bits of the words of all rules."""
        self.sessions = Session(reassemble=False, limit=MOST_SESSIONS)
        """What messages have told of the packets behind them."""
        self.found = Found()
        self.artefacts = Artefacts()
        self._states: dict[type[Any], Any] = {}
        self.known: dict[int, dict[bytes, list[Trouble]]] = {}
        """By the bits of some rules what packets have in common, and what is wrong with them."""
        self._called: list[tuple[LintRule, Callable[..., Any]]] = []
        self._asked: dict[tuple[int, str, int], list[tuple[LintRule, Callable[..., Any]]]] = {}
        self._batches: list[tuple[LintRule, Callable[[Batch], Iterable[Hit]]]] = []
        self._ends: list[tuple[LintRule, Callable[[], Iterable[Hit]]]] = []
        self._listeners: dict[int, list[tuple[LintRule, Callable[[Any], Iterable[Hit]]]]] = {}
        self.tallied: list[tuple[LintRule, Callable[..., Any], Callable[..., Any]]] = []
        """Rules that columns decide: what shows packets to them, and what tallies."""
        for rule in self.rules:
            called = rule.make()
            self._called.append((rule, called))
            if hasattr(called, "batch"):
                self._batches.append((rule, called.batch))
            if hasattr(called, "end"):
                self._ends.append((rule, called.end))
            if hasattr(called, "begin"):
                called.begin(self)
            if isinstance(called, Listener):
                for topic in (*rule.kinds, *called.topics):
                    self._listeners.setdefault(topic, []).append((rule, called.heard))
            if rule.id in TALLIES:
                self.tallied.append((rule, called, TALLIES[rule.id]))

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
            self._take(rule, partial(called, batch))

    def packet(self, packet: Packet) -> None:
        """Ask all rules about a packet."""
        context = Context(packet, self)
        self.artefacts.packet(context)
        self.ask(context, EVERY)

    def ask(self, context: Context, words: int) -> None:
        """Ask some rules about a packet: bits as of ``suspected``."""
        for place, layer in enumerate(context.layers):
            name = layer.name
            kind = layer.header.type if name == ICMPV6 and layer.header is not None else -1
            asked = self._asked.get((words, name, kind))
            if asked is None:
                asked = self._asked[words, name, kind] = self._of(words, name, kind)
            if asked and layer.title:  # else it is but a name among the protocols
                self._layer(context, place, asked)
        context.close()

    def _of(self, words: int, name: str, kind: int) -> list[tuple[LintRule, Callable[..., Any]]]:
        """The rules of some words for a layer, and a type of ICMPv6 messages."""
        return [
            (rule, called) for rule, called in self._called
            if name in rule.on
            and (name != ICMPV6 or not rule.kinds or kind in rule.kinds)
            and words & self._words[rule.id]
        ]  # fmt: skip

    @property
    def listens(self) -> bool:
        """Whether some rule follows messages."""
        return bool(self._listeners)

    def hear(self, said: Heard) -> None:
        """Tell the rules that follow such messages."""
        for rule, heard in self._listeners.get(said.topic, ()):
            try:
                for hit in heard(said):
                    self.found.add(rule, hit, said, self._level(rule, hit))
            except Exception as error:
                self.bugs.caught(rule.id, error, said.number)

    def first(self, context: Context, broken: Broken) -> Group | None:
        """Show a packet to a rule that columns say it breaks; None if the rule doesn't say so."""
        rule = broken.rule
        for place, layer in enumerate(context.layers):
            if layer.name in rule.on and layer.title and not layer.quoted:
                at = context.at(place)
                number = context.packet.number
                for hit in self.bugs.each(rule.id, partial(broken.called, at), number):
                    if key_of(hit, at) == broken.key:
                        return self.found.add(rule, hit, at, broken.level)
        return None

    def _layer(
        self, context: Context, place: int, asked: list[tuple[LintRule, Callable[..., Any]]]
    ) -> None:
        at = context.at(place)
        quoted = at.layer.quoted
        for rule, called in asked:
            if (quoted and not rule.quoted) or (rule.whole and context.cut):
                continue
            try:
                for hit in called(at) or ():
                    self.found.add(rule, hit, at, Level.NOTE if quoted else self._level(rule, hit))
            except Exception as error:
                self.bugs.caught(rule.id, error, context.packet.number)

    def _take(self, rule: LintRule, called: Callable[[], Iterable[Hit]]) -> None:
        """Take in what a rule says of more than one packet."""
        try:
            for hit in called():
                self.found.add(rule, hit, None, self._level(rule, hit))
        except Exception as error:
            self.bugs.caught(rule.id, error)

    def _level(self, rule: LintRule, hit: Hit) -> Level:
        """As the project has it, as the hit says, or the rule's own."""
        return self.options.levels.get(rule.id) or hit.level or rule.rule.level

    def end(self, file: str) -> list[Finding]:
        """The capture is over: what is only known now, and all findings."""
        for rule, called in self._ends:
            self._take(rule, called)
        if self.artefacts.one_sided:
            self.found.drop({rule.id for rule in self.rules if rule.two_way})
        return self.found.findings(file, self.artefacts.offloading)


def lint(
    source: Source, *, select: Iterable[str] = (), ignore: Iterable[str] = (),
    options: Options = DEFAULT, progress: Progress | None = None, strict: bool = True,
) -> Linted:  # fmt: skip
    """Ask rules about a capture, given by its path (``-`` is standard input) or opened.

    select, ignore  rules by id (``NDP-001``), area (``NDP``) or level (``error``); all by default
    strict          a rule's mistake raises; else it is among the ``bugs``

    Raises ValueError for a word that is no rule's, and as ``open_capture``.
    """
    rules = chosen(select, ignore)
    if isinstance(source, Capture):
        return _lint(source, Run(rules, options, Bugs(strict=strict)), progress)
    with open_capture(source) as capture:  # type: ignore[arg-type]
        return _lint(capture, Run(rules, options, Bugs(strict=strict)), progress)


def _lint(capture: Capture, run: Run, progress: Progress | None) -> Linted:
    packets, damage = 0, None
    try:
        for chunk, parts in with_parts(capture):
            batch = Batch(chunk, capture, run, parts)
            take(run, batch)
            run.batch(batch)
            batch.close()
            packets += len(chunk)
            if progress is not None:
                progress(packets)
    except DamagedCapture as found:
        damage = found
    findings = _with_lines(run.end(capture.path), capture)
    return Linted(findings, run.rules, packets, damage, run.bugs.words())


def _with_lines(findings: list[Finding], capture: Capture) -> list[Finding]:
    """Findings of which only the packet's number is known, with its line as well."""
    if not capture.records.plain:
        return findings
    return [
        replace(one, spot=replace(one.spot, line=line_of(capture[one.first - 1])))
        if one.first and not one.spot.line else one
        for one in findings
    ]  # fmt: skip


def lint_packet(packet: Packet, *, select: Iterable[str] = (), ignore: Iterable[str] = (),
                options: Options = DEFAULT, strict: bool = True) -> list[Finding]:  # fmt: skip
    """What the rules that need no other packet find in one packet.

    strict  a rule's mistake raises; else it has found nothing
    """
    rules = (rule for rule in chosen(select, ignore) if rule.packet)
    run = Run(rules, options, Bugs(strict=strict))
    run.packet(packet.decode())
    return run.end("")

"""The run of rules over a capture: columns choose the packets, rules are called with their layers.

What keeps it honest (besides what each rule says of itself):

- of packets that the capture cuts short no rule is asked that needs the whole packet;
- packets that an error message quotes break only rules of structure, and at most as a note;
- where a capture shows one direction only, rules that need both have no say (CAP-003);
- checksums that the sender's hardware fills in are told once (CAP-002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dissect.api import Capture, open_capture
from dissect.capture.record import DamagedCapture
from dissect.columns.chunk import Flag
from dissect.columns.read import Source
from dissect.engine.bugs import STRICT, Bugs
from dissect.engine.packet import Packet
from dissect.lint.artefacts import Artefacts
from dissect.lint.at import Context
from dissect.lint.batch import Batch
from dissect.lint.found import Found, Group, Trouble, key_of, line_of
from dissect.lint.heard import Heard, Listener
from dissect.lint.options import DEFAULT, Options
from dissect.lint.rule import ALIKE, SUSPECTS, TALLIES, Hit, Like, LintRule, chosen, load
from dissect.lint.told.octets import whole
from dissect.lint.told.parts import Parts, with_parts
from dissect.lint.words import ip
from dissect.verdict import Finding, Level

S = TypeVar("S")
Progress = Callable[[int], None]
Step = tuple[int, Callable[[Any], None], Any]
"""A row, what is to be done when it is its turn, and with what."""
ICMPV6 = "icmpv6"
EVERY = -1
MOST_KNOWN, LONGEST_KEY = 4096, 512
WORDS = {
    word: 1 << bit for bit, word in enumerate(sorted({rule.word for rule in load().values()}))
}  # fmt: skip
"""A bit for each word by which rules are suspected."""
OF_CHUNKS = sum(WORDS[rule.word] for rule in load().values() if hasattr(rule.make, "batch"))
"""Of the rules that are told of whole chunks, but for fragments."""


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
                for hit in broken.called(at) or ():
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
            batch = Batch(chunk, capture, run)
            _chunk(run, batch, parts)
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


def _chunk(run: Run, batch: Batch, parts: Parts) -> None:
    """Ask, and tell, about the packets of a chunk in order; ``parts`` are fragments, by row."""
    words = suspected(batch, run.words, run.bugs)

    def ask(row: int) -> None:
        mask, part = int(words[row]), parts.get(row)
        packet = part or batch.packet(row)
        if mask == EVERY:
            run.packet(packet)
        else:
            run.ask(Context(packet, run, sure=part is None), mask)

    rows = np.flatnonzero(words).tolist()
    steps: list[Iterable[Step]] = [zip(rows, repeat(ask), rows)]
    steps += [messages(run, batch), tallied(run, batch), alike(run, batch)]
    for _, step, about in sorted(chain.from_iterable(steps), key=itemgetter(0)):
        step(about)


def suspected(
    batch: Batch, wanted: int = EVERY, bugs: Bugs = STRICT
) -> NDArray[np.int64]:  # fmt: skip
    """For each packet bits of the words whose rules it may break: all where columns don't know.

    wanted  bits of the words that matter
    """
    found = np.zeros(len(batch), np.int64)
    for words, suspect in SUSPECTS:
        bits = sum(WORDS[word] for word in words) & wanted
        if bits:
            try:
                found[suspect(batch)] |= bits
            except Exception as error:
                bugs.caught(", ".join(words), error)
                found |= bits
    found[batch.chunk.flags & Flag.FRAGMENT != 0] |= OF_CHUNKS & wanted
    found[batch.chunk.unsure] = EVERY
    return found


def messages(run: Run, batch: Batch) -> Iterator[Step]:
    """The messages that columns tell of, for the rules that follow them."""
    if run.listens:
        for source in (
            batch.messages, batch.dialogues, batch.links, batch.tunnels, batch.teredo
        ):  # fmt: skip
            for said in source.heard():
                yield said.row, run.hear, said


def alike(run: Run, batch: Batch) -> Iterator[Step]:
    """Packets that break rules if those like them do."""
    for words, likes in ALIKE:
        bits = sum(WORDS[word] for word in words) & run.words
        if bits:
            known = run.known.setdefault(bits, {})
            step = partial(judge_like, run, batch, bits, known)
            for like in likes(batch):
                if known.get(like.octets) != []:
                    yield like.row, step, like


def judge_like(run: Run, batch: Batch, bits: int, known: dict[bytes, list[Trouble]],
               like: Like) -> None:  # fmt: skip
    """Ask rules about a packet, unless they were asked about one like it."""
    found, row = run.found, like.row
    troubles = known.get(like.octets)
    if troubles is not None:
        groups = [
            found.group(one.id, one.key if one.key is not None else ip(like.source))
            for one in troubles
        ]
        if None not in groups:
            number = int(batch.chunk.number[row])
            for one, group in zip(troubles, groups, strict=True):
                group.more(one.times, number, one.level)  # type: ignore[union-attr]
            return
    found.watched = []
    run.ask(batch.context(row), bits)
    if len(like.octets) <= LONGEST_KEY and all(one.repeats for one in found.watched):
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[like.octets] = found.watched
    found.watched = None


class Broken(NamedTuple):
    """Packets of a chunk with the same trouble of the same address: the first row, how many."""

    rule: LintRule
    called: Callable[..., Any]
    key: str
    level: Level
    row: int
    times: int
    last: int


def tallied(run: Run, batch: Batch) -> Iterator[Step]:
    """Packets that break the rules which columns decide, by whose trouble it is.

    Those of addresses that are known for it are counted at once.
    """
    numbers = batch.chunk.number
    step = partial(count_in, run, batch)
    for rule, called, tallies in run.tallied:
        for tally in tallies(batch):
            level = run.options.levels.get(rule.id) or tally.level or rule.rule.level
            found: dict[bytes, tuple[int, int, int]] = {}
            for row, key in zip(tally.rows.tolist(), whole(tally.keys), strict=True):
                first, count, _ = found.get(key, (row, 0, 0))
                found[key] = first, count + 1, row
            known, others = run.found.of(rule.id)
            for key, (row, count, last) in found.items():
                group = known.get(key, others)
                if group is not None:
                    group.more(count, int(numbers[last]), level)
                else:
                    about = Broken(rule, called, ip(key), level, row, count, int(numbers[last]))
                    yield row, step, about


def count_in(run: Run, batch: Batch, broken: Broken) -> None:
    """Count packets that break a rule; if the trouble is new, the first is shown to the rule."""
    group, count = run.found.group(broken.rule.id, broken.key), broken.times
    if group is None:
        group = run.first(batch.context(broken.row, tree=True), broken)
        count -= 1
    if group is not None:
        group.more(count, broken.last, broken.level)


def lint_packet(packet: Packet, *, select: Iterable[str] = (), ignore: Iterable[str] = (),
                options: Options = DEFAULT, strict: bool = True) -> list[Finding]:  # fmt: skip
    """What the rules that need no other packet find in one packet.

    strict  a rule's mistake raises; else it has found nothing
    """
    rules = (rule for rule in chosen(select, ignore) if rule.packet)
    run = Run(rules, options, Bugs(strict=strict))
    run.packet(packet.decode())
    return run.end("")

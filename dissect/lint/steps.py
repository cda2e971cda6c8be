"""What rules are asked and told about the packets of a chunk: step by step, in the packets' order.

Columns say which packets rules are to be asked about one by one, which messages they are told of,
which packets break what they have decided, and which are alike, so that one answer serves all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dissect.engine.bugs import STRICT, Bugs
from dissect.lint.at import Context
from dissect.lint.batch import Batch
from dissect.lint.found import Trouble
from dissect.lint.rule import ALIKE, SUSPECTS, Like, LintRule, load
from dissect.lint.told.octets import Mask, Octets, whole
from dissect.lint.told.parts import layers_of
from dissect.lint.words import ip
from dissect.verdict import Level

if TYPE_CHECKING:
    from dissect.lint.run import Run

Step = tuple[int, Callable[[Any], None], Any]
"""A row, what is to be done when it is its turn, and with what."""
EVERY = -1
MOST_KNOWN, LONGEST_KEY = 4096, 512
TAIL = 4
"""Octets at the end of addresses by which most are told apart."""
WORDS = {
    word: 1 << bit for bit, word in enumerate(sorted({rule.word for rule in load().values()}))
}  # fmt: skip
"""A bit for each word by which rules are suspected."""


def take(run: Run, batch: Batch) -> None:
    """Ask, and tell, about the packets of a chunk in order."""
    words, plain = suspected(batch, run.words, run.bugs), batch.fragments

    def ask(row: int) -> None:
        mask, packet = int(words[row]), batch.packet(row)
        if mask == EVERY:
            run.packet(packet)
        else:
            layers = layers_of(packet) if plain[row] else None
            run.ask(Context(packet, run, sure=True, layers=layers), mask)

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
    found[batch.chunk.unsure] = EVERY
    return found


def messages(run: Run, batch: Batch) -> Iterator[Step]:
    """The messages that columns tell of, for the rules that follow them."""
    if run.listens:
        hear = run.hear
        for source in (
            batch.messages, batch.dialogues, batch.links, batch.tunnels, batch.teredo
        ):  # fmt: skip
            for said in run.bugs.each(type(source).__name__, source.heard):
                yield said.row, hear, said


def alike(run: Run, batch: Batch) -> Iterator[Step]:
    """Packets that break rules if those like them do."""
    for words, likes in ALIKE:
        bits = sum(WORDS[word] for word in words) & run.words
        if bits:
            known = run.known.setdefault(bits, {})
            step = partial(judge_like, run, batch, bits, known)
            for like in run.bugs.each(", ".join(words), partial(likes, batch)):
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
        for tally in run.bugs.each(rule.id, partial(tallies, batch)):
            level = run.options.levels.get(rule.id) or tally.level or rule.rule.level
            known, others = run.found.of(rule.id)
            rows, keys = tally.rows, tally.keys
            if others is not None and len(rows):
                other = ~_may_be_known(keys, known)
                if other.any():
                    others.more(int(other.sum()), int(numbers[rows[other].max()]), level)
                    rows, keys = rows[~other], keys[~other]
            found: dict[bytes, tuple[int, int, int]] = {}
            for row, key in zip(rows.tolist(), whole(keys), strict=True):
                first, count, last = found.get(key, (row, 0, row))
                found[key] = min(first, row), count + 1, max(last, row)
            for key, (row, count, last) in found.items():
                group = known.get(key, others)
                if group is not None:
                    group.more(count, int(numbers[last]), level)
                else:
                    about = Broken(rule, called, ip(key), level, row, count, int(numbers[last]))
                    yield row, step, about


def _may_be_known(keys: Octets, known: Collection[bytes]) -> Mask:
    """Which keys are among those known, or look like it: by their last four octets."""
    last = {int.from_bytes(key[-TAIL:], "big") for key in known}
    tails = np.ascontiguousarray(keys[:, -TAIL:]).view(f">u{TAIL}").ravel()
    found: Mask = np.isin(tails, np.array(sorted(last), tails.dtype))
    return found


def count_in(run: Run, batch: Batch, broken: Broken) -> None:
    """Count packets that break a rule; if the trouble is new, the first is shown to the rule."""
    group, count = run.found.group(broken.rule.id, broken.key), broken.times
    if group is None:
        group = run.first(batch.context(broken.row, tree=True), broken)
        count -= 1
    if group is not None:
        group.more(count, broken.last, broken.level)

"""``lint``: rules that must find something, and rules that must not."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.check.clauses import Clause
from dissect.check.failure import EXAMPLES, Failure, Shown
from dissect.check.reading import Reading
from dissect.lint import lint
from dissect.lint.rule import chosen


class Lint(Clause):
    """Rules by id, area or level, as ``sixscope lint --select`` takes them.

    must      each of these words finds something
    must_not  none of these does
    """

    def __init__(self, must: tuple[str, ...], must_not: tuple[str, ...]) -> None:
        """Raises ValueError for a word that is no rule's."""
        self.must = {word: {rule.id for rule in chosen([word], [])} for word in must}
        self.must_not = {rule.id for rule in chosen(must_not, [])} if must_not else set()
        self.words = must_not

    def failures(self, reading: Reading) -> Iterator[Failure]:
        """Words whose rules find nothing, and each rule that finds what it must not."""
        with reading.open() as capture:
            found = lint(capture, select=[*self.must, *self.words]).findings
        fired = {finding.rule.id for finding in found}
        for word, ids in self.must.items():
            if not fired & ids:
                yield Failure("lint", f"{word} finds something", "nothing")
        for id_ in sorted(fired & self.must_not):
            ours = [finding for finding in found if finding.rule.id == id_]
            rule = ours[0].rule
            shown = tuple(
                Shown(one.first, f"{one.message} ({one.where})", (one.spot.field,))
                for one in ours[:EXAMPLES] if one.first
            )  # fmt: skip
            hints = [one.message for one in ours[:EXAMPLES] if not one.first]
            hints += [f"fix: {rule.fix}"] if rule.fix else []
            times = sum(one.count for one in ours)
            yield Failure(
                "lint", f"{id_} finds nothing: {rule.title} [{rule.ref}]",
                "once" if times == 1 else f"{times:,} times", shown, len(ours), tuple(hints),
            )  # fmt: skip

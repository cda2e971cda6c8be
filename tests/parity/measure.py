"""Coverage and agreement of a family of protocols, from the tally of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

from dissect.crosscheck.tally import Counts, Tally
from tests.parity.defined import Family, fields, fields_of
from tests.parity.reasons import mistake


@dataclass(frozen=True)
class Measure:
    """What became of a family's fields.

    exercised  some packet has it: we show it equal to tshark, or ``known`` says what is wrong there
    equal      of these, the fields that are equal somewhere
    reasoned   nothing exercises it, for a reason; tshark's own mistake may be the reason
    stale      has a reason why nothing exercises it, but something does
    counts     the instances of all fields
    """

    family: Family
    defined: frozenset[str]
    exercised: frozenset[str]
    equal: frozenset[str]
    reasoned: dict[str, str]
    stale: frozenset[str]
    counts: Counts

    @property
    def idle(self) -> list[str]:
        """The fields that are nowhere equal, with a reason or without."""
        return sorted(self.defined - self.equal)

    @property
    def covered(self) -> float:
        """Percent of the fields exercised."""
        return percent(len(self.exercised), len(self.defined))

    @property
    def explained(self) -> float:
        """Percent of the fields exercised or with a reason."""
        return percent(len(self.exercised | self.reasoned.keys()), len(self.defined))

    @property
    def agreed(self) -> float:
        """Percent of the instances, of which none may be, on which both agree."""
        return percent(self.counts.agreed, self.counts.agreed + self.counts.disagreed)

    @property
    def passes(self) -> bool:
        """Whether the family is as good as is demanded."""
        return (
            not self.stale
            and self.explained >= self.family.covered
            and self.agreed >= self.family.agreed
        )


def percent(part: int, whole: int) -> float:
    """Of nothing: all."""
    return 100 * part / whole if whole else 100.0


def measure(family: Family, tally: Tally, reasons: dict[str, str]) -> Measure:
    """Sum up a family's fields."""
    defined = fields_of(family)
    counts = Counts()
    for name, count in tally.fields.items():
        if name in defined:
            counts.add(count)
    seen = {name: tally.fields[name] for name in defined & tally.fields.keys()}
    equal = frozenset(name for name, count in seen.items() if count.agreed)
    misread = frozenset(name for name, count in seen.items() if count.there and count.wrong)
    reasoned = {name: reasons[name] for name in (defined - equal) & reasons.keys()}
    for name in seen.keys() - equal - reasoned.keys():
        if seen[name].wrong:
            reasoned[name] = mistake(name)
    return Measure(
        family, defined, equal | misread, equal, reasoned, equal & reasons.keys(), counts
    )


def undefined(reasons: dict[str, str]) -> list[str]:
    """Reasons for fields that tshark does not define."""
    return sorted(reasons.keys() - frozenset[str]().union(*fields().values()))

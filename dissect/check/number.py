"""Numbers that are expected, ``3``, ``">= 1"``, ``"2..5"``; and durations, ``"500 ms"``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

Number = int | float

OPERATORS: dict[str, Callable[[Number, Number], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge,
    "<": operator.lt, ">": operator.gt,
}  # fmt: skip

_NUMBER = r"-?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?"
_COMPARISON = re.compile(rf"\s*(==|!=|<=|>=|<|>)?\s*({_NUMBER})\s*")
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*")
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(ns|us|µs|ms|s|min|h)?\s*")

UNITS = {
    "ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000,
    "min": 60_000_000_000, "h": 3_600_000_000_000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a number has to be.

    text  in the user's words: ``at least 1`` is ``>= 1``
    test  whether a number is so
    """

    text: str
    test: Callable[[Number], bool]

    def __call__(self, number: Number) -> bool:
        """Whether a number is as wanted."""
        return self.test(number)


def wanted(condition: Number | str) -> Wanted:
    """What a condition says; raises ValueError with a sentence."""
    if not isinstance(condition, str):
        return _compared("==", condition)
    match = _COMPARISON.fullmatch(condition)
    if match is not None:
        return _compared(match[1] or "==", _number(match[2]))
    match = _RANGE.fullmatch(condition)
    if match is None:
        raise ValueError(f'{condition!r} is no condition; one is 3, "== 3", ">= 1" or "2..5"')
    low, high = _number(match[1]), _number(match[2])
    if low > high:
        raise ValueError(f"{condition!r}: {low:,} is greater than {high:,}")
    return Wanted(f"{low:,} to {high:,}", lambda number: low <= number <= high)


def _compared(sign: str, bound: Number) -> Wanted:
    compare = OPERATORS[sign]
    words = {"==": "", "!=": "not ", ">=": "at least ", "<=": "at most ", ">": "more than ",
             "<": "less than "}  # fmt: skip
    return Wanted(f"{words[sign]}{bound:,}", lambda number: compare(number, bound))


def _number(text: str) -> Number:
    return float(text) if "." in text else int(text)


def nanoseconds(duration: Number | str) -> int:
    """A duration in nanoseconds: seconds, or a number with its unit; raises ValueError."""
    if isinstance(duration, str):
        match = _DURATION.fullmatch(duration)
        if match is None:
            raise ValueError(f'{duration!r} is no duration; one is 2, "500 ms" or "1.5 s"')
        return round(float(match[1]) * UNITS[match[2] or "s"])
    if duration < 0:
        raise ValueError(f"{duration} is no duration: it is negative")
    return round(duration * UNITS["s"])


def duration_text(time_ns: int) -> str:
    """A duration for people, in the unit that fits it."""
    size = abs(time_ns)
    for unit in ("s", "ms", "us"):
        if size >= UNITS[unit]:
            return f"{time_ns / UNITS[unit]:.4g} {unit}"
    return f"{time_ns} ns"

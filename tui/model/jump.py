"""Where a person wants to go: ``42``, ``+1.5s``, ``-200ms``, ``+10``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "µs": 1000, "ns": 1, "m": 60_000_000_000,
         "min": 60_000_000_000, "h": 3_600_000_000_000}  # fmt: skip
TIME = re.compile(r"([+-])(\d+(?:\.\d+)?)(ns|us|µs|ms|s|min|m|h)")


class Jump(NamedTuple):
    """A packet's number, lines forward or back, or nanoseconds from the selected packet."""

    number: int | None = None
    lines: int | None = None
    nanoseconds: int | None = None


def parse(text: str) -> Jump | None:
    """What is meant; None if it is no place to go to."""
    text = text.strip().replace("_", "").replace(",", "")
    if text.isascii() and text.isdigit():
        return Jump(number=int(text))
    if text[:1] in ("+", "-") and text[1:].isascii() and text[1:].isdigit():
        return Jump(lines=int(text))
    found = TIME.fullmatch(text)
    if found is None:
        return None
    sign, amount, unit = found.groups()
    nanoseconds = int(Decimal(amount) * UNITS[unit])
    return Jump(nanoseconds=nanoseconds if sign == "+" else -nanoseconds)

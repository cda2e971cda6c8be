"""Words and columns that tables and findings have in common."""

from __future__ import annotations

from collections.abc import Iterable

from dissect.analysis.table import Column, Ref
from dissect.engine.values import address_text

LINK = Column("link", "Link", "text", packet=True)
FIRST, LAST = Column("first", "First", "packet"), Column("last", "Last", "packet")
SHOWN = 4
"""Of a list, what is shown; packets that a finding names."""
SAID = 10
"""Findings of a kind that are told."""


def listed(addresses: Iterable[bytes]) -> str | None:
    """Addresses for a cell, the first ones; None without any."""
    return some(map(address_text, addresses)) or None


def some(texts: Iterable[str]) -> str:
    """The first of some texts, with commas, and how many more there are."""
    known = list(texts)
    more = [f"and {len(known) - SHOWN:,} more"] if len(known) > SHOWN else []
    return ", ".join([*known[:SHOWN], *more])


def few(known: tuple[Ref, ...], more: Ref) -> tuple[Ref, ...]:
    """One more packet to those that are named, if there is room."""
    return known if len(known) >= SHOWN or more in known else (*known, more)


def in_order(ref: Ref) -> tuple[int, int]:
    """What packets of several files are sorted by."""
    return ref.file, ref.number

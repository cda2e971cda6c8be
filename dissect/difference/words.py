"""Differences in words: a line for each packet, and one for each of its fields that differ."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.difference.differ import Comparison, Different

FIELDS = 12
"""Fields that are shown of a packet."""

SIGNS = {"changed": "≠", "removed": "-", "added": "+", "moved": "↕"}


def lines_of(different: Different, here: str, there: str) -> Iterator[str]:
    """The lines of a packet that differs; ``here``, ``there``: what the sides are called."""
    sign = SIGNS[different.kind]
    first, second = different.here, different.there
    if first is not None and second is not None:
        number = f"{first.number}"
        if first.number != second.number:
            number = f"{first.number} ({second.number} in {there})"
        yield f"{sign} packet {number}: {first.title}"
    elif first is not None:
        yield f"{sign} only in {here}, packet {first.number}: {first.title}"
    elif second is not None:
        yield f"{sign} only in {there}, packet {second.number}: {second.title}"
    for change in different.changes[:FIELDS]:
        yield f"    {change.text}"
    if len(different.changes) > FIELDS:
        yield f"    and {len(different.changes) - FIELDS:,} more fields"


def summary_of(comparison: Comparison, here: str, there: str) -> str:
    """How two sides compare, in one line."""
    counts = comparison.counts
    parts = [f"{comparison.same:,} the same"]
    if counts["changed"]:
        parts.append(f"{counts['changed']:,} changed")
    if counts["removed"]:
        parts.append(f"{counts['removed']:,} only in {here}")
    if counts["added"]:
        parts.append(f"{counts['added']:,} only in {there}")
    if counts["moved"]:
        parts.append(f"{counts['moved']:,} in another order")
    return f"packets: {', '.join(parts)}"

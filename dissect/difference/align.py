"""Which packet here is which one there: alignment by keys, from the strictest to the laxest.

By each key in turn the longest common subsequence is looked for in what the keys before left
unpaired.  Keys that are unique on both sides come first (patience diff), so that the effort stays
near n log n; what is left between them is small, or paired in a simpler way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Keys = Sequence[Hashable]
Pair = tuple[int | None, int | None]
"""Places on both sides; None where there is no counterpart."""

EFFORT = 250_000
"""Pairs of packets that may be compared in a piece without unique keys."""


def align(levels: Sequence[tuple[Keys, Keys]]) -> list[Pair]:
    """All places of both sides in order, as pairs.

    levels  keys of both sides, the strictest first; at least one level
    """
    here, there = levels[0]
    pairs: list[Pair] = []
    left, right = 0, 0
    for first, second in [*_pairs(here, there, levels, 0, 0), (len(here), len(there))]:
        pairs += [(place, None) for place in range(left, first)]
        pairs += [(None, place) for place in range(right, second)]
        if first < len(here):
            pairs.append((first, second))
        left, right = first + 1, second + 1
    return pairs


def _pairs(
    here: Keys, there: Keys, levels: Sequence[tuple[Keys, Keys]], left: int, right: int
) -> Iterator[tuple[int, int]]:
    """Pairs of places, ascending on both sides; ``left``, ``right``: where these pieces begin."""
    before = (0, 0)
    for pair in [*common(here, there), (len(here), len(there))]:
        if len(levels) > 1 and before[0] < pair[0] and before[1] < pair[1]:
            deeper = levels[1:]
            start, stop = (left + before[0], right + before[1]), (left + pair[0], right + pair[1])
            yield from _pairs(
                deeper[0][0][start[0] : stop[0]], deeper[0][1][start[1] : stop[1]], deeper, *start
            )
        if pair[0] < len(here):
            yield left + pair[0], right + pair[1]
        before = pair[0] + 1, pair[1] + 1


def common(here: Keys, there: Keys) -> list[tuple[int, int]]:
    """Pairs of places with equal keys, ascending on both sides."""
    found: list[tuple[int, int]] = []
    pieces = [(0, len(here), 0, len(there))]
    while pieces:
        left, left_end, right, right_end = pieces.pop()
        while left < left_end and right < right_end and here[left] == there[right]:
            found.append((left, right))
            left, right = left + 1, right + 1
        while left < left_end and right < right_end and here[left_end - 1] == there[right_end - 1]:
            left_end, right_end = left_end - 1, right_end - 1
            found.append((left_end, right_end))
        if left == left_end or right == right_end:
            continue
        anchors = _unique(here, there, left, left_end, right, right_end)
        if anchors:
            found += anchors
            edges = [(left - 1, right - 1), *anchors, (left_end, right_end)]
            pieces += [(a + 1, c, b + 1, d) for (a, b), (c, d) in pairwise(edges)]
        elif (left_end - left) * (right_end - right) <= EFFORT:
            matcher = SequenceMatcher(
                None, here[left:left_end], there[right:right_end], autojunk=False
            )
            for a, b, size in matcher.get_matching_blocks():
                found += [(left + a + n, right + b + n) for n in range(size)]
        else:
            found += [
                (left + n, right + n)
                for n in range(min(left_end - left, right_end - right))
                if here[left + n] == there[right + n]
            ]
    return sorted(found)


def _unique(
    here: Keys, there: Keys, left: int, left_end: int, right: int, right_end: int
) -> list[tuple[int, int]]:
    """Keys that both sides have once each, as far as they come in the same order."""
    ours = Counter(here[left:left_end])
    theirs = Counter(there[right:right_end])
    places = {there[place]: place for place in range(right, right_end) if theirs[there[place]] == 1}
    both = [
        (place, places[here[place]])
        for place in range(left, left_end)
        if ours[here[place]] == 1 and here[place] in places
    ]
    return _ascending(both)


def _ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, ascending on the left, that ascends on the right too."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, (_, right) in enumerate(pairs):
        pile = bisect_left(tops, right)
        before.append(ends[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(right)
            ends.append(place)
        else:
            tops[pile], ends[pile] = right, place
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found[::-1]

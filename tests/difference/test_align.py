"""Alignment: every packet once, in order on both sides, equal keys together where that is best."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dissect.difference import align as module
from dissect.difference.align import align, common

KEYS = st.lists(st.sampled_from("abcdefgh"), max_size=14)


def longest(here, there) -> int:
    """The length of the longest common subsequence, by the textbook."""
    row = [0] * (len(there) + 1)
    for one in here:
        before = 0
        for place, other in enumerate(there, 1):
            before, row[place] = (
                row[place],
                (before + 1 if one == other else max(row[place], row[place - 1])),
            )
    return row[-1]


@given(KEYS, KEYS, KEYS, KEYS)
def test_every_place_comes_once_and_in_order(here, there, lax, laxer):
    size, other = len(here), len(there)
    levels = [(here, there), ((lax * 15)[:size], (laxer * 15)[:other])]
    if not (lax and laxer):
        levels = levels[:1]
    pairs = align(levels)
    assert [a for a, _ in pairs if a is not None] == list(range(size))
    assert [b for _, b in pairs if b is not None] == list(range(other))
    assert (None, None) not in pairs
    for a, b in pairs:
        if a is not None and b is not None:
            assert any(ours[a] == theirs[b] for ours, theirs in levels)


@given(KEYS, KEYS)
def test_pairs_have_equal_keys_and_ascend(here, there):
    pairs = common(here, there)
    assert all(here[a] == there[b] for a, b in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(st.lists(st.integers(), unique=True, max_size=30), st.data())
def test_of_different_packets_as_many_are_paired_as_can_be(here, data):
    there = [*data.draw(st.permutations(here)), "new"]
    there = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    assert len(common(here, there)) == longest(here, there)


def test_what_is_equal_at_both_ends_is_not_searched():
    here, there = ["x"] * 5000 + ["a"] + ["y"] * 5000, ["x"] * 5000 + ["b"] + ["y"] * 5000
    assert len(common(here, there)) == 10_000


def test_many_equal_packets_cost_no_more_than_they_may(monkeypatch):
    """Where there are too many pairs to try, packets are paired by their places."""
    monkeypatch.setattr(module, "SequenceMatcher", None)  # is not asked
    here, there = ["c", *("ab" * 1000), "d"], ["e", *("ab" * 1000), "f"]
    assert len(common(here, there)) == 2000


def test_laxer_keys_pair_what_is_left_between():
    here, there = ["1", "2", "3"], ["1", "9", "3"]
    kinds = ["p", "q", "p"], ["p", "q", "p"]
    assert align([(here, there), kinds]) == [(0, 0), (1, 1), (2, 2)]
    assert align([(here, there)]) == [(0, 0), (1, None), (None, 1), (2, 2)]

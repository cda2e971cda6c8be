"""Rows that are made when they are asked for."""

from __future__ import annotations

from dissect.analysis.table import RowsOf


def test_only_the_rows_that_are_shown_are_made():
    made = []
    rows = RowsOf(range(100), lambda number: made.append(number) or (number, str(number)))
    assert len(rows) == 100
    assert rows[:2] == [(0, "0"), (1, "1")]
    assert rows[-1] == (99, "99")
    assert made == [0, 1, 99]
    assert len(list(rows)) == 100

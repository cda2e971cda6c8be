"""Screens look as they did; ``make goldens`` after a change that is meant."""

import difflib

import pytest

from tests.tui.snapshots import FOLDER, SHOTS, taken


@pytest.mark.parametrize("name", SHOTS)
def test_a_screen_looks_as_it_did(name):
    before = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    now = taken(SHOTS[name])
    difference = difflib.unified_diff(before.split("\n"), now.split("\n"), "before", "now", n=0)
    assert now == before, "\n".join(difference)


def test_every_snapshot_is_of_a_screen():
    assert {path.stem for path in FOLDER.iterdir()} == set(SHOTS)

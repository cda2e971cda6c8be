"""What fuzzing has found stays fixed, and its targets accept what they begin with."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

FOUND = Path(__file__).parent / "found"
INPUTS = sorted(path for path in FOUND.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_that_broke_something_breaks_nothing_now(path):
    TARGETS[path.parent.name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_targets_accept_some_of_their_seeds(name):
    seeds = list(islice(TARGETS[name].seeds(), 0, 400, 20))
    assert seeds
    for seed in seeds:
        TARGETS[name].run(seed[: TARGETS[name].longest])

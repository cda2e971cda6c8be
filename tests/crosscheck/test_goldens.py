"""Our decode of the made captures is what tshark agreed with when the goldens were written."""

from __future__ import annotations

import difflib

import pytest

from tests.goldens import MADE, golden_path, lines_of, shortened


@pytest.mark.parametrize(
    ("path", "reassemble"), MADE, ids=[golden_path(*made).stem for made in MADE]
)
def test_decode_is_what_tshark_agreed_with(path, reassemble):
    golden = golden_path(path, reassemble)
    if not golden.exists():
        pytest.skip("no golden yet; make goldens writes it once tshark agrees")
    expected = golden.read_text(encoding="utf-8").splitlines()
    difference = list(
        difflib.unified_diff(expected, list(lines_of(path, reassemble)), lineterm="", n=0)
    )
    assert not difference, "\n".join(difference[:40])


def test_long_values_that_differ_at_the_end_are_told_apart():
    assert shortened("a" * 500 + "b") != shortened("a" * 500 + "c")
    assert len(shortened("a" * 5000)) < 200

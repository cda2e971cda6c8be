"""A report's command doesn't look for cycles while it reads, so reading must not leave any."""

from __future__ import annotations

import gc
from functools import partial

import pytest

from dissect import open_capture
from dissect.columns import scan
from dissect.report.names import TABLES
from dissect.report.summary import Plan, Summary
from tests.captures_list import ROOT


@pytest.mark.parametrize("name", ["nat64", "slaac", "overlays", "applications"])
def test_reading_leaves_no_cycles(name):
    made = partial(Summary, Plan(tuple(TABLES)))
    path = str(ROOT / f"captures/lab/{name}.pcapng")

    def read():
        whole = made()
        with open_capture(path, reassemble=False) as capture:
            scan(capture, made, into=whole)
        return whole

    read()  # what is only made once may have some
    gc.collect()
    gc.disable()
    try:
        whole = read()
        assert gc.collect() == 0
    finally:
        gc.enable()
    assert whole.tables()

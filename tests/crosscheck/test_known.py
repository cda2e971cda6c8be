"""The list of tshark's mistakes: each entry has its packet, and a clause or none for a reason."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict

import pytest

from dissect.crosscheck.known import KNOWN
from dissect.crosscheck.tally import check_files
from tests.captures_list import ROOT, THEIRS

needs_tshark = pytest.mark.skipif(
    not shutil.which("tshark") and os.environ.get("CI") != "true",
    reason="tshark is not installed",
)

CLAUSE = re.compile(r"RFC \d+|draft-|IEEE|IANA|AMD|ERSPAN")
IN_TESTS = "made in tests/"
"""Packets that are only in tests: the same family is held against tshark there."""


def place(capture):
    """Where the capture of an entry is; None where it is another project's that isn't here."""
    own = ROOT / "captures" / capture
    if own.exists():
        return own
    return next((path for path in THEIRS if path.name == capture), None)


def test_every_entry_names_a_capture_that_is_there_and_a_document():
    for entry in KNOWN:
        if entry.capture.startswith(IN_TESTS):
            assert (ROOT / entry.capture.removeprefix("made in ")).is_dir()
        elif place(entry.capture) is None:
            assert not THEIRS, f"{entry.capture} is nowhere"
        if entry.ref:
            assert CLAUSE.search(entry.ref), entry.ref


@pytest.mark.tshark
@pytest.mark.sweep
@needs_tshark
def test_every_entry_explains_something_in_its_capture():
    reasons = defaultdict(set)
    for entry in KNOWN:
        path = place(entry.capture) if not entry.capture.startswith(IN_TESTS) else None
        if path is not None:
            reasons[str(path)].add(entry.reason)
    found = defaultdict(set)
    for reassemble in (True, False):
        checked = check_files(reasons, reassemble=reassemble, jobs=os.cpu_count() or 1)
        for path, tally in checked:
            found[path] |= set(tally.wrong)
    idle = {path: missing for path in reasons if (missing := reasons[path] - found[path])}
    assert idle == {}

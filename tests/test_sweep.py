"""Captures from elsewhere: nothing raises, nothing hangs, no packet is lost.  ``make sweep``."""

from __future__ import annotations

import re
import shutil
import subprocess
import time

import pytest

from dissect.api import open_capture
from dissect.capture.open import open_records
from dissect.capture.record import CaptureError
from tests.captures_list import SHARED, THEIRS, name

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(not THEIRS, reason=f"{SHARED} is not there"),
]

SECONDS = 5
"""A file that takes longer hangs."""


@pytest.fixture(scope="module")
def capinfos() -> dict[str, tuple[int, bool]]:
    """Packets of every file as capinfos counts them, and whether it reports damage."""
    if shutil.which("capinfos") is None:
        pytest.skip("capinfos is not installed")
    counted = {}
    for path in THEIRS:
        done = subprocess.run(["capinfos", "-c", "-M", path], capture_output=True, text=True)
        found = re.search(r"Number of packets:\s+(\d+)", done.stdout)
        counted[name(path)] = (int(found[1]) if found else 0, done.returncode != 0)
    return counted


@pytest.mark.parametrize("path", THEIRS, ids=name)
def test_capture_decodes_without_an_exception_in_time(path):
    begin = time.process_time()
    damage = None
    try:
        with open_capture(path, strict=True) as capture:
            for packet in capture:
                for node in packet.tree.walk():
                    assert isinstance(node.show, str)
                assert packet.info is not None
    except CaptureError as error:
        damage = error
    assert damage is None or damage.offset is not None
    assert time.process_time() - begin < SECONDS


def test_as_many_packets_as_capinfos_counts_and_damage_where_it_reports_some(capinfos):
    different = {}
    for path in THEIRS:
        packets, damaged = 0, False
        try:
            with open_records(path) as records:
                for record in records:
                    packets = record.number
        except CaptureError:
            damaged = True
        if (packets, damaged) != capinfos[name(path)]:
            different[name(path)] = ((packets, damaged), capinfos[name(path)])
    assert different == {}

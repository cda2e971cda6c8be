"""The made captures are what ``captures/make.py`` makes, and each file is explained."""

from __future__ import annotations

import re
import subprocess
import sys

from dissect.capture.open import open_records
from tests.captures_list import LINT, OURS, ROOT

CAPTURES = ROOT / "captures"
TOTAL = 5_000_000
"""Octets that a clone has to fetch for them."""


def test_made_captures_are_made_again_octet_for_octet(tmp_path):
    script = CAPTURES / "make.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, capture_output=True)
    made = {
        str(path.relative_to(tmp_path)): path.read_bytes()
        for path in tmp_path.rglob("*") if path.is_file()
    }  # fmt: skip
    kept = {
        str(path.relative_to(CAPTURES)): path.read_bytes()
        for path in [*OURS, *LINT] if path.parent.name != "lab"
    }  # fmt: skip
    assert made.keys() == kept.keys()
    different = [name for name in made if made[name] != kept[name]]
    assert different == [], "run make captures"


def test_every_capture_is_explained_and_every_explained_one_is_there():
    readme = (CAPTURES / "README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE))
    assert explained == {str(path.relative_to(CAPTURES)) for path in [*OURS, *LINT]}


def test_captures_stay_small():
    assert sum(path.stat().st_size for path in [*OURS, *LINT]) < TOTAL


def test_the_tour_has_a_jumbogram_longer_than_its_length_fields_can_say():
    with open_records(CAPTURES / "tour.pcapng") as records:
        assert max(record.captured for record in records) > 65_535 + 54

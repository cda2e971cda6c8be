"""When garbage is looked for."""

from __future__ import annotations

import subprocess
import sys

CYCLE = """
from dissect.engine.garbage import calm

class Told:
    def __del__(self):
        print("found")

{calm}
one = Told()
one.itself = one
del one
"""


def said(calm):
    return subprocess.run(
        [sys.executable, "-c", CYCLE.format(calm=calm)], capture_output=True, text=True, check=True
    ).stdout


def test_at_the_end_of_a_program_nobody_looks_for_it():
    assert said("") == "found\n"
    assert said("calm()") == ""

"""Goldens: our own decode of every made capture, written down while tshark agreed with it.

    python -m tests.goldens            write them anew (``make goldens``)

Refuses to write one where tshark disagrees.  Where tshark is not installed the tests compare with
these.  Captures with fragments have two: put together, and each fragment by itself.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING

from dissect.api import open_capture
from dissect.crosscheck.compare import rows
from tests.captures_list import FRAGMENTED, OURS, ROOT, name

if TYPE_CHECKING:
    from dissect.crosscheck.tally import Tally

GOLDEN = ROOT / "tests" / "golden"
LONGEST = 200
"""Characters of a value; longer ones are written as their beginning and a hash."""

MADE = [
    (path, reassemble)
    for path in OURS
    if path.parent == ROOT / "captures"
    for reassemble in ((True, False) if path in FRAGMENTED else (True,))
]
"""Made captures, and whether their fragments are put together."""


def golden_path(path: Path, reassemble: bool) -> Path:
    """Where the golden of a capture is."""
    return GOLDEN / (f"{path.name}.txt" if reassemble else f"{path.name}.fragments.txt")


def lines_of(path: Path, reassemble: bool) -> Iterator[str]:
    """A capture as text: a line for each packet, and one for each of its fields."""
    with (
        utc(),
        open_capture(path, relative_seq=False, reassemble=reassemble, strict=True) as capture,
    ):
        for packet in capture:
            packet.decode(detail=True)
            yield f"packet {packet.number} {packet.chain}"
            for row in sorted(rows(packet), key=lambda r: (r.offset, r.name, r.length, r.show)):
                yield f"  {row.offset}+{row.length} {row.name} {shortened(row.show)}".rstrip()


def shortened(show: str) -> str:
    """A value of bounded length that still tells values apart."""
    if len(show) <= LONGEST:
        return show
    return f"{show[:40]}… sha256 {hashlib.sha256(show.encode()).hexdigest()}"


@contextmanager
def utc() -> Iterator[None]:
    """Times of day as in Greenwich."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def main() -> int:
    """Write all goldens that tshark agrees with; 1 if there are others."""
    from dissect.crosscheck.tally import check_files

    GOLDEN.mkdir(exist_ok=True)
    status = 0
    for way in (True, False):
        paths = [str(path) for path, reassemble in MADE if reassemble is way]
        for path, tally in check_files(paths, reassemble=way, jobs=os.cpu_count() or 1):
            status |= _write(Path(path), way, tally)
    for golden in GOLDEN.glob("*.txt"):
        if golden not in starmap(golden_path, MADE):
            golden.unlink()
            print(f"removed: {golden.relative_to(ROOT)}")
    return status


def _write(path: Path, reassemble: bool, tally: Tally) -> int:
    """Write one golden if tshark agrees, else return 1."""
    if not tally.agrees or tally.errors:
        fields = ", ".join(field for field, _ in tally.worst(5))
        reasons = " ".join(tally.problems + tally.errors) or fields
        print(f"not written, tshark disagrees: {name(path)}: {reasons}")
        return 1
    golden = golden_path(path, reassemble)
    text = "".join(f"{line}\n" for line in lines_of(path, reassemble))
    if not golden.exists() or golden.read_text(encoding="utf-8") != text:
        golden.write_text(text, encoding="utf-8")
        print(f"written: {golden.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

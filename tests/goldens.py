"""Goldens: our own decode of every made capture, written down while tshark agreed with it.

    python -m tests.goldens            write them anew (``make goldens``)

Refuses to write one where tshark disagrees.  Where tshark is not installed the tests compare with
these.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dissect.api import open_capture
from dissect.crosscheck.compare import rows
from tests.captures_list import OURS, ROOT, name

GOLDEN = ROOT / "tests" / "golden"
LONGEST = 200
"""Characters of a value; longer ones are written as their beginning and a hash."""

MADE = [path for path in OURS if path.parent == ROOT / "captures"]


def golden_path(path: Path) -> Path:
    """Where the golden of a capture is."""
    return GOLDEN / f"{path.name}.txt"


def lines_of(path: Path) -> Iterator[str]:
    """A capture as text: a line for each packet, and one for each of its fields."""
    with utc(), open_capture(path, relative_seq=False, strict=True) as capture:
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
    paths = [str(path) for path in MADE]
    for path, tally in check_files(paths, jobs=os.cpu_count() or 1):
        golden = golden_path(Path(path))
        if not tally.agrees or tally.errors:
            status = 1
            fields = ", ".join(field for field, _ in tally.worst(5))
            reasons = " ".join(tally.problems + tally.errors) or fields
            print(f"not written, tshark disagrees: {name(Path(path))}: {reasons}")
            continue
        text = "".join(f"{line}\n" for line in lines_of(Path(path)))
        if not golden.exists() or golden.read_text(encoding="utf-8") != text:
            golden.write_text(text, encoding="utf-8")
            print(f"written: {golden.relative_to(ROOT)}")
    for golden in GOLDEN.glob("*.txt"):
        if golden not in map(golden_path, MADE):
            golden.unlink()
            print(f"removed: {golden.relative_to(ROOT)}")
    return status


if __name__ == "__main__":
    sys.exit(main())

"""Print how much of what tshark defines our captures exercise, and how much of it agrees.

    python -m tests.parity [--protocol NAME …] [--list] [PATH…]

A field is exercised when tshark shows it in one of the captures and either we show it equal or the
list of tshark's mistakes says why not; "equal" counts the former alone.  Without paths: our
captures, and those of other projects where they are present.  The exit status is 1
where a protocol is under what is demanded of it (``defined.FAMILIES``), 2 where a file could not be
compared.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from dissect.crosscheck.tally import Tally, check_files
from tests.captures_list import OURS, THEIRS, TOLD
from tests.parity.defined import FAMILIES, family
from tests.parity.measure import Measure, measure, percent, undefined
from tests.parity.reasons import reasons
from tests.places import LOCATED, write_all

COLUMNS = ("protocol", "defined", "exercised", "", "equal", "", "or reasoned", "", "instances",
           "different", "missing", "only here", "tshark wrong", "agreed", "")  # fmt: skip


def compared(paths: Iterable[Path], jobs: int) -> Tally:
    """All captures of these files and folders beside tshark.

    Some with databases of places instead, some once more with what their packets don't say.
    """
    total = Tally()
    files = [file.resolve() for path in paths for file in _files(path)]
    with TemporaryDirectory() as folder:
        write_all(Path(folder))
        ways: list[tuple[list[Path], dict[str, str]]] = [
            ([file for file in files if file not in LOCATED], {}),
            ([file for file in files if file in LOCATED], {"geoip": folder}),
        ]
        ways += (([file], wishes) for file in files for wishes in TOLD.get(file, ()))
        for chosen, wishes in ways:
            for _, tally in check_files(map(str, chosen), preferences=wishes, jobs=jobs):
                total.add(tally)
    return total


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in (".pcap", ".pcapng"))


def row(it: Measure) -> tuple[str, ...]:
    """A family's line in the table."""
    counts = it.counts
    return (
        it.family.name, str(len(it.defined)), str(len(it.exercised)), _percent(it.covered),
        str(len(it.equal)), _percent(percent(len(it.equal), len(it.defined))),
        str(len(it.exercised | it.reasoned.keys())), _percent(it.explained),
        str(counts.agreed + counts.disagreed), str(counts.different), str(counts.missing),
        str(counts.extra), str(counts.wrong), _percent(it.agreed), "" if it.passes else "FAILS",
    )  # fmt: skip


def _percent(value: float) -> str:
    """Two decimals, but never 100 for less."""
    return f"{int(value * 100) / 100:.2f}%"


def print_table(measures: list[Measure]) -> None:
    """One line for each family."""
    rows = [COLUMNS, *map(row, measures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = (n.rjust(width) for n, width in zip(numbers, widths[1:], strict=True))
        print("  ".join((name.ljust(widths[0]), *cells)).rstrip())


def print_idle(it: Measure) -> None:
    """The fields that are nowhere equal, each with its reason where there is one."""
    print(f"\n{it.family.name}: {len(it.idle)} of {len(it.defined)} fields are nowhere equal")
    width = max(map(len, it.idle), default=0)
    for name in it.idle:
        print(f"  {name:{width}}  {it.reasoned.get(name, '')}".rstrip())


def main() -> int:
    """Compare, measure, print."""
    parser = argparse.ArgumentParser("python -m tests.parity", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", default=[*OURS, *THEIRS])
    parser.add_argument("--protocol", dest="protocols", action="extend", nargs="+", metavar="NAME",
                        default=[], help="only these; any of tshark's")  # fmt: skip
    parser.add_argument("--list", action="store_true",
                        help="the fields that are nowhere equal, and why")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    known = reasons()
    total = compared(arguments.paths, arguments.jobs)
    names = arguments.protocols or FAMILIES
    measures = [measure(family(name), total, known) for name in names]
    print_table(measures)
    print(f"{total.packets} packets in {total.files} files")
    if arguments.list:
        for it in measures:
            print_idle(it)
    stale = sorted(set[str]().union(*(it.stale for it in measures)))
    troubles = [f"exercised, though there is a reason not to be: {name}" for name in stale]
    troubles += [f"a reason for no field of tshark's: {name}" for name in undefined(known)]
    for line in (*troubles, *total.problems, *total.errors):
        print(line, file=sys.stderr)
    passes = not troubles and not total.problems and all(it.passes for it in measures)
    return 2 if total.errors else 0 if passes else 1


if __name__ == "__main__":
    sys.exit(main())

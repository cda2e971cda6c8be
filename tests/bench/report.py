"""``sixscope report`` over a million packets, beside tshark's hierarchy and tcpdump.

    python -m tests.bench.report [--packets 1000000] [--rounds 5] [--mix ipv6] [--longer 10]

What tshark's ``-z io,phs`` gives is one of the tables, ``hierarchy``.  The plain tables are those
that need no state: protocols, chains, endpoints, conversations, ports, lengths, rates and more.
The whole report has the analyses too.  ``--longer`` measures the memory of so many times the
packets.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from dissect.analysis.names import ANALYSES
from dissect.report.names import TABLES
from tests.bench.make_capture import MIXES, write
from tests.bench.measure import SIXSCOPE, compare, run

PLAIN = ",".join(name for name in TABLES if name not in ANALYSES)
TSHARK = "tshark -q -z io,phs"


def commands(path: str) -> dict[str, list[str]]:
    """What is timed, by name; each starts a program anew."""
    report = [*SIXSCOPE, "report", path, "--jobs"]
    tables = {"hierarchy": ["--table", "hierarchy"], "plain tables": ["--table", PLAIN],
              "all tables": []}  # fmt: skip
    ours = {
        f"report, {name}, --jobs {jobs}": [*report, jobs, *chosen]
        for jobs in ("1", "2") for name, chosen in tables.items()
    }  # fmt: skip
    theirs = {
        TSHARK: ["tshark", "-n", "-q", "-z", "io,phs", "-r", path],
        "tcpdump -n": ["tcpdump", "-n", "-r", path],
    }
    return ours | theirs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.report")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mix", choices=[*MIXES], action="append")
    parser.add_argument("--longer", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for mix in options.mix or MIXES:
            path = Path(folder, f"{mix}.pcap")
            write(path, options.packets, mix)
            print(f"{mix}: {options.packets:,} packets, {path.stat().st_size / 1e6:.0f} MB")
            runs = commands(str(path))
            compare(runs, TSHARK, options.rounds)
            if options.longer > 1:
                write(path, options.longer * options.packets, mix)
                print(f"{mix}: {options.longer * options.packets:,} packets")
                for name in ("report, plain tables, --jobs 1", "report, all tables, --jobs 1"):
                    print(f"  {name:34} {run(runs[name]).memory:5} MiB", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()

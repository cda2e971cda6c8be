"""``sixscope report`` over a million packets, beside tshark's hierarchy and tcpdump.

    python -m tests.bench.report [--packets 1000000] [--rounds 3]

What tshark's ``-z io,phs`` gives is one of the tables, ``hierarchy``; the whole report is 28.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from tests.bench.__main__ import SIXSCOPE, peak_memory, quiet, timed
from tests.bench.make_capture import MIXES, write


def commands(path: str) -> dict[str, list[str]]:
    """What is timed, by name; each starts a program anew."""
    report = [*SIXSCOPE, "report", path]
    hierarchy = [*report, "--table", "hierarchy"]
    return {
        "report --table hierarchy": hierarchy,
        "  with --jobs 2": [*hierarchy, "--jobs", "2"],
        "report": report,
        "report --jobs 2": [*report, "--jobs", "2"],
        "tshark -q -z io,phs": ["tshark", "-n", "-q", "-z", "io,phs", "-r", path],
        "tcpdump -n": ["tcpdump", "-n", "-r", path],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.report")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mix", choices=[*MIXES], action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for mix in options.mix or MIXES:
            path = Path(folder, f"{mix}.pcap")
            write(path, options.packets, mix)
            print(f"{mix}: {options.packets:,} packets, {path.stat().st_size / 1e6:.0f} MB")
            for name, command in commands(str(path)).items():
                if shutil.which(command[0]) is None:
                    print(f"  {name:26} not installed")
                    continue
                seconds = timed(lambda c=command: quiet(c), options.rounds)
                print(f"  {name:26} {seconds:6.2f} s  {peak_memory(command):5} MiB", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()

"""What ``sixscope show`` writes, beside tshark, on captures of each mix of traffic.

    python -m tests.bench.show [--packets 200000] [--trees 60000] [--rounds 5]

Lines and fields of many packets, trees of fewer; with one job and with two.  Each figure is the
median of the rounds, in which all commands take turns, the start of the program included.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tests.bench.__main__ import SIXSCOPE, peak_memory, quiet
from tests.bench.make_capture import MIXES, write

FIELDS = ("frame.number", "ipv6.src", "ipv6.dst", "tcp.srcport", "udp.srcport", "frame.len")
FORMATS = {
    "text": [],
    "fields": ["-T", "fields", *(word for name in FIELDS for word in ("-e", name))],
    "json": ["-T", "json"],
    "pdml": ["-T", "pdml"],
}
BY_LINE = ("text", "fields")


def commands(form: str, path: str) -> dict[str, list[str]]:
    """What is timed of a format; lines take one job only."""
    options = ["-n", *FORMATS[form]]
    ours = [*SIXSCOPE, "show", *options, path]
    found = {"tshark": ["tshark", *options, "-r", path], "sixscope": ours}
    if form not in BY_LINE:
        found["sixscope --jobs 2"] = [*ours, "--jobs", "2"]
    return found


def medians(runs: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each command."""
    took = defaultdict(list)
    for _ in range(rounds):
        for name, command in runs.items():
            begin = time.perf_counter()
            quiet(command)
            took[name].append(time.perf_counter() - begin)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.show")
    parser.add_argument("--packets", type=int, default=200_000)
    parser.add_argument("--trees", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.pcap")
        for mix in MIXES:
            for form in FORMATS:
                packets = options.packets if form in BY_LINE else options.trees
                write(path, packets, mix)
                print(f"{mix}, {form}: {packets:,} packets")
                runs = {
                    name: command for name, command in commands(form, str(path)).items()
                    if shutil.which(command[0])
                }  # fmt: skip
                found = medians(runs, options.rounds)
                for name, seconds in found.items():
                    peer = found.get("tshark", seconds)
                    print(
                        f"  {name:18} {packets / seconds:9,.0f} packets/s "
                        f"{peer / seconds:5.2f} × tshark  {peak_memory(runs[name]):5} MiB"
                    )


if __name__ == "__main__":
    main()

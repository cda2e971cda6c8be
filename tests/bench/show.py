"""What ``sixscope show`` writes, beside tshark, on captures of each mix of traffic.

    python -m tests.bench.show [--packets 300000] [--rounds 5] [--mix ipv6] [--form json]

With one job and, where trees are written, with two.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.bench.make_capture import MIXES, write
from tests.bench.measure import SIXSCOPE, compare

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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.show")
    parser.add_argument("--packets", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mix", choices=[*MIXES], action="append")
    parser.add_argument("--form", choices=[*FORMATS], action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.pcap")
        for mix in options.mix or MIXES:
            write(path, options.packets, mix)
            for form in options.form or FORMATS:
                print(f"{mix}, {form}: {options.packets:,} packets")
                compare(commands(form, str(path)), "tshark", options.rounds)


if __name__ == "__main__":
    main()

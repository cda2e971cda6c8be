"""``sixscope lint`` over a million packets, beside tshark's expert infos.

    python -m tests.bench.lint [--packets 1000000] [--rounds 5]

Memory at twice the packets shows whether it grows.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.bench.make_capture import MIXES, write
from tests.bench.measure import SIXSCOPE, compare, run

TSHARK = "tshark -q -z expert"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lint")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mix", choices=[*MIXES], action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for mix in options.mix or ["ipv6"]:
            path = Path(folder, f"{mix}.pcap")
            write(path, options.packets, mix)
            print(f"{mix}: {options.packets:,} packets, {path.stat().st_size / 1e6:.0f} MB")
            ours = [*SIXSCOPE, "lint", str(path)]
            theirs = ["tshark", "-n", "-q", "-z", "expert", "-r", str(path)]
            compare({"sixscope lint": ours, TSHARK: theirs}, TSHARK, options.rounds)
            write(path, 2 * options.packets, mix)
            print(f"  sixscope lint, twice the packets {run(ours).memory:13} MiB", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()

"""``sixscope lint`` over a million packets, beside tshark's expert infos.

    python -m tests.bench.lint [--packets 1000000] [--rounds 3]

Both are measured in turns, so that the ratio means something on a busy machine; memory at twice
the packets shows whether it grows.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from tests.bench.__main__ import SIXSCOPE, peak_memory, timed
from tests.bench.make_capture import MIXES, write


def _run(command: list[str]) -> None:
    """Findings make the exit status 1: that is no failure here."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lint")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mix", choices=[*MIXES], action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for mix in options.mix or ["ipv6"]:
            path = Path(folder, f"{mix}.pcap")
            write(path, options.packets, mix)
            print(f"{mix}: {options.packets:,} packets, {path.stat().st_size / 1e6:.0f} MB")
            ours = [*SIXSCOPE, "lint", "--fail-on", "error", str(path)]
            theirs = ["tshark", "-n", "-q", "-z", "expert", "-r", str(path)]
            times: dict[str, list[float]] = {"lint": [], "tshark": []}
            for _ in range(options.rounds):
                times["lint"].append(timed(partial(_run, ours), 1))
                times["tshark"].append(timed(partial(_run, theirs), 1))
            best = {name: min(seconds) for name, seconds in times.items()}
            print(f"  sixscope lint              {best['lint']:6.2f} s  {peak_memory(ours):5} MiB")
            print(
                f"  tshark -q -z expert        {best['tshark']:6.2f} s  {peak_memory(theirs):5} MiB"
            )
            print(f"  ratio                      {best['tshark'] / best['lint']:6.2f}")
            write(path, 2 * options.packets, mix)
            print(f"  lint, twice the packets             {peak_memory(ours):5} MiB", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()

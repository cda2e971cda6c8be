"""The column engine over a million packets of each mix, beside tshark's hierarchy and tcpdump.

    python -m tests.bench.columns [--packets 1000000] [--rounds 3]

Walk: index, walk and nothing more.  Hierarchy: the packets of each chain counted, the rows that
the columns are not sure of read by their trees.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.__main__ import peak_memory, quiet, timed
from tests.bench.make_capture import MIXES, write

WALK = "import sys; from dissect.columns import chunks\nfor c in chunks(sys.argv[1]): pass"
HIERARCHY = """
import sys
from collections import Counter
from dissect.columns import chunks
import numpy as np
found = Counter()
for chunk in chunks(sys.argv[1]):
    chunk.resolve()
    for number, count in enumerate(np.bincount(chunk.chain).tolist()):
        found[chunk.chains.text(number)] += count
"""
SHARE = """
import sys
from dissect.columns import chunks
unsure = packets = 0
for chunk in chunks(sys.argv[1]):
    unsure, packets = unsure + int(chunk.unsure.sum()), packets + len(chunk)
print(f"{unsure / packets:.2%}")
"""


def commands(path: str) -> dict[str, list[str]]:
    """What is timed, by name; each starts a program anew."""
    return {
        "columns: walk": [sys.executable, "-c", WALK, path],
        "columns: hierarchy": [sys.executable, "-c", HIERARCHY, path],
        "tshark -z io,phs": ["tshark", "-n", "-q", "-z", "io,phs", "-r", path],
        "tcpdump -n": ["tcpdump", "-n", "-r", path],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.columns")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for mix in MIXES:
            path = Path(folder, f"{mix}.pcap")
            write(path, options.packets, mix)
            share = subprocess.run(
                [sys.executable, "-c", SHARE, path], capture_output=True, text=True, check=True
            ).stdout.strip()
            size = path.stat().st_size / 1e6
            print(f"{mix}: {options.packets:,} packets, {size:.0f} MB, {share} of them unsure")
            for name, command in commands(str(path)).items():
                if shutil.which(command[0]) is None:
                    print(f"  {name:20} not installed")
                    continue
                seconds = timed(lambda c=command: quiet(c), options.rounds)
                print(f"  {name:20} {seconds:6.2f} s  {peak_memory(command):5} MiB")
            path.unlink()


if __name__ == "__main__":
    main()

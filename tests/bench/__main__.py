"""Print packets per second of sixscope, tshark, tcpdump and scapy over one capture.

    python -m tests.bench [--packets 20000] [--index-packets 1000000] [--rounds 5]

Each figure is the median of the rounds, on a warm cache, the start of the program included.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import capture
from tests.bench.measure import SIXSCOPE, medians

SCAPY = (
    "import sys; from scapy.all import PcapReader\nfor p in PcapReader(sys.argv[1]): p.summary()"
)
INDEX = """
import sys, time
from dissect.capture.open import open_records
begin = time.perf_counter()
count = len(open_records(sys.argv[1]))
print(count, time.perf_counter() - begin)
"""


def commands(path: str) -> dict[str, list[str]]:
    """What is timed: our commands and their peers', by name."""
    return {
        "sixscope show": [*SIXSCOPE, "show", "-n", path],
        "sixscope show -V": [*SIXSCOPE, "show", "-n", "-V", path],
        "sixscope show -T json": [*SIXSCOPE, "show", "-n", "-T", "json", path],
        "sixscope show -T pdml": [*SIXSCOPE, "show", "-n", "-T", "pdml", path],
        "tshark": ["tshark", "-n", "-r", path],
        "tshark -V": ["tshark", "-n", "-V", "-r", path],
        "tshark -T json": ["tshark", "-n", "-T", "json", "-r", path],
        "tshark -T pdml": ["tshark", "-n", "-T", "pdml", "-r", path],
        "tcpdump -n": ["tcpdump", "-n", "-r", path],
        "scapy summary": [sys.executable, "-c", SCAPY, path],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--packets", type=int, default=20_000)
    parser.add_argument("--index-packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.pcap")
        capture.write(path, options.packets)
        print(f"{options.packets} packets, {path.stat().st_size / 1e6:.1f} MB")
        runs = commands(str(path))
        there = {name: command for name, command in runs.items() if shutil.which(command[0])}
        speeds: dict[str, float] = {}
        for name, took in medians(there, options.rounds).items():
            speeds[name] = options.packets / took.seconds
            print(f"{name:24} {speeds[name]:9,.0f} packets/s  {took.memory:5} MiB")
        for name in runs.keys() - there.keys():
            print(f"{name:24} not installed")
        print()
        for name, speed in speeds.items():
            peer_name = name.replace("sixscope show", "tshark")
            if name != peer_name and peer_name in speeds:
                print(f"{name:24} {speed / speeds[peer_name]:5.2f} × {peer_name}")
        path = Path(folder, "index.pcap")
        capture.write(path, options.index_packets)
        shown = [
            subprocess.run(
                [sys.executable, "-c", INDEX, str(path)], capture_output=True, text=True, check=True
            ).stdout.split()
            for _ in range(options.rounds)
        ]
        seconds = statistics.median(float(took) for _, took in shown)
        print(f"\nindex of {int(shown[0][0]):,} packets: {seconds:.2f} s")


if __name__ == "__main__":
    main()

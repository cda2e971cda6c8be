"""How soon something is there: one packet at the end of a million, the first of ten millions.

    python -m tests.bench.find [--packets 1000000] [--first 10000000] [--rounds 5]

The packet is a router advertisement, found by its type, which columns know, and by its prefix,
which only its tree tells.  No other packet of the capture is one.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from dissect import Packet, open_capture
from dissect.capture.pcap import RecordHeader
from tests.bench.make_capture import BEGIN, write
from tests.bench.measure import SIXSCOPE, compare, run
from tests.captures_list import ROOT

FILTERS = {"by type": "icmpv6.type == 134", "by prefix": "icmpv6.opt.prefix"}
RECORDING = ROOT / "captures" / "lab" / "slaac.pcapng"


def advertisement() -> Packet:
    """A router's, as it was recorded."""
    with open_capture(RECORDING) as capture:
        return next(capture.filter(FILTERS["by type"]))


def write_with_one(path: Path, packets: int) -> None:
    """A capture of the ipv6 mix without advertisements, and one behind it."""
    every = path.with_suffix(".all.pcap")
    write(every, packets)
    others = " and ".join(f"not ({text})" for text in FILTERS.values())
    run([*SIXSCOPE, "export", "--force", "-Y", others, str(every), str(path)])
    every.unlink()
    octets = advertisement().data
    size = len(octets)
    head = RecordHeader(seconds=BEGIN + 3600, fraction=0, captured=size, original=size)
    with path.open("ab") as stream:
        stream.write(bytes(head) + octets)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.find")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "one.pcap")
        write_with_one(path, options.packets)
        print(f"one router advertisement behind {options.packets:,} packets, less those that are")
        for words, text in FILTERS.items():
            ours = [*SIXSCOPE, "show", "-n", "-Y", text, "-c", "1", str(path)]
            theirs = ["tshark", "-n", "-Y", text, "-r", str(path)]  # its -c counts those read
            runs = {f"show -Y, {words}": ours, "tshark -Y": theirs}
            compare(runs, "tshark -Y", options.rounds)
        write(path, options.first)
        print(f"the first 20 of {options.first:,} packets")
        runs = {
            "show -c 20": [*SIXSCOPE, "show", "-n", "-c", "20", str(path)],
            "tshark -c 20": ["tshark", "-n", "-c", "20", "-r", str(path)],
        }
        compare(runs, "tshark -c 20", options.rounds)


if __name__ == "__main__":
    main()

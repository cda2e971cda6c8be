"""Compare random packets with tshark.

    python -m tests.parity.fuzz [--packets 2000] [--seed N] [--protocol NAME …] [--keep FOLDER]

Prints the fields that disagree, with examples; ``--keep`` saves the examples' packets, a file for
each family.  The exit status is 1 if anything disagrees.  The same seed gives the same packets.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.parity.fuzz.run import FAMILIES, compared, guilty, made, troubles, write


def main() -> int:
    """Make, compare and print, family by family."""
    parser = argparse.ArgumentParser("python -m tests.parity.fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--packets", type=int, default=2000, help="of all families together")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument(
        "--protocol",
        dest="families",
        nargs="+",
        choices=FAMILIES,
        default=list(FAMILIES),
        metavar="NAME",
        help=", ".join(FAMILIES),
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the examples are saved")
    arguments = parser.parse_args()
    status = 0
    for family in arguments.families:
        count = max(arguments.packets // len(arguments.families), 1)
        packets = list(made(family, arguments.seed, count))
        tally = compared(packets)
        lines = troubles(tally)
        agreed = sum(counts.agreed for counts in tally.fields.values())
        wrong = sum(tally.wrong.values())
        print(f"{family}: seed {arguments.seed}, {count} packets, {agreed} fields agree, "
              f"{wrong} where tshark is wrong")  # fmt: skip
        for line in lines:
            status = 1
            print(f"  {line}")
        if lines and arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            path = arguments.keep / f"{family}-{arguments.seed}.pcap"
            write(path, guilty(packets, tally))
            print(f"  saved: {path}")
    return status


if __name__ == "__main__":
    sys.exit(main())

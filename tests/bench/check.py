"""``sixscope check`` and ``sixscope diff`` over captures of many packets.

    python -m tests.bench.check [--packets 20000] [--rounds 3]

``diff`` compares a capture with itself, with one whose hop limits are one less in every tenth
packet, and with one that differs in everything; ``check`` asks expectations, and holds a golden.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from dissect.capture.open import open_records
from dissect.capture.write import PcapWriter
from tests.bench.make_capture import write
from tests.bench.measure import SIXSCOPE, medians

HOP_LIMIT = 21
"""Where it stands in an Ethernet frame."""
EXPECTED = """\
capture = "a.pcap"

[[expect]]
name = "no errors"
filter = "icmpv6.type == 1"
count = ">= 0"

[[expect]]
name = "hop limits"
filter = "ipv6"
every = "ipv6.hlim > 0"

[[expect]]
name = "echoes"

[expect.response]
request = "icmpv6.type == 128"
reply = "icmpv6.type == 129"
key = ["icmpv6.echo.identifier"]
within = 3600.0
"""
GOLDEN = """\
capture = "a.pcap"

[golden]
fields = ["ipv6", "udp"]
"""


def fewer_hops(source: Path, made: Path) -> None:
    """The same capture, every tenth packet of which has passed a router."""
    with open_records(source) as records, made.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        for record in records:
            octets = bytearray(record.data)
            if record.number % 10 == 0 and octets[12:14] == b"\x86\xdd":
                octets[HOP_LIMIT] = max(octets[HOP_LIMIT] - 1, 1)
            writer.packet(bytes(octets), record.time_ns)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.check")
    parser.add_argument("--packets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        first, hops, other = (str(folder / f"{one}.pcap") for one in "abc")
        write(Path(first), options.packets, "ipv6")
        fewer_hops(Path(first), Path(hops))
        write(Path(other), options.packets, "mixed")
        for file, text in (("expect", EXPECTED), ("golden", GOLDEN)):
            (folder / f"{file}.sixscope.toml").write_text(text)
        golden = [*SIXSCOPE, "check", str(folder / "golden.sixscope.toml")]
        runs = {
            "diff, the same": [*SIXSCOPE, "diff", first, first],
            "diff, a tenth after a hop": [*SIXSCOPE, "diff", first, hops],
            "diff, all different": [*SIXSCOPE, "diff", first, other],
            "check, expectations": [*SIXSCOPE, "check", str(folder / "expect.sixscope.toml")],
            "check --update, a golden": [*golden, "--update"],
            "check, a golden": golden,
        }
        print(f"{options.packets:,} packets")
        for name, took in medians(runs, options.rounds).items():
            print(f"  {name:34} {took.seconds:7.2f} s {took.memory:5} MiB", flush=True)


if __name__ == "__main__":
    main()

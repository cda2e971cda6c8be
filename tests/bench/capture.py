"""A benchmark capture: the project's own Ethernet packets over and over, with times that go on."""

from __future__ import annotations

import itertools
from pathlib import Path

from dissect.capture.open import open_records
from dissect.capture.write import PcapWriter

CAPTURES = Path(__file__).parents[2] / "captures"
LONGEST = 2000
"""Octets; jumbograms would make every figure one about copying."""


def sample() -> list[bytes]:
    """Ethernet packets of the recordings in ``captures/lab``, in their order."""
    packets = []
    for path in sorted((CAPTURES / "lab").glob("*.pcap*")):
        with open_records(path) as records:
            packets += [
                r.data for r in records
                if r.interface.link_type == 1 and r.captured == r.original <= LONGEST
            ]  # fmt: skip
    return packets


def write(path: Path, packets: int) -> None:
    """Write a pcap file with so many packets, one a microsecond."""
    octets = sample()
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        for number, data in enumerate(itertools.islice(itertools.cycle(octets), packets)):
            writer.packet(data, 1_700_000_000_000_000_000 + 1000 * number)

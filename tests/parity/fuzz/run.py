"""Making packets, and comparing them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dissect.capture.write import PcapWriter
from dissect.crosscheck.compare import Row
from dissect.crosscheck.tally import Tally, check_files
from making.build import BEGIN, MILLISECOND
from tests.parity.fuzz import dhcpv6, icmpv6, ipv6, numbers, tunnels, varied
from tests.parity.fuzz.chance import Chance

Generator = Callable[[Chance], bytes]
FAMILIES: dict[str, Generator] = {
    "nd": icmpv6.neighbours,
    "mld": icmpv6.listeners,
    "errors": icmpv6.errors,
    "rpl": icmpv6.rpl,
    "icmpv6": icmpv6.others,
    "options": ipv6.hop_by_hop,
    "headers": ipv6.extension_headers,
    "routes": ipv6.routes,
    "dhcpv6": dhcpv6.dhcpv6,
    "numbers": numbers.numbers,
    "ip": tunnels.in_ip,
    "gre": tunnels.gre,
    "teredo": tunnels.teredo,
    "vxlan": tunnels.vxlan,
    "geneve": tunnels.geneve,
    "mpls": tunnels.mpls,
    **{name: varied.varied(*files) for name, files in varied.CAPTURES.items()},
}
LIES = 0.04
"""How probable it is that a length, count or type in a packet that may be broken is wrong."""
COUNTED_ON = (".stream", ".time_relative", ".time_delta")
"""Endings of fields that differ in all later packets where one differs."""


class Made(NamedTuple):
    """A random packet, and what it was made from."""

    octets: bytes
    family: str
    seed: int
    number: int


def made(family: str, seed: int, count: int, lies: float = LIES) -> Iterator[Made]:
    """Packets of a family, whole and broken ones in turn."""
    for number in range(count):
        chance = Chance(f"{family} {seed} {number}", lies * (number % 2))
        yield Made(FAMILIES[family](chance), family, seed, number)


def write(path: Path, packets: Iterable[Made]) -> None:
    """A pcap file of frames, a millisecond apart."""
    with path.open("wb") as stream:
        file = PcapWriter(stream)
        for index, packet in enumerate(packets):
            file.packet(packet.octets, BEGIN + index * MILLISECOND)


def compared(packets: list[Made], jobs: int = os.cpu_count() or 1) -> Tally:
    """The packets beside tshark; the number of an example counts from 1."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.pcap"
        write(path, packets)
        ((_, tally),) = check_files([str(path)], jobs=jobs)
    for name in [name for name in tally.fields if name.endswith(COUNTED_ON)]:
        del tally.fields[name]
    return tally


def troubles(tally: Tally) -> list[str]:
    """What disagrees, a line for each field and each example."""
    lines = list(tally.problems + tally.errors)
    for field, counts in tally.worst(len(tally.fields)):
        lines.append(f"{field}: {counts.disagreed}")
        lines += [
            f"  packet {e.packet}  here {_words(e.ours)}  tshark {_words(e.theirs)}"
            for e in counts.examples
        ]
    return lines


def _words(row: Row | None) -> str:
    return "-" if row is None else f"{row.offset}+{row.length} {row.show:.60}"


def guilty(packets: list[Made], tally: Tally) -> list[Made]:
    """The packets of the examples, in order."""
    numbers = {e.packet for counts in tally.fields.values() for e in counts.examples}
    return [packets[number - 1] for number in sorted(numbers)]

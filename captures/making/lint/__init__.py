"""Packets that break the rules of lint, and near misses: a file of cases an area.

Each module has ``cases()``; a case's packets are written with a comment that says its rule and
whether they break it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from dissect.capture.write import PcapngWriter
from making.build import BEGIN

SECOND = 1_000_000_000
APART = 10_000
"""Seconds between cases: longer than any rule remembers."""


@dataclass(frozen=True)
class At:
    """A packet, and what the capture file says of it.

    after     seconds after the packet before
    link      link type
    original  octets that it had, if more than the capture kept
    """

    data: bytes
    after: float = 0.1
    link: int = 1
    original: int | None = None


Given = bytes | At


@dataclass(frozen=True)
class Case:
    """Packets that together break a rule, or nearly do; ``why`` says what is right about those."""

    rule: str
    packets: tuple[At, ...]
    why: str = ""

    @property
    def comment(self) -> str:
        """What is written beside the packets."""
        return f"{self.rule} near miss: {self.why}" if self.why else f"{self.rule} broken"


def broken(rule: str, *packets: Given) -> Case:
    """Packets that break a rule."""
    return Case(rule, tuple(map(_at, packets)))


def near(rule: str, why: str, *packets: Given) -> Case:
    """Packets that don't break a rule, but for a little."""
    return Case(rule, tuple(map(_at, packets)), why)


def _at(packet: Given) -> At:
    return packet if isinstance(packet, At) else At(packet)


def write(cases: Callable[[], Iterator[Case]], path: Path) -> None:
    """A file of all cases, one behind the other."""
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        file = PcapngWriter(stream)
        interfaces: dict[int, int] = {}
        time = BEGIN
        for case in cases():
            time += APART * SECOND
            for packet in case.packets:
                if packet.link not in interfaces:
                    interfaces[packet.link] = file.interface(packet.link)
                time += round(packet.after * SECOND)
                file.packet(
                    packet.data, time, interfaces[packet.link], packet.original, case.comment
                )


FILES = {
    f"lint/{info.name}.pcapng": partial(
        lambda name, path: write(import_module(f"{__name__}.{name}").cases, path), info.name
    )
    for info in iter_modules(__path__)
}

"""The packets that a report cites, decoded again for its reader.

They are taken out of their files by number once the report is done, so that no packet is kept
while it is made; what came through a pipe can't be read again.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from dissect.analysis.table import Ref
from dissect.api import open_capture
from dissect.capture.record import CaptureError
from dissect.engine.packet import Packet
from dissect.export.base import View
from dissect.export.columns import Columns
from dissect.export.tree import Tree
from dissect.report.run import Report

MOST = 100
"""Packets that are decoded."""
LINES, WIDTH = 400, 400
"""Lines of one packet that are shown, and characters of a line."""

MARKS = ("[Expert Info (Warning", "[Expert Info (Error")
"""What is remarked on a packet, in its lines."""


class Layer(NamedTuple):
    """A protocol's line in a tree and what is under it; ``noted``: something is remarked there."""

    title: str
    lines: list[str]
    noted: bool


class Decoded(NamedTuple):
    """A packet: where it is, its columns in a packet list, its tree; ``cut``: lines left out."""

    ref: Ref
    path: str
    columns: tuple[str, ...]
    layers: list[Layer]
    cut: int


class Cited(NamedTuple):
    """The packets of a report that can be looked at, and how many more it cites."""

    packets: dict[Ref, Decoded]
    more: int
    from_pipes: bool


def cited(report: Report) -> Cited:
    """Those of findings first, then those of tables, row by row."""
    refs = list(dict.fromkeys(_refs(report)))
    readable = [ref for ref in refs if _is_readable(report.paths, ref)]
    packets: dict[Ref, Decoded] = {}
    for file, path in enumerate(report.paths):
        numbers = sorted(ref.number for ref in readable[:MOST] if ref.file == file)
        if numbers:
            packets |= {one.ref: one for one in _decoded(path, file, numbers)}
    ordered = {ref: packets[ref] for ref in sorted(packets, key=lambda ref: (ref.file, ref.number))}
    return Cited(ordered, len(refs) - len(ordered), len(readable) < len(refs))


def _refs(report: Report) -> Iterable[Ref]:
    yield from chain.from_iterable(finding.packets for finding in report.findings)
    for table in report.tables:
        for row in table.rows:
            yield from (value for value in row if isinstance(value, Ref))


def _is_readable(paths: list[str], ref: Ref) -> bool:
    return ref.file < len(paths) and os.path.isfile(paths[ref.file])


def _decoded(path: str, file: int, numbers: list[int]) -> Iterable[Decoded]:
    """Packets of one file, as far as they are still there."""
    columns = Columns(View(time="ud", names=True))
    with suppress(CaptureError, OSError, IndexError), open_capture(path) as capture:
        for number in numbers:
            packet = capture[number - 1]
            texts = tuple(map(_short, columns.texts(packet)))
            layers, cut = _layers(packet)
            yield Decoded(Ref(number, file), path, texts, layers, cut)


def _layers(packet: Packet) -> tuple[list[Layer], int]:
    """The tree's top level, each with its lines as ``show -V`` has them; and lines left out."""
    tree = Tree(io.StringIO(), View(names=True))
    layers: list[Layer] = []
    left, cut = LINES, 0
    for node in packet.tree.children or ():
        text = "\n".join(tree.lines([node], packet.data))  # a dump of octets is one of several
        lines = [_short(line.removeprefix("    ")) for line in text.split("\n") if line]
        if lines:
            cut += max(0, len(lines) - max(1, left))
            title, *lines = lines[: max(1, left)]
            left -= 1 + len(lines)
            layers.append(Layer(title, lines, any(mark in one for one in lines for mark in MARKS)))
    return layers, cut


def _short(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[:WIDTH]}…"

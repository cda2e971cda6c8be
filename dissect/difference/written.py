"""Decoded packets as text that a person reads, and ``git diff`` shows well; and back.

    # sixscope golden 1: slaac.pcapng
    # all fields

    = 4 ICMPv6 Router Solicitation from 00:00:5e:00:53:15
    eth
      eth.dst: 33:33:00:00:00:02
    …

A line is a layer (``ipv6``, ``ipv6 (quoted)``), a field (``name: value``), or text (``- words``),
indented as it stands in the tree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import BinaryIO

from dissect.difference.decoded import Decoded, Row

BEGINNING = "# sixscope golden 1"
QUOTED = " (quoted)"


class NotGolden(ValueError):
    """A file that we did not write; its text is one sentence."""


def text_of(packet: Decoded) -> str:
    """The lines of a packet."""
    lines = [f"= {packet.number} {packet.title}"]
    lines += ["  " * row.depth + _line(row) for row in packet.rows]
    return "\n".join(lines) + "\n\n"


def _line(row: Row) -> str:
    if row.layer:
        return row.name + (QUOTED if row.text else "")
    if not row.name:
        return f"- {row.text}"
    return f"{row.name}: {row.text}" if row.text else f"{row.name}:"


def packet_of(text: str) -> Decoded:
    """A packet from its lines; raises NotGolden."""
    head, *lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    sign, number, title = (*head.split(" ", 2), "", "")[:3]
    if sign != "=" or not number.isdecimal():
        raise NotGolden(f"{head!r} is not the first line of a packet")
    return Decoded(int(number), title, tuple(map(_row, lines)))


def _row(line: str) -> Row:
    inner = line.lstrip(" ")
    depth = (len(line) - len(inner)) // 2
    if inner.startswith("- "):
        return Row(depth, "", inner[2:])
    name, colon, text = inner.partition(": ")
    if not colon and inner.endswith(":"):
        name, colon = inner[:-1], ":"
    if colon:
        return Row(depth, name, text)
    return Row(depth, inner.removesuffix(QUOTED), "quoted" * inner.endswith(QUOTED), layer=True)


class Written:
    """Packets in such a file.

    settings  what the second line says: which fields are kept
    """

    def __init__(self, stream: BinaryIO, settings: str) -> None:
        self._stream = stream
        self._places: list[tuple[int, int]] = []
        self.settings = settings
        self.keys: list[Hashable] = []

    @classmethod
    def write(
        cls, stream: BinaryIO, name: str, settings: str, packets: Iterable[Decoded]
    ) -> Written:  # fmt: skip
        """Write a file from its beginning; what is written can be read at once."""
        made = cls(stream, settings)
        at = stream.write(f"{BEGINNING}: {name}\n# {settings}\n\n".encode())
        for packet in packets:
            size = stream.write(text_of(packet).encode("utf-8", "backslashreplace"))
            made._places.append((at, size))
            made.keys.append(packet.same)
            at += size
        stream.flush()
        return made

    @classmethod
    def read(cls, stream: BinaryIO) -> Written:
        """Read a file; raises NotGolden for one of somebody else."""
        if not stream.readline().decode("utf-8", "replace").startswith(BEGINNING):
            raise NotGolden("it is no golden of ours")
        settings = stream.readline().decode("utf-8", "replace").removeprefix("# ").strip()
        made = cls(stream, settings)
        for at, text in _pieces(stream):
            made._places.append((at, len(text)))
            made.keys.append(packet_of(text.decode("utf-8", "replace")).same)
        return made

    def packet(self, place: int) -> Decoded:
        """One of the packets."""
        at, size = self._places[place]
        self._stream.seek(at)
        return packet_of(self._stream.read(size).decode("utf-8", "replace"))


def _pieces(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The packets' lines, each with its place; empty lines part them."""
    start, lines = stream.tell(), b""
    for line in stream:
        if line.strip():
            lines += line
            continue
        if lines:
            yield start, lines
        start, lines = start + len(lines) + len(line), b""
    if lines:
        yield start, lines

"""A datagram of whose fragments only places and sums are kept, and a sender that numbers them."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.analysis.analysis import Place
from dissect.analysis.table import Ref, Row
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.analysis.analysis import Level

PIECES, NUMBERS = 8_192, 1_000
"""How many are kept: fragments of a datagram, Identifications of a sender."""
SECOND = 1_000_000_000
TIMEOUT = {6: 60 * SECOND, 4: 30 * SECOND}
ENOUGH = 4
"""Datagrams by which a sender's numbering is judged."""
GAP = 64
"""A step up to this is one of a counter that others use, too."""
WHOLE, OVERLAPPING, TIMED_OUT, OPEN = "whole", "overlapping", "timed out", "not seen whole"

Key = tuple[Any, ...]


class Piece(NamedTuple):
    """A fragment: ``start`` and ``end`` in the datagram's payload, ``last`` that none is behind it.

    atomic  it is the whole datagram (RFC 6946)
    """

    at: Place
    version: int
    source: bytes
    destination: bytes
    protocol: int
    number: int
    depth: int
    start: int
    end: int
    last: bool
    digest: int
    size: int

    @property
    def atomic(self) -> bool:
        """Whether it is alone."""
        return not self.start and self.last

    @property
    def key(self) -> Key:
        """What the fragments of a datagram have in common."""
        protocol = self.protocol if self.version == 4 else 0
        return self.at.link, self.depth, self.source, self.destination, self.number, protocol


class Datagram:
    """The fragments of a datagram so far."""

    def __init__(self, piece: Piece) -> None:
        self.head = piece
        self.pieces: dict[int, tuple[int, bool, int]] = {}
        self.starts: list[int] = []
        self.count = self.again = self.largest = 0
        self.length: int | None = None
        self.have = 0
        self.state = OPEN
        self.rules: dict[str, None] = {}
        self.given_up: Ref | None = None
        self.begun = self.ended = piece.at.time_ns
        self.first = self.last = piece.at.ref

    def add(self, piece: Piece) -> int:
        """Take in a fragment; returns by how many more are held."""
        self.count += 1
        self.largest = max(self.largest, piece.size)
        self.ended, self.last = piece.at.time_ns, piece.at.ref
        known = self.pieces.get(piece.start)
        if known == (piece.end, piece.last, piece.digest):
            self.again += 1
            return 0
        if self.state is not OPEN:
            return 0
        if self._overlaps(piece):
            self.state = OVERLAPPING
            self.rules.setdefault("FRG-003")
        if piece.last:
            if self.length is not None and self.length != piece.end:
                self.rules.setdefault("FRG-007")
            self.length = piece.end
        if known is not None or len(self.pieces) >= PIECES:
            return 0
        self.pieces[piece.start] = piece.end, piece.last, piece.digest
        insort(self.starts, piece.start)
        self.have += piece.end - piece.start
        if self.state is OPEN and self.length is not None and self.have >= self.length:
            self.state = WHOLE
        return 1

    def _overlaps(self, piece: Piece) -> bool:
        at = bisect_right(self.starts, piece.start)
        before, after = self.starts[at - 1 : at], self.starts[at : at + 1]
        return any(self.pieces[start][0] > piece.start or start == piece.start for start in before
                   ) or any(start < piece.end for start in after)  # fmt: skip

    def fits(self, piece: Piece) -> bool:
        """Whether a fragment can be one of it: not one that begins another with the same number."""
        if self.ended and piece.at.time_ns - self.begun > TIMEOUT[piece.version]:
            return False
        if self.state is not WHOLE:
            return True
        return self.pieces.get(piece.start) == (piece.end, piece.last, piece.digest)

    @property
    def row(self) -> Row:
        """Its row."""
        head = self.head
        return (
            str(head.at.link) or None, f"IPv{head.version}", address_text(head.source),
            address_text(head.destination), head.protocol,
            f"0x{head.number:0{8 if head.version == 6 else 4}x}", head.depth, self.state,
            self.count, self.again, self.have, self.length, self.largest,
            (self.ended - self.begun) / SECOND if self.begun else None,
            ", ".join(self.rules) or None, self.first, self.last,
        )  # fmt: skip


class Sender:
    """How one address numbers its datagrams, and what becomes of them."""

    def __init__(self, version: int, source: bytes, first: Ref) -> None:
        self.version, self.source = version, source
        self.states: Counter[str] = Counter()
        self.atomic = self.datagrams = 0
        self.numbers: list[tuple[bytes, int]] = []
        self.sizes: list[int] = []
        self.first = self.last = first

    def number(self, piece: Piece) -> None:
        """Note the number of a datagram that begins."""
        if len(self.numbers) < NUMBERS:
            self.numbers.append((piece.destination, piece.number))

    @property
    def pattern(self) -> str | None:
        """How it counts; None where there are too few to tell."""
        if len(self.numbers) < ENOUGH:
            return None
        whole = _pattern([number for _, number in self.numbers], self.version)
        if whole != "random":
            return whole
        by_end: dict[bytes, list[int]] = {}
        for end, number in self.numbers:
            by_end.setdefault(end, []).append(number)
        found = {_pattern(some, self.version) for some in by_end.values() if len(some) >= ENOUGH}
        return "counts up for each destination" if found == {"counts up"} else "random"

    @property
    def row(self) -> Row:
        """Its row."""
        sizes = self.sizes
        return (
            f"IPv{self.version}", address_text(self.source), self.datagrams,
            *(self.states[state] for state in (WHOLE, OVERLAPPING, TIMED_OUT, OPEN)), self.atomic,
            self.pattern, min(sizes, default=None), int(median(sizes)) if sizes else None,
            max(sizes, default=None), self.first, self.last,
        )  # fmt: skip


def wrongs(datagram: Datagram) -> Iterator[tuple[str, Level, str]]:
    """What is wrong with a datagram."""
    six = datagram.head.version == 6
    if datagram.state == OVERLAPPING:
        text = "has fragments that overlap" + (": receivers discard it" if six else "")
        yield "FRG-003", "error" if six else "warning", text
    if "FRG-007" in datagram.rules:
        yield "FRG-007", "error", "has last fragments that disagree about its length"
    if "FRG-008" in datagram.rules:
        have = f"{datagram.have:,} of "
        have += f"{datagram.length:,}" if datagram.length is not None else "an unknown number of"
        how = "timed out" if datagram.state == TIMED_OUT else "was not seen whole"
        if datagram.given_up is not None:
            how = f"was given up by its receiver (packet {datagram.given_up})"
        yield "FRG-008", "note", f"{how}: {have} octets came"


def _pattern(numbers: list[int], version: int) -> str:
    """How numbers follow each other."""
    size = 1 << (32 if version == 6 else 16)
    steps = [(later - number) % size for number, later in pairwise(numbers)]
    if not any(steps):
        return "constant"
    if all(step == 1 for step in steps):
        return "counts up"
    return "counts up with gaps" if all(0 < step <= GAP for step in steps) else "random"

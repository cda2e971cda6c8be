"""A chunk: some ten thousand packets of a capture, side by side."""

from __future__ import annotations

import mmap
from enum import IntFlag
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dissect.engine.packet import Packet

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Flag(IntFlag):
    """What is special about a row."""

    UNSURE = 1
    """The tree reader's: the columns don't say what is in it."""
    FRAGMENT = 2
    """A part of a datagram, outside of any quote; always unsure: it may be the last one."""
    TRUNCATED = 4
    """The capture holds less than went over the wire."""
    OPEN = 8
    """Behind UDP or TCP is ``data`` by its port and looks; a session may know better."""
    RESOLVED = 16
    """Chain and columns come from the tree."""


class Occurrences(NamedTuple):
    """The occurrences of a field in a chunk, flat, by row and then in the packet's order.

    rows       the row of each; ascending, several times where several layers have the field
    values     numbers in native byte order, or (N, size) octets for addresses and the like
    instances  which of the row's it is, from 1
    """

    rows: Rows
    values: NDArray[Any]
    instances: NDArray[np.int64]


class Chunk:
    """Packets of a capture as columns; see the package's own words."""

    data: bytes | mmap.mmap
    start: Rows
    number: Rows
    time_ns: Rows
    captured: Rows
    original: Rows
    interface: Rows
    link_type: Rows
    flags: NDArray[np.uint16]
    chain: NDArray[np.int32]

    def __len__(self) -> int:
        raise NotImplementedError

    @property
    def unsure(self) -> Mask:
        """The rows that are the tree reader's."""
        raise NotImplementedError

    def field(self, name: str, instance: int | None = None) -> Occurrences:
        """The occurrences of a field in the rows that are sure, or the nth one in each."""
        raise NotImplementedError

    def known(self, name: str) -> Mask:
        """The rows for which ``field`` surely has all that the tree would show."""
        raise NotImplementedError

    def layers(self, protocol: str) -> Rows:
        """The rows, ascending and each once, that have a layer of that name, quoted ones too."""
        raise NotImplementedError

    def known_layers(self, protocol: str) -> Mask:
        """The rows for which ``layers`` is sure, either way."""
        raise NotImplementedError

    def column(self, name: str) -> NDArray[Any]:
        """One value a row, by a name of ``columns.NAMES``."""
        raise NotImplementedError

    def packet(self, row: int) -> Packet:
        """The packet, for the tree reader; it knows nothing of the others."""
        raise NotImplementedError

"""What the UI and the engine say to each other."""

from __future__ import annotations

from typing import Any, NamedTuple

MOST_NOTED = 1 << 20
"""Packets with a warning or an error that are listed; others are counted."""


class Ask(NamedTuple):
    """A question for a module of ``calls``: answered by one ``Told``, then ``Ended``."""

    id: int
    name: str
    args: tuple[Any, ...]


class Start(NamedTuple):
    """Begin a job of ``jobs``: any number of ``Told``, then ``Ended``."""

    id: int
    name: str
    args: tuple[Any, ...]


class Cancel(NamedTuple):
    """End a job at once; nothing more is told of it."""

    id: int


class Told(NamedTuple):
    """An answer, or a part of a job's result."""

    id: int
    value: Any


class Ended(NamedTuple):
    """A question or job is over; ``error`` is a sentence if it failed."""

    id: int
    error: str = ""


class State(NamedTuple):
    """Unasked: how far the capture is known.

    packets   found so far
    read      the byte of the (decompressed) file that the search has come to
    size      bytes that there are now
    complete  all there is now has been looked at
    live      more may come: a pipe that is open, a file that grew
    ready     filters and columns are loaded: colour rules are answered
    damage    why the rest can't be read
    format    pcap or pcapng, empty until its first bytes are there
    traced    packets of which is known what depends on those before them
    noted     of those, packets with a warning or an error
    """

    packets: int = 0
    read: int = 0
    size: int = 0
    complete: bool = False
    live: bool = False
    ready: bool = False
    damage: str = ""
    format: str = ""
    traced: int = 0
    noted: int = 0

"""What all exporters have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TextIO

from dissect.engine.packet import Packet
from dissect.engine.values import FRAME, INTERVAL, TIME


@dataclass(frozen=True, slots=True)
class View:
    """What the user wants to see, in whatever format.

    time      tshark's names of time formats: r, a, ad, adoy, d, dd, e, u, ud, udoy
    outer     the Source and Destination columns show the outermost addresses
    names     MAC addresses with their vendors' names
    hexdump   the octets too
    color     with colours for a terminal
    path      of the capture, where the format says it
    fields, options   what ``-T fields`` prints, and how
    """

    time: str = "r"
    outer: bool = False
    names: bool = False
    hexdump: bool = False
    color: bool = False
    path: str = ""
    fields: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)


class Exporter:
    """Writes packets to a text stream: ``start()``, ``packet(p)`` for each, ``end()``."""

    needs_tree: ClassVar[bool] = True

    def __init__(self, stream: TextIO, view: View) -> None:
        self.stream = stream
        self.write = stream.write
        self.view = view

    def start(self) -> None:
        """Write what comes before the first packet."""

    def packet(self, packet: Packet) -> None:
        """Write one packet."""
        raise NotImplementedError

    def end(self) -> None:
        """Write what comes after the last packet."""


CACHED_OCTETS = 40
"""Fields up to this size are remembered with their text: most values come again and again."""

VOLATILE = frozenset(map(id, (TIME, INTERVAL, FRAME)))
"""Identities of the kinds whose values hardly ever come again (their hash would be slow)."""

CACHE_LIMIT = 40_000


class Cache(dict[object, str]):
    """Texts made before; starts anew when it is full, so that it stays bounded."""

    def keep(self, key: object, text: str) -> str:
        """Remember a text, and hand it back."""
        if len(self) >= CACHE_LIMIT:
            self.clear()
        self[key] = text
        return text

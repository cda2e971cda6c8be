"""What the analyses of a link share: messages with what is around them, values of a tree."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.analysis.analysis import Place
from dissect.analysis.table import Column
from dissect.columns.seen import Seen

if TYPE_CHECKING:
    from dissect.analysis.analysis import Link
    from dissect.engine.packet import Packet
    from dissect.engine.tree import Node

SECOND = 1_000_000_000
FOREVER = 0xFFFFFFFF
"""A lifetime that doesn't end."""
LINK = Column("link", "Link", "text", packet=True)
MAC = Column("mac", "MAC", "text")
FIRST, LAST = Column("first", "First", "packet"), Column("last", "Last", "packet")
RULES = Column("rules", "Rules", "text")
"""Ids of the rules that a row breaks."""


class Tick(NamedTuple):
    """An event that says nothing but that time has passed."""

    at: Place


class Inside(NamedTuple):
    """A message: its subtree, the IP header around it, the MAC address that sent its frame.

    ``mac`` is empty where there is none, as in a tunnel that carries no frames.
    """

    node: Node
    ip: Any
    mac: bytes


def messages(packet: Packet, names: Collection[str]) -> Iterator[Inside]:
    """The layers of some names that are not quoted, nor part of another, outermost first."""
    packet.decode(detail=True)
    ip: Any = None
    mac = b""
    for layer in packet.layers:
        if layer.quoted or layer.node is None:
            continue
        if layer.name == "eth":
            ip, mac = None, getattr(layer.header, "src", b"")
        elif layer.name == "sll":
            sender = layer.node.find("sll.src.eth")
            ip, mac = None, sender.value if sender else b""
        elif layer.name in ("ipv6", "ip") and layer.header is not None:
            mac = mac if ip is None else b""
            ip = layer.header
        elif layer.name in names and not layer.nested:
            yield Inside(layer.node, ip, mac)


def values(node: Node) -> dict[str, Any]:
    """Of each field below a node its first value, by display-filter name."""
    found: dict[str, Any] = {}
    for one in node.walk():
        if one.value is not None:
            found.setdefault(one.field.name, one.value)
    return found


def last_place(seen: Seen, file: int, link: Link) -> Place | None:
    """The last of some packets, by which a clock is set; None if none of them has a time."""
    from dissect.capture.table import NO_TIME

    if not len(seen.rows):
        return None
    row = seen.rows[-1]
    time = int(seen.chunk.time_ns[row])
    return None if time == NO_TIME else Place(int(seen.chunk.number[row]), time, link)


def link_text(link: Link) -> str | None:
    """For a column of links."""
    return str(link) or None


def seconds(start_ns: int, end_ns: int) -> float | None:
    """From one time to the other; None where one of them isn't known."""
    return (end_ns - start_ns) / SECOND if start_ns and end_ns else None

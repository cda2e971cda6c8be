"""Lines of messages that are in their octets alone: the same octets give the same line.

The tree reader says what it is, once for all messages that differ in no more than an identifier.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.engine.session import Session
from dissect.export.sanitise import visible
from dissect.lines.kinds import Group, Infos, Kind, Places, size_of
from dissect.protocols import udp
from dissect.protocols.ipv4 import IPv4

UDP_HEADER = size_of(udp.UDP)
LEAST = 12
"""Octets after which each of them has said what it is; before, the line is still the datagram's."""
LONGEST, MOST = 1500, 20_000
"""Octets of a message, and messages of a kind, that are remembered."""
IDENTIFIED = ("dns", "mdns", "llmnr")
"""Those that begin with an identifier of 16 bits, which stands in the line."""
IDENTIFIER = 2


class Told(dict[tuple[str, bytes], tuple[str, str]]):
    """What stands before and behind the identifier, or in two columns.

    Begins anew when there are too many.
    """

    def keep(self, key: tuple[str, bytes], parts: tuple[str, str]) -> tuple[str, str]:
        """Remember, and hand back."""
        if len(self) >= MOST:
            self.clear()
        self[key] = parts
        return parts


def _whole(g: Group) -> Mask:
    size = g.head(udp.UDP).len.astype(np.int64) - UDP_HEADER
    found: Mask = (size >= LEAST) & (size <= LONGEST) & g.whole
    return found


class Messages(Kind):
    """Messages of some protocols in UDP."""

    def __init__(self, *protocols: str) -> None:
        super().__init__("udp", udp.UDP, sure=_whole, infos=self._infos, over_udp=True)
        self._protocols = protocols
        self._told = Told()

    def _tells(self, behind: list[str]) -> bool:
        return len(behind) == 1 and behind[0] in self._protocols

    def _infos(self, g: Group) -> Infos:
        chunk, data = g.chunk, g.chunk.data
        names = [chunk.chains.protocols(number)[-1:] for number in range(len(chunk.chains))]
        size = g.head(udp.UDP).len
        for row, chain, at, end in zip(
            g.rows.tolist(), chunk.chain[g.rows].tolist(), (g.at + UDP_HEADER).tolist(),
            (g.at + size).tolist(), strict=True,
        ):  # fmt: skip
            name = names[chain][0]
            octets = data[at:end]
            mark, skip = "", 0
            if name in IDENTIFIED:
                mark, skip = f"0x{octets[:IDENTIFIER].hex()}", IDENTIFIER
            key = name, octets[skip:]
            parts = self._told.get(key)
            if parts is None:
                info = visible(chunk.packet(row).decode().info)
                before, _, behind = info.partition(mark) if mark else (info, "", "")
                parts = self._told.keep(key, (before, behind))
            yield mark.join(parts)


def _short(g: Group) -> Mask:
    found: Mask = (g.end - g.at <= LONGEST) & g.whole
    return found


class GroupManagement(Kind):
    """IGMP's messages, which say in the Protocol column of which version they are."""

    def __init__(self) -> None:
        super().__init__("igmp", IPv4, sure=_short, infos=self._infos)
        self._told = Told()

    def ends(self, protocols: list[str]) -> bool:
        """Whether a chain ends with it, behind IPv4."""
        return protocols[-2:] == ["ip", self.name] and super().ends(protocols)

    def begun(self, places: Places, session: Session, rows: Rows) -> Group:
        """Behind the IP header and its options."""
        at = places.at[rows]
        octets = 4 * (places.chunk.octets[at] & 15).astype(np.int64)
        return Group(places, session, rows, at + octets, places.end[rows])

    def protocols(self, group: Group) -> list[str]:
        """The Protocol column of each row."""
        return [protocol for protocol, _ in self._texts(group)]

    def _infos(self, g: Group) -> Infos:
        return (info for _, info in self._texts(g))

    def _texts(self, g: Group) -> Iterator[tuple[str, str]]:
        data = g.chunk.data
        for row, at, end in zip(g.rows.tolist(), g.at.tolist(), g.end.tolist(), strict=True):
            key = self.name, data[at:end]
            texts = self._told.get(key)
            if texts is None:
                packet = g.chunk.packet(row).decode()
                texts = self._told.keep(key, (visible(packet.protocol), visible(packet.info)))
            yield texts


KINDS = (Messages(*IDENTIFIED, "dhcpv6", "ripng"), GroupManagement())

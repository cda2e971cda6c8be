"""Lines of what UDP carries that are in its octets alone: the same octets give the same line.

The tree reader says what it is, once for all messages that differ in no more than an identifier.
"""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Mask
from dissect.export.sanitise import visible
from dissect.lines.kinds import Group, Infos, Kind, size_of
from dissect.protocols import udp

UDP_HEADER = size_of(udp.UDP)
LEAST = 12
"""Octets after which each of them has said what it is; before, the line is still the datagram's."""
LONGEST, MOST = 1500, 20_000
"""Octets of a message, and messages, that are remembered."""
IDENTIFIED = ("dns", "mdns", "llmnr")
"""Those that begin with an identifier of 16 bits, which stands in the line."""
IDENTIFIER = 2


class Told(dict[tuple[str, bytes], tuple[str, str]]):
    """What stands before and behind the identifier; begins anew when there are too many."""

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


KINDS = (Messages(*IDENTIFIED, "dhcpv6", "ripng"),)

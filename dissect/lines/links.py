"""Lines of ARP's common messages, which no IP header stands before."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.engine.session import Session
from dissect.engine.values import ipv4_text
from dissect.lines.kinds import Group, Infos, Kind, Places, size_of
from dissect.protocols import arp
from dissect.protocols.ethernet import FCS_LENGTHS, EthernetII
from dissect.protocols.vlan import Tag

CARRIERS = frozenset(("eth", "ethertype", "vlan"))
ADDRESSES = 8
"""Octets before the addresses."""
MESSAGE = ADDRESSES + 2 * (6 + 4)
FORMS = tuple(
    hardware << 48 | arp.IPV4_TYPE << 32 | 6 << 24 | 4 << 16 | operation
    for hardware in (arp.ETHERNET, arp.IEEE802) for operation in (arp.REQUEST, arp.REPLY)
)  # fmt: skip
"""What the others begin with: types and sizes of Ethernet's and IPv4's addresses, operations."""
FCS = 4


class Arp(Kind):
    """Requests and replies between Ethernet and IPv4, whose ends are those of the frame."""

    def __init__(self) -> None:
        super().__init__("arp", EthernetII, sure=_usual, infos=_infos)

    def ends(self, protocols: list[str]) -> bool:
        """Whether a chain ends with it, behind Ethernet and tags."""
        return protocols[-1:] == [self.name] and CARRIERS.issuperset(protocols[:-1])

    def begun(self, places: Places, session: Session, rows: Rows) -> Group:
        """Behind the type, in the frame or in its last tag."""
        link = places.of(EthernetII)[rows]
        at = np.maximum(link + size_of(EthernetII), places.of(Tag)[rows] + size_of(Tag))
        links = Places.around(places.chunk, EthernetII, rows, link)
        return Group(links, session, rows, at, at + MESSAGE)


def _usual(g: Group) -> Mask:
    found: Mask = g.end + _fcs(g.chunk) <= g.chunk.limit(g.rows)
    found[found] = np.isin(g.of(found).number(ADDRESSES, 0), FORMS)
    return found


def _fcs(chunk: Chunk) -> int:
    """Octets of the check sequence that may be at the end."""
    return FCS * any(one.fcs_length in FCS_LENGTHS for one in chunk.stretch.interfaces)


def _infos(g: Group) -> Infos:
    """Who has an address is told the session, which may know of another one."""
    data = g.chunk.data
    for at, number, now in zip(g.at.tolist(), g.numbers, g.times, strict=True):
        message, info = read(data[at : at + MESSAGE])
        found = arp.check(g.session, message, number, now)
        yield info + arp.INFO_DUPLICATE % ipv4_text(found[-1].address) if found else info


@lru_cache(maxsize=20_000)
def read(octets: bytes) -> tuple[arp.Arp, str]:
    """A message, and what it says."""
    message = arp.Arp(
        octets[ADDRESSES - 1], octets[8:14], octets[14:18], octets[18:24], octets[24:28],
        is_mac=True, is_ipv4=True,
    )  # fmt: skip
    return message, arp.purpose(message)[0]


KINDS = (Arp(),)

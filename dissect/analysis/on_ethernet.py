"""Messages that are met in Ethernet frames with nothing but tags around them, in columns."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dissect.columns.per_packet import TAGS
from dissect.protocols.ethernet import EthernetII
from dissect.protocols.vlan import InnerTag

if TYPE_CHECKING:
    from dissect.columns.chunk import Mask, Rows
    from dissect.columns.seen import Seen

AROUND = frozenset(("ethertype", "vlan", "ieee8021ad"))
TAG = 4
"""Octets of each."""


class Framed(NamedTuple):
    """Rows, and where in ``chunk.data`` their frames begin and what is behind types and tags."""

    rows: Rows
    frame: Rows
    at: Rows

    def only(self, mask: Mask) -> Framed:
        """Some of them."""
        return Framed(*(column[mask] for column in self))


def framed(seen: Seen, *behind: str) -> Framed:
    """The rows in whose frames there are just these protocols."""
    chunk = seen.chunk
    found = chunk.chains.where(("framed", behind), partial(_is_framed, behind))
    rows = np.flatnonzero(found[chunk.chain] & seen.mask)
    frame = chunk.start[rows]
    tags = np.zeros(len(chunk), np.int64)
    for part in seen.parts(*TAGS, InnerTag) if len(rows) else ():
        tags[part.rows] += 1
    return Framed(rows, frame, frame + EthernetII.__hdr_len__ + TAG * tags[rows])


def _is_framed(behind: tuple[str, ...], protocols: list[str]) -> bool:
    around, inside = protocols[1 : -len(behind)], protocols[-len(behind) :]
    return protocols[:1] == ["eth"] and inside == [*behind] and AROUND.issuperset(around)

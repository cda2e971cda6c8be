"""Fragments, as far as columns tell of them: a part of a datagram and what stands before it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.api import Capture
from dissect.columns import chunks
from dissect.columns.chunk import Chunk, Flag, Mask
from dissect.engine.packet import Packet
from dissect.engine.session import Session

ETHERNET = 1
PART = "eth:ethertype:ipv6:ipv6.fraghdr:data"
FRAME, NEXT, FRAGMENT = 14, 20, 44
"""Octets of an Ethernet header, where Next Header stands then, and the Fragment header's number."""
MOST = 4096
"""Fragments of a chunk that are kept; where there are more, all are asked about as trees."""

Parts = dict[int, Packet]


def with_parts(capture: Capture) -> Iterator[tuple[Chunk, Parts]]:
    """The chunks of a capture, with the packets of their fragments, by row.

    In a chunk columns are sure of the plain fragments that complete no datagram: before their
    Fragment header is nothing but IPv6's and Ethernet's.  Raises as ``chunks``.
    """
    session = capture.session(Session)
    for chunk in chunks(capture.records):  # which are to be put together, whatever the capture says
        fragments = chunk.flags & Flag.FRAGMENT != 0
        parts = {
            row: capture.packet(chunk.stretch.record(row), session)
            for row in np.flatnonzero(fragments).tolist()
        }
        if parts and len(parts) <= MOST and session.fragments is not None:
            plain = _plain(chunk, fragments)
            for row in np.flatnonzero(plain).tolist():
                plain[row] = not parts[row].decode().reassembled
            chunk.flags[plain] &= ~np.uint16(Flag.UNSURE)
            chunk.chain[plain] = chunk.chains.number(PART)
        yield chunk, parts


def _plain(chunk: Chunk, fragments: Mask) -> Mask:
    """The fragments right behind an IPv6 header that is right behind Ethernet's."""
    mask = fragments & (chunk.link_type == ETHERNET) & (chunk.captured == chunk.original)
    rows = np.flatnonzero(mask)
    start, octets = chunk.start[rows], chunk.octets
    mask[rows] = (octets[start + 12] == 0x86) & (octets[start + 13] == 0xDD)
    mask[rows] &= octets[start + NEXT] == FRAGMENT
    found: Mask = mask
    return found

"""SCTP: the head; data, acknowledgements, and control chunks that come alone."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.columns.group import Group, Onward, Result
from dissect.columns.targets import has
from dissect.columns.walk import vector
from dissect.protocols.sctp import DATA, I_DATA, PKTDROP, SACK, SCTP, WHOLE
from dissect.protocols.sctp_chunks import LEAST

CHUNKS = 12
"""Octets before the first chunk: the head and the checksum."""
CARRIERS = (DATA, I_DATA, PKTDROP)
"""Chunks that something goes on behind; of others one alone in a packet ends it, sound or not."""
ACKNOWLEDGEMENT = 16
"""Octets of a SACK without gaps and duplicates; either has 4."""
MOST = 16
"""Chunks in a packet; with more it is left to the tree reader."""


@vector("sctp", SCTP)
def sctp(g: Group) -> Result:
    """Each whole message is data, by a step of its own."""
    g.head(SCTP)
    g.fits(CHUNKS + 4)
    skip = np.full(len(g), CHUNKS)
    steps: list[Onward] = []
    for _ in range(MOST):
        more = g.at + skip < g.end
        if g.doubted is not None:
            more &= ~g.doubted
        if not more.any():
            return steps
        size, message = _chunk(g, skip, more)
        steps.append(Onward(name="data", skip=skip, where=message))
        skip = np.minimum(skip + size + (-size & 3), g.left)
        g.fits(skip, more)
    g.doubt(g.at + skip < g.end)
    return steps


def _chunk(g: Group, skip: Rows, here: Mask) -> tuple[Rows, Mask]:
    """The octets of the next chunk of each row, and where it is a whole message."""
    kind, flags, size = g.octet(skip), g.octet(skip + 1), g.short(skip + 2)
    data, ack = kind == DATA, kind == SACK
    counts = g.short(skip + 12) + g.short(skip + 14)
    alone = (skip == CHUNKS) & (g.left - skip <= size + 3) & ~np.isin(kind, CARRIERS)
    sound = data & (size >= LEAST[DATA]) | ack & (size == ACKNOWLEDGEMENT + 4 * counts) | alone
    g.doubt(here & ~sound)
    g.fits(skip + size, here)
    message = here & data & (flags & WHOLE == WHOLE)
    protocol = g.long(skip + 12)
    g.doubt(message & (protocol < 65536) & has("sctp_ppid", protocol & 0xFFFF))
    return np.where(here, size, 0), message

"""Packets written by moulds: most packets are like another but for numbers, addresses and octets.

    stream.writelines(exporter.blocks(elements(capture, exporter)))

What an exporter writes of a packet is known from three things: its octets, what the capture says
of it, and what the session told its dissectors (``Packet.state``).  A *mould* is that text with
holes.  It is cast from the exporter's own text of an invented packet, whose free octets and whose
state are numbers that come nowhere else: where they turn up are the holes.  A second one proves it:
a mould that doesn't give the exporter's text of that, too, is thrown away, and all packets of its
shape are decoded.  So nothing is said twice here of how a packet is decoded, nor of how it is
written.

``batch``    packets of one layout, and what columns are made of
``columns``  what may fill a hole: texts of free octets, by the header classes; of times and states
``layout``   packets whose headers stand in the same places: which octets are free, which are not
``states``   what the session tells of segments, datagrams, messages, one by one in their order
``mould``    casting and filling
``families`` which rows of a chunk have which layout, and are sure
``telling``  the first half: the session is told of all packets, in their order
``writing``  the second half: their texts; packets without mould go by their trees

The *shape* of a packet is its layout, its octets that aren't free, and what of its state is more
than a number.  Free is only what dissectors pass on: no text but its own depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from dissect.api import Capture
from dissect.engine.session import Settled
from dissect.export.base import Exporter
from dissect.moulds.telling import Telling
from dissect.moulds.writing import Writing

PACKETS = 32_768
"""At once: of all of them the columns are in memory."""


def elements(capture: Capture, exporter: Exporter) -> Iterator[str]:
    """The texts of all packets of a capture, in their order, each as its octets."""
    writing = Writing(exporter, capture.session(Settled))
    return chain.from_iterable(map(writing.texts, Telling(capture, PACKETS, writing.of_tree)))

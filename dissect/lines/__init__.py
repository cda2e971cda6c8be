"""The packet list of a whole capture, written from columns.

    listing = Listing(capture, view)
    for texts in listing: number, time, source, destination, protocol, length, info = texts

Most packets are of a few kinds whose line the columns can say: TCP, UDP, ESP (``transport``),
pings, errors, Neighbor Discovery, MLD (``messages``), ARP (``links``), and what gives the same line
for the same octets (``payloads``).  All others are decoded, one after the other, without a tree.
Both share one session, and what a line needs to know of the packets before it is asked and told by
the same functions, in the order of the packets: a kind's lines are made one by one, as their turn
comes.  Where a Routing header or a Home Address gives other ends, ``ways`` knows them.

The words of the Info column stand in the protocols' own files; a line is put together here.
"""

from __future__ import annotations

from dissect.lines.listing import Listing

__all__ = ["Listing"]

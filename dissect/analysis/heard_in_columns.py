"""What ordinary messages of Neighbor Discovery and ARP say, all those of a chunk at once.

Messages with few and ordinary options are read in columns; what is left is ``heard``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from dissect.analysis.discoveries import Discoveries, in_sight, messages_of
from dissect.analysis.heard import (
    DISCOVERY,
    HOP_LIMIT,
    OPTIONS,
    OVERRIDE,
    ROUTER_SOLICITATION,
    SOLICITATION,
    SPOTS,
    Heard,
    What,
    asked,
    heard,
)
from dissect.analysis.on_ethernet import Framed, framed
from dissect.analysis.places import octets_of, places, several
from dissect.columns.hashing import ordered
from dissect.columns.layout import Item, gather

if TYPE_CHECKING:
    from dissect.columns.chunk import Chunk, Mask, Values
    from dissect.columns.seen import Seen

ARP_SIZE, ARP_HEAD = 28, Item(">u8", 0, 8, 0, 0)
ARP_HEADS = (0x0001080006040001, 0x0001080006040002)
"""Ethernet, IPv4, 6 and 4 octets of addresses; a request or a reply (RFC 826)."""
FEW = 2
"""Options of a message that are read here."""
OPTION = 8
"""Octets of an ordinary option."""
SOURCE, TARGET = 1, 2
"""Options that hold MAC addresses."""
FLAGS, ADDRESS, MAC = Item("u1", 4, 1, 0, 0), Item("", 8, 16, 0, 0), Item("", 2, 6, 0, 0)
"""Of an advertisement; what it and a solicitation are about; in an option."""
WHATS: tuple[What, ...] = ("uses", "asks", "tells", "confirms")
USES, ASKS, TELLS, CONFIRMS = range(len(WHATS))


def heard_in(seen: Seen, file: int) -> Iterator[Heard]:
    """What the messages say in rows that the columns are sure of."""
    found = in_sight(seen)
    found = found.only(np.isin(found.kinds, DISCOVERY))
    ordinary, options = _options(seen.chunk, found)
    yield from _said(seen, file, found.only(ordinary), options[:, ordinary])
    for message in messages_of(seen, file, found.only(~ordinary)):
        yield from heard(message)
    yield from _asked(seen, file)


def arp_in(seen: Seen) -> Framed:
    """ARP's ordinary requests and replies, of Ethernet and IPv4."""
    found, chunk = framed(seen, "arp"), seen.chunk
    whole = found.only(found.at + ARP_SIZE <= chunk.limit(found.rows))
    heads = gather(chunk.data, ARP_HEAD, whole.at)
    return whole.only(np.isin(heads, ARP_HEADS))


def _asked(seen: Seen, file: int) -> Iterator[Heard]:
    """What these say."""
    found, data = arp_in(seen), seen.chunk.data
    for place, at in zip(places(seen, found.rows, file), found.at.tolist(), strict=True):
        octets = data[at : at + ARP_SIZE]
        yield from asked(place, octets[7], octets[8:14], octets[14:18], octets[24:28])


def _options(chunk: Chunk, found: Discoveries) -> tuple[Mask, Values]:
    """Which are read here, and where the first option of each kind is, (kinds, n); -1: nowhere."""
    octets, size = chunk.octets, found.stops - found.at
    head = np.zeros(len(size), np.int64)
    for kind, (start, _) in SPOTS.items():
        head[found.kinds == kind] = start
    rest = size - head
    ordinary = (head > 0) & (rest >= 0) & (rest <= FEW * OPTION) & (rest % OPTION == 0)
    ordinary &= found.ip_values(chunk, "hlim") == HOP_LIMIT
    is_probe = (found.kinds == SOLICITATION) & ~found.ip_values(chunk, "src").any(axis=1)
    ordinary &= ~is_probe
    places = np.full((max(OPTIONS) + 1, len(size)), -1)
    for number in range(FEW):
        mine = np.flatnonzero(ordinary & (rest > number * OPTION))
        at = found.at[mine] + head[mine] + number * OPTION
        kinds = octets[at]
        known = np.isin(kinds, tuple(OPTIONS)) & (octets[at + 1] == 1)
        ordinary[mine] = known
        mine, at, kinds = mine[known], at[known], kinds[known]
        places[kinds, mine] = np.where(places[kinds, mine] < 0, at, places[kinds, mine])
    return ordinary, places


def _said(seen: Seen, file: int, found: Discoveries, options: Values) -> Iterator[Heard]:
    """What ordinary messages say, in the order of their packets: of each two things at most.

    The first is that its sender uses an address, the second is about its target.
    """
    order = ordered(found.rows)
    found, options, chunk = found.only(order), options[:, order], seen.chunk
    asks, about = found.kinds == SOLICITATION, found.kinds != ROUTER_SOLICITATION
    at = np.where(about, found.at, 0)
    sources, targets = found.ip_values(chunk, "src"), gather(chunk.data, ADDRESS, at)
    tells = ~asks & (options[TARGET] >= 0)
    own = (found.frame >= 0) & (asks | (sources == targets).all(axis=1))
    macs = np.where(
        tells[:, None], gather(chunk.data, MAC, np.maximum(options[TARGET], 0)), found.macs(chunk)
    )
    flags = np.where(asks, OVERRIDE, gather(chunk.data, FLAGS, at) >> 5)
    what = np.select((asks, tells), (ASKS, TELLS), CONFIRMS)
    uses = (options[SOURCE] >= 0) & sources.any(axis=1)
    said = np.column_stack([uses, about]).ravel()

    def both(first: Values | int, second: Values) -> Values:
        """Of each thing that is said what is of the first ones and of the second ones."""
        pairs = np.stack([np.broadcast_to(first, second.shape), second], axis=1)
        found: Values = pairs.reshape(-1, *second.shape[1:])[said]
        return found

    everywhere = np.ones(len(at), np.bool_)
    source_macs = gather(chunk.data, MAC, np.maximum(options[SOURCE], 0))
    whats = both(USES, what)
    count = len(whats)
    return several(
        seen, both(found.rows, found.rows), file, Heard,
        list(map(WHATS.__getitem__, whats.tolist())), octets_of(both(sources, targets)),
        octets_of(both(source_macs, macs), both(everywhere, tells | own)),
        octets_of(both(sources, sources), whats == ASKS), both(OVERRIDE, flags).tolist(),
        [b""] * count, [0] * count,
    )  # fmt: skip

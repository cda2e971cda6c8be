"""Which packets the rows of a chunk are, with the links that they were captured on."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from dissect.analysis.analysis import Link, Place
from dissect.columns.layout import gather, layout_for
from dissect.protocols.vlan import LengthTag, ServiceTag, Tag

if TYPE_CHECKING:
    from dissect.columns.chunk import Rows
    from dissect.columns.seen import Seen

Numbers = NDArray[np.int64]
_LINKS: WeakKeyDictionary[Seen, tuple[int, list[Link], Numbers]] = WeakKeyDictionary()
"""All analyses ask for the same."""


def places(seen: Seen, rows: Rows, file: int) -> list[Place]:
    """Which packets some rows are; their time is 0 where the file has none."""
    chunk = seen.chunk
    links, which = links_of(seen, file)
    columns = (
        chunk.number[rows].tolist(), np.maximum(chunk.time_ns[rows], 0).tolist(),
        map(links.__getitem__, which[rows].tolist()),
    )  # fmt: skip
    return list(map(Place._make, zip(*columns, strict=True)))


def links_of(seen: Seen, file: int) -> tuple[list[Link], Numbers]:
    """The links of all rows, and of each row which of them it is; as ``link_of`` a packet."""
    known = _LINKS.get(seen)
    if known is None or known[0] != file:
        known = _LINKS[seen] = (file, *_links_of(seen, file))
    return known[1:]


def _links_of(seen: Seen, file: int) -> tuple[list[Link], Numbers]:
    chunk = seen.chunk
    named = chunk.stretch.form.name == "pcapng"
    links = [
        Link(file, one.id, one.name) if named else Link(file) for one in chunk.stretch.interfaces
    ]
    which = chunk.interface.astype(np.int64)
    for part in seen.parts(Tag, LengthTag, ServiceTag):
        tags = gather(chunk.data, layout_for(part.header).items["id"], part.at).astype(np.int64)
        both, inverse = np.unique(which[part.rows] << 12 | tags, return_inverse=True)
        which[part.rows] = len(links) + inverse
        links += [
            links[one >> 12]._replace(vlans=(*links[one >> 12].vlans, one & 0xFFF))
            for one in both.tolist()
        ]
    return links, which

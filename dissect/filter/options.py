"""Rows of a chunk in which options of Neighbor Discovery may be that hosts don't send.

Their fields are for the tree; but most messages surely have none of them (RFC 4861, section 4).
"""

from __future__ import annotations

import numpy as np

from dissect.columns import Chunk
from dissect.columns.chunk import Mask
from dissect.columns.readers.icmp import ND
from dissect.protocols.icmpv6 import Head

RARE = ("icmpv6.opt.prefix", "icmpv6.opt.rdnss", "icmpv6.opt.dnssl", "icmpv6.opt.route")
"""How the names of their fields begin."""
UNIT = 8
MOST = 64
"""Options that are looked at; behind them may be anything."""

BEFORE = np.full(256, -1, np.int64)
"""Octets of a message in front of its options, by its type; 0 without options, -1 unknown."""
BEFORE[[1, 2, 3, 4, 128, 129, 130, 131, 132, 143]] = 0
for _kind, _body in ND.items():
    BEFORE[_kind] = Head.__hdr_len__ + (4 if _body is None else _body.__hdr_len__)

COMMON = np.zeros(256, np.bool_)
"""Options that have none of these fields: link-layer addresses, and nonces."""
COMMON[[1, 2, 14]] = True


def may_have_rare(chunk: Chunk) -> Mask:
    """The rows that may have such options."""
    found: Mask = ~chunk.known("icmpv6.type")
    for part in chunk.parts:
        if part.header is not Head:
            continue
        whole = ~found[part.rows]
        rows, at = part.rows[whole], part.at[whole]
        before = BEFORE[chunk.octets[at]]
        found[rows[before < 0]] = True
        some = before > 0
        rows, at = rows[some], (at + before)[some]
        end = chunk.limit(rows)
        for _ in range(MOST):
            if not len(rows):
                break
            inside = at + UNIT <= end
            found[rows[~inside & (at < end)]] = True
            rows, at, end = rows[inside], at[inside], end[inside]
            size = chunk.octets[at + 1].astype(np.int64)
            common = COMMON[chunk.octets[at]] & (size > 0)
            found[rows[~common]] = True
            rows, at, end = rows[common], (at + UNIT * size)[common], end[common]
        found[rows] = True
    return found

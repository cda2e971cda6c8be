"""``Looks`` asked of many packets at once."""

from __future__ import annotations

from functools import cache

import numpy as np

from dissect.columns.chunk import Chunk, Mask, Rows
from dissect.engine.looks import Form, Looks


@cache
def beginnings(looks: Looks) -> Mask:
    """Which octets something that looks so may begin with."""
    return np.array([looks.begins(octet) for octet in range(256)])


def like(chunk: Chunk, looks: Looks, at: Rows, stop: Rows) -> Mask:
    """The rows whose octets from ``at`` up to ``stop`` look so."""
    found = stop - at >= looks.least
    if looks.forms:
        rows = np.flatnonzero(found)
        found[rows] = _any_form(chunk, looks.forms, at[rows], stop[rows])
    if looks.holds:
        rows = np.flatnonzero(found)  # of which few look so, so far
        last = np.minimum(at[rows] + looks.within, stop[rows])
        places = zip(at[rows].tolist(), last.tolist(), strict=True)
        found[rows] = [looks.holds in chunk.data[first:end] for first, end in places]
    return found


def _any_form(chunk: Chunk, forms: tuple[Form, ...], at: Rows, stop: Rows) -> Mask:
    found = np.zeros(len(at), np.bool_)
    for form in forms:
        rows = np.flatnonzero(~found & (at + len(form) <= stop))
        for place, (low, high) in enumerate(form):
            if (low, high) != (0, 255):
                value = chunk.octets[at[rows] + place]
                rows = rows[(value >= low) & (value <= high)]
        found[rows] = True
    return found

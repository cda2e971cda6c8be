"""Options of many packets at once: are they all of kinds that hold no surprise?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.columns.group import Group

MOST = 48
"""Options in one header; more are left to the tree reader."""


def sound(
    g: Group, skip: int, size: Rows, lengths: Mapping[int, tuple[int, int]], *,
    single: tuple[int, ...], counted: int, last: int = -1,
) -> Mask:  # fmt: skip
    """The rows in which all options from ``skip`` up to ``size`` are known and fit.

    lengths  by kind the least and the most octets of data
    single   kinds of one octet alone
    counted  octets that the length counts besides the data: 2 where it counts kind and length
    last     the kind that ends the options, what is behind it being padding
    """
    least, most = np.full(256, 256), np.full(256, -1)
    for code, (low, high) in lengths.items():
        least[code], most[code] = low, high
    found = np.ones(len(g), np.bool_)
    at, end = g.at + skip, np.minimum(g.at + size, g.stop)
    rows = np.flatnonzero(at < end)
    at, end = at[rows], end[rows]
    for _ in range(MOST):
        if not len(rows):
            return found
        kind = g.octet_at(at)
        alone = np.isin(kind, single)
        length = g.octet_at(at + 1) - counted
        fits = (length >= least[kind]) & (length <= most[kind])
        at = at + np.where(alone, 1, 2 + length)
        wrong = ~alone & ~fits | (at > end)
        found[rows[wrong]] = False
        on = ~wrong & (at < end) & (kind != last)
        rows, at, end = rows[on], at[on], end[on]
    found[rows] = False
    return found

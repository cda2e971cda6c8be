"""Captures as polars tables: a row a packet, made a chunk at a time from the columns.

    packets(["big.pcap"]).filter(pl.col("hops") < 2).group_by("src").len().collect()

``schema``  the columns there are: names, types, what they mean, how they are made
``fields``  further columns, of any field by its display-filter name
``frame``   from a chunk to a frame with the columns that are wanted, and no other
``source``  from captures to a lazy frame, which asks only for what a query mentions
``plain``   a frame for formats that have numbers and text only
``sink``    to files: Parquet, Arrow, CSV, NDJSON
``query``   SQL

polars takes 0.1 s to import: nothing outside this package and its users imports it.
"""

from __future__ import annotations

from dissect.table import query
from dissect.table.frame import Build
from dissect.table.schema import COLUMNS
from dissect.table.source import Captures, packets

__all__ = ["COLUMNS", "Build", "Captures", "packets", "query"]

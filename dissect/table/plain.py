"""Frames for formats that have nothing but numbers and text: CSV, JSON, what a person reads.

Times become ISO 8601 with nanoseconds, durations seconds, octets hexadecimal digits.  Text is
made visible and, for spreadsheets, no formula.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from dissect.export.sanitise import no_formula, visible

HARMLESS = r"^[^=+\-@[:^ascii:][:cntrl:]][^[:^ascii:][:cntrl:]]*$|^$"
"""Printable ASCII that no spreadsheet takes for a formula: most text is."""

ISO = "%Y-%m-%dT%H:%M:%S%.9fZ"


def plain(frame: pl.DataFrame, *, lists: bool = True, cells: bool = False) -> pl.DataFrame:
    """The frame with numbers, truths and text only.

    lists  what occurs several times stays a list; otherwise it is text with commas in between
    cells  for a spreadsheet
    """
    return pl.DataFrame([_column(series, lists, cells) for series in frame])


def _column(series: pl.Series, lists: bool, cells: bool) -> pl.Series:
    if series.dtype == pl.List:
        inner = _column(series.explode(keep_nulls=True, empty_as_null=True), lists, False)
        made = pl.Series(series.name, _regrouped(series, inner), dtype=pl.List(inner.dtype))
        if lists:
            return made
        return _safe(made.cast(pl.List(pl.String)).list.join(","), cells=cells)
    return _value(series, cells)


def _regrouped(series: pl.Series, values: pl.Series) -> list[list[Any] | None]:
    """The values of the lists, in lists again; an empty one has taken one place as null."""
    at, flat, groups = 0, values.to_list(), []
    for size in series.list.len().to_list():
        groups.append(None if size is None else flat[at : at + size])
        at += size or 1
    return groups


def _value(series: pl.Series, cells: bool) -> pl.Series:
    dtype = series.dtype
    if dtype == pl.Binary:
        return series.bin.encode("hex")
    if dtype == pl.Datetime:
        return series.dt.strftime(ISO)
    if dtype == pl.Duration:
        return series.dt.total_nanoseconds() / 1e9
    if dtype == pl.String:
        return _safe(series, cells=cells)
    return series if dtype.is_numeric() or dtype == pl.Boolean else series.cast(pl.String)


def _safe(series: pl.Series, *, cells: bool) -> pl.Series:
    harmless = series.str.contains(HARMLESS)
    if harmless.all():
        return series
    make: Callable[[str], str] = _cell if cells else visible
    texts = [text if text is None else make(text) for text in series.to_list()]
    return pl.Series(series.name, texts, dtype=pl.String)


def _cell(text: str) -> str:
    return no_formula(visible(text))

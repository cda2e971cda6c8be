"""SQL on the table of packets, which is built only as far as the query mentions it."""

from __future__ import annotations

import polars as pl

from dissect.table.plain import plain
from dissect.table.source import Captures

TABLE = "packets"

WIDEST = 65_000
"""Characters of a line of text, where it isn't for a terminal."""


class WrongQuery(Exception):
    """The query can't be answered; the message says why, in one line."""


def query(captures: Captures, text: str) -> pl.DataFrame:
    """The answer to a query in polars' SQL; raises WrongQuery, and what reading raises."""
    try:
        with pl.SQLContext({TABLE: captures.lazy()}, eager=False) as context:
            return context.execute(text).collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        raise WrongQuery(_sentence(error)) from None


def _sentence(error: Exception) -> str:
    """The first line, which says all; the others show polars' plan."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "no answer")


def as_text(answer: pl.DataFrame, width: int | None) -> str:
    """A table for a person; ``width``: characters of the terminal."""
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=WIDEST, fmt_table_cell_list_len=-1,
        tbl_width_chars=width or WIDEST, tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True, float_precision=None, thousands_separator=False,
    ):  # fmt: skip
        return f"{plain(answer, lists=False)}\n"


def as_markdown(answer: pl.DataFrame) -> str:
    """A Markdown table: pipes within cells are escaped, HTML too."""
    rows = plain(answer, lists=False)
    lines = [answer.columns, ["---"] * answer.width, *rows.rows()]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def as_csv(answer: pl.DataFrame) -> str:
    """As ``sixscope export`` writes it."""
    return plain(answer, lists=False, cells=True).write_csv()


def as_json(answer: pl.DataFrame) -> str:
    """An array of objects."""
    return plain(answer).write_json() + "\n"


def as_ndjson(answer: pl.DataFrame) -> str:
    """An object a line."""
    return plain(answer).write_ndjson()

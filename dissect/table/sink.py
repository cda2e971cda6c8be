"""Writing the table of packets to files, a chunk at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import polars as pl

from dissect.columns.read import PACKETS
from dissect.table.plain import plain
from dissect.table.source import Captures, Stopped

TextWriter = Callable[[Captures, BinaryIO], None]
FileWriter = Callable[[pl.LazyFrame, Path], object]


def csv(captures: Captures, stream: BinaryIO) -> None:
    """RFC 4180, a line of names first; several values of a field with commas in between."""
    first = True
    for frame in captures.frames():
        rows = plain(frame, lists=False, cells=True)
        stream.write(rows.write_csv(include_header=first).encode())
        first = False
    if first:
        stream.write((",".join(captures.schema) + "\n").encode())


def ndjson(captures: Captures, stream: BinaryIO) -> None:
    """A JSON object a line."""
    for frame in captures.frames():
        stream.write(plain(frame).write_ndjson().encode())


def parquet(frame: pl.LazyFrame, path: Path) -> None:
    """Row groups are of a chunk's size."""
    frame.sink_parquet(path, row_group_size=PACKETS)


def arrow(frame: pl.LazyFrame, path: Path) -> None:
    """Arrow's file format, with compressed buffers."""
    frame.sink_ipc(path, compression="lz4", record_batch_size=PACKETS)


TEXTS: dict[str, TextWriter] = {"csv": csv, "ndjson": ndjson}
"""Formats that can be written to any stream."""

FILES: dict[str, FileWriter] = {"parquet": parquet, "arrow": arrow}
"""Formats that polars writes to a file."""


def write_file(captures: Captures, form: str, path: Path) -> None:
    """Write one of FILES.  An exception in this thread, as by a signal, ends it at the next chunk.

    Raises what reading raises, OSError and polars' exceptions.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            FILES[form](captures.lazy(), path)
        except BaseException as error:
            failed.append(error)
        finally:
            done.set()

    done = threading.Event()  # a thread whose join() is interrupted counts as ended (Python 3.11)
    threading.Thread(target=run, name="sink").start()
    try:
        done.wait()
    finally:
        captures.stopped.set()
        done.wait()
    if failed and not isinstance(failed[0], Stopped):
        raise failed[0]

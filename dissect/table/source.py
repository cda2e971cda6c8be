"""From captures to frames, one chunk after another, and to a lazy frame that asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import polars as pl
from polars.io.plugins import register_io_source

from dissect.api import Capture, open_capture
from dissect.capture.record import DamagedCapture
from dissect.columns import Chunk
from dissect.columns.scan import each
from dissect.filter import Filter
from dissect.filter.chosen import Chosen
from dissect.filter.passing import Passed, passing_rows
from dissect.table.frame import Build

FILE = "file"
"""The column with the capture's name, where there are several."""


class Stopped(Exception):
    """Nobody waits for the rest any more."""


class Frame:
    """A chunk's frame, made by another process."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self.frame = pl.DataFrame()

    def update(self, chunk: Chunk) -> None:
        """Make the frame."""
        self.frame = self._build(chunk)

    def merge(self, other: Frame) -> None:
        """Frames stay apart."""
        raise NotImplementedError


@dataclass
class Captures:
    """The packets of captures as frames.

    damage   of those that are broken, after all before it has been given
    stopped  set it to end early
    """

    paths: Sequence[str]
    build: Build = field(default_factory=Build)
    chosen: Chosen = field(default_factory=Chosen)
    jobs: int = 1
    damage: list[DamagedCapture] = field(default_factory=list)
    stopped: Event = field(default_factory=Event)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The types by name."""
        named = {FILE: pl.String} if len(self.paths) > 1 else {}
        return named | self.build.schema

    def frames(self, build: Build | None = None) -> Iterator[pl.DataFrame]:
        """The frames, with these columns only.  Raises OSError, UnknownFormat, Stopped."""
        build = build or self.build
        for path in self.paths:
            try:
                for frame in self._of(path, build):
                    if self.stopped.is_set():
                        raise Stopped
                    if len(self.paths) > 1:
                        frame = frame.select(pl.lit(path).alias(FILE), pl.all())
                    yield frame
            except DamagedCapture as damage:
                if str(damage) not in map(str, self.damage):  # a query may read it twice
                    self.damage.append(damage)

    def _of(self, path: str, build: Build) -> Iterator[pl.DataFrame]:
        with open_capture(path) as capture:
            if self.chosen.all and not build.fields and self.jobs > 1:
                made = each(capture, partial(Frame, build), jobs=self.jobs)
                yield from (one.frame for one in made)
            else:
                for found in self.chosen.of(self._passing(capture, build)):
                    yield build(found.chunk, found.rows, found.seen)

    def _passing(self, capture: Capture, build: Build) -> Iterator[Passed]:
        return passing_rows(
            capture, self.chosen.test, build.look if build.fields else None, build.fields,
            last=self.chosen.last,
        )  # fmt: skip

    def lazy(self) -> pl.LazyFrame:
        """A lazy frame, for which only those columns are made that a query mentions."""

        def batches(
            names: list[str] | None, predicate: pl.Expr | None, most: int | None, size: int | None
        ) -> Iterator[pl.DataFrame]:
            build = self.build if names is None else self.build.only(names)
            for frame in self.frames(build):
                if names is not None:
                    frame = frame.select(names)
                if most is not None:
                    frame = frame.head(most)
                    most -= len(frame)
                yield frame if predicate is None else frame.filter(predicate)
                if most == 0:
                    return

        return register_io_source(batches, schema=self.schema)


def packets(paths: Sequence[str], test: Filter | None = None) -> pl.LazyFrame:
    """The packets of captures that pass a filter, as a lazy frame."""
    return Captures(paths, chosen=Chosen(test)).lazy()

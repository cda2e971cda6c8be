"""One capture to an exporter, by the way that is open."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TextIO, TypeVar

from dissect.show.selection import Selection

if TYPE_CHECKING:
    from dissect.api import Capture
    from dissect.export.base import Exporter, View

T = TypeVar("T")

FEW = 2000
"""So many packets are there sooner without numpy."""


class Reading(NamedTuple):
    """How captures are read: what ``open_capture`` is told."""

    relative_seq: bool
    reassemble: bool
    preferences: dict[str, str]


def exporter_of(form: str, stream: TextIO, view: View) -> Exporter:
    """The exporter of a format, importing no other."""
    made: Exporter = getattr(import_module(f"dissect.export.{form}"), form.title())(stream, view)
    return made


def show(
    path: str, form: str, exporter: Exporter, select: Selection, reading: Reading, jobs: int = 1
) -> str:  # fmt: skip
    """Show one file; hands back why it couldn't be read to its end, or nothing."""
    failures: list[str] = []
    live = _arrives(path)
    plain = not live and not reading.preferences

    def read(
        take: Callable[[Capture], Iterator[T]], number: Callable[[T, int], int]
    ) -> Iterator[T]:
        return _watched(_readable(path, take, failures, reading), number)

    many = plain and select.from_first and (select.count or FEW) >= FEW
    if many and exporter.by_columns:
        rows = read(
            lambda capture: islice(exporter.rows(capture), select.count), lambda _, nth: nth
        )
        exporter.stream.writelines(rows)
    elif many and exporter.by_moulds and jobs == 1:
        from dissect.moulds import elements

        texts = read(
            lambda capture: islice(elements(capture, exporter), select.count), lambda _, nth: nth
        )
        exporter.stream.flush()
        exporter.stream.buffer.writelines(exporter.blocks(texts))
    elif not live and jobs > 1 and exporter.apart:
        from dissect.show.jobs import Jobs

        work = Jobs(form, exporter, reading, jobs)
        by_moulds = many and exporter.by_moulds and not select.count
        for done in read(
            lambda capture: (
                work.by_moulds(capture) if by_moulds else work.packets(select.of(capture))
            ),
            lambda done, _: done.result(),
        ):
            done.result()
    else:
        for packet in read(select.of, lambda packet, _: packet.number):
            exporter.packet(packet)
            if live:
                exporter.stream.flush()
    if failures:
        exporter.stream.flush()
    return failures[0] if failures else ""


def _readable(
    path: str, take: Callable[[Capture], Iterator[T]], failures: list[str], reading: Reading
) -> Iterator[T]:
    """What is taken, up to the first failure to read; failures to write are another matter."""
    from dissect.api import open_capture
    from dissect.capture.record import CaptureError

    try:
        with open_capture(path, **reading._asdict()) as capture:
            yield from take(capture)
            places = capture.preferences.get("geoip")
            if places is not None and places.damage:
                failures.append(places.damage)
    except CaptureError as error:
        failures.append(str(error))
    except OSError as error:
        failures.append(f"{path}: {error.strerror or error}")


def _arrives(path: str) -> bool:
    """True for a pipe, whose packets are to be shown as they come."""
    try:
        mode = os.stat(path).st_mode if path != "-" else os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode)


def _watched(items: Iterator[T], number: Callable[[T, int], int]) -> Iterator[T]:
    """Count on stderr, where somebody waits at a terminal for output that goes elsewhere."""
    return _counted(items, number) if sys.stderr.isatty() and not sys.stdout.isatty() else items


def _counted(items: Iterator[T], number: Callable[[T, int], int]) -> Iterator[T]:
    due = time.monotonic() + 1
    for nth, item in enumerate(items, 1):
        yield item
        if time.monotonic() > due:
            due = time.monotonic() + 0.5
            print(f"\r{number(item, nth):,} packets", end="", file=sys.stderr, flush=True)
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)

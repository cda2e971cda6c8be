"""Where an export goes: a new file, which has its name only once it is complete."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""Besides SIGINT, which is an exception already."""


class Refused(Exception):
    """The place can't be written to; the message says why, in one line."""


@contextmanager
def new_file(path: str, *, force: bool = False) -> Iterator[Path]:
    """A temporary name beside ``path``, which becomes ``path`` when the block has ended well.

    After an exception, or a signal that asks us to end, nothing is left of it.  An existing file
    is replaced only with ``force``, and all at once; raises Refused where there is one without,
    or where what is there is no ordinary file.  Raises OSError.
    """
    place = Path(os.path.realpath(path))
    if place.exists():
        if not place.is_file():
            raise Refused(f"{path} is no ordinary file")
        if not force:
            raise Refused(f"{path} exists; --force replaces it")
    descriptor, name = tempfile.mkstemp(".part", f".{place.name[:200]}.", place.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        with _signals_end_us():
            yield temporary
        _allow_as_usual(temporary)
        if force:
            temporary.replace(place)
        else:
            _name_anew(temporary, place, path)
    finally:
        temporary.unlink(missing_ok=True)


def _name_anew(temporary: Path, place: Path, path: str) -> None:
    """Give a file its name unless another has got it in the meantime."""
    try:
        os.link(temporary, place)
    except FileExistsError:
        raise Refused(f"{path} exists; --force replaces it") from None
    except OSError:  # a file system without links
        temporary.rename(place)


def _allow_as_usual(temporary: Path) -> None:
    """The permissions that a new file gets, which a temporary one has not."""
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(0o666 & ~mask)


@contextmanager
def _signals_end_us() -> Iterator[None]:
    """Signals that would end the program at once raise SystemExit instead."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {}
    with suppress(ValueError):  # not the main thread, which alone can have signals
        before = {number: signal.signal(number, end) for number in SIGNALS}
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))  # polars replaces ours
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

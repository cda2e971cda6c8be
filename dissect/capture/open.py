"""Opening captures: plain or compressed, from a file, a pipe or standard input.

By its first bytes, never by its name.
"""

from __future__ import annotations

import io
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import BinaryIO

from . import pcap, pcapng
from .compress import LONGEST_MAGIC, compression, decompress
from .file import CaptureFile
from .pcap import Pcap
from .pcapng import Pcapng
from .record import DamagedCapture, UnknownFormat
from .window import MappedWindow, StreamWindow, Window

CHUNK = 1 << 16


def open_records(source: str | os.PathLike[str] | BinaryIO) -> CaptureFile:
    """Open a capture; "-" is standard input. Close it, or use it as a context manager.

    Raises OSError if there's no such file, UnknownFormat if it's no capture.
    """
    with ExitStack() as opening:
        path, stream = _stream(source, opening)
        whole = _whole(stream)
        window: MappedWindow | StreamWindow
        again = None
        if whole is not None:
            opening.callback(whole.close)
            kind = compression(whole.data[:LONGEST_MAGIC])
            again = partial(_decompressed, kind, whole) if kind else None
            window = again() if again else whole
        else:
            chunks = _arriving(stream)
            start = _first(chunks)
            kind = compression(start)
            chunks = chain([start], chunks)
            window = StreamWindow(decompress(kind, chunks) if kind else chunks)
        form = _format(path, window)
        resources = opening.pop_all()
    return CaptureFile(form, window, resources, compression=kind, again=again)


def _stream(
    source: str | os.PathLike[str] | BinaryIO, resources: ExitStack
) -> tuple[str, BinaryIO]:
    """A name for error messages, and what to read; what we open ourselves, we close."""
    if source == "-":
        return "<stdin>", sys.stdin.buffer
    if isinstance(source, str | os.PathLike):
        raw = resources.enter_context(open(source, "rb", buffering=0))  # noqa: SIM115
        return os.fspath(source), raw
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "<stream>", source


def _whole(stream: BinaryIO) -> MappedWindow | None:
    """All of it at once, if it's a regular file (at its start) or in memory already."""
    if isinstance(stream, io.BytesIO):
        return MappedWindow(stream.getvalue())
    try:
        descriptor = stream.fileno()
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and stream.tell() == 0:
            return MappedWindow(descriptor)
    except (AttributeError, io.UnsupportedOperation):
        pass
    return None


def _arriving(stream: BinaryIO) -> Iterator[bytes]:
    """Chunks of a pipe as they arrive, never waiting for one to be full."""
    read = getattr(stream, "read1", stream.read)
    while (chunk := read(CHUNK)) != b"":
        if chunk is None:  # nothing yet, in a pipe set not to wait
            select.select([stream], [], [])
        else:
            yield chunk


def _slices(whole: MappedWindow) -> Iterator[bytes]:
    """Chunks of a file."""
    return (whole.data[at : at + CHUNK] for at in range(0, len(whole.data), CHUNK))


def _first(chunks: Iterator[bytes]) -> bytes:
    """Enough of a stream to recognise its compression."""
    start = b""
    while len(start) < LONGEST_MAGIC and (chunk := next(chunks, b"")):
        start += chunk
    return start


def _decompressed(kind: str, whole: MappedWindow) -> StreamWindow:
    return StreamWindow(decompress(kind, _slices(whole)))


def _format(path: str, window: Window) -> Pcap | Pcapng:
    """The reader for a file that begins so."""
    window.more(0, 12)
    start = window.data[:12]
    if order := pcap.byte_order(start):
        return Pcap(path, window, order)
    if order := pcapng.byte_order(start):
        return Pcapng(path, order)
    if window.fault:
        raise DamagedCapture(path, 0, window.fault)
    raise UnknownFormat(path, 0, "neither a pcap nor a pcapng file" if start else "an empty file")

"""The piece of a capture file that is in memory: all of it (mapped), or a stretch of a stream.

Readers of a format see only `Window`: they walk through `data` and, at its end, ask for `more`.
So one loop serves files, pipes, compressed files and files that are still growing.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Protocol

from .record import CutCapture, DamagedCapture

AROUND = 1 << 21
"""Octets of the file that may come into memory with one that is needed, behind it and before."""


class BrokenStream(Exception):
    """A compressed stream can't be decompressed any further."""


class Window(Protocol):
    """Bytes of a capture file; positions are indexes of `data`, which starts at byte `base`."""

    data: bytes | mmap.mmap
    base: int
    fault: str  # why nothing more comes, where the stream itself is broken

    def more(self, position: int, need: int) -> int:
        """Try to have `need` bytes from `position` on; return where `position` is now.

        What lies before it may be gone afterwards. It waits for no more than it needs.
        """

    def skip(self, position: int, count: int) -> int:
        """Go `count` bytes on, or to the end if it comes first, holding none of them."""


class MappedWindow:
    """A whole plain file through mmap (or a whole file in memory); sees a file grow."""

    def __init__(self, source: int | bytes) -> None:
        """`source` is a file descriptor, which stays the caller's to close, or all the bytes."""
        self._descriptor = None if isinstance(source, bytes) else source
        self.data: bytes | mmap.mmap = b"" if isinstance(source, int) else source
        self.base = 0
        self.fault = ""
        self._grow()

    def _grow(self) -> None:
        if self._descriptor is None:
            return
        size = os.fstat(self._descriptor).st_size
        if size > len(self.data):  # the old map stays valid for whoever still reads it
            self.data = mmap.mmap(self._descriptor, size, access=mmap.ACCESS_READ)

    def more(self, position: int, need: int) -> int:
        """See `Window.more`: all there is, is there; unless the file has grown."""
        self._grow()
        return position

    def skip(self, position: int, count: int) -> int:
        """See `Window.skip`."""
        if position + count > len(self.data):
            self._grow()
        return min(position + count, len(self.data))

    def forget(self, start: int, stop: int) -> None:
        """Let go of the memory behind these bytes; they are read again from the file if need be.

        So memory stays flat where a large file is gone through.
        """
        if isinstance(self.data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            start -= start % AROUND
            if start < stop:
                self.data.madvise(mmap.MADV_DONTNEED, start, stop - start)

    def close(self) -> None:
        """Unmap the file."""
        if isinstance(self.data, mmap.mmap):
            with suppress(BufferError):  # somebody still looks at it, through numpy
                self.data.close()


class StreamWindow:
    """The current stretch of a stream, of which chunks arrive one after another."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.data: bytes | mmap.mmap = b""
        self.base = 0
        self.fault = ""
        self._chunks = chunks

    def _next(self) -> bytes:
        try:
            return next(self._chunks, b"")
        except BrokenStream as broken:
            self.fault = str(broken)
            return b""

    def more(self, position: int, need: int) -> int:
        """See `Window.more`: what lies before `position` goes, as much as is needed comes."""
        pieces = [self.data[position:]]
        have = len(pieces[0])
        while have < need and (chunk := self._next()):
            pieces.append(chunk)
            have += len(chunk)
        self.data = b"".join(pieces)
        self.base += position
        return 0

    def skip(self, position: int, count: int) -> int:
        """See `Window.skip`."""
        while position + count > len(self.data):
            count -= len(self.data) - position
            self.base += len(self.data)
            self.data = self._next()
            position = 0
            if not self.data:
                return 0
        return position + count

    def coarse(self, size: int) -> None:
        """From now on take so many bytes at a time, for who reads much and is in no hurry."""
        self._chunks = _joined(self._chunks, size)

    def copy_to(self, stream: IO[bytes]) -> None:
        """From now on write all that arrives to another stream, what is here already too."""
        stream.write(self.data)
        self._chunks = _copied(self._chunks, stream)

    def rest(self) -> Iterator[bytes]:
        """All that is left, beginning with what is in memory."""
        yield self.data[:]
        while chunk := self._next():
            yield chunk


def _copied(chunks: Iterator[bytes], stream: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        stream.write(chunk)
        yield chunk


def _joined(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Chunks put together until they have so many bytes; what comes before a fault, comes."""
    pieces: list[bytes] = []
    have = 0
    fault = None
    try:
        for chunk in chunks:
            pieces.append(chunk)
            have += len(chunk)
            if have >= size:
                yield _whole(pieces)
                have = 0
    except BrokenStream as broken:
        fault = broken
    yield _whole(pieces)
    if fault is not None:
        raise fault


def _whole(pieces: list[bytes]) -> bytes:
    """The pieces as one, without keeping them: who waits for the next ones would have both."""
    found = b"".join(pieces)
    pieces.clear()
    return found


def unfinished(path: str, window: Window, offset: int) -> DamagedCapture:
    """What to say when nothing more comes and the record at `offset` isn't complete."""
    if window.fault:
        return DamagedCapture(path, offset, window.fault)
    return CutCapture(path, offset, "cut short in the middle of a packet")

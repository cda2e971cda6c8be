"""Compressed captures, recognised by their first bytes and decompressed piece by piece; and
written, as their name's suffix asks for.

What a broken stream still yields comes first, then `BrokenStream`. Members that follow each
other are one file, as for gzip and zstd; anything else behind the last one is ignored.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, NamedTuple, Protocol

import lz4.frame
import zstandard

from .window import BrokenStream

PIECE = 1 << 16  # decompressed bytes at a time: a bomb costs time, but no memory


class Member(Protocol):
    """The decompressor of one compressed stream (gzip member, zstd frame ...)."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream has been reached."""

    @property
    def needs_input(self) -> bool:
        """Whether there's nothing more to give without more data."""

    @property
    def unused_data(self) -> bytes | None:
        """What came behind the end of the stream."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Take this in, and give at most so many bytes."""


class _Gzip:
    """zlib's decompressor in the shape of the others."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._error: zlib.error | None = None

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        if self._error:
            raise self._error
        data = self._stream.unconsumed_tail + data
        before = self._stream.copy()
        try:
            return self._stream.decompress(data, max_length)
        except zlib.error as error:
            self._error = error
        # zlib keeps to itself what it had before the error: go there again, byte by byte.
        good = bytearray()
        try:
            for byte in data:
                good += before.decompress(bytes([byte]))
        except zlib.error:
            pass
        return bytes(good)


class _Zstd:
    """A zstd frame; its decompressor knows no maximum, so it gets little at a time."""

    INPUT = 256  # at most 64 blocks of 128 KiB

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return self._frame.unused_data + self._waiting

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        data = self._waiting + data
        self._waiting = data[self.INPUT :]
        return self._frame.decompress(data[: self.INPUT])


class Codec(NamedTuple):
    """How a compression begins, and how to undo it."""

    magic: bytes
    member: Callable[[], Member]


CODECS = {
    "gzip": Codec(b"\x1f\x8b\x08", _Gzip),
    "zstd": Codec(b"\x28\xb5\x2f\xfd", _Zstd),
    "xz": Codec(b"\xfd7zXZ\x00", partial(lzma.LZMADecompressor, memlimit=256 << 20)),
    "bz2": Codec(b"BZh", bz2.BZ2Decompressor),
    "lz4": Codec(b"\x04\x22\x4d\x18", lz4.frame.LZ4FrameDecompressor),
}
LONGEST_MAGIC = max(len(codec.magic) for codec in CODECS.values())
ERRORS = (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, ValueError, RuntimeError)


SUFFIXES = {".gz": "gzip", ".zst": "zstd", ".xz": "xz", ".bz2": "bz2", ".lz4": "lz4"}
"""How the names of compressed files end."""

COMPRESSORS: dict[str, Callable[[BinaryIO], Any]] = {
    "gzip": partial(gzip.GzipFile, "", "wb", 6, mtime=0),
    "zstd": partial(zstandard.open, mode="wb"),
    "xz": partial(lzma.open, mode="wb"),
    "bz2": partial(bz2.open, mode="wb"),
    "lz4": partial(lz4.frame.open, mode="wb"),
}


@contextmanager
def compressed(name: str, stream: BinaryIO) -> Iterator[BinaryIO]:
    """A stream that is written to another one compressed; "" is none: as it is."""
    if not name:
        yield stream
        return
    with COMPRESSORS[name](stream) as packing:
        yield packing


def compression(start: bytes) -> str:
    """The name of the compression of a file that starts so; "" for none that we know."""
    for name, codec in CODECS.items():
        if start.startswith(codec.magic):
            return name
    return ""


def decompress(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The decompressed chunks of a file that comes in compressed chunks."""
    codec = CODECS[name]
    data = next(chunks, b"")
    while data.startswith(codec.magic):
        member = codec.member()
        while not member.eof:
            try:
                piece = member.decompress(data, PIECE)
            except ERRORS as error:
                raise BrokenStream(f"{name}: {error}") from error
            data = b""
            if piece:
                yield piece
            elif not member.eof and member.needs_input:
                data = next(chunks, b"")
                if not data:
                    raise BrokenStream(f"{name}: cut short, the end of the stream is missing")
        data = (member.unused_data or b"").lstrip(b"\0")  # padding, of xz and of tapes
        while len(data) < len(codec.magic) and (chunk := next(chunks, b"")):
            data = (data + chunk).lstrip(b"\0")

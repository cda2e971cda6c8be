"""A plain file to read from, whatever the capture comes as.

A pipe or a compressed file is written to a temporary file by a process of its own; the engine reads
that file while it grows.  So everything else knows one kind of capture only.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from dissect.capture.compress import LONGEST_MAGIC, compression, decompress
from dissect.capture.window import BrokenStream

CHUNK = 1 << 16
HEADER = 28
"""Octets of the longest header that a file begins with; fewer are worth a look at the end only."""

SMALL = 64 << 20
"""Octets that may be written whatever the disk has left; more only while a twentieth is free, so
that a compressed capture of any size doesn't fill it."""

CAPTURE, DAMAGE = "capture", "damage"
"""Files in the spool: what came through a pipe or was compressed, and why it ends there."""


class Source:
    """Where the octets of a capture are.

    name    as the user calls it
    damage  why no more came, where that is a fault
    """

    def __init__(self, path: str, spool: str, stdin: int | None) -> None:
        """``spool`` is a folder for temporary files; ``stdin`` a descriptor to read from, where
        that is what ``path`` means.
        """
        self.name = "<stdin>" if path == "-" else path
        self.damage = ""
        self._path = path
        self._spool = Path(spool)
        self._stdin = stdin
        self._filler: int | None = None
        self._plain = ""
        self._size = 0
        self._grew = False

    @property
    def live(self) -> bool:
        """Whether more may come."""
        return self._filler is not None or self._grew

    def path_if_there(self) -> str | None:
        """The plain file; None as long as it's too short to be opened.  Raises OSError."""
        if not self._plain:
            self._plain = self._settle()
        if self._filler is not None and self.size() < HEADER:
            return None
        return self._plain

    def size(self) -> int:
        """Octets that are there now."""
        size = os.stat(self._plain).st_size
        if size > self._size:
            self._grew = self._size > 0 and self._plain == self._path
            self._size = size
        if self._filler is not None and os.waitpid(self._filler, os.WNOHANG)[0]:
            self._filler = None
            reason = self._spool / DAMAGE
            self.damage = f"{self.name}: {reason.read_text()}" if reason.exists() else ""
            self._size = os.stat(self._plain).st_size
        return self._size

    def temporary(self, name: str) -> int:
        """The descriptor of a new file that is gone when the engine is."""
        path = self._spool / name
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        path.unlink()
        return descriptor

    def remove(self) -> None:
        """When the UI was killed, nobody else does.  Only what was put there is removed."""
        for name in (CAPTURE, DAMAGE):
            (self._spool / name).unlink(missing_ok=True)
        for folder in (self._spool, self._spool.parent):
            with suppress(OSError):  # something else is in it
                folder.rmdir()

    def _settle(self) -> str:
        if self._stdin is not None:
            descriptor = self._stdin
        else:
            if stat.S_ISREG(os.stat(self._path).st_mode):
                with open(self._path, "rb") as file:
                    if not compression(file.read(LONGEST_MAGIC)):
                        return self._path
            descriptor = -1
        plain = self._spool / CAPTURE
        plain.touch()
        self._filler = os.fork()
        if self._filler == 0:
            try:
                self._fill(descriptor, plain)
            finally:
                os._exit(0)
        return str(plain)

    def _fill(self, descriptor: int, plain: Path) -> None:
        """In a process of its own: everything into the file, or the reason why not."""
        try:
            if descriptor < 0:
                descriptor = os.open(self._path, os.O_RDONLY)
            with plain.open("wb", buffering=0) as file:
                for chunk in _plain(descriptor):
                    if file.tell() > SMALL and _nearly_full(file.fileno()):
                        raise OSError(errno.ENOSPC, "the disk is nearly full", str(plain))
                    file.write(chunk)
        except (OSError, BrokenStream) as error:
            (self._spool / DAMAGE).write_text(str(error))


def _nearly_full(descriptor: int) -> bool:
    disk = os.fstatvfs(descriptor)
    return disk.f_bavail < disk.f_blocks // 20


def _plain(descriptor: int) -> Iterator[bytes]:
    """The octets behind a descriptor as they come, decompressed."""
    chunks = iter(lambda: os.read(descriptor, CHUNK), b"")
    start = b""
    while len(start) < LONGEST_MAGIC and (chunk := next(chunks, b"")):
        start += chunk
    kind = compression(start)
    octets = chain([start], chunks)
    return decompress(kind, octets) if kind else octets

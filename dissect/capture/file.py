"""A capture file as its users see it: iterate over it, or take any record out of it."""

from __future__ import annotations

import io
import os
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import IO, TYPE_CHECKING, Literal, Self, overload

from .index import Index
from .pcap import Pcap
from .pcapng import Pcapng, Section
from .record import DamagedCapture, Drops, Record
from .window import MappedWindow, StreamWindow, Window

if TYPE_CHECKING:
    from .stretch import Stretch
    from .table import Table

HELD = 256
"""Bytes of a stream that are held at once, for each packet that a column reader takes at most."""


Octets = Callable[[int, int], bytes]
"""Octets of a file from one place up to another; fewer where it has no more."""


class NotSeekable(io.UnsupportedOperation, TypeError):
    """A pipe can't be read again. (A TypeError, for `list(pipe)` asks for its length too.)"""


class CaptureFile:
    """An open capture: what it says about itself, and its records.

    What a pcapng file says about itself is spread over the file: `interfaces`, `comments`,
    `drops` and `names` are complete once its records have been read. Iterating streams, holds
    one record at a time and raises DamagedCapture after the last good one. `len()` and `[]` need
    an index, and for a compressed file or a pipe a temporary file too; both are made when first
    asked for. A pipe can be iterated over once, or kept by asking for its index before.
    """

    def __init__(
        self,
        form: Pcap | Pcapng,
        window: MappedWindow | StreamWindow,
        resources: ExitStack,
        *,
        compression: str = "",
        again: Callable[[], StreamWindow] | None = None,
    ) -> None:
        """`again` decompresses the file anew; a pipe has none. `resources` are ours to close."""
        self.path = form.path
        self.format = form.name
        self.compression = compression
        self.byte_order: Literal["little", "big"] = "little" if form.order == "<" else "big"
        self.interfaces = form.interfaces
        self._form = form
        self._resources = resources
        self._again = again
        self._mapped = window if isinstance(window, MappedWindow) else None
        self._fresh = window if isinstance(window, StreamWindow) else None
        self._index: Index | None = None
        self._damage: DamagedCapture | None = None
        if self._mapped is not None:
            self.index.grow(1)  # and with the first packet, the interfaces before it

    # What the file says about itself

    @property
    def sections(self) -> list[Section]:
        """The sections of a pcapng file; a pcap file has none."""
        return self._form.sections if isinstance(self._form, Pcapng) else []

    @property
    def comments(self) -> tuple[str, ...]:
        """Comments on the sections; those on packets are in their records."""
        return tuple(comment for section in self.sections for comment in section.comments)

    @property
    def hardware(self) -> str:
        """What captured, as the first section that knows says."""
        return next((section.hardware for section in self.sections if section.hardware), "")

    @property
    def os(self) -> str:
        """Its operating system."""
        return next((section.os for section in self.sections if section.os), "")

    @property
    def application(self) -> str:
        """The program that wrote the file."""
        return next((section.application for section in self.sections if section.application), "")

    @property
    def drops(self) -> dict[int, Drops]:
        """Counters by `Interface.id`."""
        return self._form.drops if isinstance(self._form, Pcapng) else {}

    @property
    def names(self) -> dict[str, str]:
        """Names by address."""
        return self._form.names if isinstance(self._form, Pcapng) else {}

    @property
    def secrets(self) -> int:
        """How many blocks of decryption secrets have been passed over."""
        return self._form.secrets if isinstance(self._form, Pcapng) else 0

    @property
    def damage(self) -> DamagedCapture | None:
        """The damage that reading has come to so far."""
        return self._damage or (self._index.damage if self._index is not None else None)

    # All records, one after another

    def __iter__(self) -> Iterator[Record]:
        return self._records(self._begin())

    def _records(self, window: Window) -> Iterator[Record]:
        record = self._form.record
        try:
            for number, position in enumerate(self._form.scan(window), 1):
                yield record(window, position, number)
        except DamagedCapture as damage:
            self._damage = damage
            raise

    def stretches(
        self, most: int = 65_536, least: int = 0, octets: int = sys.maxsize
    ) -> Iterator[Stretch]:
        """All records, up to `most` at a time: as tables for column readers.

        `least` are the first ones, where that can be chosen; then twice as many each time.
        `octets` of a plain file are enough at once, though records be fewer.
        Streams, like iterating; each stretch stays good. Raises DamagedCapture at the end.
        """
        from .stretch import stretches  # numpy takes 0.1 s to import

        window = self._begin()
        if isinstance(window, StreamWindow):
            window.coarse(HELD * most)
        return self._watched(stretches(self._form, window, most, least, octets))

    def stretch(self, offsets: array[int], first: int, sections: list[Section]) -> Stretch:
        """A stretch that another reader of the same plain file found.

        `sections` are those that it has noted, which this reader may not have come to.
        """
        from .stretch import Stretch

        if isinstance(self._form, Pcapng):
            self._form.take_over(sections)
        return Stretch(self._form, self._map(), offsets, first)

    @property
    def plain(self) -> bool:
        """A file that other processes can map too."""
        return self._mapped is not None and not self.compression and os.path.isfile(self.path)

    def kept(self) -> Octets:
        """All octets of the (decompressed) file that have been read, by their place.

        Of a stream they are put aside in a temporary file: ask before it is read.
        """
        window = self._begin()
        if isinstance(window, MappedWindow):
            return lambda start, stop: window.data[start:stop]
        spool = self._spool()
        window.copy_to(spool)
        self._fresh = window
        return partial(_between, spool)

    def _spool(self) -> IO[bytes]:
        """A temporary file, which goes when we are closed."""
        from tempfile import TemporaryFile  # seldom needed

        return self._resources.enter_context(TemporaryFile())

    def _watched(self, found: Iterator[Stretch]) -> Iterator[Stretch]:
        try:
            yield from found
        except DamagedCapture as damage:
            self._damage = damage
            raise

    def _begin(self) -> MappedWindow | StreamWindow:
        """A window at the start of the file."""
        if self._mapped is not None:
            return self._mapped
        if self._fresh is not None:
            window, self._fresh = self._fresh, None
            return window
        if self._again is not None:
            return self._again()
        raise NotSeekable(f"{self.path}: a pipe can be read only once")

    # Any record

    @property
    def seekable(self) -> bool:
        """Whether random access is possible: always, but for a pipe that has been read."""
        return any((self._mapped, self._fresh, self._again))

    @property
    def index(self) -> Index:
        """Where the records are, as far as it has grown."""
        if self._index is None:
            self._index = Index(self._form.scan(self._map()))
        return self._index

    def _map(self) -> MappedWindow:
        """The whole file, decompressed to a temporary file unless it's a plain one."""
        window = self._begin()
        if isinstance(window, StreamWindow):
            spool = self._spool()
            for chunk in window.rest():
                spool.write(chunk)
            spool.flush()
            fault, window = window.fault, MappedWindow(spool.fileno())
            window.fault = fault
        self._mapped = window
        return window

    def __len__(self) -> int:
        """The number of complete records: finds them all. Note that `list()` asks for it too."""
        while self.index.grow():
            pass
        return len(self.index)

    def __bool__(self) -> bool:
        return True

    @overload
    def __getitem__(self, which: int) -> Record: ...
    @overload
    def __getitem__(self, which: slice) -> list[Record]: ...
    def __getitem__(self, which: int | slice) -> Record | list[Record]:
        if isinstance(which, slice):
            return [self[place] for place in range(*which.indices(len(self)))]
        place = which + len(self) if which < 0 else which
        index = self.index
        while place >= len(index) and index.grow():
            pass
        if not 0 <= place < len(index):
            raise IndexError(f"{self.path} has no record {which}")
        return self._form.record(self._map(), index.offsets[place], place + 1)

    def forget(self, first: int, last: int) -> None:
        """Let go of the memory behind some octets of the file; they are read again if need be."""
        self._map().forget(first, last)

    def table(self, start: int = 0, stop: int | None = None) -> Table:
        """Records from `start` up to `stop` as columns, as far as the index has grown."""
        from .table import table  # numpy takes 0.1 s to import, and not everybody needs it

        return table(self._form, self._map().data, self.index.offsets[start:stop])

    # Resources

    def close(self) -> None:
        """Let go of the file; records that have been read stay good."""
        if self._mapped is not None:
            self._mapped.close()
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _between(spool: IO[bytes], start: int, stop: int) -> bytes:
    spool.seek(start)
    found = spool.read(stop - start)
    spool.seek(0, os.SEEK_END)
    return found

"""What a vector reader is given, a group of rows, and what it hands back.

A *group* is the rows that have come to the same protocol, with where it begins and must end in
each.  Reading never fails: rows in which something doesn't fit are doubted, and what is read in
them means nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dissect.columns.chunk import Chunk, Flag, Mask, Part, Rows, Values
from dissect.columns.layout import Data, Item, gather, layout_for, taken
from dissect.columns.looks import like
from dissect.engine.header import Header
from dissect.engine.looks import Looks

OCTET, SHORT, LONG = Item("u1", 0, 1, 0, 0), Item(">u2", 0, 2, 0, 0), Item(">u4", 0, 4, 0, 0)


@dataclass(slots=True)
class Onward:
    """Where rows go on, as ``Next`` in the tree reader.

    key    of the table, for each row or for all
    skip   octets from where this protocol begins to where the next one does
    end    where it must end, in ``data``; by default where this one must
    where  the rows that go there; by default all
    """

    table: str = ""
    key: Values | int = 0
    skip: Values | int = 0
    end: Rows | None = None
    where: Mask | None = None
    name: str = ""
    quoted: bool = False
    listed: bool = True
    continues: bool = False


Result = None | Onward | list[Onward]


def anywhere(data: Data, item: Item, at: Rows) -> Values:
    """As ``gather``; where ``data`` ends before an item does, what is read means nothing."""
    try:
        return gather(data, item, at)
    except IndexError:
        last = len(data) - item.offset - item.size
        if last < 0:
            data, last = bytes(item.offset + item.size), 0
        return gather(data, item, np.clip(at, 0, last))


class Head:
    """A fixed header in all rows of a group: its attributes are arrays."""

    def __init__(self, chunk: Chunk, header: type[Header], at: Rows) -> None:
        layout = layout_for(header)
        self._items = layout.items
        self._data = chunk.data
        self._at = at
        self._whole = Item("", 0, layout.size, 0, 0)
        self._headers: NDArray[np.uint8] | None = None
        self._some_of: tuple[Head, Rows] | None = None

    def of(self, rows: Rows) -> Head:
        """The same in some of the rows: what was read of all need not be read again."""
        some: Head = object.__new__(Head)
        some._items, some._data, some._whole = self._items, self._data, self._whole
        some._at, some._headers, some._some_of = self._at.take(rows), None, (self, rows)
        return some

    def read(self, item: Item) -> Values:
        """The values of an item of the header."""
        if not len(self._at):
            return gather(self._data, item, self._at)
        if self._headers is None:
            self._headers = self._gathered()
        return taken(self._headers, item)

    def _gathered(self) -> NDArray[np.uint8]:
        if self._some_of is not None:
            all_rows, rows = self._some_of
            if all_rows._headers is not None:
                return all_rows._headers.take(rows, axis=0)
        return anywhere(self._data, self._whole, self._at)

    def __getattr__(self, name: str) -> Values:
        values = self.read(self._items[name])
        setattr(self, name, values)  # found there from now on
        return values


class Group:
    """Rows at the same protocol.  ``at`` and ``end`` are places in the chunk's ``data``."""

    def __init__(self, chunk: Chunk, rows: Rows, at: Rows, end: Rows, *, quoted: bool) -> None:
        self.chunk = chunk
        self.rows = rows
        self.at = at
        self.end = end
        self.quoted = quoted
        self.stop = np.minimum(end, chunk.limit(rows)) if chunk.cut else end
        """Where reading must stop: at the end or where the capture ends."""
        self.doubted: Mask | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def left(self) -> Rows:
        """Octets up to the end, captured or not."""
        return self.end - self.at

    def doubt(self, rows: Mask, why: Flag | None = None) -> None:
        """Leave rows to the tree reader; ``why`` flags those that nothing else is wrong with."""
        if why is not None and not self.quoted:
            self.flag_sure(why, rows)
        self.doubted = rows if self.doubted is None else self.doubted | rows

    def fits(self, size: Values | int, where: Mask | None = None) -> None:
        """Doubt the rows that don't hold so many octets."""
        short = self.at + size > self.stop
        self.doubt(short if where is None else short & where)

    def head(self, header: type[Header], ahead: int = 0, where: Mask | None = None) -> Head:
        """Read a fixed header in all rows, which is there ``where``; other rows mean nothing."""
        self.fits(ahead + layout_for(header).size, where)
        head = self.peek(header, ahead)
        self.found(header, head, ahead, where)
        return head

    def peek(self, header: type[Header], ahead: int = 0) -> Head:
        """What a fixed header would say, be it there or not."""
        return Head(self.chunk, header, self.at + ahead if ahead else self.at)

    def found(
        self, header: type[Header], head: Head, ahead: int = 0, where: Mask | None = None
    ) -> None:
        """Note that a header is there, in all rows or ``where``."""
        at = self.at + ahead if ahead else self.at
        part = Part(header, self.rows, at, self.quoted, head)
        self.chunk.parts.append(part if where is None else part.of(where))

    def octet(self, ahead: Values | int = 0) -> Rows:
        """An octet of each row as a number; 0 to 255 also where there is none."""
        return self.octet_at(self.at + ahead)

    def octet_at(self, at: Rows) -> Rows:
        """The octets at some places."""
        return anywhere(self.chunk.data, OCTET, at).astype(np.int64)

    def short(self, ahead: Values | int = 0) -> Rows:
        """Two octets of each row as a number."""
        return anywhere(self.chunk.data, SHORT, self.at + ahead).astype(np.int64)

    def long(self, ahead: Values | int = 0) -> Rows:
        """Four octets of each row as a number."""
        return anywhere(self.chunk.data, LONG, self.at + ahead).astype(np.int64)

    def payloads(self) -> Iterator[bytes]:
        """The captured octets of each row; for protocols that are rare and made of text."""
        data = self.chunk.data
        for at, stop in zip(self.at.tolist(), self.stop.tolist(), strict=True):
            yield bytes(data[at:stop])

    def some(self, rows: Rows, skip: Values | int = 0, end: Rows | None = None) -> Group:
        """A few rows (their places in this group), from ``skip`` on, for a closer look.

        skip, end  for all rows, as in ``Onward``
        """
        at = self.at[rows] + (skip if isinstance(skip, int) else skip[rows])
        end = self.end if end is None else end
        return Group(self.chunk, self.rows[rows], at, end[rows], quoted=self.quoted)

    def spread(self, rows: Rows, values: Mask) -> Mask:
        """What was found of a few rows, as a mask of all."""
        mask = np.zeros(len(self), np.bool_)
        mask[rows] = values
        return mask

    def like(self, looks: Looks) -> Mask:
        """The rows that look so."""
        return like(self.chunk, looks, self.at, self.stop)

    def flag_sure(self, flag: Flag, rows: Mask) -> None:
        """Set a flag of those of some rows that aren't doubted."""
        self.flag(flag, rows if self.doubted is None else rows & ~self.doubted)

    def flag(self, flag: Flag, rows: Mask) -> None:
        """Set a flag of some rows."""
        self.chunk.flags[self.rows[rows]] |= np.uint16(flag)

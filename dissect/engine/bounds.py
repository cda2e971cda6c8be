"""Stretches of octets with an end of their own: the context managers behind a cursor."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from dissect.engine.notes import DecodeStop, Malformed, Note
from dissect.engine.tree import NOWHERE, UNDECODED, Field, Node

if TYPE_CHECKING:
    from dissect.engine.cursor import Cursor
    from dissect.engine.position import Position


class Limit:
    """See Position.limit."""

    __slots__ = ("cursor", "target", "saved")

    def __init__(self, cursor: Position, size: int, because: str) -> None:
        self.cursor = cursor
        self.target = cursor.pos + size
        self.saved = (cursor.end, cursor.stop, cursor.because)
        if size < 0:
            raise Malformed(0, size, cursor.pos, because or cursor.because)
        cursor.bound(self.target, because)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        c = self.cursor
        c.end, c.stop, c.because = self.saved
        if kind is None:
            size = self.target - c.pos
            c.need(size)
            c.pos = self.target


class Item:
    """See Cursor.item."""

    __slots__ = ("cursor", "field", "size", "value", "because", "label", "parent", "node", "inner")

    def __init__(
        self, cursor: Cursor, field: Field, size: int | None, value: Any, because: str
    ) -> None:
        self.cursor = cursor
        self.field = field
        self.size = size
        self.value = value
        self.because = because
        self.label: str | tuple[Any, ...] | None = None
        self.inner: Limit | None = None

    def __enter__(self) -> Node:
        c = self.cursor
        self.parent = c.at
        self.node = NOWHERE
        if self.size is not None:  # first, so that an impossible size leaves no node behind
            self.inner = c.limit(self.size, self.because)
        if c.at is not None:
            self.node = c.append(Node(self.field, c.pos, self.size or 0, self.value))
            self.node.text = self.label
            c.at = self.node
        return self.node

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        c = self.cursor
        c.at = self.parent
        broken = kind is not None
        try:
            if self.inner is not None:
                self.inner.__exit__(kind, error, trace)
        except DecodeStop:
            broken = True
            raise
        finally:
            node = self.node
            if node is not NOWHERE:
                if self.size is None:
                    node.length = c.pos - node.offset
                elif broken:
                    node.length = max(min(self.size, c.stop - node.offset), 0)
                if node.value is None and self.field.kind.reader == "bytes":
                    node.value = c.data[node.offset : node.offset + node.length]


class Entry:
    """See Cursor.entry."""

    __slots__ = ("cursor", "item", "short")

    def __init__(self, cursor: Cursor, item: Item, short: Note) -> None:
        self.cursor = cursor
        self.item = item
        self.short = short

    def __enter__(self) -> Node:
        return self.item.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:  # fmt: skip
        if isinstance(error, Malformed) and self._fits():
            self._note(error)
            self.item.__exit__(None, None, None)
            return True
        self.item.__exit__(kind, error, trace)
        return False

    def _fits(self) -> bool:
        """Whether its octets are all there, so that nothing else set the end that was met."""
        inner = self.item.inner
        return inner is not None and inner.target <= inner.saved[1]

    def _note(self, error: Malformed) -> None:
        """Say that its octets are too few, and show those that nobody read."""
        c, node = self.cursor, self.item.node
        if c.captured > 0 and node is not NOWHERE:
            node.add(Node(UNDECODED, c.pos, c.captured, c.data[c.pos : c.stop]))
        c.note(self.short, node, f"{self.short.text}: {error}")

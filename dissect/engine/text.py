"""Text protocols: stretches of text that know where in the packet they stand.

No regular expressions: every search goes once over octets that a line's end bounds.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Malformed
from dissect.engine.tree import NOWHERE, Field, Node

MAX_LINE = 16_384
"""Octets of a line; a longer one ends the reading."""

BLANKS = b" \t"


class Text(Struct, frozen=True):
    """The octets [start, end) of a frame, as text."""

    data: bytes
    start: int
    end: int

    def __str__(self) -> str:
        return self.octets.decode("utf-8", "backslashreplace")

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def octets(self) -> bytes:
        """What stands there."""
        return self.data[self.start : self.end]

    @property
    def lower(self) -> str:
        """The text in small letters, to compare names."""
        return str(self).lower()

    def find(self, what: bytes, start: int | None = None) -> int:
        """Where something stands in the frame, from ``start`` on; -1 if it doesn't."""
        return self.data.find(what, self.start if start is None else start, self.end)

    def cut(self, start: int | None = None, end: int | None = None) -> Text:
        """The part between two places in the frame."""
        first, last = self.start, self.end
        if start is not None and start > first:
            first = start if start < last else last
        if end is not None and end < last:
            last = end if end > first else first
        return Text(self.data, first, last)

    def strip(self) -> Text:
        """Without blanks at both ends."""
        octets = self.octets
        size = len(octets.strip(BLANKS))
        if size == len(octets):
            return self
        start = self.end - len(octets.lstrip(BLANKS))
        return Text(self.data, start, start + size)

    def partition(self, separator: bytes) -> tuple[Text, Text | None]:
        """What stands before and after a separator; None after it when there is none."""
        data, start, end = self.data, self.start, self.end
        at = data.find(separator, start, end)
        if at < 0:
            return self, None
        return Text(data, start, at), Text(data, at + len(separator), end)

    def split(self, separator: bytes, *, quotes: bool = False) -> Iterator[Text]:
        """The parts between separators; ``quotes``: not inside quotation marks or <>."""
        start = at = self.start
        closing = 0
        octets, end = self.data, self.end
        separator_octet = separator[0]
        if not quotes:
            while (at := octets.find(separator, start, end)) >= 0:
                yield Text(octets, start, at)
                start = at + 1
            yield Text(octets, start, end)
            return
        while at < end:
            octet = octets[at]
            if closing:
                if octet == 0x5C and closing == 0x22:  # a backslash takes the next one with it
                    at += 1
                elif octet == closing:
                    closing = 0
            elif octet in CLOSING:
                closing = CLOSING[octet]
            elif octet == separator_octet:
                yield Text(octets, start, at)
                start = at + 1
            at += 1
        yield Text(octets, start, end)

    def words(self) -> Iterator[Text]:
        """The parts between blanks."""
        for part in self.split(b" "):
            if part.start < part.end:
                yield part

    def number(self) -> int:
        """The digits that it begins with, as C's ``atoi`` has it; 0 without any."""
        digits = self.octets[:20].lstrip(BLANKS)
        size = len(digits) - len(digits.lstrip(b"0123456789"))
        return int(digits[:size] or b"0")


CLOSING = {ord('"'): ord('"'), ord("<"): ord(">")}


def next_line(c: Cursor) -> Text:
    """The line at the cursor without its end, which the cursor is then behind.

    A line ends with CR LF, LF, CR, or with the octets.  Raises Truncated for one that the capture
    cuts off, Malformed for an endless one.
    """
    start, stop = c.pos, min(c.stop, c.pos + MAX_LINE)
    data = c.data
    feed = data.find(b"\n", start, stop)
    end = stop if feed < 0 else feed
    after = stop if feed < 0 else feed + 1
    carriage = data.find(b"\r", start, end)
    if carriage >= 0:
        end = carriage
        after = carriage + (2 if carriage + 1 == feed else 1)
    elif feed < 0 and stop < c.stop:
        raise Malformed(MAX_LINE + 1, MAX_LINE, start, "the longest line allowed")
    elif feed < 0 and c.stop < c.end:
        c.need(c.captured + 1)
    c.skip(after - start)
    return Text(data, start, end)


def show(c: Cursor, field: Field, text: Text, value: object = None) -> Node:
    """Put a field on a text, with the text as its value unless another is given."""
    c.need(0)  # counts as a reading: a line can be full of separators
    if c.at is None:
        return NOWHERE
    return c.put(field, str(text) if value is None else value, text.start, len(text))

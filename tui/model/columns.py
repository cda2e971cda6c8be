"""The columns of the packet list: what they show, and how wide they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.model.packets import COLUMNS

WIDTHS = {
    "number": 7, "time": 13, "source": 25, "destination": 25, "protocol": 9, "length": 6,
}  # fmt: skip
NARROW = {"number": 5, "time": 9, "source": 17, "destination": 17, "protocol": 7, "length": 5}
"""The same where there is little room."""
FIELD = 16
LEAST = 3
ROOM = 110
"""Cells from which on the wide widths are used."""
LENGTH_ROOM = 90
"""Cells below which the length is left out."""
FEWEST = 12
"""Cells that the last column has at least, if the others can give them."""
RIGHT = frozenset(("number", "time", "length"))
SORTABLE = frozenset(COLUMNS) - {"info"}


@dataclass(frozen=True)
class Column:
    """A column.

    kind   a name of ``COLUMNS``, or a field's
    title  what stands above it
    width  in cells; 0: as it is usual, or for the last one all that is left
    """

    kind: str
    title: str = ""
    width: int = 0

    @property
    def head(self) -> str:
        """What stands above it."""
        return self.title or COLUMNS.get(self.kind, self.kind)

    @property
    def right(self) -> bool:
        """Whether its texts stand at the right."""
        return self.kind in RIGHT


def parse(text: str) -> Column:
    """A column from settings: ``ipv6.hlim``, ``Hops=ipv6.hlim``, ``Hops=ipv6.hlim:6``.

    Raises ValueError for a width that is no number.
    """
    title, equals, rest = text.partition("=")
    kind, colon, width = (rest if equals else title).partition(":")
    if colon and not width.isdigit():
        raise ValueError(f"{text!r}: the width behind the colon is a number")
    if not kind.strip():
        raise ValueError(f"{text!r}: a column shows a field, or one of {', '.join(COLUMNS)}")
    return Column(kind.strip(), title.strip() if equals else "", int(width or 0))


def written(column: Column) -> str:
    """As ``parse`` reads it."""
    title = f"{column.title}=" if column.title else ""
    return f"{title}{column.kind}{f':{column.width}' if column.width else ''}"


def widths(columns: tuple[Column, ...], room: int, digits: int = 0) -> list[int]:
    """Cells for each column, blanks between them not counted; the last one takes what is left.

    One without cells is left out, and the blank behind it.

    digits  of the largest packet number
    """
    usual = WIDTHS if room >= ROOM else NARROW
    found = [column.width or usual.get(column.kind, FIELD) for column in columns]
    for nth, column in enumerate(columns):
        if column.kind == "number" and not column.width:
            found[nth] = max(found[nth], digits)
        if column.kind == "length" and not column.width and room < LENGTH_ROOM:
            found[nth] = 0
    left = room - sum(found[:-1]) - sum(width > 0 for width in found)
    if found and not columns[-1].width:
        found[-1] = max(left, FEWEST)
    return found


def resized(columns: tuple[Column, ...], nth: int, width: int) -> tuple[Column, ...]:
    """With another width for one of them."""
    changed = replace(columns[nth], width=max(LEAST, width))
    return (*columns[:nth], changed, *columns[nth + 1 :])


DEFAULT = tuple(Column(kind) for kind in COLUMNS)

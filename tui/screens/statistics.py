"""The report's tables: a list of them, and each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect.report.names import TABLES
from tui.model import commands
from tui.model.tables import Found, Table, filter_of
from tui.screens.page import Page
from tui.text import fitted, width_of
from tui.widgets.sheet import Told

if TYPE_CHECKING:
    from tui.screens.main import Main

GROUPS = {
    "The capture": ("files", "interfaces", "capture", "rates", "lengths"),
    "What is in it": ("hierarchy", "chains", "extensions", "options", "icmpv6", "icmp", "hops",
                      "fragments", "notes"),
    "Who talks": ("endpoints", "conversations", "ports", "kinds"),
}  # fmt: skip
"""Tables by the beginning of their names; all others are about what happened."""
HAPPENED = "What happened"
WIDEST = 44
"""Cells of a column of text."""


def grouped() -> dict[str, list[str]]:
    """The names of all tables by group, in the order of the report."""
    found: dict[str, list[str]] = {group: [] for group in (*GROUPS, HAPPENED)}
    for name in TABLES:
        group = next(
            (group for group, starts in GROUPS.items()
             if name in starts or (name.partition("-")[0] in starts[:2] and group == "Who talks")),
            HAPPENED,
        )  # fmt: skip
        found[group].append(name)
    return found


class Statistics(Page):
    """All tables; Enter shows one."""

    hint = "enter show · y command · esc back"

    def __init__(self, main: Main) -> None:
        condition = main.session.filter
        super().__init__(main, "Statistics" + (f" of {condition}" if condition else ""))
        self._names: list[str] = []

    def begin(self) -> None:
        """The list is there at once."""
        lines: list[list[Told]] = []
        for group, names in grouped().items():
            lines.append([(f"  {group}", "bold primary")])
            self._names.append("")
            for name in names:
                self._names.append(name)
                table = TABLES[name]
                lines.append([(f"    {table.title:<28} ", "text"), (table.words, "muted")])
        self.put(lines)
        self.sheet.go(1)

    def command(self) -> str:
        """Of all of them."""
        session = self.main.session
        return commands.command(session.client.path, "report", filter=session.filter)

    def chosen(self, index: int) -> None:
        """Show that table."""
        name = self._names[index] if index < len(self._names) else ""
        if name:
            self.app.push_screen(OneTable(self.main, name))


class OneTable(Page):
    """A table; Enter filters by the row or goes to its packet."""

    hint = "enter filter · p packet · < > s sort · 6 /64 · y command · esc back"

    def __init__(self, main: Main, name: str) -> None:
        super().__init__(main, TABLES[name].title)
        self.name_of_table = name
        self.table: Table | None = None
        self.order: list[int] = []
        self.column = 0
        self.by: int | None = None
        self.backwards = False
        self.prefix = 128

    def begin(self) -> None:
        """Ask for it."""
        self._ask()

    def _ask(self) -> None:
        session = self.main.session
        session.client.start(
            "report", (self.name_of_table,), session.filter, self.prefix, told=self._told
        )

    def _told(self, found: Found) -> None:
        self.table = found.tables[0]
        self.order = list(range(len(self.table.rows)))
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        table = self.table
        if table is None:
            return
        if table.upright:
            self.put([line for row in table.rows for line in _upright(table, row)])
        elif table.rows:
            widths = widths_of(table)
            lines = [_row(table, row, widths) for row in self.order]
            self.put(lines, self._head(table, widths))
        else:
            self.put([])
        more = table.total - len(table.rows)
        words = [f"{table.total:,} rows", *([f"{more:,} not shown"] if more else []),
                 *table.remarks[:1], self.hint]  # fmt: skip
        self.say(" · ".join(words))

    def _head(self, table: Table, widths: list[int]) -> list[Told]:
        made: list[Told] = [("  ", "text")]
        for at, (column, width) in enumerate(zip(table.columns, widths, strict=True)):
            arrow = ("▼" if self.backwards else "▲") if at == self.by else ""
            text = fitted(column.title + arrow, width, right=column.right)
            made += [(text, "bold accent" if at == self.column else "bold muted"), ("  ", "text")]
        return made

    def key(self, key: str) -> bool:
        """Sort, roll up, copy, go to packets."""
        table = self.table
        if table is None or table.upright:
            return False
        if key in ("<", ">"):
            self.column = (self.column + (1 if key == ">" else -1)) % len(table.columns)
        elif key == "s":
            self.backwards = not self.backwards if self.by == self.column else (
                table.columns[self.column].right)  # fmt: skip
            self.by = self.column
            self.order.sort(key=self._place, reverse=self.backwards)
        elif key == "6":
            self.prefix = 64 if self.prefix == 128 else 128
            self._ask()
        elif key == "p":
            self._go(table.packets[self.order[self.sheet.cursor]] if self.order else 0)
        else:
            return False
        self._show()
        return True

    def command(self) -> str:
        """Of the table."""
        session = self.main.session
        prefix = 0 if self.prefix == 128 else self.prefix
        return commands.of_table(session.client.path, self.name_of_table, session.filter, prefix)

    def _place(self, row: int) -> tuple[float, str]:
        assert self.table is not None
        number = self.table.keys[row][self.column]
        return (number if number is not None else 0.0, self.table.rows[row][self.column])

    def _go(self, packet: int) -> None:
        if packet:
            self._leave()
            self.main.jump(packet)

    def _leave(self) -> None:
        while self.app.screen is not self.main:
            self.app.pop_screen()

    def chosen(self, index: int) -> None:
        """Filter by the row; where no filter says it, to its packet."""
        table = self.table
        if table is None or table.upright or index >= len(self.order):
            return
        row = self.order[index]
        made = filter_of(table, row)
        if made:
            self._leave()
            self.main.sixscope.remember_filter(made)
            self.main.apply(made)
        else:
            self._go(table.packets[row])


def widths_of(table: Table) -> list[int]:
    """Cells of each column."""
    return [
        min(max(width_of(column.title) + 1, *(width_of(row[at]) for row in table.rows[:500])),
            WIDEST)
        for at, column in enumerate(table.columns)
    ]  # fmt: skip


def _row(table: Table, row: int, widths: list[int]) -> list[Told]:
    made: list[Told] = [("  ", "text")]
    for column, text, width in zip(table.columns, table.rows[row], widths, strict=True):
        cell = fitted(text, width, right=column.right, cut="middle" if not column.right else "end")
        made += [(cell, "text"), ("  ", "text")]
    return made


def _upright(table: Table, row: list[str]) -> list[list[Told]]:
    return [
        *([(f"  {column.title:<22}", "muted"), (text, "text")]
          for column, text in zip(table.columns, row, strict=True) if text),
        [],
    ]  # fmt: skip

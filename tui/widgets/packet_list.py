"""The packet list: a line a packet, in the columns that are wanted."""

from __future__ import annotations

from textual import events

from tui.model.columns import Column, resized, widths
from tui.model.packets import Row
from tui.model.rules import Rule
from tui.model.session import Session
from tui.text import Piece, fitted
from tui.widgets.lines import Lines
from tui.widgets.minimap import Minimap

SEVERITIES = {3: ("!", "warning"), 4: ("‼", "error")}
CUTS = {"time": "decimals", "source": "middle", "destination": "middle"}
SORTED = {False: " ▲", True: " ▼"}


class PacketList(Lines):
    """The packets that the session shows; its cursor is the selected packet."""

    DEFAULT_CSS = "PacketList { height: 1fr; }"

    def __init__(
        self, session: Session, columns: tuple[Column, ...], rules: tuple[Rule, ...]
    ) -> None:
        super().__init__(id="packets")
        self.titles = 1
        self.session = session
        self.columns = columns
        self.rules = rules
        self.chosen = 0
        """The column that keys resize, hide, or sort by."""
        self._minimap = Minimap(session)
        self._dragged: int | None = None

    def on_mount(self) -> None:
        """Follow the session."""
        session = self.session
        session.on_grown.connect(self.refit)
        session.on_rows.connect(self._rows)
        session.on_shown.connect(self.refit)
        session.on_current.connect(self._follow)

    # --- the session's news ---------------------------------------------------------------------

    def _rows(self) -> None:
        self.repaint()

    def refit(self) -> None:
        """Other packets are shown, or more: the selected one stays where it is, if it can."""
        offset = self.cursor - self.top
        place = self.session.place
        if place != self.cursor:
            self.cursor = place
            self.roll(place - offset)
        self._look()

    def _follow(self) -> None:
        self.cursor = self.session.place
        self.reveal(self.cursor)
        self._look()

    def _look(self) -> None:
        self._minimap.look(self.rows)
        self.session.window(self.top, self.top + self.rows)
        self.repaint()

    def on_resize(self) -> None:
        """Marks stand elsewhere in the bar."""
        self._look()

    # --- lines ------------------------------------------------------------------------------------

    def count(self) -> int:
        """The packets that are shown."""
        return len(self.session.shown)

    def go(self, index: int) -> None:
        """Select the packet at a place."""
        self.session.select_place(index)

    def roll(self, top: int) -> None:
        """Scroll, and ask for the rows that come into sight."""
        super().roll(top)
        self.session.window(self.top, self.top + self.rows)

    @property
    def widths(self) -> list[int]:
        """Cells of the columns."""
        digits = len(str(self.session.shown.total)) + 1
        return widths(self.columns, self.inner, digits)

    def head(self, nth: int) -> list[Piece]:
        """The titles; of the chosen column brighter while the list has the focus."""
        style = self.palette.style
        pieces: list[Piece] = [(" ", style("muted", "panel"))]
        for at, (column, width) in enumerate(zip(self.columns, self.widths, strict=True)):
            if not width:
                continue
            title = column.head
            order = self.session.order
            if order is not None and order[0] == column.kind:
                title += SORTED[order[1]]
            chosen = at == self.chosen and self.has_focus
            look = style("text" if chosen else "muted", "panel", bold=True)
            pieces.append((fitted(title, width, right=column.right), look))
            pieces.append((" ", style("muted", "panel")))
        return pieces

    def line(self, index: int, ground: str) -> list[Piece]:
        """A packet; only its number while nothing else is known."""
        session, style = self.session, self.palette.style
        number = session.shown[index]
        marked = number in session.marks
        row = session.rows.get(number)
        if marked and ground == "background":
            ground = "mark"
        if row is None or len(row.texts) != len(self.columns):
            blank = tuple(str(number) if column.kind == "number" else "" for column in self.columns)
            row = Row(number, blank)
        texts, rule, severity = row.texts, row.rule, row.severity
        color = self.rules[rule].color if 0 <= rule < len(self.rules) else "text"
        sign, tone = SEVERITIES.get(severity, (" ", "muted"))
        if marked:
            sign, tone = "◆", "accent"
        pieces: list[Piece] = [(sign, style(tone, ground))]
        look, dim = style(color, ground), style("muted", ground)
        guess = style(color, ground, italic=True)
        for column, width, text in zip(self.columns, self.widths, texts, strict=True):
            if not width:
                continue
            calm = column.kind in ("number", "time", "length")
            note = session.marks.notes.get(number, "") if column.kind == "info" else ""
            if note:
                text = f"◆ {note}  {text}"
            cut = CUTS.get(column.kind, "end")
            shown = fitted(text, width, right=column.right, cut=cut)
            unsure = column.kind == "info" and not row.sure
            pieces.append((shown, dim if calm else guess if unsure else look))
            pieces.append((" ", dim))
        return pieces

    def bar(self, y: int, height: int) -> Piece:
        """The minimap."""
        return self._minimap.cell(y, height, self.thumb(height), self.palette)

    # --- columns ----------------------------------------------------------------------------------

    def resize_column(self, nth: int, width: int) -> None:
        """Make a column wider or narrower."""
        self.columns = resized(self.columns, nth, width)
        self.repaint()

    def choose_column(self, nth: int) -> None:
        """The one that keys work on."""
        self.chosen = max(0, min(nth, len(self.columns) - 1))
        self.repaint()

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns."""
        self.columns = columns
        self.chosen = min(self.chosen, len(columns) - 1)
        session = self.session
        session.restyle(session.look._replace(columns=tuple(it.kind for it in columns)))
        self.repaint()

    def column_at(self, x: int) -> tuple[int, bool]:
        """The column at a cell, and whether it is its right edge."""
        end = 1
        for nth, width in enumerate(self.widths):
            end += width + 1 if width else 0
            if x < end:
                return nth, x >= end - 1
        return len(self.columns) - 1, False

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a column's edge."""
        if event.y == 0:
            nth, edge = self.column_at(event.x + self.left)
            if edge:
                self._dragged = nth
                self.capture_mouse()
                event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it."""
        if self._dragged is not None:
            before = sum(self.widths[: self._dragged]) + self._dragged + 1
            self.resize_column(self._dragged, event.x + self.left - before)

    def on_mouse_up(self) -> None:
        """Let go."""
        if self._dragged is not None:
            self._dragged = None
            self.release_mouse()

    def head_clicked(self, x: int) -> None:
        """Choose the column."""
        nth, edge = self.column_at(x)
        if not edge:
            self.chosen = nth
            self.repaint()

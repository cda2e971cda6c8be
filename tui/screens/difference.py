"""Two packets beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui.engine.jobs.difference import Pair
from tui.screens.page import Page
from tui.text import fitted
from tui.widgets.sheet import Told

if TYPE_CHECKING:
    from tui.screens.main import Main


class Difference(Page):
    """Lines that differ are marked; n and N go from one to the next, u leaves out the others."""

    hint = "n N next difference · u only differences · esc back"

    def __init__(self, main: Main, one: int, other: int) -> None:
        super().__init__(main, f"Packets {one:,} and {other:,}")
        self.numbers = one, other
        self.pairs: list[Pair] = []
        self.brief = False
        self._shown: list[Pair] = []

    def begin(self) -> None:
        """Ask for them."""
        client = self.main.session.client
        client.start("difference", *self.numbers, told=self._told)

    def _told(self, pairs: list[Pair]) -> None:
        self.pairs = pairs
        if self.is_mounted:
            self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Two halves."""
        if self.pairs:
            self._show()

    def _show(self) -> None:
        self._shown = [pair for pair in self.pairs if not (self.brief and pair.same)]
        half = max((self.size.width - 4) // 2, 10)
        self.put([_line(pair, half) for pair in self._shown])
        different = sum(not pair.same for pair in self.pairs)
        self.say(f"{different:,} of {len(self.pairs):,} lines differ · {self.hint}")

    def key(self, key: str) -> bool:
        """To differences."""
        if key == "u":
            self.brief = not self.brief
            self._show()
        elif key in ("n", "N"):
            places = [at for at, pair in enumerate(self._shown) if not pair.same]
            now = self.sheet.cursor
            to = (next((at for at in places if at > now), None) if key == "n"
                  else next((at for at in reversed(places) if at < now), None))  # fmt: skip
            if to is not None:
                self.sheet.go(to)
        else:
            return False
        return True


def _line(pair: Pair, half: int) -> list[Told]:
    if pair.same:
        return [("  ", "text"), (fitted(pair.left or "", half), "muted"), ("  ", "text"),
                (fitted(pair.right or "", half), "muted")]  # fmt: skip
    mark = "≠ " if pair.left is not None and pair.right is not None else (
        "- " if pair.right is None else "+ ")  # fmt: skip
    return [(mark, "warning"), (fitted(pair.left or "", half), "text"), ("  ", "text"),
            (fitted(pair.right or "", half), "accent")]  # fmt: skip

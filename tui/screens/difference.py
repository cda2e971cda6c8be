"""Two packets beside each other: their fields, or their octets."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from textual import events

from tui.engine.jobs.difference import Compared, Pair
from tui.model import commands
from tui.screens.page import Page
from tui.text import fitted
from tui.widgets.hex_view import SHOWN
from tui.widgets.sheet import Told

if TYPE_CHECKING:
    from tui.screens.main import Main


class Difference(Page):
    """Lines that differ are marked; n and N go from one to the next, u leaves out the others."""

    hint = "n N next · u brief · x octets · y command · esc back"

    def __init__(self, main: Main, one: int, other: int) -> None:
        super().__init__(main, f"Packets {one:,} and {other:,}")
        self.numbers = one, other
        self.compared: Compared | None = None
        self.brief = self.octets = False
        self.places: list[int] = []
        """Of the lines that differ, among those that are shown."""

    def begin(self) -> None:
        """Ask for them."""
        client = self.main.session.client
        client.start("difference", *self.numbers, told=self._told)

    def _told(self, compared: Compared) -> None:
        self.compared = compared
        if self.is_mounted:
            self._show()

    def on_resize(self, event: events.Resize) -> None:
        """Two halves."""
        self._show()

    def _show(self) -> None:
        compared = self.compared
        if compared is None:
            return
        half = max((self.size.width - 5) // 2, 10)  # a mark, a gap, the bar
        made = (octet_lines(compared.left, compared.right, half) if self.octets
                else [(pair.same, line_of(pair, half)) for pair in compared.pairs])  # fmt: skip
        shown = [(same, line) for same, line in made if not (same and self.brief)]
        self.places = [at for at, (same, _) in enumerate(shown) if not same]
        self.put([line for _, line in shown])
        different = sum(not same for same, _ in made)
        self.say(f"{different:,} of {len(made):,} lines differ · {self.hint}")

    def key(self, key: str) -> bool:
        """To differences, to octets."""
        now = self.sheet.cursor
        if key == "u":
            self.brief = not self.brief
            self._show()
        elif key == "x":
            self.octets = not self.octets
            self._show()
        elif key == "n":
            self.sheet.go(next((at for at in self.places if at > now), now))
        elif key == "N":
            self.sheet.go(next((at for at in reversed(self.places) if at < now), now))
        else:
            return False
        return True

    def command(self) -> str:
        """Both packets, one below the other."""
        return commands.of_packets(self.main.session.client.path, *self.numbers)


def line_of(pair: Pair, half: int) -> list[Told]:
    """A line of each tree."""
    if pair.same:
        return [("  ", "text"), (fitted(pair.left or "", half), "muted"), ("  ", "text"),
                (fitted(pair.right or "", half), "muted")]  # fmt: skip
    mark = "≠ " if pair.left is not None and pair.right is not None else (
        "- " if pair.right is None else "+ ")  # fmt: skip
    return [(mark, "warning"), (fitted(pair.left or "", half), "text"), ("  ", "text"),
            (fitted(pair.right or "", half), "accent")]  # fmt: skip


def octet_lines(left: bytes, right: bytes, half: int) -> list[tuple[bool, list[Told]]]:
    """Lines of octets beside each other, so many cells for each: whether they are the same."""
    size = max(len(left), len(right))
    digits = 4 if size <= 0x10000 else 6
    across = next((it for it in (16, 8) if digits + 1 + 4 * it <= half), 4)
    made = []
    for start in range(0, size, across):
        one, other = (data[start : start + across] for data in (left, right))
        same = one == other
        line: list[Told] = [("  " if same else "≠ ", "warning")]
        for mine, theirs, color in ((one, other, "text"), (other, one, "accent")):
            line.append((f"{start:0{digits}x} " if mine else (digits + 1) * " ", "muted"))
            line += side(mine, theirs, across, color)
            line.append((" " * (half - digits + 1 - 4 * across), "text"))
        made.append((same, line))
    return made


def side(octets: bytes, others: bytes, across: int, color: str) -> list[Told]:
    """Four cells for each octet; those that the other packet hasn't there are in a colour."""
    pairs = zip_longest(octets, others[: len(octets)])
    looks = ["muted" if octet == other else f"bold {color}" for octet, other in pairs]
    blanks = across - len(octets)
    return [
        *((f"{octet:02x} ", look) for octet, look in zip(octets, looks, strict=True)),
        (3 * blanks * " ", "text"),
        *((SHOWN[octet], look) for octet, look in zip(octets, looks, strict=True)),
        (blanks * " ", "text"),
    ]

"""What two ends said to each other, as text or octets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine.jobs.follow import Ends, Piece
from tui.model import commands
from tui.screens.page import Page
from tui.widgets.sheet import Told

if TYPE_CHECKING:
    from tui.screens.main import Main

FORMS = ("text", "hex")
SIDES = ("both", "the one that began", "the other")
ON_A_LINE = 16
LONGEST = 4000
"""Characters of a line of text."""


class Follow(Page):
    """Lines in the colours of the two ends; Enter goes to the packet, f filters by them."""

    hint = "x hex · d side · f filter · enter packet · y command · esc back"

    def __init__(self, main: Main, number: int) -> None:
        super().__init__(main, f"Follow packet {number:,}")
        self.number = number
        self.ends: Ends | None = None
        self.pieces: list[Piece] = []
        self.remark = ""
        self.form = self.side = 0
        self._numbers: list[int] = []

    def begin(self) -> None:
        """Ask for it."""
        self.main.session.client.start("follow", self.number, told=self._told, ended=self._over)

    def _told(self, part: Ends | list[Piece] | str) -> None:
        if isinstance(part, Ends):
            self.ends = part
            self.title_is(part.words)
        elif isinstance(part, str):
            self.remark = part
        else:
            self.pieces = part

    def _over(self, error: str) -> None:
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        lines: list[list[Told]] = []
        numbers: list[int] = []
        if self.remark:
            lines.append([(f"  {self.remark}", "warning")])
            numbers.append(0)
        for piece in self.pieces:
            if self.side and piece.back != (self.side == 2):
                continue
            made = self._hex(piece) if self.form else self._text(piece)
            lines += made
            numbers += [piece.number] * len(made)
        self._numbers = numbers
        self.put(lines)
        sizes = [sum(len(it.octets) for it in self.pieces if it.back is back)
                 for back in (False, True)]  # fmt: skip
        only = f"only {SIDES[self.side]} · " if self.side else ""
        self.say(f"→ {sizes[0]:,} ← {sizes[1]:,} octets · {only}{self.hint}")

    def _text(self, piece: Piece) -> list[list[Told]]:
        color = "secondary" if piece.back else "primary"
        if piece.again:
            return [[(f"{piece.number:>8} ", "muted"), ("  (sent before)", "muted")]]
        texts = piece.octets.decode("utf-8", "replace").split("\n")
        if texts and not texts[-1]:
            texts.pop()
        return [
            [(f"{piece.number:>8} " if not nth else " " * 9, "muted"),
             ("← " if piece.back else "→ ", color), (text.rstrip("\r")[:LONGEST], color)]
            for nth, text in enumerate(texts)
        ]  # fmt: skip

    def _hex(self, piece: Piece) -> list[list[Told]]:
        color = "secondary" if piece.back else "primary"
        lines: list[list[Told]] = []
        for at in range(0, len(piece.octets), ON_A_LINE):
            part = piece.octets[at : at + ON_A_LINE]
            letters = "".join(chr(it) if 32 <= it < 127 else "·" for it in part)
            lines.append([
                (f"{piece.number:>8} ", "muted"), ("← " if piece.back else "→ ", color),
                (f"{at:06x}  {part.hex(' '):<47}  ", color), (letters, "text"),
            ])  # fmt: skip
        return lines

    def key(self, key: str) -> bool:
        """Other forms and sides, the filter."""
        if key == "x":
            self.form = (self.form + 1) % len(FORMS)
        elif key == "d":
            self.side = (self.side + 1) % len(SIDES)
        elif key == "f" and self.ends is not None:
            self.dismiss()
            self.main.apply(self.ends.filter)
            return True
        else:
            return False
        self._show()
        return True

    def command(self) -> str:
        """The packets of the conversation with their octets."""
        path = self.main.session.client.path
        return commands.command(path, "show", "-x", filter=self.ends.filter) if self.ends else ""

    def chosen(self, index: int) -> None:
        """To the packet."""
        if index < len(self._numbers) and self._numbers[index]:
            self.dismiss()
            self.main.jump(self._numbers[index])

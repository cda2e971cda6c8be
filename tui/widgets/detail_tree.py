"""The tree of the selected packet."""

from __future__ import annotations

from tui.model.packets import Line
from tui.model.session import Session
from tui.model.tree import Tree
from tui.palette import LAYERS
from tui.text import Piece
from tui.widgets.lines import Lines

COLORS = {"own": "secondary", "generated": "muted"}
WITH_BITS = 60
"""Cells from which on the bits of fields are drawn before them."""
SEVERITIES = {0: "muted", 1: "muted", 2: "secondary", 3: "warning", 4: "error"}


class DetailTree(Lines):
    """Its cursor is the selected field."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="detail")
        self.session = session
        self.model = Tree()

    def on_mount(self) -> None:
        """Follow the session."""
        self.session.on_detail.connect(self._load)
        self._load()

    def _load(self) -> None:
        detail = self.session.detail
        if detail is None:
            return
        path = self.model.path(self.model.seen[self.cursor]) if self.model.seen else ()
        offset = self.cursor - self.top
        self.model.load(detail)
        place = self.model.place(path)
        if place is None:
            place = next((at for at, index in enumerate(self.model.seen)
                          if self.model.lines[index].name not in ("frame", "eth")), 0)  # fmt: skip
        self.cursor = max(0, min(place, self.count() - 1))
        self.roll(self.cursor - offset)
        self.reveal(self.cursor)
        self.repaint()
        self.post_message(self.Moved(self))

    @property
    def selected(self) -> Line | None:
        """The line under the cursor."""
        seen = self.model.seen
        return self.model.lines[seen[self.cursor]] if self.cursor < len(seen) else None

    def count(self) -> int:
        """Those that aren't folded away."""
        return len(self.model.seen)

    def line(self, index: int, ground: str) -> list[Piece]:
        """A field: the words before its value dimmer."""
        at = self.model.seen[index]
        line = self.model.lines[at]
        style = self.palette.style
        fold = " "
        if self.model.has_children(at):
            fold = "▾" if self.model.is_open(at) else "▸"
        color = self._tint(at) if line.kind == "layer" else "muted"
        pieces: list[Piece] = [("  " * line.depth, style("muted", ground))]
        pieces.append((fold + " ", style(color, ground)))
        if line.kind == "layer":
            pieces.append((line.text, style("primary", ground, bold=True)))
        elif line.kind == "note":
            pieces.append((line.text, style(SEVERITIES[line.severity], ground)))
        else:
            if line.bits and self.inner >= WITH_BITS:
                dim = style("dim" if ground == "background" else "muted", ground)
                pieces.append((line.bits, dim))
            label, colon, value = line.text.partition(": ")
            text = f"[{line.text}]" if line.kind == "generated" else line.text
            if line.kind in COLORS or not colon:
                pieces.append((text, style(COLORS.get(line.kind, "text"), ground)))
            else:
                pieces.append((label + colon, style("muted", ground)))
                pieces.append((value, style("text", ground)))
        return pieces

    def _tint(self, at: int) -> str:
        """The colour that a layer's octets have in the hex view."""
        line, detail = self.model.lines[at], self.session.detail
        for nth, layer in enumerate(detail.layers if detail else ()):
            if (layer.name, layer.source, layer.start) == (line.name, line.source, line.offset):
                return f"hue{nth % LAYERS}"
        return "muted"

    # --- folding ----------------------------------------------------------------------------------

    def fold(self, is_open: bool | None = None) -> bool:
        """Unfold or fold the line under the cursor; False if there was nothing to do."""
        if not self.model.seen:
            return False
        at = self.model.seen[self.cursor]
        if is_open is None:
            is_open = not self.model.is_open(at)
        if not self.model.has_children(at) or self.model.is_open(at) == is_open:
            return False
        self.model.set_open(at, is_open)
        self.roll(self.top)
        self.repaint()
        return True

    def fold_or_leave(self) -> None:
        """Fold the line under the cursor, or go to the one that it is under."""
        if not self.fold(False) and self.model.seen:
            above = self.model.parent(self.model.seen[self.cursor])
            if above is not None:
                self.go(self.model.seen.index(above))

    def unfold_or_enter(self) -> None:
        """Unfold the line under the cursor, or go to the first one under it."""
        if not self.fold(True) and self.model.seen:
            at = self.model.seen[self.cursor]
            self.go(self.cursor + self.model.has_children(at))

    def fold_all(self, is_open: bool) -> None:
        """Unfold or fold everything."""
        if self.model.seen:
            path = self.model.path(self.model.seen[self.cursor])
            self.model.open_all(is_open)
            self.cursor = self.model.place(path) or 0
            self.reveal(self.cursor)
            self.repaint()
            self.post_message(self.Moved(self))

    def select_octet(self, source: int, offset: int) -> None:
        """Go to the field that an octet belongs to."""
        at = self.model.at_octet(source, offset)
        if at is not None:
            self.go(self.model.uncover(at))

    def pointed(self, x: int, index: int) -> None:
        """A click on the triangle folds."""
        self.go(index)
        if x <= 2 * self.model.lines[self.model.seen[index]].depth + 1:
            self.fold()

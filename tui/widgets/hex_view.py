"""The octets of the selected packet, tinted by layers."""

from __future__ import annotations

from rich.style import Style
from textual.message import Message

from tui.model.packets import Detail, Line, Octets
from tui.model.session import Session
from tui.text import Piece
from tui.widgets.lines import Lines

SHOWN = "".join(chr(it) if 0x20 <= it <= 0x7E else "·" for it in range(256))
NARROW = 8
WIDE = 16


class HexView(Lines):
    """Octets in lines of 8 or 16; the selected field's stand out, those of layers have a tint.

    source  which of the packet's sources is shown
    octet   the one under the cursor
    """

    class Octet(Message):
        """Another octet was chosen."""

        def __init__(self, source: int, offset: int) -> None:
            super().__init__()
            self.source = source
            self.offset = offset

    def __init__(self, session: Session) -> None:
        super().__init__(id="hex")
        self.session = session
        self.source = 0
        self.octet = 0
        self._field: Line | None = None
        self._tints: bytes = b""
        self._seen: Detail | None = None
        """Whose tints these are."""

    @property
    def detail(self) -> Detail | None:
        """The packet."""
        return self.session.detail

    @property
    def octets(self) -> Octets:
        """What is shown of it."""
        if self.detail is None or self.source >= len(self.detail.sources):
            return Octets("", b"")
        return self.detail.sources[self.source]

    def _tint(self) -> None:
        """The layer of each octet, the innermost one; 0: none."""
        tints = bytearray(len(self.octets.data))
        for nth, layer in enumerate(self.detail.layers if self.detail else (), 1):
            if layer.source == self.source:
                size = max(0, min(layer.end, len(tints)) - layer.start)
                tints[layer.start : layer.start + size] = bytes([1 + (nth - 1) % 8]) * size
        self._tints = bytes(tints)

    def turn(self, by: int) -> None:
        """Show the next of the packet's sources."""
        if self.detail is not None:
            self.source = (self.source + by) % len(self.detail.sources)
            self.octet = self.cursor = 0
            self._tint()
            self.roll(0)
            self.repaint()

    def mark(self, line: Line | None) -> None:
        """Let a field's octets stand out, and be seen; it may be another packet's."""
        self._field = line
        if self._seen is not self.detail:
            self._seen, self.source = self.detail, 0
            self._tint()
        if line is not None:
            if line.source != self.source:
                self.source = line.source
                self._tint()
            self.octet = line.offset
            self.cursor = line.offset // self.across
            self.roll(self.top)
            if line.length:
                self.reveal((line.offset + line.length - 1) // self.across)
            self.reveal(self.cursor)
        self.repaint()

    # --- lines ------------------------------------------------------------------------------------

    @property
    def across(self) -> int:
        """Octets in a line."""
        return WIDE if self.inner >= 4 * WIDE + 9 else NARROW

    def count(self) -> int:
        """Lines."""
        return -(-len(self.octets.data) // self.across)

    def ground(self, index: int) -> str:
        """Octets are marked, not lines."""
        return "background"

    def line(self, index: int, ground: str) -> list[Piece]:
        """The offset, the octets in hexadecimal, and as ASCII."""
        style, across = self.palette.style, self.across
        start = index * across
        data = self.octets.data[start : start + across]
        digits = 4 if len(self.octets.data) <= 0x10000 else 6
        pieces: list[Piece] = [(f"{start:0{digits}x}  ", style("muted"))]
        looks = [self._look(start + nth) for nth in range(len(data))]
        for nth, octet in enumerate(data):
            joined = nth + 1 < len(data) and looks[nth] == looks[nth + 1]
            gap = "  " if nth % 8 == 7 and across > 8 else " "
            pieces.append((f"{octet:02x}", looks[nth]))
            pieces.append((gap, looks[nth] if joined else style()))
        written = 3 * len(data) + (across > 8) * (len(data) // 8)
        whole = 3 * across + (across > 8) * (across // 8)
        pieces.append((" " * (whole - written + 1), style()))
        pieces += [(SHOWN[octet], looks[nth]) for nth, octet in enumerate(data)]
        return pieces

    def _look(self, offset: int) -> Style:
        style = self.palette.style
        field = self._field
        tint = self._tints[offset] if offset < len(self._tints) else 0
        if self.has_focus and offset == self.octet:
            return style("background", "primary", bold=True)
        if (
            field
            and field.source == self.source
            and (field.offset <= offset < field.offset + field.length)
        ):
            return style("text", "cursor", bold=True)
        return style("text", f"layer{tint - 1}") if tint else style("muted")

    # --- choosing an octet ------------------------------------------------------------------------

    def choose(self, offset: int) -> None:
        """Put the cursor on an octet."""
        size = len(self.octets.data)
        if size:
            self.octet = max(0, min(offset, size - 1))
            self.cursor = self.octet // self.across
            self.reveal(self.cursor)
            self.repaint()
            self.post_message(self.Octet(self.source, self.octet))

    def go(self, index: int) -> None:
        """Up or down by lines: the octet in the same column."""
        self.choose(max(0, min(index, self.count() - 1)) * self.across + self.octet % self.across)

    def pointed(self, x: int, index: int) -> None:
        """The octet that was clicked, in hexadecimal or in ASCII."""
        across = self.across
        digits = 4 if len(self.octets.data) <= 0x10000 else 6
        begin = digits + 2
        wide = 1 if across > 8 else 0
        ascii_at = begin + 3 * across + 2 * wide + 1
        if x >= ascii_at:
            column = x - ascii_at
        else:
            x -= begin
            column = (x - (wide if x > 24 else 0)) // 3
        if 0 <= column < across:
            self.choose(index * across + column)

"""What stands beside the fields: bits of the header, the address, notes."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from tui.model import bits
from tui.widgets.inspector import Page
from tui.widgets.sheet import Told

if TYPE_CHECKING:
    from tui.screens.main import Main

WORDS = {0: "", 1: "comment", 2: "note", 3: "warning", 4: "error"}
TONES = {0: "muted", 1: "muted", 2: "secondary", 3: "warning", 4: "error"}


def pages(main: Main) -> list[Page]:
    """All of them."""
    lens = Lens(main)
    return [
        Page("bits", "Bits", lambda: header_bits(main)),
        Page("address", "Address", lens.told),
        Page("why", "Why", lambda: why(main)),
    ]


def header_bits(main: Main) -> Sequence[Sequence[Told]]:
    """The header that the selected field is in."""
    model = main.detail.model
    if not model.seen:
        return []
    selected = model.seen[main.detail.cursor]
    layer = model.layer(selected)
    chosen = {selected}
    made: list[list[Told]] = [[(f" {model.lines[layer].text}", "bold primary")], []]
    across = bits.ROW if main.inspector.size.width - 1 >= 2 * bits.ROW + 2 else bits.ROW // 2
    for row in bits.drawing(bits.cells(model.lines, layer), across):
        made.append([
            (text, "bold accent" if index in chosen else "muted" if index < 0 else "text")
            for text, index in row
        ])  # fmt: skip
    return made


class Lens:
    """What is known of the selected address; asked for when another one is selected."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._asked = b""
        self._known: list[tuple[str, str]] = []

    def told(self) -> Sequence[Sequence[Told]]:
        """Labels and lines, or what to do."""
        line = self._main.detail.selected
        octets = line.address if line is not None else b""
        if not octets:
            return [[], [("  Select a field that holds an address.", "muted")]]
        if octets != self._asked:
            self._asked, self._known = octets, []
            self._main.session.client.ask("address", octets, told=self._tell)
        width = max((len(label) for label, _ in self._known), default=0)
        made: list[list[Told]] = [[(f" {line.text}" if line else "", "bold primary")], []]
        for label, words in self._known:
            made.append([(f"  {label:<{width}}  ", "muted"), (words, "text")])
        return made

    def _tell(self, known: list[tuple[str, str]]) -> None:
        self._known = known
        self._main.inspector.renew()


def why(main: Main) -> Sequence[Sequence[Told]]:
    """How the packet was decoded, and what is remarkable about it."""
    detail = main.session.detail
    if detail is None:
        return []
    made: list[list[Told]] = [[(" Decoded as", "bold primary")], []]
    for nth, layer in enumerate(detail.layers):
        name = detail.sources[layer.source].name if layer.source else ""
        made.append([
            (f"  {'└ ' if nth else '  '}{layer.name:<14}", "text"),
            (span(layer.start, layer.end - layer.start), "muted"),
            (f"  of {name}" if name else "", "muted"),
        ])  # fmt: skip
    made += [[], [(f" Notes: {len(detail.notes) or 'none'}", "bold primary")]]
    for note in detail.notes:
        tone = TONES[note.severity]
        made += [
            [],
            [(f"  {WORDS[note.severity]}: {note.text}", tone)],
            [("    rule    ", "muted"), (note.name, "text")],
            [("    where   ", "muted"),
             (f"{note.layer}, {span(note.offset, note.length)}", "text")],
        ]  # fmt: skip
        for label, words in (("defined", note.ref), ("why", note.why), ("to do", note.fix)):
            lines = wrap(words, max(main.inspector.size.width - 14, 20))
            for nth, line in enumerate(lines):
                made.append([(f"    {'' if nth else label:<8}", "muted"), (line, "text")])
    for comment in detail.comments:
        made += [[], [("  comment ", "muted"), (comment, "accent")]]
    return made


def span(start: int, length: int) -> str:
    """``octets 14–33``; where there are none, the place."""
    if length > 1:
        return f"octets {start}–{start + length - 1}"
    return f"octet {start}" if length else f"at octet {start}"

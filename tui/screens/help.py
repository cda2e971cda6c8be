"""All keys, by what they are for; made from the actions."""

from __future__ import annotations

from itertools import zip_longest

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from tui.actions import ACTIONS
from tui.model.keys import Keymap
from tui.widgets.sheet import Sheet, Told

COLUMN = 78
ORDER = ("Moving", "Packets", "Filter", "Detail", "Columns", "Files", "Program")


class Help(Screen[None], inherit_bindings=False):
    """Any key that doesn't move in it closes it."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap

    def compose(self) -> ComposeResult:
        """A sheet."""
        yield Sheet(id="help")

    def on_mount(self) -> None:
        """Keys go there."""
        sheet = self.query_one(Sheet)
        sheet.focus()

    def on_resize(self, event: events.Resize) -> None:
        """As wide as it is."""
        self.query_one(Sheet).put(lines(self.keymap, event.size.width))

    def take_key(self, event: events.Key) -> bool:
        """Move, or close."""
        sheet = self.query_one(Sheet)
        pressed = self.keymap.feed(key_of(event), "help")
        moves = {"down": 1, "up": -1, "page-down": sheet.rows - 1, "page-up": 1 - sheet.rows,
                 "first": -sheet.count(), "last": sheet.count()}  # fmt: skip
        if pressed is not None and pressed.action in moves:
            sheet.go(sheet.cursor + moves[pressed.action] * (pressed.times or 1))
        elif not self.keymap.pending:
            self.dismiss()
        return True


def key_of(event: events.Key) -> str:
    """A key as the key map has it."""
    character = event.character
    if character is not None and len(character) == 1 and character.isprintable():
        return "space" if character == " " else character
    return event.key


def lines(keymap: Keymap, width: int) -> list[list[Told]]:
    """A heading for each group, a line for each action; in two columns where there is room."""
    blocks = [block(group, keymap) for group in groups()]
    if width < 2 * COLUMN:
        return [line for made in blocks for line in [*made, []]]
    columns: tuple[list[list[Told]], list[list[Told]]] = ([], [])
    whole = sum(len(made) + 1 for made in blocks)
    for made in blocks:
        columns[len(columns[0]) >= whole // 2].extend([*made, []])
    return [
        [*padded(left or [], COLUMN), *(right or [])]
        for left, right in zip_longest(*columns)
    ]  # fmt: skip


def groups() -> list[str]:
    """In the order in which one learns them."""
    every = dict.fromkeys(action.group for action in ACTIONS.values())
    return sorted(every, key=lambda it: (ORDER.index(it) if it in ORDER else len(ORDER) - 2, it))


def block(group: str, keymap: Keymap) -> list[list[Told]]:
    """A group's actions."""
    made: list[list[Told]] = [[(f"  {group}", "bold primary")]]
    for action in ACTIONS.values():
        if action.group == group:
            keys = " ".join(keymap.of(action.name))
            where = f" (in {action.pane})" if action.pane else ""
            made.append([
                (f"    {keys:<16} ", "accent"), (action.title, "text"),
                (f"{where}  :{action.name}", "dim"),
            ])  # fmt: skip
    return made


def padded(line: list[Told], width: int) -> list[Told]:
    """A line in exactly so many cells."""
    made: list[Told] = []
    left = width
    for text, color in line:
        made.append((text[:left], color))
        left -= len(made[-1][0])
    return [*made, (" " * left, "text")]

"""All keys, by what they are for; made from the actions."""

from __future__ import annotations

from itertools import groupby

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from tui.actions import ACTIONS
from tui.model.keys import Keymap
from tui.widgets.sheet import Sheet, Told


class Help(Screen[None], inherit_bindings=False):
    """Any key that doesn't move in it closes it."""

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap

    def compose(self) -> ComposeResult:
        """A sheet."""
        yield Sheet(id="help")

    def on_mount(self) -> None:
        """Fill it."""
        sheet = self.query_one(Sheet)
        sheet.put(lines(self.keymap))
        sheet.focus()

    def on_key(self, event: events.Key) -> None:
        """Move, or close."""
        event.stop()
        sheet = self.query_one(Sheet)
        pressed = self.keymap.feed(key_of(event), "help")
        moves = {"down": 1, "up": -1, "page-down": sheet.rows - 1, "page-up": 1 - sheet.rows,
                 "first": -sheet.count(), "last": sheet.count()}  # fmt: skip
        if pressed is not None and pressed.action in moves:
            sheet.go(sheet.cursor + moves[pressed.action] * (pressed.times or 1))
        elif not self.keymap.pending:
            self.dismiss()


def key_of(event: events.Key) -> str:
    """A key as the key map has it."""
    character = event.character
    if character is not None and len(character) == 1 and character.isprintable():
        return "space" if character == " " else character
    return event.key


def lines(keymap: Keymap) -> list[list[Told]]:
    """A heading for each group, a line for each action."""
    made: list[list[Told]] = []
    order = sorted(ACTIONS.values(), key=lambda it: it.group)
    for group, actions in groupby(order, key=lambda it: it.group):
        made += [[], [(f"  {group}", "bold primary")]]
        for action in actions:
            where = f"  (in {action.pane})" if action.pane else ""
            keys = "  ".join(keymap.of(action.name))
            made.append([
                (f"    {keys:<24}", "accent"), (action.title, "text"), (where, "muted"),
                (f"   :{action.name}", "muted"),
            ])  # fmt: skip
    return made[1:]

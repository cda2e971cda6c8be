"""Textual's driver for terminals, but that it sends only what is different on the screen."""

from __future__ import annotations

import curses
import os
from typing import Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.cells import Cells


def erases() -> bool:
    """Whether the terminal erases with the colour that is set: terminfo's bce, ECMA-48's ECH.

    tmux does, though the names that it goes by don't say so; GNU screen need not.
    """
    if os.environ.get("TMUX") and not os.environ.get("STY"):
        return True
    try:
        curses.setupterm()
    except curses.error:
        return False
    return curses.tigetflag("bce") == 1 and bool(curses.tigetstr("ech"))


class SparingDriver(LinuxDriver):
    """Textual's driver for terminals; it writes only what is different."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cells = Cells(erases=erases())

    def forget(self) -> None:
        """The terminal may show something else: all that comes is written."""
        self._cells.forget()

    def write(self, data: str) -> None:
        """Write what shows the same."""
        shorter = self._cells.shorter(data)
        if shorter:
            super().write(shorter)

    def process_message(self, message: Message) -> None:
        """When the size changes, terminals move what they show."""
        if isinstance(message, events.Resize):
            self._cells.forget()
        super().process_message(message)

    def start_application_mode(self) -> None:
        """From a screen that others have written on."""
        self._cells.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]

"""Captures: another one, the next of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

FILES = "Files"


@action("open", "Open another capture", "o", "ctrl+o", group=FILES)
def open_file(main: Main, count: int | None) -> None:
    """Choose it."""
    main.sixscope.choose_file()


@action("next-file", "To the next of several captures", "ctrl+n", group=FILES)
def next_file(main: Main, count: int | None) -> None:
    """In a circle."""
    main.sixscope.turn(1)


@action("previous-file", "To the capture before", "ctrl+t", group=FILES)
def previous_file(main: Main, count: int | None) -> None:
    """In a circle."""
    main.sixscope.turn(-1)

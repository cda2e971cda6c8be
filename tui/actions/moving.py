"""Moving the cursor of the pane that has the focus, and from pane to pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

MOVING = "Moving"


@action("down", "Down", "j", "down", group=MOVING)
def down(main: Main, count: int | None) -> None:
    """So many lines."""
    lines = main.pane
    lines.go(lines.cursor + (count or 1))


@action("up", "Up", "k", "up", group=MOVING)
def up(main: Main, count: int | None) -> None:
    """So many lines."""
    lines = main.pane
    lines.go(lines.cursor - (count or 1))


@action("page-down", "A page down", "pagedown", "ctrl+f", "ctrl+d", group=MOVING)
def page_down(main: Main, count: int | None) -> None:
    """So many pages."""
    lines = main.pane
    lines.go(lines.cursor + max(lines.rows - 1, 1) * (count or 1))


@action("page-up", "A page up", "pageup", "ctrl+b", "ctrl+u", group=MOVING)
def page_up(main: Main, count: int | None) -> None:
    """So many pages."""
    lines = main.pane
    lines.go(lines.cursor - max(lines.rows - 1, 1) * (count or 1))


@action("first", "To the first line, or to packet N (Ngg)", "g g", "home", group=MOVING)
def first(main: Main, count: int | None) -> None:
    """In the packet list a number is a packet's."""
    if count is not None and main.pane is main.packets:
        main.jump(count)
    else:
        main.pane.go((count or 1) - 1)


@action("last", "To the last line; in a live capture, follow it", "G", "end", group=MOVING)
def last(main: Main, count: int | None) -> None:
    """Or to the packet of a number."""
    if count is not None:
        first(main, count)
        return
    session = main.session
    if main.pane is main.packets and (session.state.live or session.filtering):
        session.freeze(False)
        session.following = True
    main.pane.go(main.pane.count() - 1)


@action("left", "Shift to the left", "h", "left", group=MOVING)
def left(main: Main, count: int | None) -> None:
    """By some cells."""
    main.pane.shift(-4 * (count or 1))


@action("right", "Shift to the right", "l", "right", group=MOVING)
def right(main: Main, count: int | None) -> None:
    """By some cells."""
    main.pane.shift(4 * (count or 1))


@action("next-pane", "To the next pane", "tab", "ctrl+w", group=MOVING)
def next_pane(main: Main, count: int | None) -> None:
    """In a circle."""
    main.turn_pane(1)


@action("previous-pane", "To the pane before", "shift+tab", group=MOVING)
def previous_pane(main: Main, count: int | None) -> None:
    """In a circle."""
    main.turn_pane(-1)


@action("hex-left", "An octet back", "h", "left", group=MOVING, pane="hex")
def hex_left(main: Main, count: int | None) -> None:
    """So many."""
    main.inspector.hex.choose(main.inspector.hex.octet - (count or 1))


@action("hex-right", "An octet on", "l", "right", group=MOVING, pane="hex")
def hex_right(main: Main, count: int | None) -> None:
    """So many."""
    main.inspector.hex.choose(main.inspector.hex.octet + (count or 1))

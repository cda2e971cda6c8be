"""The program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

PROGRAM = "Program"


@action("help", "All keys", "?", "f1", group=PROGRAM)
def show_help(main: Main, count: int | None) -> None:
    """By what they are for."""
    from tui.screens.help import Help

    main.app.push_screen(Help(main.keymap))


@action("command", "A command, or where to go: 42, +1.5s", ":", group=PROGRAM)
def command(main: Main, count: int | None) -> None:
    """At the bottom of the screen."""
    main.prompt(":", main.command, "")


@action("palette", "Search for a command", "ctrl+p", group=PROGRAM)
def palette(main: Main, count: int | None) -> None:
    """Textual's palette."""
    main.app.action_command_palette()


@action("layout", "The list above the packet, or beside it", "v", group=PROGRAM)
def layout(main: Main, count: int | None) -> None:
    """By itself beside it only where there is much room."""
    main.turn_layout()


@action("wider", "More room for the packet list", ")", group=PROGRAM)
def wider(main: Main, count: int | None) -> None:
    """The splitter."""
    main.splitter.set_share(main.splitter.share + 0.05 * (count or 1))


@action("narrower", "Less room for the packet list", "(", group=PROGRAM)
def narrower(main: Main, count: int | None) -> None:
    """The splitter."""
    main.splitter.set_share(main.splitter.share - 0.05 * (count or 1))


@action("wider-fields", "More room for the fields", "}", group=PROGRAM)
def wider_fields(main: Main, count: int | None) -> None:
    """The splitter between fields and octets."""
    main.upright.set_share(main.upright.share + 0.05 * (count or 1))


@action("narrower-fields", "Less room for the fields", "{", group=PROGRAM)
def narrower_fields(main: Main, count: int | None) -> None:
    """The splitter between fields and octets."""
    main.upright.set_share(main.upright.share - 0.05 * (count or 1))


@action("repaint", "Paint the screen again", "ctrl+l", group=PROGRAM)
def repaint(main: Main, count: int | None) -> None:
    """When something else has written on it."""
    main.sixscope.repaint()


@action("suspend", "To the shell; fg comes back", "ctrl+z", group=PROGRAM)
def suspend(main: Main, count: int | None) -> None:
    """As other programs do."""
    main.app.action_suspend_process()


@action("quit", "Quit", "q", "ctrl+q", "ctrl+c", group=PROGRAM)
def leave(main: Main, count: int | None) -> None:
    """At once."""
    main.app.exit(0)

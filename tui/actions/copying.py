"""Copying over the terminal: ``y`` and what; and the command line that shows the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action
from tui.model import clipboard, commands, octets, wanted

if TYPE_CHECKING:
    from tui.screens.main import Main

COPY = "Copy"


def copy(main: Main, text: str, what: str) -> None:
    """Hand a text to the terminal and to the file, and say so."""
    if not text:
        main.status.say(f"there is no {what} to copy", "warning")
        return
    sent = main.sixscope.send(clipboard.sequences(text, tmux=clipboard.in_tmux()))
    path = clipboard.keep(text, main.sixscope.memory.place)
    words = f"{what} copied" if sent else f"{what} is too long for the terminal"
    main.status.say(f"{words}, {len(text):,} characters" + (f"; in {path}" if path else ""))


def chosen_octets(main: Main) -> bytes:
    """Those of the selected field; all of its source's, where it has none or none is selected."""
    detail, line = main.session.detail, main.detail.selected
    if detail is None:
        return b""
    if line is None or main.pane is main.packets:
        return detail.sources[0].data
    data = detail.sources[line.source].data
    return data[line.offset : line.offset + line.length] if line.length else data


@action("copy-field", "Copy the field's line", "y y", group=COPY)
def copy_field(main: Main, count: int | None) -> None:
    """As it is shown; in the packet list the packet's line."""
    if main.pane is main.packets:
        row = main.session.row(main.packets.cursor)
        copy(main, "  ".join(row.texts) if row is not None else "", "line")
    else:
        line = main.detail.selected
        copy(main, line.bits + line.text if line is not None else "", "field")


@action("copy-value", "Copy the field's value", "y v", group=COPY)
def copy_value(main: Main, count: int | None) -> None:
    """As a filter has it, without quotes."""
    line = main.detail.selected
    copy(main, line.value.strip('"') if line is not None else "", "value")


@action("copy-filter", "Copy a filter for the field", "y f", group=COPY)
def copy_filter(main: Main, count: int | None) -> None:
    """From the selected field."""
    line = main.detail.selected
    copy(main, wanted.of_field(line) if line is not None else "", "filter")


@action("copy-hex", "Copy octets in hexadecimal", "y h", group=COPY)
def copy_hex(main: Main, count: int | None) -> None:
    """The field's, in the packet list the packet's."""
    copy(main, octets.as_hex(chosen_octets(main)), "octets")


@action("copy-c", "Copy octets as a C array", "y c", group=COPY)
def copy_c(main: Main, count: int | None) -> None:
    """The field's, in the packet list the packet's."""
    copy(main, octets.as_c(chosen_octets(main)), "C array")


@action("copy-python", "Copy octets as Python's bytes", "y p", group=COPY)
def copy_python(main: Main, count: int | None) -> None:
    """The field's, in the packet list the packet's."""
    copy(main, octets.as_python(chosen_octets(main)), "Python bytes")


@action("copy-json", "Copy the packet as JSON", "y j", group=COPY)
def copy_json(main: Main, count: int | None) -> None:
    """As sixscope show -T json has it."""
    session = main.session
    if session.current:
        session.client.ask("written", session.current, "json",
                           told=lambda text: copy(main, text, "JSON"))  # fmt: skip


@action("copy-command", "Copy the command line that shows this", "y k", group=COPY)
def copy_command(main: Main, count: int | None) -> None:
    """Of the list; where fields have the focus, of the packet."""
    session = main.session
    path = session.client.path
    if main.pane is main.packets:
        line = commands.of_list(path, session.filter, session.look.time)
    else:
        line = commands.of_packets(path, session.current)
    copy(main, line, "command line")
    main.status.say(line)

"""The columns of the packet list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action
from tui.model import columns
from tui.model.columns import Column
from tui.model.packets import COLUMNS, Checked
from tui.model.saving import has_columns, save_columns
from tui.model.settings import SettingsError

if TYPE_CHECKING:
    from tui.screens.main import Main

GROUP = "Columns"


@action("next-column", "Choose the next column", ">", group=GROUP)
def next_column(main: Main, count: int | None) -> None:
    """Its title stands out."""
    main.packets.choose_column(main.packets.chosen + (count or 1))


@action("previous-column", "Choose the column before", "<", group=GROUP)
def previous_column(main: Main, count: int | None) -> None:
    """Its title stands out."""
    main.packets.choose_column(main.packets.chosen - (count or 1))


@action("widen-column", "Make the column wider", "+", "=", group=GROUP)
def widen(main: Main, count: int | None) -> None:
    """The chosen one."""
    packets = main.packets
    packets.resize_column(packets.chosen, packets.widths[packets.chosen] + (count or 1))


@action("narrow-column", "Make the column narrower", "-", group=GROUP)
def narrow(main: Main, count: int | None) -> None:
    """The chosen one."""
    packets = main.packets
    packets.resize_column(packets.chosen, packets.widths[packets.chosen] - (count or 1))


@action("sort", "Sort by the column; again: backwards, and as captured", "s", group=GROUP)
def sort(main: Main, count: int | None) -> None:
    """The chosen one."""
    packets, session = main.packets, main.session
    column = packets.columns[packets.chosen]
    if column.kind == "info":
        main.status.say("the Info column can't be sorted by", "warning")
        return
    before = session.order
    if before is None or before[0] != column.kind:
        session.sort(column.kind, False)
    elif not before[1]:
        session.sort(column.kind, True)
    else:
        session.unsort()


@action("add-column", "Show the selected field as a column", "c", group=GROUP)
def add(main: Main, count: int | None) -> None:
    """Before the chosen one."""
    line = main.detail.selected
    if line is None or not line.name:
        main.status.say("select a field first", "warning")
        return
    insert(main, Column(line.name, line.text.partition(":")[0][:20].strip()))


@action("type-column", "Type a field for a column (Hops=ipv6.hlim:5)", "C", group=GROUP)
def type_column(main: Main, count: int | None) -> None:
    """Before the chosen one."""

    def typed(text: str) -> None:
        try:
            column = columns.parse(text)
        except ValueError as error:
            main.status.say(str(error), "error")
            return
        if column.kind in COLUMNS:
            insert(main, column)
            return

        def told(checked: Checked) -> None:
            if checked.error:
                main.status.say(checked.error, "error")
            else:
                insert(main, column)

        main.session.client.ask("check", column.kind, told=told, channel="column")

    main.prompt("column: ", typed, "")


@action("remove-column", "Take the column away", "x", group=GROUP)
def remove(main: Main, count: int | None) -> None:
    """The chosen one; one stays."""
    packets = main.packets
    if len(packets.columns) > 1:
        kept = [it for at, it in enumerate(packets.columns) if at != packets.chosen]
        packets.set_columns(tuple(kept))


@action("save-columns", "Save the columns to the settings, or to a profile", "alt+s", group=GROUP)
def save(main: Main, count: int | None) -> None:
    """Asks where, and before columns that are there already are written over."""

    def chosen(profile: str) -> None:
        try:
            there = has_columns(profile.strip())
        except SettingsError as error:
            main.status.say(str(error), "error")
            return
        if there:
            words = f"{profile.strip() or 'the usual settings'} has columns; write these instead?"
            main.prompt(f"{words} (y/n) ", lambda answer: confirmed(profile, answer), "")
        else:
            write(profile)

    def confirmed(profile: str, answer: str) -> None:
        if answer.strip().lower() in ("y", "yes"):
            write(profile)

    def write(profile: str) -> None:
        try:
            path = save_columns(main.packets.columns, profile.strip())
        except SettingsError as error:
            main.status.say(str(error), "error")
        else:
            main.status.say(f"columns written to {path}")

    main.prompt("save the columns to the profile (none: the usual settings): ", chosen,
                main.sixscope.settings.profile)  # fmt: skip


def insert(main: Main, column: Column) -> None:
    """One more column."""
    packets = main.packets
    at = packets.chosen if packets.chosen else len(packets.columns) - 1
    packets.set_columns((*packets.columns[:at], column, *packets.columns[at:]))

"""Filters: typed, or made from the selected field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

FILTER = "Filter"


@action("filter", "Type a display filter", "/", group=FILTER)
def type_filter(main: Main, count: int | None) -> None:
    """In the filter bar."""
    main.set_focus(main.filter_bar)


@action("clear-filter", "Show all packets again", "\\", group=FILTER)
def clear(main: Main, count: int | None) -> None:
    """The selected packet stays."""
    main.apply("")


@action("apply-field", "Show packets with the same value", "a", group=FILTER)
def apply_field(main: Main, count: int | None) -> None:
    """Of the selected field; with the filter that there is."""
    main.filter_by_field("and", apply=True)


@action("exclude-field", "Leave out packets with the same value", "e", group=FILTER)
def exclude_field(main: Main, count: int | None) -> None:
    """Of the selected field; with the filter that there is."""
    main.filter_by_field("and not", apply=True)


@action("prepare-field", "Put the field's filter into the bar", "p", group=FILTER)
def prepare_field(main: Main, count: int | None) -> None:
    """To be changed before it is applied."""
    main.filter_by_field("and", apply=False)

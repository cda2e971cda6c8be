"""The tree of the selected packet, and the pages beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

DETAIL = "Detail"


@action("unfold", "Unfold, or enter", "l", "right", group=DETAIL, pane="detail")
def unfold(main: Main, count: int | None) -> None:
    """The line under the cursor."""
    main.detail.unfold_or_enter()


@action("fold", "Fold, or leave", "h", "left", group=DETAIL, pane="detail")
def fold(main: Main, count: int | None) -> None:
    """The line under the cursor."""
    main.detail.fold_or_leave()


@action("toggle", "Fold or unfold", "enter", "space", group=DETAIL, pane="detail")
def toggle(main: Main, count: int | None) -> None:
    """The line under the cursor."""
    main.detail.fold()


@action("unfold-all", "Unfold everything", "*", group=DETAIL)
def unfold_all(main: Main, count: int | None) -> None:
    """In this packet and all that have the same."""
    main.detail.fold_all(True)


@action("fold-all", "Fold everything", "_", group=DETAIL)
def fold_all(main: Main, count: int | None) -> None:
    """In this packet and all that have the same."""
    main.detail.fold_all(False)


@action("open-detail", "To the packet's fields", "enter", group=DETAIL, pane="packets")
def open_detail(main: Main, count: int | None) -> None:
    """From the list."""
    main.set_focus(main.detail)


@action("next-tab", "Next tab beside the fields", "]", group=DETAIL)
def next_tab(main: Main, count: int | None) -> None:
    """Octets, what was reassembled, bits, address, notes."""
    main.inspector.turn(1)


@action("previous-tab", "Tab before", "[", group=DETAIL)
def previous_tab(main: Main, count: int | None) -> None:
    """Octets, what was reassembled, bits, address, notes."""
    main.inspector.turn(-1)


@action("bits", "Bits of the selected header", "b", group=DETAIL)
def bits(main: Main, count: int | None) -> None:
    """As RFCs draw them."""
    main.inspector.open("bits")


@action("address", "What the selected address says", "i", group=DETAIL)
def address(main: Main, count: int | None) -> None:
    """The address lens."""
    main.inspector.open("address")


@action("why", "Notes about the packet, and why", "w", group=DETAIL)
def why(main: Main, count: int | None) -> None:
    """Decode path, stop octet, rule."""
    main.inspector.open("why")

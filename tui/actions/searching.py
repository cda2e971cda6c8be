"""Searching in all packets: text, octets, expressions, filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.actions import action
from tui.model.search import Search, parse

if TYPE_CHECKING:
    from tui.screens.main import Main

SEARCH = "Search"
LABEL = "search (text, hex:60 00, re:…, filter:…): "


def search_of(main: Main) -> Search:
    """The capture's search."""
    if main.search is None:
        main.search = Search(main.session.client)
    return main.search


@action("search", "Search in all packets", "f", group=SEARCH)
def search(main: Main, count: int | None) -> None:
    """Text, or a kind, a colon and what is wanted."""
    found = search_of(main)
    before = found.wanted

    def begin(line: str) -> None:
        if not line.strip():
            return
        origin = main.session.current
        jumped = False

        def news() -> None:
            nonlocal jumped
            number = found.after(origin - 1)
            if number is not None and not jumped:
                jumped = True
                main.jump(number)
            if jumped or not found.running:
                _tell(main, found)

        found.start(parse(line), news)
        main.status.say("searching …")

    text = before.text if before.kind == "text" else f"{before.kind}:{before.text}"
    main.prompt(LABEL, begin, text if before.text else "")


@action("search-next", "To the next packet found", "n", group=SEARCH)
def search_next(main: Main, count: int | None) -> None:
    """Round the capture."""
    _turn(main, count or 1, search_of(main).after)


@action("search-previous", "To the packet found before", "N", group=SEARCH)
def search_previous(main: Main, count: int | None) -> None:
    """Round the capture."""
    _turn(main, count or 1, search_of(main).before)


def _turn(main: Main, times: int, step: Callable[[int], int | None]) -> None:
    found = search_of(main)
    if not found.wanted.text:
        main.status.say("nothing was searched for yet: f")
        return
    number = main.session.current
    for _ in range(times):
        to = step(number)
        if to is None:
            break
        number = to
    if number != main.session.current:
        main.jump(number)
    _tell(main, found)


def _tell(main: Main, found: Search) -> None:
    if not main.status.message or main.status.message.endswith(("found", "…")):
        tone = "text" if found.found else "warning"
        main.status.say(found.words(main.session.current), tone)

"""Views of the whole capture: statistics, findings, hosts; conversations, two packets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

VIEWS = "Views"


@action("statistics", "Statistics", "S", group=VIEWS)
def statistics(main: Main, count: int | None) -> None:
    """All tables of the report, of the packets that pass the filter."""
    from tui.screens.statistics import Statistics

    main.app.push_screen(Statistics(main))


@action("findings", "What to look at first", "!", group=VIEWS)
def findings(main: Main, count: int | None) -> None:
    """From the analyses and from lint."""
    from tui.screens.findings import Findings

    main.app.push_screen(Findings(main))


@action("hosts", "Hosts", "H", group=VIEWS)
def hosts(main: Main, count: int | None) -> None:
    """Everything about each."""
    from tui.screens.statistics import OneTable

    main.app.push_screen(OneTable(main, "hosts"))


@action("follow", "Follow the conversation", "F", group=VIEWS)
def follow(main: Main, count: int | None) -> None:
    """Of the selected packet."""
    from tui.screens.follow import Follow

    if main.session.current:
        main.app.push_screen(Follow(main, main.session.current))


@action("difference", "Compare two marked packets", "d", group=VIEWS)
def difference(main: Main, count: int | None) -> None:
    """The two that are marked; one marked with the selected one."""
    from tui.screens.difference import Difference

    numbers = main.session.marks.numbers
    if len(numbers) == 1 and main.session.current not in numbers:
        numbers = sorted([*numbers, main.session.current])
    if len(numbers) != 2:
        main.status.say("mark two packets to compare them (m)", "warning")
        return
    main.app.push_screen(Difference(main, *numbers))

"""The packet list: marks, times, live captures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect.export.times import FORMATS
from tui.actions import action

if TYPE_CHECKING:
    from tui.screens.main import Main

PACKETS = "Packets"


@action("mark", "Mark the packet, or take the mark away", "m", group=PACKETS)
def mark(main: Main, count: int | None) -> None:
    """The selected one."""
    session = main.session
    if session.current:
        session.marks.toggle(session.current)
        main.packets.refit()
        main.title_line.update()


@action("note", "Mark the packet with a note", "M", group=PACKETS)
def note(main: Main, count: int | None) -> None:
    """The selected one."""
    session = main.session
    number = session.current

    def write(words: str) -> None:
        session.marks.write(number, words)
        main.packets.refit()
        main.title_line.update()

    if number:
        main.prompt(f"note on {number}: ", write, session.marks.notes.get(number, ""))


@action("next-mark", "To the next mark", "'", group=PACKETS)
def next_mark(main: Main, count: int | None) -> None:
    """Round the list."""
    number = main.session.marks.after(main.session.current)
    if number is None:
        main.status.say("no packet is marked (m marks one)")
    else:
        main.jump(number)


@action("previous-mark", "To the mark before", '"', group=PACKETS)
def previous_mark(main: Main, count: int | None) -> None:
    """Round the list."""
    number = main.session.marks.before(main.session.current)
    if number is None:
        main.status.say("no packet is marked (m marks one)")
    else:
        main.jump(number)


@action("next-noted", "To the next packet with a warning or an error", "W", group=PACKETS)
def next_noted(main: Main, count: int | None) -> None:
    """Of those that are shown."""
    _to_noted(main, forward=True)


@action("previous-noted", "To the one before with a warning or an error", "alt+w", group=PACKETS)
def previous_noted(main: Main, count: int | None) -> None:
    """Of those that are shown."""
    _to_noted(main, forward=False)


def _to_noted(main: Main, *, forward: bool) -> None:
    number = main.session.noted_beside(forward)
    if number is not None:
        main.jump(number)
    else:
        main.status.say(f"no warning or error {'behind' if forward else 'before'} this packet")


@action("time", "Another time format", "t", group=PACKETS)
def time(main: Main, count: int | None) -> None:
    """The next one; with a number before it, that one."""
    forms = [form for form in FORMATS if form != "dd"]
    now = main.session.look.time
    at = (forms.index(now) + 1) % len(forms) if count is None else min(count, len(forms)) - 1
    main.session.restyle(main.session.look._replace(time=forms[at]))
    main.status.say(f"time: {FORMATS[forms[at]]}")


@action("freeze", "Freeze a live capture, or go on", "z", group=PACKETS)
def freeze(main: Main, count: int | None) -> None:
    """What comes is counted, not shown."""
    main.session.freeze(not main.session.frozen)
    main.title_line.update()

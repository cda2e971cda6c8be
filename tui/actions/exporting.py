"""Writing packets to files."""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING

from tui.actions import action
from tui.engine.jobs.export import Written

if TYPE_CHECKING:
    from tui.screens.main import Main

FILES = "Files"


@action("export", "Write the shown packets to a file", "E", group=FILES)
def export(main: Main, count: int | None) -> None:
    """As .pcapng, .pcap, .txt, .json, .csv, by the name's ending."""
    numbers = main.session.shown.numbers
    _ask(main, "shown packets", None if numbers is None else array("I", numbers))


@action("export-marked", "Write the marked packets to a file", "alt+e", group=FILES)
def export_marked(main: Main, count: int | None) -> None:
    """The same for packets that are marked."""
    numbers = main.session.marks.numbers
    if not numbers:
        main.status.say("no packet is marked (m marks one)", "warning")
        return
    _ask(main, "marked packets", array("I", numbers))


def _ask(main: Main, what: str, numbers: array[int] | None) -> None:
    def begin(path: str) -> None:
        if path.strip():
            _write(main, os.path.abspath(os.path.expanduser(path.strip())), numbers, force=False)

    main.prompt(f"write the {what} to (.pcapng .txt .json …): ", begin, "")


def _write(main: Main, path: str, numbers: array[int] | None, *, force: bool) -> None:
    """Write; asks before something is overwritten."""
    client = main.session.client

    def again(answer: str) -> None:
        if answer.strip().lower() in ("y", "yes"):
            _write(main, path, numbers, force=True)

    def told(written: Written) -> None:
        if written.exists:
            main.prompt(f"{written.words}; overwrite it? (y/n) ", again, "")
        else:
            main.status.say(written.words, "text" if written.fine else "error")

    main.status.say("writing …")
    octets = None if numbers is None else numbers.tobytes()
    client.start("export", path, octets, force, told=told)

"""Choose a capture: the files looked at last, and those in folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from tui.text import Piece
from tui.widgets.lines import Lines

ENDINGS = (".pcap", ".pcapng", ".cap", ".dmp", ".ntar", ".trc")
PACKED = (".gz", ".zst", ".xz", ".bz2", ".lz4")
MOST = 2000
"""Files of a folder that are listed."""


class Entry(NamedTuple):
    """Something to choose."""

    shown: str
    path: str
    about: str = ""
    folder: bool = False


class Files(Lines):
    """The entries that fit what was typed."""

    def __init__(self) -> None:
        super().__init__(id="files")
        self.entries: list[Entry] = []

    def count(self) -> int:
        """How many."""
        return len(self.entries)

    def ground(self, index: int) -> str:
        """The cursor is moved from the input above."""
        return "cursor" if index == self.cursor else "background"

    def line(self, index: int, ground: str) -> list[Piece]:
        """The name and where it is."""
        entry, style = self.entries[index], self.palette.style
        return [
            (f"  {entry.shown}", style("primary" if entry.folder else "text", ground)),
            (f"   {entry.about}", style("muted", ground)),
        ]


class Open(Screen[str | None], inherit_bindings=False):
    """The path of a capture, or None."""

    CSS = """
    Open { background: $background; }
    Open > Input, Open > Input:focus { border: none; height: 1; margin: 1 1 1 1; padding: 0 1; }
    """

    def __init__(self, recent: list[str], folder: str) -> None:
        super().__init__()
        self.recent = recent
        self.folder = folder
        self.input = Input(placeholder="a capture's name, or a path", compact=True)
        self.files = Files()

    def compose(self) -> ComposeResult:
        """What is typed, what there is."""
        yield self.input
        yield self.files

    def on_mount(self) -> None:
        """All there is."""
        self.input.focus()
        self._list("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    def _list(self, typed: str) -> None:
        entries = []
        if not typed:
            entries = [Entry(Path(it).name, it, str(Path(it).parent)) for it in self.recent[:8]]
        self.files.entries = entries + matching(self.folder, typed)
        self.files.cursor = 0
        self.files.roll(0)
        self.files.repaint()

    def on_key(self, event: events.Key) -> None:
        """Move, choose, leave."""
        files = self.files
        moves = {"down": 1, "up": -1, "pagedown": files.rows, "pageup": -files.rows,
                 "ctrl+n": 1, "ctrl+p": -1}  # fmt: skip
        if event.key in moves:
            files.go(files.cursor + moves[event.key])
        elif event.key in ("escape", "ctrl+c", "ctrl+q"):
            self.dismiss(None)
        elif event.key == "tab" and files.entries:
            self._enter(files.entries[files.cursor])
        else:
            return
        event.stop()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        if self.files.entries:
            self._enter(self.files.entries[self.files.cursor])

    @on(Lines.Chosen)
    def _clicked(self) -> None:
        self._submitted()

    def _enter(self, entry: Entry) -> None:
        if not entry.folder:
            self.dismiss(entry.path)
            return
        self.input.value = os.path.join(entry.path, "")
        self.input.cursor_position = len(self.input.value)


def matching(folder: str, typed: str) -> list[Entry]:
    """Folders and captures whose names begin with what was typed, or have it in them."""
    where, _, start = typed.rpartition("/")
    place = Path(folder, os.path.expanduser(where + "/" if "/" in typed else "."))
    found = []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.startswith(".") and not start.startswith("."):
                    continue
                is_folder = entry.is_dir()
                if start.lower() in entry.name.lower() and (is_folder or is_capture(entry.name)):
                    size = "" if is_folder else octets(entry.stat().st_size)
                    name = entry.name + ("/" if is_folder else "")
                    found.append(Entry(name, os.path.normpath(entry.path), size, is_folder))
                if len(found) == MOST:
                    break
    except OSError:
        return []
    found.sort(key=lambda it: (not it.shown.lower().startswith(start.lower()), it.folder, it.shown))
    return found


def is_capture(name: str) -> bool:
    """By its name; what is in it is seen when it is opened."""
    stem, ending = os.path.splitext(name.lower())
    return ending in ENDINGS or (ending in PACKED and stem.endswith(ENDINGS))


def octets(size: int) -> str:
    """``3.9 GB``."""
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.1f} {unit}" if unit != "B" else f"{size} B"
        number /= 1000
    return f"{number:.1f} TB"

"""What is remembered from one time to the next: filters, files.  A line each.

What can't be read or written is not remembered; nobody is troubled with it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path

from tui.model.settings import APP

MOST = 200
LONGEST = 1 << 20
"""Octets of a file that are looked at."""


class Memory:
    """Lists of text by name, each in a file; ``place`` None: nothing is kept."""

    def __init__(self, place: Path | None) -> None:
        self.place = place

    def read(self, name: str) -> list[str]:
        """What was kept, the newest last."""
        if self.place is None:
            return []
        with suppress(OSError, ValueError):
            with (self.place / f"{name}.jsonl").open(encoding="utf-8") as file:
                lines = file.read(LONGEST).splitlines()
            found = [json.loads(line) for line in lines]
            return [it for it in found if isinstance(it, str)][-MOST:]
        return []

    def write(self, name: str, lines: list[str]) -> None:
        """Keep these instead."""
        if self.place is None:
            return
        with suppress(OSError):
            self.place.mkdir(parents=True, exist_ok=True)
            new = self.place / f"{name}.jsonl.new"
            new.write_text("".join(json.dumps(it) + "\n" for it in lines[-MOST:]), "utf-8")
            new.replace(self.place / f"{name}.jsonl")


def usual() -> Memory:
    """In the user's folder."""
    return Memory(user_state_path(APP, appauthor=False))

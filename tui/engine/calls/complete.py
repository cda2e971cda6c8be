"""Words that may stand at the caret of a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.packets import Completion

if TYPE_CHECKING:
    from tui.engine.server import Engine

MOST = 40
WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def call(engine: Engine, text: str, caret: int) -> tuple[str, list[Completion]]:
    """The text again, and what would replace the word at the caret."""
    from dissect.engine.tree import FIELDS
    from dissect.filter.known import known_names

    start = caret
    while start and text[start - 1] in WORD:
        start -= 1
    end = caret
    while end < len(text) and text[end] in WORD:
        end += 1
    word = text[start:caret].lower()
    if not word:
        return text, []
    names = sorted(name for name in (*FIELDS, *known_names()) if name.startswith(word))
    names.sort(key=lambda name: name.count("."))
    return text, [
        Completion(name, FIELDS[name].label if name in FIELDS else "of ours", start, end)
        for name in names[:MOST]
    ]

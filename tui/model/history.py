"""What was typed before."""

from __future__ import annotations

MOST = 200


class History:
    """Lines, the newest last; ``older`` and ``newer`` go through them as in a shell."""

    def __init__(self, lines: list[str] | None = None) -> None:
        self.lines: list[str] = (lines or [])[-MOST:]
        self._at: int | None = None
        self._typed = ""

    def add(self, line: str) -> None:
        """Remember a line, once."""
        self._at = None
        if line:
            others = [it for it in self.lines if it != line]
            self.lines = [*others[1 - MOST :], line]

    def older(self, typed: str) -> str:
        """The line before the one shown; what was typed is kept for ``newer``."""
        if self._at is None:
            self._at, self._typed = len(self.lines), typed
        self._at = max(self._at - 1, 0)
        return self.lines[self._at] if self.lines else typed

    def newer(self, typed: str) -> str:
        """The line behind the one shown, at last what was typed."""
        if self._at is None:
            return typed
        self._at += 1
        if self._at >= len(self.lines):
            self._at = None
            return self._typed
        return self.lines[self._at]

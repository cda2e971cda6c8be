"""On which line of a TOML file a key stands, which ``tomllib`` does not tell."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""Keys and indexes, from the outside: ``("expect", 0, "count")``."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w\-.\s]+?)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w\-.]+)[\"']?\s*=")


class Places:
    """The lines of one file's keys, as far as each stands at the beginning of its line."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        quoted = False
        for number, line in enumerate(text.splitlines(), 1):
            header = None if quoted else _HEADER.match(line)
            key = None if quoted else _KEY.match(line)
            if header is not None:
                table = self._table(header[2], array=header[1] == "[[")
                self._lines.setdefault(table, number)
            elif key is not None:
                self._lines.setdefault((*table, *key[1].split(".")), number)
            quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1

    def _table(self, name: str, *, array: bool) -> Path:
        """The path of a table: in an array of tables, of its last one."""
        words = [word.strip() for word in name.split(".")]
        path: Path = ()
        for place, word in enumerate(words):
            path = (*path, word)
            if array and place == len(words) - 1:
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def line(self, path: Path) -> int | None:
        """The line of a key, or of what is around it; None where that isn't found either."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

"""The lines of a detail tree that are seen: what is unfolded stays so from packet to packet."""

from __future__ import annotations

from collections.abc import Iterator

from tui.model.packets import Detail, Line

UNFOLDED = 1
"""Layers stand open, what is in them not; a deeper line opens when it was opened before."""


class Tree:
    """A packet's tree with folded subtrees.

    A line is known by its path, the names (else the words before a colon) from its layer on: the
    same field of another packet has the same one.
    """

    def __init__(self) -> None:
        self.detail: Detail | None = None
        self.lines: tuple[Line, ...] = ()
        self.seen: list[int] = []
        """Those that are not folded away, as indexes of ``lines``."""
        self._paths: list[tuple[str, ...]] = []
        self._open: dict[tuple[str, ...], bool] = {}
        self._folds: list[bool] = []

    def load(self, detail: Detail) -> None:
        """Another packet."""
        self.detail, self.lines = detail, detail.lines
        self._paths = []
        path: list[str] = []
        for line in self.lines:
            del path[line.depth :]
            path.append(line.name or line.text.partition(":")[0])
            self._paths.append(tuple(path))
        following = [*(line.depth for line in self.lines[1:]), 0]
        self._folds = [
            after > line.depth for line, after in zip(self.lines, following, strict=True)
        ]
        self._fold()

    def has_children(self, index: int) -> bool:
        """Whether a line has others under it."""
        return self._folds[index]

    def is_open(self, index: int) -> bool:
        """Whether they are seen when it is."""
        line = self.lines[index]
        usual = line.depth < UNFOLDED and line.name not in ("frame", "eth")
        return self._folds[index] and self._open.get(self._paths[index], usual)

    def _fold(self) -> None:
        self.seen, hidden = [], 1 << 30
        for index, line in enumerate(self.lines):
            if line.depth > hidden:
                continue
            self.seen.append(index)
            hidden = 1 << 30 if self.is_open(index) else line.depth

    def set_open(self, index: int, is_open: bool) -> None:
        """Fold or unfold a line; that of other packets too."""
        if self._folds[index]:
            self._open[self._paths[index]] = is_open
            self._fold()

    def open_all(self, is_open: bool, under: int | None = None) -> None:
        """Unfold all, or all under a line; or fold them."""
        for index in self._below(under):
            if self._folds[index]:
                self._open[self._paths[index]] = is_open
        self._fold()

    def _below(self, under: int | None) -> Iterator[int]:
        if under is None:
            yield from range(len(self.lines))
            return
        yield under
        for index in range(under + 1, len(self.lines)):
            if self.lines[index].depth <= self.lines[under].depth:
                return
            yield index

    def parent(self, index: int) -> int | None:
        """The line that a line is under."""
        depth = self.lines[index].depth
        for before in range(index - 1, -1, -1):
            if self.lines[before].depth < depth:
                return before
        return None

    def layer(self, index: int) -> int:
        """The nearest layer's line that a line is under, itself if it is one."""
        while self.lines[index].kind != "layer" and (above := self.parent(index)) is not None:
            index = above
        return index

    def uncover(self, index: int) -> int:
        """Unfold whatever hides a line; its place among those seen."""
        above = self.parent(index)
        while above is not None:
            if not self.is_open(above):
                self._open[self._paths[above]] = True
            above = self.parent(above)
        self._fold()
        return self.seen.index(index)

    def place(self, path: tuple[str, ...]) -> int | None:
        """Where among those seen the line with a path is, else the nearest one above it."""
        found = None
        for at, index in enumerate(self.seen):
            mine = self._paths[index]
            if mine == path:
                return at
            if path[: len(mine)] == mine:
                found = at
        return found

    def path(self, index: int) -> tuple[str, ...]:
        """What a line is known by."""
        return self._paths[index]

    def at_octet(self, source: int, offset: int) -> int | None:
        """The line, folded away or not, with the fewest octets of those that an octet belongs to.

        Of several with the same octets the first one: a field before its bits.
        """
        best: int | None = None
        for index, line in enumerate(self.lines):
            if line.source != source or not line.offset <= offset < line.offset + line.length:
                continue
            if best is None or line.length < self.lines[best].length:
                best = index
        return best

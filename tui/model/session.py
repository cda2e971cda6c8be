"""One capture being looked at: what is shown, what is selected, what the engine has told."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from tui.engine.jobs.filter import Passed, numbers
from tui.engine.wire import MOST_NOTED
from tui.model.marks import Marks
from tui.model.packets import Detail, Look, Row
from tui.model.rows import Rows
from tui.model.shown import Shown
from tui.model.signal import Signal

if TYPE_CHECKING:
    from tui.engine.client import Client, Job
    from tui.engine.wire import State

AHEAD = 64
"""Rows that are asked for before and behind those on the screen."""
NEAR = 100_000
"""Noted packets among which one that is shown is looked for."""
NEAR_SORTED = 16
"""The same where looking for one takes long."""


class Session:
    """The state of the main screen, without a screen.

    look      how rows are wanted
    shown     which packets there are in the list
    current   number of the selected packet, 0 before there is one
    detail    of the selected packet, or still of the one before it
    filter    the filter that is applied
    frozen    what comes is not shown until it is thawed
    following  the last packet is selected whenever one comes
    noted      packets with a warning or an error, as far as they are known

    on_grown    more packets, or another state of the engine
    on_rows     rows in ``changed`` look different; None: all of them
    on_shown    other packets are shown
    on_current  another packet is selected
    on_detail   its detail has come
    on_failure  ``failure`` is to be told
    """

    def __init__(self, client: Client, look: Look) -> None:
        self.client = client
        self.look = look
        self.rows = Rows()
        self.shown = Shown()
        self.marks = Marks()
        self.noted = array("I")
        self.current = 0
        self.detail: Detail | None = None
        self.filter = ""
        self.frozen = False
        self.following = False
        self.failure = ""
        self.changed: list[int] | None = None
        self.on_grown = Signal()
        self.on_rows = Signal()
        self.on_shown = Signal()
        self.on_current = Signal()
        self.on_detail = Signal()
        self.on_failure = Signal()
        self.order: tuple[str, bool] | None = None
        """The column that the list is sorted by, and whether backwards."""
        self.sorting = False
        self._filtered = 0
        """The last packet that the filter has looked at."""
        self._job: Job | None = None
        self._window = (0, 0)
        self._ready = False
        self._traced = 0
        client.on_state = self._state
        client.on_failure = self.fail

    # --- the engine's news --------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What the engine last said of the capture."""
        return self.client.state

    def _state(self, state: State) -> None:
        if state.ready and not self._ready:
            self._ready = True
            self.rows.expire()
            if self.current:
                self._ask_detail()
        if state.traced > self._traced:
            self._retrace(state.traced)
        if min(state.noted, MOST_NOTED) > len(self.noted):
            self.client.ask("noted", len(self.noted), told=self._noted)
        if not self.frozen and state.packets > self.shown.total:
            self.shown.total = state.packets
            if self.filter:
                self._go_on()
            self.fetch()  # before anything is selected: a line is there sooner than a tree
            if not self.current:
                self.select(1)
            self._follow()
        self.fetch()
        self.on_grown.emit()

    def _follow(self) -> None:
        if self.following and len(self.shown):
            self.select(self.shown[len(self.shown) - 1])

    def _retrace(self, traced: int) -> None:
        """Rows on the screen that were decoded without those before them may be wrong."""
        first, last = self._window
        window = self.shown.numbers_at(first, last)
        before, self._traced = self._traced, traced
        if any(before < number <= traced for number in [*window, self.current]):
            self.rows.expire()
            if before < self.current <= traced:
                self._ask_detail()

    def _noted(self, numbers: array[int]) -> None:
        new = numbers[bisect_right(numbers, self.noted[-1]) :] if self.noted else numbers
        self.noted.extend(new)
        if new:
            self.on_grown.emit()

    def noted_beside(self, forward: bool) -> int | None:
        """The next noted packet that is shown, or the one before; None if there is none."""
        at = bisect_right(self.noted, self.current) if forward else (
            bisect_left(self.noted, self.current))  # fmt: skip
        most = NEAR_SORTED if self.shown.sorted else NEAR
        near = self.noted[at : at + most] if forward else self.noted[max(at - most, 0) : at][::-1]
        return next((number for number in near if self.shown.has(number)), None)

    def fail(self, sentence: str) -> None:
        """Tell the user."""
        self.failure = sentence
        self.on_failure.emit()

    # --- rows -----------------------------------------------------------------------------------

    def row(self, place: int) -> Row | None:
        """The row at a place of the list, None while it isn't there."""
        return self.rows.get(self.shown[place])

    def window(self, first: int, last: int) -> None:
        """What the screen shows now: places from ``first`` up to ``last``."""
        self._window = first, last
        self.fetch()

    def fetch(self) -> None:
        """Ask for rows that are on the screen, or near it, and not known."""
        first, last = self._window
        wanted = self.rows.missing(self.shown.numbers_at(first, last))
        if not wanted:
            near = self.shown.numbers_at(first - AHEAD, last + AHEAD)
            wanted = self.rows.missing(near)
            if len(wanted) < AHEAD // 2 and len(self.shown) > 2 * AHEAD:
                return
        if wanted:
            age = self.rows.age
            self.client.ask("rows", wanted, self.look, told=lambda rows: self._rows(rows, age))

    def _rows(self, rows: list[Row], age: int) -> None:
        if not rows or len(rows[0].texts) != len(self.look.columns):
            return
        self.changed = self.rows.put(rows, age)
        if self.changed:
            self.on_rows.emit()
        self.fetch()

    def restyle(self, look: Look) -> None:
        """Show other columns, times or colours."""
        other = look.columns != self.look.columns
        self.look = look
        if other:
            self.rows.clear()
        else:
            self.rows.expire()
        self.changed = None
        self.fetch()
        self.on_rows.emit()

    # --- the selected packet -------------------------------------------------------------------

    @property
    def place(self) -> int:
        """Where the selected packet is in the list, or would be."""
        return self.shown.place(self.current)

    def select(self, number: int) -> None:
        """Select a packet."""
        if number != self.current:
            self.current = number
            self._ask_detail()
            self.on_current.emit()

    def select_place(self, place: int) -> None:
        """Select the packet at a place of the list, the nearest one if there is none."""
        if len(self.shown):
            place = max(0, min(place, len(self.shown) - 1))
            number = self.shown[place]
            self.shown.remember(number, place)
            self.select(number)

    def _ask_detail(self) -> None:
        self.client.ask("detail", self.current, told=self._detail)

    def _detail(self, detail: Detail | None) -> None:
        if detail is not None and detail.number == self.current and detail != self.detail:
            self.detail = detail
            self.on_detail.emit()

    # --- filters --------------------------------------------------------------------------------

    @property
    def filtering(self) -> bool:
        """Whether the filter is still at work."""
        return self._job is not None and self._job.running

    @property
    def filtered(self) -> int:
        """The last packet that the filter has looked at."""
        return self._filtered

    def apply(self, text: str) -> None:
        """Show only packets that pass a filter; all if it is empty.  The selected one stays."""
        self.filter = text.strip()
        self.order = None
        self._filtered = 0
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self.filter:
            self.shown.none()
            self._go_on()
        else:
            self.shown.all()
        self.on_shown.emit()
        self.fetch()

    def _go_on(self) -> None:
        """Look at the packets that have come since."""
        if not self.filtering and self._filtered < self.shown.total:
            self._job = self.client.start(
                "filter", self.filter, self._filtered, told=self._passed, ended=self._over
            )

    def _passed(self, passed: Passed) -> None:
        first = not len(self.shown)
        self._filtered = passed.upto
        if passed.numbers:
            self.shown.add(numbers(passed))
        self._follow()
        if first and passed.numbers:
            self.on_shown.emit()
            self.fetch()
        else:
            self.on_grown.emit()

    def _over(self, error: str) -> None:
        self._job = None
        if not error and self._filtered < self.shown.total and self.state.live:
            self._go_on()
        self.following = self.following and self.state.live
        self.on_shown.emit()

    # --- order ----------------------------------------------------------------------------------

    def sort(self, kind: str, backwards: bool) -> None:
        """Show the packets in the order of a column, when it has been found."""
        numbers = self.shown.numbers
        pieces = array("I")
        self.sorting = True

        def ended(error: str) -> None:
            self.sorting = False
            if not error:
                self.order = kind, backwards
                self.shown.order(pieces)
            self.on_shown.emit()

        self.client.start(
            "sort", kind, backwards, None if numbers is None else numbers.tobytes(),
            told=pieces.frombytes, ended=ended,
        )  # fmt: skip
        self.on_grown.emit()

    def unsort(self) -> None:
        """As they were captured."""
        self.order = None
        if self.filter and self.shown.numbers is not None:
            numbers = array("I", sorted(self.shown.numbers))
            self.shown.none()
            self.shown.add(numbers)
        else:
            self.shown.all()
        self.on_shown.emit()

    # --- live -----------------------------------------------------------------------------------

    def freeze(self, frozen: bool) -> None:
        """Stop showing what comes, or show it again."""
        self.frozen = frozen
        if not frozen:
            self._state(self.state)
        else:
            self.following = False
            self.on_grown.emit()

    def close(self) -> None:
        """End the engine."""
        self.client.close()

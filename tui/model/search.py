"""What was searched for, and where it has been found so far."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.jobs.filter import Passed, numbers

if TYPE_CHECKING:
    from tui.engine.client import Client, Job

KINDS = {"hex": "hex", "re": "regex", "regex": "regex", "filter": "filter", "text": "text"}


class Wanted(NamedTuple):
    """A kind of search (``text``, ``hex``, ``regex``, ``filter``) and what is looked for."""

    kind: str
    text: str


def parse(line: str) -> Wanted:
    """``text``, or ``hex:60 00``, ``re:…``, ``filter:…``."""
    word, colon, rest = line.partition(":")
    if colon and word in KINDS:
        return Wanted(KINDS[word], rest.strip())
    return Wanted("text", line)


class Search:
    """The packets in which something is."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._job: Job | None = None
        self.wanted = Wanted("text", "")
        self.found = array("I")
        self.upto = 0

    @property
    def running(self) -> bool:
        """Whether more may be found."""
        return self._job is not None and self._job.running

    def start(self, wanted: Wanted, news: Callable[[], None]) -> None:
        """Look for something else; ``news`` is called when more were found, and at the end."""
        self.wanted, self.found, self.upto = wanted, array("I"), 0

        def told(passed: Passed) -> None:
            self.found.extend(numbers(passed))
            self.upto = passed.upto
            news()

        self._job = self._client.start("search", *wanted, told=told, ended=lambda error: news())

    def after(self, number: int) -> int | None:
        """The next packet, round the capture when all are known; None without any."""
        at = bisect_right(self.found, number)
        if at < len(self.found):
            return self.found[at]
        return self.found[0] if self.found and not self.running else None

    def before(self, number: int) -> int | None:
        """The one before, round the capture when all are known; None without any."""
        at = bisect_left(self.found, number)
        if at:
            return self.found[at - 1]
        return self.found[-1] if self.found and not self.running else None

    def words(self, number: int) -> str:
        """``2 of 17 found``, with a plus while more may come."""
        more = "+" if self.running else ""
        at = bisect_left(self.found, number)
        here = at < len(self.found) and self.found[at] == number
        place = f"{at + 1:,} of " if here else ""
        return f"{place}{len(self.found):,}{more} found"

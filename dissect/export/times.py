"""The Time column, in tshark's formats (``-t``)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from dissect.engine.packet import Packet

    Numbers = NDArray[int64]

SECOND = 1_000_000_000

FORMATS = {
    "r": "seconds since the first packet",
    "a": "local time of day",
    "ad": "local date and time",
    "adoy": "local time, date as day of the year",
    "d": "seconds since the packet before",
    "dd": "seconds since the packet shown before",
    "e": "seconds since 1970",
    "u": "UTC time of day",
    "ud": "UTC date and time",
    "udoy": "UTC time, date as day of the year",
}

_PATTERNS = {"": "%H:%M:%S", "d": "%Y-%m-%d %H:%M:%S", "doy": "%Y/%j %H:%M:%S"}


@lru_cache(maxsize=64)
def digits_of(ticks: int) -> int:
    """Decimals of a clock with so many ticks a second, as tshark groups them: 0, 1, 2, 3, 6, 9."""
    for digits in (9, 6, 3, 2, 1):
        if ticks >= 10**digits:
            return digits
    return 0


def seconds(nanoseconds: int, digits: int) -> str:
    """Seconds with so many decimals, the rest cut off."""
    whole, rest = divmod(abs(nanoseconds), SECOND)
    sign = "-" if nanoseconds < 0 else ""
    return f"{sign}{whole}.{rest:09d}"[: len(sign) + len(str(whole)) + bool(digits) + digits]


def clock(form: str) -> Callable[[int, int], str]:
    """A function from nanoseconds since 1970 and decimals to text, for the a… and u… formats."""
    pattern = _PATTERNS[form[1:]]
    split = time.localtime if form[0] == "a" else time.gmtime

    @lru_cache(maxsize=64)
    def whole_seconds(whole: int) -> str:
        try:
            return time.strftime(pattern, split(whole))
        except (OverflowError, ValueError, OSError):
            return str(whole)

    def text(nanoseconds: int, digits: int) -> str:
        whole, rest = divmod(nanoseconds, SECOND)
        return whole_seconds(whole) + (f".{rest:09d}"[: digits + 1] if digits else "")

    return text


class TimeColumn:
    """Makes the Time column's text for one packet after another."""

    def __init__(self, form: str) -> None:
        self._form = form
        self._clock = clock(form) if form[0] in "au" else seconds
        self._relative = form in ("r", "d", "dd")
        self._shown: int | None = None
        self._first: int | None = None

    def text(self, packet: Packet) -> str:
        """The time of a packet that has been decoded; empty where the capture has none."""
        now = packet.time_ns
        if now is None:
            return ""
        if self._relative:
            now = self._since(packet, now)
        return self._clock(now, digits_of(packet.ticks))

    def texts(self, nanoseconds: Numbers, digits: Numbers) -> Iterator[str]:
        """The texts of times, counted from what the format counts from, with so many decimals."""
        shown = int(digits[0]) if (digits == digits[0]).all() else 0
        if self._clock is not seconds or not shown or nanoseconds.min() < 0:
            return map(self._clock, nanoseconds.tolist(), digits.tolist())
        whole, rest = nanoseconds // SECOND, nanoseconds % SECOND // 10 ** (9 - shown)
        form = f"%d.%0{shown}d"
        return map(form.__mod__, zip(whole.tolist(), rest.tolist(), strict=True))

    def _since(self, packet: Packet, now: int) -> int:
        """Nanoseconds since what the format counts from."""
        if self._form == "dd":
            before, self._shown = self._shown, now
            return now - (now if before is None else before)
        known = packet.state.get(("frame", 0))  # what the frame's dissector was told
        if known is not None:
            return int(known[0] if self._form == "r" else known[1])
        if self._first is None:
            self._first = now
        return now - self._first

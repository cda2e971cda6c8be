"""Regular expressions of ``matches``: PCRE2's language, as far as Python's ``re`` has it.

They are matched against octets, without regard to case, and against the first 65,536 of a value at
most.  Python's engine goes back and tries again, as PCRE's does: a pattern like ``(a+)+$`` can
take very long on a text made for it.  So the search in a value is given up after a second, where
Wireshark gives up after so many steps: both take that for no match.  An engine with linear time
(RE2) would refuse what Wireshark takes: looking ahead and behind, atomic groups.
"""

from __future__ import annotations

import re
import signal
import threading
import warnings
from types import FrameType
from typing import NoReturn

LONGEST = 65_536
"""Octets of a value that are looked at."""
SHORT = 16
"""Octets of a value in which every search is quick."""
PATIENCE = 1.0
"""Seconds that the search in a value may take."""
OFTEN, IMPATIENCE = 10, 0.01
"""So often it may take so long; from then on it may take only this."""

CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": "\\x00-\\x7f", "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": "!-/:-@\\[-`{-~", "space": "\\s", "upper": "A-Z", "word": "\\w", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
"""``[[:digit:]]``, which ``re`` doesn't know."""

ESCAPES = {"h": "[ \\t]", "H": "[^ \\t]", "R": "(?:\\r\\n|[\\n-\\r])", "N": "[^\\n]", "z": "\\Z",
           "Z": "(?=\\n?\\Z)", "e": "\\x1b", "a": "\\x07"}  # fmt: skip
"""Letters that mean something else behind a backslash, outside of ``[]``."""

INSIDE = {"h": " \\t", "R": "\\n-\\r", "e": "\\x1b", "a": "\\x07", "b": "\\x08"}
"""The same, inside ``[]``."""

_PIECE = re.compile(
    rb"\\Q(?P<quoted>.*?)(?:\\E|\Z)"
    rb"|\\x\{(?P<code>[0-9A-Fa-f]{1,2})\}"
    rb"|\\(?P<escaped>.)"
    rb"|\(\?(?P<flags>[imsx]*(?:-[imsx]+)?)\)"
    rb"|\(\?<(?P<name>[A-Za-z_]\w*)>"
    rb"|\[:(?P<class>\^?[a-z]+):\]"
    rb"|(?P<other>.)",
    re.DOTALL,
)


class _GivenUp(Exception):
    """The time is over."""


class Pattern:
    """A compiled pattern.

    given_up  in how many values the search took too long
    """

    def __init__(self, compiled: re.Pattern[bytes]) -> None:
        self.compiled = compiled
        self.given_up = 0
        self._repeats = any(mark in compiled.pattern for mark in b"*+{")

    @property
    def pattern(self) -> bytes:
        """As Python writes it."""
        return self.compiled.pattern

    def search(self, octets: bytes) -> bool:
        """Whether the first octets match; False where that can't be told in time.

        The time is only watched in the main thread, and where nobody else uses the alarm.
        """
        if len(octets) > SHORT and self._repeats and _may_be_alarmed():
            return self._search_in_time(octets)
        return self.compiled.search(octets, 0, LONGEST) is not None

    def _search_in_time(self, octets: bytes) -> bool:
        try:
            try:
                patience = PATIENCE if self.given_up < OFTEN else IMPATIENCE
                signal.setitimer(signal.ITIMER_REAL, patience)
                return self.compiled.search(octets, 0, LONGEST) is not None
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except _GivenUp:
            self.given_up += 1
            return False


def _give_up(number: int, frame: FrameType | None) -> NoReturn:
    raise _GivenUp


def _may_be_alarmed() -> bool:
    """Whether the alarm is ours to set; from then on it is."""
    if threading.current_thread() is not threading.main_thread():
        return False
    if signal.getsignal(signal.SIGALRM) is signal.SIG_DFL:
        signal.signal(signal.SIGALRM, _give_up)
    return signal.getsignal(signal.SIGALRM) is _give_up


def compile_pattern(octets: bytes) -> Pattern:
    """A pattern ready to use; raises ValueError with a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a later Python may read otherwise
            return Pattern(re.compile(_Translation().of(octets), re.IGNORECASE))
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        raise ValueError(f"regular expression: {error}") from None


class _Translation:
    """Writes one pattern in Python's dialect."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.switched: list[list[bytes]] = [[]]
        """For each open group, the flags that ``(?i)`` switched in it: groups in Python."""
        self.inside = False

    def of(self, octets: bytes) -> bytes:
        """The pattern."""
        at = 0
        while at < len(octets):
            match = _PIECE.match(octets, at)
            assert match is not None
            self._piece(match)
            at = match.end()
        return b"".join(self.out) + b")" * len(self.switched[0])

    def _piece(self, match: re.Match[bytes]) -> None:
        kind, text = match.lastgroup, match[0]
        if kind == "quoted":
            text = re.escape(match["quoted"])
        elif kind == "code":
            text = b"\\x" + match["code"].rjust(2, b"0")
        elif kind == "escaped":
            letters = INSIDE if self.inside else ESCAPES
            text = letters.get(match["escaped"].decode("latin-1"), "").encode() or text
        elif kind == "class" and self.inside:
            text = self._class(match["class"].decode())
        elif kind == "flags" and not self.inside:
            if not match["flags"]:
                return
            text = b"(?" + match["flags"] + b":"
            self.switched[-1].append(text)
        elif kind == "name" and not self.inside:
            self.switched.append([])
            text = b"(?P<" + match["name"] + b">"
        elif len(text) > 1:  # what is special, but not here: its first octet is as it stands
            for octet in text:
                self._single(bytes([octet]))
            return
        else:
            self._single(text)
            return
        self.out.append(text)

    def _single(self, text: bytes) -> None:
        """One octet that begins or ends a class or a group, or stands for itself."""
        if self.inside:
            self.inside = text != b"]" or self.out[-1] in (b"[", b"[^")
            if text == b"^" and self.out[-1] == b"[":
                self.out[-1], text = b"[^", b""
            elif text in (b"[", b"]") and self.inside:
                text = b"\\" + text
        elif text == b"[":
            self.inside = True
        elif text == b"(":
            self.switched.append([])
        elif text == b")" and len(self.switched) > 1:
            text = b")" * len(self.switched.pop()) + text
        elif text == b"|" and self.switched[-1]:
            again = self.switched[-1]
            text = b")" * len(again) + text + b"".join(again)
        if text:
            self.out.append(text)

    @staticmethod
    def _class(name: str) -> bytes:
        known = CLASSES.get(name)
        if known is None:
            raise ValueError(f"there is no class [:{name}:]")
        return known.encode()

"""What octets begin with when they are some protocol: data, to ask of one packet or of many.

A check that is a function can only be asked packet by packet; this one the column reader asks of
all packets at once.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import force_setattr

ANY = re.compile(b"")

Form = tuple[tuple[int, int], ...]
"""The lowest and highest value of the first octet, of the second …."""


class Looks(Struct, frozen=True):
    """True of octets that are ``least`` long and begin in one of the forms, if there are any.

    holds    what must stand somewhere in the first ``within`` of them
    pattern  made of the forms
    """

    forms: tuple[Form, ...] = ()
    least: int = 0
    holds: bytes = b""
    within: int = 2048
    pattern: re.Pattern[bytes] = ANY

    def __post_init__(self) -> None:
        made = b"|".join(b"".join(map(_octet, form)) for form in self.forms)
        force_setattr(self, "pattern", re.compile(made))

    def __call__(self, octets: bytes) -> bool:
        """Ask it of one packet's octets."""
        if len(octets) < self.least or self.pattern.match(octets) is None:
            return False
        return not self.holds or self.holds in octets[: self.within]

    def begins(self, octet: int) -> bool:
        """Whether something that looks so may begin with an octet."""
        return not self.forms or any(form[0][0] <= octet <= form[0][1] for form in self.forms)


def _octet(limits: tuple[int, int]) -> bytes:
    return rb"[\x%02x-\x%02x]" % limits


def starts(*allowed: bytes) -> tuple[Form, ...]:
    """The forms of octets that begin with one of these."""
    return tuple(tuple((octet, octet) for octet in start) for start in allowed)


def version(number: int) -> tuple[Form, ...]:
    """The form of octets whose first four bits are a version."""
    return (((number << 4, number << 4 | 15),),)

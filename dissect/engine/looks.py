"""What octets begin with when they are some protocol: data, to ask of one packet or of many.

A check that is a function can only be asked packet by packet; this one the column reader asks of
all packets at once.
"""

from __future__ import annotations

from msgspec import Struct

Form = tuple[tuple[int, int], ...]
"""The lowest and highest value of the first octet, of the second …."""


class Looks(Struct, frozen=True):
    """True of octets that are ``least`` long and begin in one of the forms, if there are any.

    holds   what must stand somewhere in the first ``within`` of them
    """

    forms: tuple[Form, ...] = ()
    least: int = 0
    holds: bytes = b""
    within: int = 2048

    def __call__(self, octets: bytes) -> bool:
        """Ask it of one packet's octets."""
        if len(octets) < self.least or (
            self.holds and self.holds not in octets[: self.within]
        ):  # fmt: skip
            return False
        for form in self.forms:
            if _fits(octets, form):
                return True
        return not self.forms

    def begins(self, octet: int) -> bool:
        """Whether something that looks so may begin with an octet."""
        return not self.forms or any(form[0][0] <= octet <= form[0][1] for form in self.forms)


def _fits(octets: bytes, form: Form) -> bool:
    if len(octets) < len(form):
        return False
    for octet, (low, high) in zip(octets, form, strict=False):  # noqa: SIM110 (asked often)
        if not low <= octet <= high:
            return False
    return True


def starts(*allowed: bytes) -> tuple[Form, ...]:
    """The forms of octets that begin with one of these."""
    return tuple(tuple((octet, octet) for octet in start) for start in allowed)


def version(number: int) -> tuple[Form, ...]:
    """The form of octets whose first four bits are a version."""
    return (((number << 4, number << 4 | 15),),)

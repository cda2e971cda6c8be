"""What a message asks, read without a tree, for who looks at many (RFC 1035, section 4.1)."""

from __future__ import annotations

from functools import lru_cache
from struct import unpack_from
from typing import NamedTuple

from dissect.protocols.dns.names import MAX_LABEL, MAX_NAME, ROOT, printable

HEADER = 12
RESPONSE = 0x80
"""In the third octet (RFC 1035, section 4.1.1)."""


class Question(NamedTuple):
    """The first question of a message, and what its header says.

    name  as it is shown, in the case that it has
    code  RCODE of a response
    """

    identifier: int
    is_response: bool
    code: int
    answers: int
    name: str
    type: int


def question_of(message: bytes) -> Question | None:
    """The question in the beginning of a message; None where there is none in its usual form.

    That is a standard query or its answer whose first name has no pointer, as no prior name is
    there to point to.
    """
    if len(message) < HEADER + 5 or message[2] & 0x78 or not message[4] | message[5]:
        return None
    end = message.find(0, HEADER)
    name = _name(message[HEADER:end])
    if name is None:  # a label may hold a zero
        end = _end(message)
        name = _name(message[HEADER:end])
    if name is None or end < 0 or end + 4 >= len(message):
        return None
    identifier, flags, code, answers = unpack_from(">HBB2xH", message)
    return Question(
        identifier, bool(flags & RESPONSE), code & 15, answers, name,
        message[end + 1] << 8 | message[end + 2],
    )  # fmt: skip


def _end(message: bytes) -> int:
    """Where the first name ends, which has no pointer; -1: nowhere."""
    at = HEADER
    while at < len(message) and at <= HEADER + MAX_NAME and message[at]:
        at += 1 + message[at]
    return at if at < len(message) and not message[at] else -1


@lru_cache(maxsize=8192)
def _name(labels: bytes) -> str | None:
    """The text of a name, of all its labels but the root; None: it isn't those of a name."""
    found, at = [], 0
    while at < len(labels):
        size = labels[at]
        found.append(labels[at + 1 : at + 1 + size])
        if not 0 < size <= MAX_LABEL or len(found[-1]) < size or at + size > MAX_NAME:
            return None
        at += 1 + size
    return printable(b".".join(found)) if found else ROOT

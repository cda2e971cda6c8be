"""What a message asks, read without a tree, for who looks at many (RFC 1035, section 4.1)."""

from __future__ import annotations

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
    at, labels = HEADER, []
    while size := message[at]:
        if size > MAX_LABEL or at + size + 5 >= len(message) or at - HEADER + size > MAX_NAME:
            return None
        labels.append(message[at + 1 : at + 1 + size])
        at += 1 + size
    name = printable(b".".join(labels)) if labels else ROOT
    return Question(
        message[0] << 8 | message[1], bool(message[2] & RESPONSE), message[3] & 15,
        message[6] << 8 | message[7], name, message[at + 1] << 8 | message[at + 2],
    )  # fmt: skip

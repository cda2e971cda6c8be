"""Tunnel Information and Control protocol, by which AYIYA's clients learn of their tunnels (SixXS).

Lines of text over TCP: the client sends a command and its arguments, the server answers with a
status of three digits and words, and after 201 with lines up to one of status 202.

Wireshark has no dissector for it, so the fields are ours.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.text import Text, next_line, show
from dissect.engine.tree import Field
from dissect.engine.values import STR, U16

PORT = 3874
STATUS_DIGITS = 3

LINE = Field("sixscope.tic.line", "Line", STR)
COMMAND = Field("sixscope.tic.command", "Command", STR)
ARGUMENTS = Field("sixscope.tic.arguments", "Arguments", STR)
STATUS = Field("sixscope.tic.status", "Status", U16)
WORDS = Field("sixscope.tic.words", "Words", STR)
NAME = Field("sixscope.tic.name", "Name", STR)
VALUE = Field("sixscope.tic.value", "Value", STR)


def _is_text(octets: bytes) -> bool:
    return all(octet >= 32 or octet in b"\t\r\n" for octet in octets)


@dissector("tic", "Tunnel Information and Control", "TIC", partial=True, tcp_port=PORT,
           accepts=_is_text)  # fmt: skip
def tic(c: Cursor) -> Result:
    """All lines of a segment."""
    answers = c.facts.ports[0] == PORT
    first = True
    while c.captured > 0:
        line = next_line(c)
        if first:
            c.info("%s: %s", "Response" if answers else "Request", str(line))
            first = False
        node = show(c, LINE, line)
        parent, c.at = c.at, c.at if c.at is None else node
        _parts(c, line, answers)
        c.at = parent
    return None


def _parts(c: Cursor, line: Text, answers: bool) -> None:
    """What a line is made of: status and words, name and value, or command and arguments."""
    digits, rest = line.partition(b" ")
    if answers and len(digits) == STATUS_DIGITS and digits.octets.isdigit():
        show(c, STATUS, digits, digits.number())
        if rest is not None:
            show(c, WORDS, rest)
        return
    if answers:
        name, value = line.partition(b":")
        show(c, NAME, name)
        if value is not None:
            show(c, VALUE, value.strip())
        return
    show(c, COMMAND, digits)
    if rest is not None:
        show(c, ARGUMENTS, rest)

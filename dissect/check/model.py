"""What stands in a ``*.sixscope.toml``: captures, and what is expected of them.

A file is read in two steps: ``msgspec`` holds it against the classes below, then whatever has a
language of its own (filters, numbers, durations, fields) is compiled, before a packet is read.  A
mistake is a ``SpecError``: one line with the file, the line, the key, and what is wrong.
"""

from __future__ import annotations

from msgspec import Struct

Scalar = str | int | float | bool
Duration = str | int | float


class FieldIs(Struct, forbid_unknown_fields=True, frozen=True):
    """``fields``: a field of one packet has a value; without ``value``, it is there.

    packet  the packet's number in the capture
    match   or which of those that pass ``filter``: 1 is the first (the default), -1 the last
    value   one that some occurrence has; a list: all occurrences, in their order
    """

    field: str
    value: Scalar | list[Scalar] | None = None
    packet: int | None = None
    match: int | None = None


class KeyPair(Struct, forbid_unknown_fields=True, frozen=True):
    """A part of a key that requests and replies have under different names."""

    request: str
    reply: str


class Response(Struct, forbid_unknown_fields=True, frozen=True):
    """``response``: every request has its reply.

    request, reply  filters; ``filter`` of the expectation holds for requests too
    key             fields whose first values a reply has in common with its request
    within          the deadline, a duration; without one, before the capture ends
    """

    request: str
    reply: str
    key: list[str | KeyPair] = []
    within: Duration | None = None


class LintRules(Struct, forbid_unknown_fields=True, frozen=True):
    """``lint``: rules by id, area or severity, that must fire or must not."""

    must: list[str] = []
    must_not: list[str] = []


class ReportIs(Struct, forbid_unknown_fields=True, frozen=True):
    """``report``: a value in a table of ``sixscope report``.

    where   the row: values of its columns; not needed where there is one row
    column  whose value is meant; without it, the number of rows
    value   what it has to be: a condition on a number, or a text
    """

    table: str
    value: int | float | str
    where: dict[str, Scalar] = {}
    column: str | None = None


class Expect(Struct, forbid_unknown_fields=True, frozen=True):
    """``[[expect]]``: what is expected of each capture.

    name      in words, which the failure begins with
    why       why that matters, shown with a failure
    filter    the packets that it is about; all of them without
    count     how many these have to be; at least one, where nothing else is said
    every     a filter that each of them has to pass
    order     filters: packets that pass them come one after the other
    within    for ``order``: from the first to the last
    """

    name: str
    why: str = ""
    filter: str = ""
    count: int | str | None = None
    every: str | None = None
    order: list[str] | None = None
    within: Duration | None = None
    response: Response | None = None
    fields: list[FieldIs] = []
    lint: LintRules | None = None
    report: list[ReportIs] = []


class Golden(Struct, forbid_unknown_fields=True, frozen=True):
    """``[golden]``: the decode of each capture is kept in a file, and compared with that.

    fields  the fields that are kept, by name or beginning of a name (``icmpv6``); all without
    ignore  fields that are not
    filter  the packets that are kept; all without
    times   whether times are kept, which are other ones in every recording
    """

    fields: list[str] = []
    ignore: list[str] = []
    filter: str = ""
    times: bool = False


class Spec(Struct, forbid_unknown_fields=True, frozen=True):
    """A whole file.

    capture      files and globs, relative to the file
    preferences  decode preferences by name, as with ``sixscope show -o``
    """

    capture: str | list[str]
    expect: list[Expect] = []
    golden: Golden | None = None
    preferences: dict[str, Scalar] = {}


class SpecError(Exception):
    """A file of expectations that can't be understood.

    Its text is one line: ``FILE:LINE: KEY: what is wrong``.  ``picture``: further lines, which
    show the place in a filter; maybe none.
    """

    def __init__(self, path: str, line: int | None, key: str, message: str) -> None:
        super().__init__(path, line, key, message)
        self.path = path
        self.line = line
        self.key = key
        self.message = message

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return ": ".join(part for part in (where, self.key, self.message) if part)

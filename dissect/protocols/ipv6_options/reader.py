"""How options are read one after the other; what each of them holds is in the table ``KNOWN``."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, NONE, U8, X8
from dissect.protocols.codes.ipv6_options import ACTIONS, OPTIONS

HOP, DESTINATION = "ipv6.hopopts", "ipv6.dstopts"
HEADERS = {HOP: "hop-by-hop options", DESTINATION: "destination options"}

OPTION = Field("ipv6.opt", "IPv6 Option")
TYPE = Field(
    "ipv6.opt.type", "Type", X8, OPTIONS,
    bits=(
        Field("ipv6.opt.type.action", "Action", U8, ACTIONS, mask=0xC0),
        Field("ipv6.opt.type.change", "May Change", BOOL, ("No", "Yes"), mask=0x20),
        Field("ipv6.opt.type.rest", "Low-Order Bits", X8, mask=0x1F),
    ),
)  # fmt: skip
PLAIN_TYPE = Field("ipv6.opt.type", "Type", X8, OPTIONS)
LENGTH = Field("ipv6.opt.length", "Length", U8)
PAD1 = Field("ipv6.opt.pad1", "Pad1", NONE)
UNKNOWN = Field("ipv6.opt.unknown", "Unknown Option Payload", BYTES)
LEFT_OVER = Field("ipv6.opt_unknown_data", "Unknown Data", BYTES)

INVALID_LENGTH = Note(
    "ipv6.opt.invalid_len", Severity.ERROR, Group.MALFORMED, "Invalid IPv6 option length"
)
NOT_INTERPRETED = Note(
    "ipv6.opt.unknown_data.expert", Severity.NOTE, Group.UNDECODED,
    "Unknown Data (not interpreted)",
)  # fmt: skip
WRONG_HEADER = Note(
    "ipv6.opt.header_mismatch", Severity.WARNING, Group.PROTOCOL,
    "Wrong options extension header for type",
)  # fmt: skip
DEPRECATED = Note(
    "ipv6.opt.deprecated", Severity.NOTE, Group.DEPRECATED, "Option type is deprecated"
)
OVERRUN = Note(
    "sixscope.opt.overrun", Severity.ERROR, Group.MALFORMED,
    "Option passes the end of its header", "RFC 8200, section 4.2",
)  # fmt: skip


class Option(Struct, frozen=True):
    """What is known about an option type.

    fields   read one after the other, unless ``read`` does it; one of no size takes what is left
    length   the octets of data that it must have, or None; ``least``: at least
    header   the only extension header that it may stand in, or empty
    """

    type: int
    fields: tuple[Field, ...] = ()
    length: int | None = None
    least: int = 0
    header: str = ""
    ref: str = ""
    read: Callable[[Cursor], None] | None = None
    deprecated: bool = False

    @property
    def name(self) -> str:
        """IANA's description."""
        return OPTIONS[self.type]


KNOWN: dict[int, Option] = {}
"""The options that have been told to ``know``, by type."""


def know(*options: Option) -> None:
    """Add options to the table."""
    KNOWN.update((option.type, option) for option in options)


def read_options(c: Cursor) -> None:
    """Read options up to the end of the header, which the cursor's bounds are."""
    while c.more:
        if c.peek(1) == b"\0":
            _pad1(c)
        else:
            _option(c)


def _pad1(c: Cursor) -> None:
    """The one option without length and data."""
    at = c.pos
    c.skip(1)
    if c.at is not None:
        node = c.append(Node(OPTION, at, 1))
        node.text = "Pad1"
        node.children = [Node(PLAIN_TYPE, at, 1, 0), Node(PAD1, at, 1)]


def _option(c: Cursor) -> None:
    kind, size = (*c.peek(2), 0, 0)[:2]
    known = KNOWN.get(kind)
    with c.item(OPTION, min(2 + size, c.left)) as node:
        if c.at is not None:
            node.text = OPTIONS.get(kind) or f"Unknown IPv6 Option ({kind})"
        c.add(TYPE)
        if known is not None:
            _check_place(c, known)
        if not c.more:
            c.note(OVERRUN, c.last)
            return
        c.add(LENGTH)
        if size > c.left:
            c.note(OVERRUN, c.last)
        if known is None or not (known.fields or known.read):
            c.add(UNKNOWN, c.left)
            c.note(NOT_INTERPRETED, c.last)
            return
        _data(c, known, size)


def within(c: Cursor, field: Field, size: int) -> None:
    """A field of as many octets as the option tells; noted where the option itself has fewer."""
    short = size > c.left
    c.add(field, min(size, c.left))
    if short:
        c.note(OVERRUN, c.last)


def _check_place(c: Cursor, known: Option) -> None:
    if known.header and c.layer.name != known.header and c.layer.name in HEADERS:
        text = f"{known.name} must use a {HEADERS[known.header]} header"
        c.note(WRONG_HEADER, c.last, text)
    if known.deprecated:
        c.note(DEPRECATED, c.last)


def _data(c: Cursor, known: Option, size: int) -> None:
    if size < known.least or known.length not in (None, size):
        c.note(INVALID_LENGTH, c.last, f"{known.name}: Invalid length ({size} bytes)")
    if known.read is not None and c.left >= (known.length or known.least):
        known.read(c)
    for field in known.fields:
        octets = field.kind.size or c.left
        if octets > c.left:  # too short: its length was wrong, as noted
            break
        c.add(field, octets)
    if c.more:
        c.add(LEFT_OVER, c.left)
        c.note(NOT_INTERPRETED, c.last)

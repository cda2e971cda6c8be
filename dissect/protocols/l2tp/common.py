"""What L2TP's attributes have in common: how values are read, and what a message says in all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import NOWHERE, Field, Node


class Message(Struct):
    """What the attributes of a control message tell about connection, session and digest.

    kind    the message type
    digest  (offset, octets) of the Message Digest's value
    """

    connection: int = 0
    kind: int = 0
    local: int | None = None
    remote: int | None = None
    cookie: int | None = None
    pseudowire: int | None = None
    sublayer: int | None = None
    nonce: bytes | None = None
    digest: tuple[int, int] | None = None
    digest_node: Node = field(default_factory=lambda: NOWHERE)


Reader = Callable[[Cursor, Message], None]


class Vendor(Struct, frozen=True):
    """Whose attributes they are: the field of the type, and the readers of the values."""

    name: str
    type: Field
    readers: dict[int, Reader]


UNKNOWN = Note(
    "l2tp.vendor_specific_avp_data", Severity.CHAT, Group.UNDECODED, "Vendor-Specific AVP data"
)
BAD_LENGTH = Note(
    "l2tp.avp_length.bad", Severity.ERROR, Group.MALFORMED, "Bad AVP length",
    "RFC 2661, section 4.1",
)  # fmt: skip


def unknown(c: Cursor, message: Message, *, empty: bool = True) -> None:
    """A value whose layout isn't known; ``empty``: said of one without octets, too."""
    size = c.left
    c.need(size)
    if not (size or empty):
        return
    with c.text(UNKNOWN.text) as node:
        c.note(UNKNOWN, node)
        c.skip(size)


def one(field: Field) -> Reader:
    """A value of one field."""

    def read(c: Cursor, message: Message) -> None:
        c.add(field)

    return read


def whole(field: Field, *, empty: bool = True) -> Reader:
    """A value that is one field of any size; ``empty``: shown even without octets."""

    def read(c: Cursor, message: Message) -> None:
        if c.more or empty:
            c.add(field, c.left)

    return read


def overlaid(size: int, *fields: Field) -> Reader:
    """Flags: several fields in the same octets."""

    def read(c: Cursor, message: Message) -> None:
        for part in fields:
            c.peek_add(part, size)
        c.skip(size)

    return read


def sequence(*fields: Field, skip: int = 0) -> Reader:
    """Fields one behind the other, as many as are there; text and octets take all that is left."""

    def read(c: Cursor, message: Message) -> None:
        if c.left < skip:
            return
        c.skip(skip)
        for part in fields:
            size = part.kind.size or c.left
            if not size or c.left < size:
                return
            c.add(part, size)

    return read


def listed(label: str, field: Field) -> Reader:
    """A list of values of two octets."""

    def read(c: Cursor, message: Message) -> None:
        with c.text(label):
            while c.left >= 2:
                c.add(field)

    return read


def told(attribute: str, reader: Reader, value: Callable[[Cursor], Any]) -> Reader:
    """A reader that also keeps in the message what the value is."""

    def read(c: Cursor, message: Message) -> None:
        found = value(c)
        reader(c, message)
        setattr(message, attribute, found)

    return read


def number(size: int) -> Callable[[Cursor], int]:
    """What gives the number at the cursor."""
    return lambda c: int.from_bytes(c.peek(size), "big")

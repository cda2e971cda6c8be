"""The table of ICMPv6 messages, and what the files that fill it share.

Wireshark shows all of ICMPv6 as one protocol, so a message is no protocol of its own: it is a
function that the ``icmpv6`` dissector calls on its own layer, after the head that all messages
have in common.  ``@message`` puts it in the table::

    @message(135, "Neighbor Solicitation")
    def neighbor_solicitation(c: Cursor, head: Any) -> Result: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.header import F
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey, Result
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, NONE, Enum, Kind

Reader = Callable[[Cursor, Any], Result]
"""Reads what follows the head; gets the head's named tuple (``type``, ``code``, ``sum``)."""


class Message(Struct, frozen=True):
    """One message type.  ``codes``: names of its codes; ``unknown``: the words for another one."""

    type: int
    name: str
    reader: Reader
    codes: Mapping[int, str] | None
    unknown: str

    def code_name(self, code: int) -> str:
        """The words for a code."""
        return (self.codes or {}).get(code) or self.unknown % {"code": code}


INFO_CODE = "%s (%s)"
"""The Info column of a message with codes: its name, and the code's."""

MESSAGES: dict[int, Message] = {}
TYPES: dict[int, str] = {
    100: "Private experimentation",
    101: "Private experimentation",
    127: "Reserved for expansion of ICMPv6 error messages",
    200: "Private experimentation",
    201: "Private experimentation",
    255: "Reserved for expansion of ICMPv6 informational messages",
}
"""Names of the types; ``@message`` adds those that can be read."""


def message(
    kind: int, name: str, codes: Mapping[int, str] | None = None,
    unknown: str = "Unknown (%(code)d)",
) -> Callable[[Reader], Reader]:  # fmt: skip
    """Register a function as the reader of a message type; several may share one function.

    Raises DuplicateKey when the type has a reader already.
    """

    def register(reader: Reader) -> Reader:
        if kind in MESSAGES:
            raise DuplicateKey(f"two readers for ICMPv6 type {kind}")
        MESSAGES[kind] = Message(kind, name, reader, codes, unknown)
        TYPES[kind] = name
        return reader

    return register


# --- fields that many messages have ------------------------------------------------------------

RESERVED = Field("icmpv6.reserved", "Reserved", BYTES)
DATA = Field("icmpv6.data", "Data", BYTES)
UNKNOWN_DATA = Field("icmpv6.unknown_data", "Unknown Data", BYTES)
OPTION = Field("icmpv6.opt", "ICMPv6 Option")

LEFT_OVER = Note(
    "icmpv6.unknown_data.expert", Severity.ERROR, Group.MALFORMED, "Unknown Data (not interpreted)"
)

SET: Enum = ("Not set", "Set")


def nothing(value: Any) -> None:
    """For ``convert=``: the octets have no value worth showing."""


def reserved(attr: str, name: str = "icmpv6.reserved") -> F:
    """Reserved octets of a header."""
    if name == "icmpv6.reserved":
        return F(attr, name, "Reserved", BYTES)
    return F(attr, name, "Reserved", NONE, convert=nothing)


def flag(attr: str, bit: int, name: str, label: str, words: Enum | None = SET) -> F:
    """One bit of a header's attribute, counted from its highest."""
    return F(attr, name, label, BOOL, words, within=(bit, 1))


def bits(
    attr: str, first: int, width: int, name: str, label: str, kind: Kind, enum: Enum | None = None
) -> F:
    """Some bits of a header's attribute as a number."""
    return F(attr, name, label, kind, enum, within=(first, width))


def name_flags(c: Cursor, name: str) -> None:
    """Put the set bits of a flags field, and the values that have names, on its own line."""
    if c.at is None:
        return
    node = c.at.find(name)
    if node is not None:
        node.suffix = "".join(_flag_words(bit) for bit in node.children or ())


def _flag_words(bit: Node) -> str:
    field = bit.field
    if field.kind is BOOL:
        return f", {field.label}" if bit.value else ""
    if field.enum is None:
        return ""
    return f", {field.label}: {field.value_name(bit.value) or 'Unknown'}"


def left_over(c: Cursor) -> None:
    """Octets that the bounds hold and no field explains."""
    if c.more:
        c.rest(UNKNOWN_DATA)
        c.note(LEFT_OVER, "icmpv6.unknown_data")

"""Encoded addresses (RFC 7761, section 4.9.1), and attributes of joined sources (RFC 5384).

0               8               16              24             32
+---------------+---------------+---------------+---------------+
|  Addr Family  | Encoding Type |  Address                      |  unicast
+---------------+---------------+-+-----------+-+---------------+
|  Addr Family  | Encoding Type |B|     0     |Z|    Mask Len   |  group, then the address
+---------------+---------------+-+-------+-+-+-+---------------+
|  Addr Family  | Encoding Type |    0    |S|W|R|    Mask Len   |  source, then the address
+-+-+-----------+---------------+---------+-+-+-+---------------+
|F|E| Attr Type |    Length     |  Value                        |  attributes, encoding 1
+-+-+-----------+---------------+-------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, U8, X8, address_text
from dissect.protocols.pim.codes import ATTRIBUTES, ENCODINGS, FAMILIES, TRANSPORTS

SET = ("Not set", "Set")
IPV4_FAMILY, IPV6_FAMILY = 1, 2
SIZES = {IPV4_FAMILY: 4, IPV6_FAMILY: 16}
NATIVE, WITH_ATTRIBUTES = 0, 1


def pair(name: str, label: str) -> dict[int, Field]:
    """The fields of an address, by family."""
    return {
        IPV4_FAMILY: Field(f"pim.{name}", label, IPV4),
        IPV6_FAMILY: Field(f"pim.{name}_ip6", label, IPV6),
    }


GROUP, SOURCE = pair("group", "Group"), pair("source", "Source")
UNICAST = {
    IPV4_FAMILY: Field("pim.unicast", "Unicast", IPV4),
    IPV6_FAMILY: Field("pim.unicast_ipv6", "Unicast", IPV6),
}
RLOC = {
    IPV4_FAMILY: Field("pim.rloc", "RLOC", IPV4),
    IPV6_FAMILY: Field("pim.rloc_ipv6", "RLOC", IPV6),
}
FAMILY = Field("pim.addr_address_family", "Address Family", U8, FAMILIES)


class Unicast(Header):
    """In front of an address by itself, 2 octets."""

    __hdr__ = (("family", "B", IPV4_FAMILY), ("encoding", "B", NATIVE))
    names = (
        F("family", FAMILY.name, FAMILY.label, FAMILIES),
        F("encoding", "pim.addr_encoding_type", "Encoding Type", ENCODINGS),
    )


class GroupHead(Header):
    """In front of the address of a group or range, 4 octets."""

    __hdr__ = (
        ("family", "B", IPV4_FAMILY), ("encoding", "B", NATIVE), ("flags", "B", 0),
        ("mask", "B", 32),
    )  # fmt: skip
    names = (
        *Unicast.names,
        F("flags", "pim.group_addr.flags", "Flags", X8, bits=(
            F("flags", "pim.group_addr.flags.b", "Bidirectional PIM", BOOL, SET, within=(0, 1)),
            F("flags", "pim.group_addr.flags.reserved", "Reserved", X8, within=(1, 6)),
            F("flags", "pim.group_addr.flags.z", "Admin Scope Zone", BOOL, SET, within=(7, 1)),
        )),
        F("mask", "pim.mask_len", "Masklen"),
    )  # fmt: skip


class SourceHead(Header):
    """In front of the address of a source, 4 octets."""

    __hdr__ = (
        ("family", "B", IPV4_FAMILY), ("encoding", "B", NATIVE), ("flags", "B", 4),
        ("mask", "B", 32),
    )  # fmt: skip
    names = (
        *Unicast.names,
        F("flags", "pim.source_addr.flags", "Flags", X8, bits=(
            F("flags", "pim.source_addr.flags.reserved", "Reserved", X8, within=(0, 5)),
            F("flags", "pim.source_addr.flags.s", "Sparse", BOOL, SET, within=(5, 1)),
            F("flags", "pim.source_addr.flags.w", "WildCard", BOOL, SET, within=(6, 1)),
            F("flags", "pim.source_addr.flags.r", "Rendezvous Point Tree", BOOL, SET,
              within=(7, 1)),
        )),
        F("mask", "pim.mask_len", "Masklen"),
    )  # fmt: skip


class AttributeHead(Header):
    """In front of an attribute's value, 2 octets."""

    __hdr__ = (("_word", "B", 0x40), ("length", "B", 0))
    __bit_fields__ = {"_word": (("forward", 1), ("end", 1), ("kind", 6))}
    names = (
        F("word_word", "pim.source_ja.flags", "Flags", X8, bits=(
            F("forward", "pim.source_ja.flags.f", "Forward", BOOL, SET),
            F("end", "pim.source_ja.flags.e", "End of Attributes", BOOL, SET),
            F("kind", "pim.source_ja.flags.attr_type", "Attribute Type", U8, ATTRIBUTES),
        )),
        F("length", "pim.source_ja.length", "Length"),
    )  # fmt: skip


ATTRIBUTE = Field("pim.source_ja", "Join Attribute")
VALUE = Field("pim.source_ja.value", "Value", BYTES)
TRANSPORT = Field("pim.attribute_transport_mode", "Attribute Transport Mode", U8, TRANSPORTS)

UNKNOWN = Note(
    "sixscope.pim.address", Severity.WARNING, Group.PROTOCOL,
    "Address family or encoding unknown: its size, and what follows, can't be told",
    "RFC 7761, section 4.9.1",
)  # fmt: skip


UNFIT = Note(
    "sixscope.pim.option_length", Severity.ERROR, Group.MALFORMED,
    "Option or attribute too short for its value", "RFC 7761, section 4.9.2",
)  # fmt: skip


class UnknownAddress(Exception):
    """An address whose size nobody knows, so that the rest of the message can't be read."""


class Encoding(Struct, frozen=True):
    """One of the three encodings: what stands in front of the address, and its field there."""

    head: type[Header]
    size: int
    inner: dict[int, Field]


UNICASTS = Encoding(Unicast, 2, UNICAST)
GROUPS = Encoding(GroupHead, 4, GROUP)
SOURCES = Encoding(SourceHead, 4, SOURCE)


def add_address(
    c: Cursor, encoding: Encoding, fields: dict[int, Field], label: str = ""
) -> tuple[Any, bytes, Node]:
    """Read an encoded address; hands back its head, the address, and its node.

    Raises UnknownAddress, and Malformed or Truncated as all reading does.
    """
    c.need(2)
    family, kind = c.peek(2)
    if family not in SIZES or kind not in ENCODINGS:
        c.note(UNKNOWN, text=f"Address family {family}, encoding {kind}")
        raise UnknownAddress
    field, size = fields[family], encoding.size + SIZES[family]
    c.need(size)
    address = c.peek(SIZES[family], encoding.size)
    try:
        with c.item(field, value=address) as node:
            head = c.header(encoding.head)
            c.add(encoding.inner[family])
            if kind == WITH_ATTRIBUTES and encoding is not GROUPS:
                _attributes(c, encoding)
    finally:
        node.length = size
    if c.at is not None:
        mask = "" if encoding is UNICASTS else f"/{head.mask}"
        flags = _letters(head.flags) if encoding is SOURCES and head.flags else ""
        node.text = f"{label or field.label}: {address_text(address)}{mask}{flags}"
    return head, address, node


def _letters(flags: int) -> str:
    letters = "".join(name for bit, name in ((4, "S"), (2, "W"), (1, "R")) if flags & bit)
    return f" ({letters})"


def _attributes(c: Cursor, encoding: Encoding) -> None:
    """Attributes up to the one that says it is the last."""
    while True:
        c.need(2)
        size = 2 + c.peek(1, 1)[0]
        with c.entry(ATTRIBUTE, size, UNFIT, because="pim.source_ja.length") as node:
            head = c.header(AttributeHead)
            node.text = f"Join Attribute: {ATTRIBUTES.get(head.kind, 'Unknown')}"
            reader = VALUES.get((encoding.head, head.kind))
            if reader is not None:
                reader(c)
            elif encoding is SOURCES:
                c.add(VALUE, c.left)
        if head.end:
            return


def _vector(c: Cursor) -> None:
    """The router towards which the join goes (RFC 5496, section 4)."""
    if c.left - 2 not in SIZES.values():
        c.add(VALUE, c.left)
        return
    with suppress(UnknownAddress):
        add_address(c, UNICASTS, UNICAST)


def _transport(c: Cursor) -> None:
    """How a LISP site wants its packets (RFC 8059, section 4)."""
    c.add(TRANSPORT)


def _locator(c: Cursor) -> None:
    """Where a LISP site is (RFC 8059, section 5)."""
    family = c.add(FAMILY)
    if family in RLOC:
        c.add(RLOC[family])


VALUES: dict[tuple[type[Header], int], Callable[[Cursor], None]] = {
    (SourceHead, 0): _vector, (SourceHead, 6): _locator,
    (Unicast, 5): _transport, (Unicast, 6): _locator,
}  # fmt: skip

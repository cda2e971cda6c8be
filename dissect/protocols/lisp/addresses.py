"""Addresses in LISP's control messages: an address family, then an address of it.

0                               16
+-------------------------------+-------------------------------+
|    Address Family (IANA)      |  Address, by the family       |
+-------------------------------+-------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import ETHER, IPV4, IPV6, STR, U16, Kind, address_text
from dissect.protocols.codes.lisp import FAMILIES

NO_ADDRESS, INET, INET6, IEEE_802, NAME, FORMATS, MAC = 0, 1, 2, 6, 17, 16387, 16389
KINDS: dict[int, tuple[str, Kind]] = {
    INET: ("ipv4", IPV4), INET6: ("ipv6", IPV6), IEEE_802: ("mac", ETHER), MAC: ("mac", ETHER),
    NAME: ("dn", STR),
}  # fmt: skip
"""By family: the last part of the field's name, and its kind."""
NOT_SET = "not set"
SET = ("Not set", "Set")


class Address(Struct, frozen=True):
    """The fields of an address in one place of a message, by family."""

    family: Field
    fields: dict[int, Field]


UNEXPECTED = Note("lisp.unexpected_field", Severity.ERROR, Group.PROTOCOL, "Unexpected field")


def unexpected(c: Cursor, family: int) -> None:
    """Say that addresses of a family can't be read."""
    text = f"Unexpected AFI ({family}), cannot decode"
    c.note(UNEXPECTED, c.at, text)


def readable(c: Cursor, at: int) -> bool:
    """Whether the family that stands ahead can be read; says so where it can't."""
    c.need(at + 2)
    family = int.from_bytes(c.peek(2, at), "big")
    known = family in (NO_ADDRESS, FORMATS) or family in KINDS
    if not known:
        unexpected(c, family)
    return known


def address_fields(name: str, label: str, family: str, *, joint: str = ".") -> Address:
    """The fields of addresses of all families, whose names differ in their last part."""
    fields = {
        number: Field(f"{name}{joint}{end}", label, kind)
        for number, (end, kind) in KINDS.items()
    }  # fmt: skip
    return Address(Field(f"{name}.afi", family, U16, FAMILIES), fields)


def read_name(c: Cursor, field: Field) -> str:
    """A distinguished name: text up to a zero octet, which belongs to it and must be there."""
    end = c.data.find(0, c.pos, c.stop)
    size = (c.stop if end < 0 else end + 1) - c.pos
    value = c.peek(size).rstrip(b"\0").decode("utf-8", "backslashreplace")
    c.need(size)
    c.put(field, value, c.pos, size)
    c.skip(size)
    if end < 0:
        c.need(1)
    return value


def read_address(c: Cursor, place: Address, formats: Callable[[Cursor], str]) -> str | None:
    """A family and its address; hands back the address as text, None for an unknown family.

    formats  reads an address of LISP's own formats
    """
    family = c.add(place.family)
    if family == NO_ADDRESS:
        return NOT_SET
    if family == FORMATS:
        return formats(c)
    field = place.fields.get(family)
    if field is None:
        unexpected(c, family)
        return None
    if family == NAME:
        return read_name(c, field)
    return address_text(c.add(field))

"""LISP Canonical Address Format (RFC 8060): addresses with something more.

    0               8               16              24              32
    +---------------+---------------+---------------+---------------+
    |   Reserved    |     Flags     |     Type      |   Reserved    |
    +---------------+---------------+---------------+---------------+
    |            Length             |  Length octets by Type        |
    +-------------------------------+-------------------------------+

Addresses in an address may be of these formats again.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, U8, U16, U32, X8, X16, X24
from dissect.protocols.codes.lisp import FORMATS
from dissect.protocols.lisp.addresses import SET, Address, address_fields, read_address

MAX_DEPTH = 32
"""Formats within each other that are read."""

LCAF = Field("lisp.lcaf", "LCAF", NONE)
HEADER = Field("lisp.lcaf.header", "LCAF Header", BYTES)
RESERVED_1 = Field("lisp.lcaf.res1", "Reserved bits", X8)
FLAGS = Field("lisp.lcaf.flags", "Flags", X8)
TYPE = Field("lisp.lcaf.type", "Type", U8, FORMATS)
RESERVED_2 = Field("lisp.lcaf.res2", "Reserved bits", X8)
LENGTH = Field("lisp.lcaf.length", "Length", U16)
NULL_BODY, MULTICAST_INFO = 0, 9

UNDECODED = Note(
    "lisp.undecoded", Severity.NOTE, Group.UNDECODED,
    "Not dissected yet (report to wireshark.org)",
)  # fmt: skip


def _bit(name: str, label: str, kind: object, mask: int) -> Field:
    values = SET if kind is BOOL else None
    return Field(f"lisp.{name}", label, kind, values, mask=mask)  # type: ignore[arg-type]


def _lcaf(name: str, label: str, kind: object) -> Field:
    return Field(f"lisp.lcaf.{name}", label, kind)  # type: ignore[arg-type]


def _place(name: str, label: str) -> Address:
    return address_fields(f"lisp.lcaf.{name}", label, f"{label} AFI")


MULTICAST_FLAGS = Field(
    "lisp.lcaf.mcinfo.flags", "Multicast Info Flags", X8,
    bits=(
        _bit("lcaf.mcinfo.flags.res", "Reserved", X8, 0xF8),
        _bit("lcaf.mcinfo.flags.rp", "RP-bit", BOOL, 0x04),
        _bit("lcaf.mcinfo.flags.leave", "Leave (L-bit)", BOOL, 0x02),
        _bit("lcaf_mcinfo.flags.join", "Join (J-bit)", BOOL, 0x01),
    ),
)  # fmt: skip


class UnknownFamily(Exception):
    """An address within a format whose size, and what follows, can't be told."""


Reader = Callable[[Cursor, int], str]
"""Reads what belongs to a type, at a depth; hands back the address in few words."""


def read_format(c: Cursor, depth: int = 0) -> str:
    """An address of one of the formats, from behind its family; hands it back in few words."""
    c.need(6)
    kind, length = c.octet(2), int.from_bytes(c.peek(2, 4), "big")
    name = FORMATS.get(kind, "Unknown")
    with c.item(LCAF, 6 + length, because=LENGTH.name) as node:
        node.text = f"LCAF: {name}"
        _header(c, kind)
        reader = READERS.get(kind)
        if kind != NULL_BODY and (reader is None or depth >= MAX_DEPTH):
            with c.text(UNDECODED.text) as rest:
                c.note(UNDECODED, rest)
                c.skip(c.captured)
            return name
        if reader is None or not c.more:
            c.skip(c.captured)
            return name
        try:
            return reader(c, depth + 1) or name
        except UnknownFamily:  # how long its address is nobody knows; the format's end is known
            c.skip(c.captured)
            return name


def _header(c: Cursor, kind: int) -> None:
    with c.item(HEADER):
        c.add(RESERVED_1)
        c.add(FLAGS)
        c.add(TYPE)
        if kind == MULTICAST_INFO:
            c.add(MULTICAST_FLAGS)
        else:
            c.add(RESERVED_2)
        c.add(LENGTH)


def _address(c: Cursor, place: Address, depth: int) -> str:
    """An address within a format.  Raises UnknownFamily."""
    text = read_address(c, place, lambda c: read_format(c, depth))
    if text is None:
        raise UnknownFamily
    return text


def _head_and_address(head: tuple[Field, ...], place: Address, form: str) -> Reader:
    """What reads some numbers and an address; ``form`` puts address and last number in words."""

    def read(c: Cursor, depth: int) -> str:
        value = 0
        for field in head:
            value = c.add(field)
        text = _address(c, place, depth)
        return form.format(number=value, address=text)

    return read


LIST_ITEM = _lcaf("afi_list.item", "List Item", NONE)
LIST = _place("afi_list", "List Item Address")


def _list(c: Cursor, depth: int) -> str:
    """Addresses that belong together (RFC 8060, section 4.10)."""
    while c.more:
        with c.item(LIST_ITEM):
            _address(c, LIST, depth)
    return ""


LATITUDE, LONGITUDE = _lcaf("geo.lat", "Latitude", NONE), _lcaf("geo.lon", "Longitude", NONE)
ALTITUDE = _lcaf("geo.alt", "Altitude", NONE)
GEO = _place("geo", "Address")


INVALID = Note(
    "lisp.invalid_field", Severity.WARNING, Group.PROTOCOL, "Invalid angle",
    "RFC 8060, section 4.3",
)  # fmt: skip


def _angle(name: str, positive: str, negative: str) -> tuple[Field, ...]:
    hemispheres = {0: negative, 1: positive}
    return (
        Field(f"lisp.lcaf.geo.{name}.hemisphere", "Hemisphere", U16, hemispheres, mask=0x8000),
        Field(f"lisp.lcaf.geo.{name}.deg", "Degrees", U16, mask=0x7FFF),
        _lcaf(f"geo.{name}.min", "Minutes", U8),
        _lcaf(f"geo.{name}.sec", "Seconds", U8),
    )


ANGLES = ((LATITUDE, _angle("lat", "N", "S"), 90), (LONGITUDE, _angle("lon", "E", "W"), 180))
"""Each with the most degrees."""


def _geo(c: Cursor, depth: int) -> str:
    """Where something is (RFC 8060, section 4.3)."""
    for head, (hemisphere, *parts), most in ANGLES:
        at, values = c.at, list[int]()
        with c.item(head) as node:
            side = c.peek_add(hemisphere)
            for part, limit in zip(parts, (most, 59, 59), strict=True):
                values.append(c.add(part))
                if values[-1] > limit:
                    name = f"{head.label} {part.label}".lower()
                    c.note(INVALID, at, f"Invalid {name} value ({values[-1]})")
            letter = hemisphere.value_name(side)
            node.text = f"{head.label}: {letter} {values[0]}° {values[1]}' {values[2]}\""
    with c.item(ALTITUDE, 4) as node:
        node.text = f"Altitude: {int.from_bytes(c.peek(4), 'big', signed=True)} m"
    _address(c, GEO, depth)
    return ""


PORTS = (_lcaf("natt.msport", "MS UDP Port Number", U16),
         _lcaf("natt.etrport", "ETR UDP Port Number", U16))  # fmt: skip
NAT_LOCATOR = _lcaf("natt.rloc", "RLOC", NONE)
NAT = _place("natt.rloc", "RLOC")
NAT_ROLES = ("Global ETR", "MS", "Private ETR")


def _nat(c: Cursor, depth: int) -> str:
    """Ports and locators on both sides of a translator (RFC 8060, section 4.4)."""
    for field in PORTS:
        c.add(field)
    number = 0
    while c.more:
        with c.item(NAT_LOCATOR) as node:
            text = _address(c, NAT, depth)
            role = NAT_ROLES[number] if number < len(NAT_ROLES) else f"RTR {number - 2}"
            node.text = f"RLOC of {role}: {text}"
        number += 1
    return ""


MULTICAST_HEAD = (
    _lcaf("mcinfo_iid", "Instance ID", U32), _lcaf("mcinfo.res", "Reserved bits", X16),
    _lcaf("mcinfo.src.masklen", "Source Mask Length", U8),
    _lcaf("mcinfo.grp.masklen", "Group Mask Length", U8),
)  # fmt: skip
MULTICAST_PAIR = (
    (_lcaf("mcinfo.src", "Source/Subnet Address", NONE),
     address_fields("lisp.lcaf.mcinfo.src", "Source/Subnet Address", "Source/Subnet AFI")),
    (_lcaf("mcinfo.grp", "Group Address", NONE),
     address_fields("lisp.lcaf.mcinfo.grp", "Group Address", "Group AFI")),
)  # fmt: skip
KEYS_HEAD = (
    _lcaf("srcdst.res", "Reserved bits", X16),
    _lcaf("srcdst.src.masklen", "Source Prefix Mask Length", U8),
    _lcaf("srcdst.dst.masklen", "Destination Prefix Mask Length", U8),
)
KEYS_PAIR = tuple(
    (_lcaf(f"srcdst.{end}", f"{words} Prefix", NONE), _place(f"srcdst.{end}", f"{words} Prefix"))
    for end, words in (("src", "Source"), ("dst", "Destination"))
)
VALUES_PAIR = tuple(
    (_lcaf(f"kv_{part}", words, NONE), _place(f"kv_{part}", words))
    for part, words in (("key", "Key"), ("value", "Value"))
)


def _pair(head: tuple[Field, ...], pair: tuple[tuple[Field, Address], ...]) -> Reader:
    """What reads some numbers and two addresses, each in a subtree."""

    def read(c: Cursor, depth: int) -> str:
        for field in head:
            c.add(field)
        for field, place in pair:
            with c.item(field) as node:
                node.text = f"{field.label}: {_address(c, place, depth)}"
        return ""

    return read


HOP = _lcaf("elp_hop", "Reencap Hop", NONE)
HOP_FLAGS = Field(
    "lisp.lcaf.elp_hop.flags", "Flags", X16,
    bits=(
        _bit("lcaf.elp_hop.flags.res", "Reserved", X16, 0xFFF8),
        _bit("lcaf.elp_hop.flags.local", "Lookup", BOOL, 0x0004),
        _bit("lcaf.elp_hop.flags.probe", "Probe", BOOL, 0x0002),
        _bit("lcaf_elp_hop.flags.strict", "Strict", BOOL, 0x0001),
    ),
)  # fmt: skip
ENTRY = _lcaf("rle_entry", "RTR/ETR", NONE)
ENTRY_HEAD = (_lcaf("rle_entry.res", "Reserved bits", X24),
              _lcaf("rle_entry.level", "Level Value", U8))  # fmt: skip


def _entries(item: Field, head: tuple[Field, ...], place: Address) -> Reader:
    """What reads a list of addresses with something before each."""

    def read(c: Cursor, depth: int) -> str:
        number = 0
        while c.more:
            number += 1
            with c.item(item) as node:
                for field in head:
                    c.add(field)
                node.text = f"{item.label} {number}. {_address(c, place, depth)}"
        return ""

    return read


VENDOR = (_lcaf("vendor.res", "Reserved", X8), _lcaf("vendor.oui", "OUI", X24))
VENDOR_DATA = _lcaf("vendor.data", "Vendor Specific Data", BYTES)


def _vendor(c: Cursor, depth: int) -> str:
    """A vendor's own (RFC 9306, section 4)."""
    for field in VENDOR:
        c.add(field)
    if c.rest(VENDOR_DATA):
        c.note(UNDECODED, c.last, "The vendor knows what it means")
    return ""


READERS: dict[int, Reader] = {
    1: _list,
    2: _head_and_address((_lcaf("iid", "Instance ID", U32),), _place("iid", "Address"),
                         "[{number}] {address}"),
    3: _head_and_address((_lcaf("asn", "AS Number", U32),), _place("asn", "Address"),
                         "{address} (ASN {number})"),
    5: _geo,
    7: _nat,
    8: _head_and_address((_lcaf("nonce_loc.res", "Reserved bits", X8),
                          _lcaf("nonce_loc", "Nonce", X24)), _place("nonce_loc", "Address"), ""),
    MULTICAST_INFO: _pair(MULTICAST_HEAD, MULTICAST_PAIR),
    10: _entries(HOP, (HOP_FLAGS,), _place("elp_hop", "Reencap Hop")),
    12: _pair(KEYS_HEAD, KEYS_PAIR),
    13: _entries(ENTRY, ENTRY_HEAD, _place("rle_entry", "RTR/ETR")),
    15: _pair((), VALUES_PAIR),
    255: _vendor,
}  # fmt: skip

"""How a field's value is read, compared and shown: the kinds of fields.

A kind is what Wireshark calls a field type together with its display base.  ``show`` writes the
value as tshark's PDML attribute ``show`` and its JSON do; ``text`` writes it as the tree that a
person reads does.  Multi-byte integers are big-endian unless the kind says ``_LE``.
"""

from __future__ import annotations

import datetime
import socket
import time
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Literal

from msgspec import Struct

Enum = Mapping[int, str] | Callable[[int], str | None] | tuple[str, str]
"""Names of values: a table, a function, or for booleans ``(when false, when true)``."""


class Special(dict[int, str]):
    """Names of a few special values; any other value is shown as a plain number."""


Reader = Literal["uint", "int", "bytes", "none", "str", "float"]


class Kind(Struct, frozen=True):
    """A field type and display base.  ``size`` in octets; 0 where the caller must give it."""

    name: str
    size: int
    reader: Reader
    show: Callable[[Any], str]
    text: Callable[[Any], str]
    little: bool = False
    hex: bool = False


# --- text of single values ---------------------------------------------------------------------


@lru_cache(maxsize=16384)
def ipv6_text(address: bytes) -> str:
    """Sixteen octets as RFC 5952 text, with the mixed notation where inet_ntop uses it."""
    return socket.inet_ntop(socket.AF_INET6, address)


@lru_cache(maxsize=16384)
def ipv4_text(address: bytes) -> str:
    """Four octets as dotted decimal."""
    return socket.inet_ntop(socket.AF_INET, address)


def colons(octets: bytes) -> str:
    """Octets as ``aa:bb:cc``."""
    return octets.hex(":")


mac_text = lru_cache(maxsize=65536)(colons)


def address_text(address: bytes | str) -> str:
    """An IPv6, IPv4 or MAC address by its length; text is handed back as it is."""
    if isinstance(address, str):
        return address
    size = len(address)
    if size == 16:
        return ipv6_text(address)
    return ipv4_text(address) if size == 4 else colons(address)


def bytes_count(count: int) -> str:
    """A number of octets, in Wireshark's words: ``1 byte``, ``2 bytes``."""
    return f"{count} byte" if count == 1 else f"{count} bytes"


@lru_cache(maxsize=64)
def seconds_text(nanoseconds: int) -> str:
    """A relative time as seconds with nine decimals."""
    if nanoseconds < 0:
        return "-" + seconds_text(-nanoseconds)
    return f"{nanoseconds // 1_000_000_000}.{nanoseconds % 1_000_000_000:09d}"


@lru_cache(maxsize=64)
def date_text(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as local time, in Wireshark's words (``Nov 23, 2026 08:09:28.9…``)."""
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    second, zone = _date(whole)
    return f"{second}.{rest:09d}{zone}"


FOUR_CENTURIES = 146_097 * 86_400
"""Seconds after which the calendar begins anew."""


@lru_cache(maxsize=1024)
def _date(whole: int) -> tuple[str, str]:
    """What stands before and after the fraction of a second."""
    cycles = 0
    try:
        moment = datetime.datetime.fromtimestamp(whole).astimezone()
    except (OverflowError, ValueError, OSError):  # a year that Python has no dates for
        cycles, whole = divmod(whole, FOUR_CENTURIES)
        moment = datetime.datetime.fromtimestamp(whole).astimezone()
    zone = moment.tzname() or time.tzname[0]
    year = moment.year + 400 * cycles
    return f"{moment:%b} {moment.day:2d}, {year:04d} {moment:%H:%M:%S}", f" {zone}"


EPOCH = datetime.datetime(1970, 1, 1)
FOUR_CENTURIES = 146_097 * 86_400
"""The calendar repeats after so many seconds."""


def utc_text(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as a date in UTC; also for years that have five digits and more."""
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    cycles, whole = divmod(whole, FOUR_CENTURIES)
    moment = EPOCH + datetime.timedelta(seconds=whole)
    year = moment.year + 400 * cycles
    return f"{moment:%b} {moment.day:2d}, {year} {moment:%H:%M:%S}.{rest:09d} UTC"


@cache
def _hex(digits: int) -> Callable[[int], str]:
    return f"0x%0{digits}x".__mod__


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "backslashreplace")


def _guid(value: bytes) -> str:
    h = bytes(value).hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def _nothing(value: Any) -> str:
    return ""


def _bytes_text(value: bytes) -> str:
    """Octets as the tree prints them: no colons, cut after 72 digits."""
    return "<MISSING>" if not value else value[:36].hex() + ("…" if len(value) > 36 else "")


# --- the kinds ---------------------------------------------------------------------------------


def _decimal(name: str, size: int, little: bool = False) -> Kind:
    return Kind(name, size, "uint", str, str, little)


def _hexadecimal(name: str, size: int, little: bool = False) -> Kind:
    return Kind(name, size, "uint", _hex(2 * size), _hex(2 * size), little, hex=True)


def _both(name: str, size: int) -> Kind:
    form = f"%d (0x%0{2 * size}x)"
    return Kind(name, size, "uint", str, lambda value: form % (value, value))


U8, U16, U24, U32 = (_decimal(f"U{8 * n}", n) for n in (1, 2, 3, 4))
U40, U48, U56, U64 = (_decimal(f"U{8 * n}", n) for n in (5, 6, 7, 8))
U16_LE, U32_LE, U64_LE = (_decimal(f"U{8 * n}_LE", n, True) for n in (2, 4, 8))
X8, X16, X24, X32 = (_hexadecimal(f"X{8 * n}", n) for n in (1, 2, 3, 4))
X48, X64 = _hexadecimal("X48", 6), _hexadecimal("X64", 8)
X16_LE, X32_LE, X64_LE = (_hexadecimal(f"X{8 * n}_LE", n, True) for n in (2, 4, 8))
DX8, DX16, DX32, DX64 = (_both(f"DX{8 * n}", n) for n in (1, 2, 4, 8))
"""Decimal, with the hexadecimal form beside it in the tree (Wireshark's BASE_DEC_HEX)."""


def _hex_first(name: str, size: int) -> Kind:
    form = f"0x%0{2 * size}x (%d)"
    show = _hex(2 * size)
    return Kind(name, size, "uint", show, lambda value: form % (value, value))


XD8, XD16, XD32, XD64 = (_hex_first(f"XD{8 * n}", n) for n in (1, 2, 4, 8))
"""Hexadecimal, with the decimal form beside it in the tree (Wireshark's BASE_HEX_DEC)."""

I8, I16, I32, I64 = (Kind(f"I{8 * n}", n, "int", str, str) for n in (1, 2, 4, 8))
BOOL = Kind("BOOL", 1, "uint", lambda v: "1" if v else "0", lambda v: "True" if v else "False")
IPV4 = Kind("IPV4", 4, "bytes", ipv4_text, ipv4_text)
IPV6 = Kind("IPV6", 16, "bytes", ipv6_text, ipv6_text)
ETHER = Kind("ETHER", 6, "bytes", mac_text, mac_text)
EUI64 = Kind("EUI64", 8, "bytes", colons, colons)
OUI = Kind("OUI", 3, "uint", str, lambda v: colons(v.to_bytes(3, "big")))
BYTES = Kind("BYTES", 0, "bytes", colons, _bytes_text)
STR = Kind("STR", 0, "str", _text_of, _text_of)
GUID = Kind("GUID", 16, "bytes", _guid, _guid)
FRAME = Kind("FRAME", 4, "uint", str, str)
NONE = Kind("NONE", 0, "none", _nothing, _nothing)
FLOAT = Kind("FLOAT", 4, "float", lambda v: f"{v:g}", lambda v: f"{v:g}")
DOUBLE = Kind("DOUBLE", 8, "float", lambda v: f"{v:.15g}", lambda v: f"{v:.15g}")
TIME = Kind("TIME", 8, "uint", date_text, date_text)
"""Absolute: nanoseconds since 1970."""
UTC = Kind("UTC", 8, "uint", utc_text, utc_text)
"""Absolute: nanoseconds since 1970, shown as UTC wherever it is read."""
INTERVAL = Kind("INTERVAL", 8, "uint", seconds_text, lambda v: f"{seconds_text(v)} seconds")
"""Relative: nanoseconds."""

BY_STRUCT = {
    "B": U8, "H": U16, "I": U32, "L": U32, "Q": U64, "b": I8, "h": I16, "i": I32, "q": I64,
    "4s": IPV4, "16s": IPV6, "6s": ETHER,
}  # fmt: skip
"""The kind that a ``__hdr__`` struct code gets when its F names none."""

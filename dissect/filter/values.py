"""Literals: what a word, a string or a character means for a type of field.

A reader gets the text and hands back the value; what can't be read is a ValueError with a
sentence.  Which reader takes what is decided by the group of the type.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

from dissect.engine.tree import Field
from dissect.filter.types import Type

SECOND = 1_000_000_000


def read_word(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    """The value of an unquoted literal, and how many leading bits count (None: all).

    field  whose names of values may be used
    """
    return WORDS[kind.group](kind, text.removeprefix(":") if text[1:2] != ":" else text, field)


def read_string(kind: Type, octets: bytes, field: Field | None) -> Any:
    """The value of a quoted literal."""
    if kind.group in TEXTUAL and not kind.size:
        return octets
    text = octets.decode("utf-8", "backslashreplace")
    if kind.group == "time":
        return _time(text)
    if kind.group in ("integer", "boolean") and field is not None and field.enum is not None:
        return _named(text, field)
    raise ValueError(f'"{text}" is a string, not {kind.name}')


def read_character(kind: Type, code: int) -> Any:
    """The value of ``'a'``."""
    if kind.group == "integer":
        return code
    if kind.group in TEXTUAL and not kind.size:
        return bytes([code])
    raise ValueError(f"a character is not {kind.name}")


TEXTUAL = frozenset(("string", "bytes", "protocol"))
"""Groups whose values a string in quotes can be."""


# --- numbers ------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(-?)(?:(0x[0-9a-f]+)|(0b[01]+)|(0[0-7]*)|([1-9][0-9]*))", re.IGNORECASE)
_REAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?", re.IGNORECASE)


def number(text: str) -> int | None:
    """A whole number: decimal, 0x hexadecimal, 0b binary, 0 octal; None if it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, hexadecimal, binary, octal, decimal = match.groups()
    if decimal and len(decimal) > 30:  # far past any field
        decimal = decimal[:30]
    value = int(decimal or hexadecimal or binary or octal, 10 if decimal else 8 if octal else 0)
    return -value if sign else value


def _integer(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    value = number(text)
    if value is None:
        if field is not None and field.enum is not None:
            return _named(text, field), None
        raise ValueError(f'"{text}" is no whole number')
    most = (1 << 8 * kind.size - kind.name.startswith("a signed")) - 1 if kind.size else None
    if most is not None and not -most - 1 <= value <= most:
        raise ValueError(f'"{text}" is too big for this field, whose greatest value is {most}')
    return value, None


def _boolean(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    value = number(text)
    if value is not None:
        return int(value != 0), None
    if text.lower() in ("true", "false"):
        return int(text.lower() == "true"), None
    if field is not None and field.enum is not None:
        return _named(text, field), None
    raise ValueError(f'"{text}" is neither True nor False, 1 nor 0')


def _real(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    value = number(text) if text[:3].lower().strip("-").startswith("0x") else None
    if value is None and not _REAL.fullmatch(text):
        raise ValueError(f'"{text}" is no number')
    return float(text if value is None else min(max(value, -(1 << 1000)), 1 << 1000)), None


def _named(text: str, field: Field) -> int:
    """The number that a field's names of values have for a name; case does not matter."""
    names = _names(field)
    if names is None:
        raise ValueError(f"{field.name} has no names that can be looked up")
    if text.lower() not in names:
        raise ValueError(f'"{text}" is none of the values of {field.name}')
    return names[text.lower()]


@cache
def _names(field: Field) -> dict[str, int] | None:
    """The values by their names; None where a function makes the names."""
    if isinstance(field.enum, tuple):
        return {name.lower(): value for value, name in enumerate(field.enum)}
    if not isinstance(field.enum, Mapping):
        return None
    return {name.lower(): value for value, name in reversed([*field.enum.items()])}


# --- times --------------------------------------------------------------------------------------

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"
    r"(?:[T ](?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:\.(?P<f>[0-9]{1,9}))?)?"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_LEGACY = re.compile(
    r"(?P<name>[A-Za-z]{3}) +(?P<d>[0-9]{1,2}), +(?P<y>[0-9]{4}) "
    r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2}):(?P<S>[0-9]{2})(?:\.(?P<f>[0-9]{1,9}))?(?: (?P<zone>UTC))?"
)
_INTERVAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,9}))?")


def _time(text: str) -> int:
    """Nanoseconds since 1970; local time unless a zone is given."""
    match = _ISO.fullmatch(text) or _LEGACY.fullmatch(text)
    wrong = ValueError(
        f'"{text}" is no date and time; one is "2026-01-31 23:59:59.123" or "Jan 31, 2026 23:59:59"'
    )
    if match is None:
        raise wrong
    part: dict[str, str | None] = match.groupdict()
    name = (part.get("name") or "").lower()
    try:
        month = MONTHS.index(name) + 1 if name else int(part["m"] or 0)
        year, day, hour, minute, second = (int(part[unit] or 0) for unit in "ydHMS")
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_zone(part))
        seconds = int(moment.timestamp())
    except (ValueError, OverflowError, OSError):
        raise wrong from None
    return seconds * SECOND + int((part["f"] or "").ljust(9, "0"))


def _zone(part: dict[str, str | None]) -> timezone | None:
    zone = part["zone"]
    if zone is None:
        return None
    if zone in ("Z", "UTC"):
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return timezone(-offset if zone[0] == "-" else offset)


def _moment(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    return _time(text), None


def _interval(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no time in seconds, with up to nine decimals')
    sign, whole, fraction = match.groups()
    value = int(whole) * SECOND + int((fraction or "").ljust(9, "0"))
    return -value if sign else value, None


# --- octets and addresses -----------------------------------------------------------------------

_OCTETS = re.compile(r"[0-9A-Fa-f]{1,2}(?:[:.-]?[0-9A-Fa-f]{1,2})*")
_OCTET = re.compile(r"[0-9A-Fa-f]{1,2}")
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
FAMILIES = {"ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}


def _octets(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    """``aa:bb``, ``aa.bb``, ``aa-bb``, ``aabb``, ``aabb.ccdd``; one octet may be 0xaa."""
    if kind.size == 16:
        if not _GUID.fullmatch(text):
            raise ValueError(f'"{text}" is no GUID')
        return bytes.fromhex(text.replace("-", "")), None
    if re.fullmatch("0[xX][0-9A-Fa-f]{2}", text) and not kind.size:
        return bytes([int(text, 16)]), None
    if not _OCTETS.fullmatch(text):
        raise ValueError(f'"{text}" is not {kind.name}')
    octets = bytes(int(octet, 16) for octet in _OCTET.findall(text))
    if kind.size and len(octets) != kind.size:
        raise ValueError(f'"{text}" has {len(octets)} octets, {kind.name} has {kind.size}')
    return octets, None


def _eui64(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    """Eight octets, or a number."""
    value = number(text)
    if value is not None and 0 <= value < 1 << 64:
        return value, None
    return int.from_bytes(_octets(kind, text, field)[0], "big"), None


def _address(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    """An address, maybe with a prefix length behind a slash."""
    address, slash, length = text.partition("/")
    try:
        octets = socket.inet_pton(FAMILIES[kind.group], address)
    except (OSError, ValueError):
        raise ValueError(f'"{address}" is not {kind.name}') from None
    if not slash:
        return octets, None
    if not length.isascii() or not length.isdigit() or int(length[:4]) > 8 * kind.size:
        raise ValueError(f'the prefix length "{length}" is no number up to {8 * kind.size}')
    return masked(octets, int(length)), int(length)


def masked(address: bytes, bits: int) -> bytes:
    """An address with all but its first bits set to zero."""
    size = len(address)
    mask = (1 << 8 * size) - (1 << 8 * size - bits)
    return (int.from_bytes(address, "big") & mask).to_bytes(size, "big")


def _text(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    return text.encode(), None


def _nothing(kind: Type, text: str, field: Field | None) -> tuple[Any, int | None]:
    raise ValueError(f"{kind.name} has no value")


WORDS: dict[str, Callable[[Type, str, Field | None], tuple[Any, int | None]]] = {
    "integer": _integer, "boolean": _boolean, "real": _real, "time": _moment,
    "interval": _interval, "bytes": _octets, "protocol": _octets, "eui64": _eui64,
    "ipv4": _address, "ipv6": _address, "string": _text, "label": _nothing,
}  # fmt: skip
"""The reader of unquoted literals for each group of types."""

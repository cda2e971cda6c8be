"""Where addresses are, and whose: what MaxMind databases (``*.mmdb``) say about them.

The files are read with ``maxminddb``, which is imported when the first one is opened.  Its reader
in Python is used, not the one in C: a damaged file must not end the process.  What is taken from
a record, and how its numbers and words are cut, is what tshark 4.0 does with ``mmdbresolve``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from maxminddb.reader import Reader

CACHED = 16384
"""Addresses whose places are remembered."""

MAX_WORDS = 2000
"""Octets of a name; tshark takes nothing from so many on."""

INSTALL = "maxminddb, which reads databases, is not installed: pip install 'sixscope[geoip]'"


class Place(NamedTuple):
    """What is known of an address; None or empty: not that.

    Degrees north and east, with six decimals; an AS number has 32 bits and is never 0.
    """

    city: str = ""
    country: str = ""
    country_iso: str = ""
    asnum: int | None = None
    org: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def summary(self) -> str:
        """All of it but the degrees, in a line."""
        number = f"ASN {self.asnum}" if self.asnum else ""
        parts = (self.city, self.country_iso or self.country, number, self.org)
        return ", ".join(filter(None, parts))


class Databases:
    """Open databases, asked one after the other: what a later one says replaces an earlier one's.

    One that turns out to be damaged is not asked again: each answer may take it half a second.
    ``damage`` says, after a look-up, what is wrong with the first such; empty: nothing.

    Raises ValueError where there is no database, or none that can be read; in one line.
    """

    def __init__(self, paths: list[str]) -> None:
        self.damage = ""
        self._readers = [(path, _open(path)) for given in paths for path in _files(given)]
        if not self._readers:
            raise ValueError("expected the path of a database or of a folder of them")
        self.place = lru_cache(CACHED)(self._place)

    def _place(self, address: bytes) -> Place | None:
        """The place of an IPv6 or IPv4 address; None if no database knows anything of it."""
        found: dict[str, Any] = {}
        for path, reader in self._readers[:]:
            if len(address) == 16 and reader.metadata().ip_version == 4:
                continue
            try:
                record = reader.get(ip_address(address))
            except Exception as error:  # whatever octets make the reader stumble over
                self.damage = self.damage or f"{path}: damaged database: {error}"
                self._readers.remove((path, reader))
            else:
                found.update(_known(record))
        return Place(**found) if found else None


def databases(words: str) -> Databases:
    """The databases of files and folders, with colons between them (``os.pathsep``).

    Raises ValueError.
    """
    return Databases([path for path in words.split(os.pathsep) if path])


def _files(path: str) -> list[str]:
    """The databases of a folder in the order of their names, or the one file."""
    if not os.path.isdir(path):
        return [path]
    found = sorted(map(str, Path(path).glob("*.mmdb")))
    if not found:
        raise ValueError(f"{path}: no database (*.mmdb) is in this folder")
    return found


def _open(path: str) -> Reader:
    try:
        from maxminddb import MODE_MMAP, open_database
    except ImportError as error:
        raise ValueError(INSTALL) from error
    try:
        return open_database(path, MODE_MMAP)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from error
    except Exception as error:  # the reader has many words for it, in several lines
        raise ValueError(f"{path}: no MaxMind database, or a damaged one") from error


def _known(record: Any) -> Iterator[tuple[str, Any]]:
    """What a record says, by the attributes of Place; what makes no sense there is emptied."""
    for name, keys in WORDS.items():
        value = _at(record, keys)
        if isinstance(value, str) and len(value.encode()) < MAX_WORDS:
            yield name, value.partition("\n")[0].partition("\0")[0].strip(" \t\f\r")
    for name, keys, reading in NUMBERS:
        value = _at(record, keys)
        if isinstance(value, (int, float)):
            yield name, reading(value)


def _at(record: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        record = record.get(key) if isinstance(record, Mapping) else None
    return record


def _number(value: float) -> int | None:
    return value if isinstance(value, int) and 0 < value < 1 << 32 else None


def _degrees(value: float, most: int) -> float | None:
    return float(f"{value:.6f}") if abs(value) <= most else None


WORDS = {
    "city": ("city", "names", "en"),
    "country": ("country", "names", "en"),
    "country_iso": ("country", "iso_code"),
    "org": ("autonomous_system_organization",),
}
"""Where a record has what, by the attributes of Place."""

NUMBERS: tuple[tuple[str, tuple[str, ...], Callable[[float], float | None]], ...] = (
    ("asnum", ("autonomous_system_number",), _number),
    ("lat", ("location", "latitude"), partial(_degrees, most=90)),
    ("lon", ("location", "longitude"), partial(_degrees, most=180)),
)
"""The same for numbers, with what makes sure that one can be."""

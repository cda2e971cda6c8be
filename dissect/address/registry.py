"""IEEE's public listing of organizationally unique identifiers of 24 bits.

The listing is netaddr's, which needs no network.  Its files are read here without its modules,
which would take a quarter of a second to read them whole: ``oui.idx`` has a line for each
registration, the identifier, and where in ``oui.txt`` it is described.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path


@lru_cache(maxsize=4096)
def organization(oui: bytes) -> str | None:
    """The organization that registered three octets first, as listed; None if nobody did."""
    index = _index()
    at = index.find(b"\n%d," % int.from_bytes(oui))
    if at < 0:
        return None
    line = index[at + 1 : index.index(b"\n", at + 1)]
    _, offset, size = map(int, line.split(b","))
    with (_folder() / "oui.txt").open("rb") as listing:
        listing.seek(offset)
        entry = listing.read(size).decode()
    return next(line.split(None, 2)[2].strip() for line in entry.splitlines() if "(hex)" in line)


@cache
def _folder() -> Path:
    found = find_spec("netaddr")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "eui"


@cache
def _index() -> bytes:
    """The index, each line behind a line's end."""
    return b"\n" + (_folder() / "oui.idx").read_bytes().replace(b"\r", b"") + b"\n"

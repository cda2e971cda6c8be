"""The table of Mobility Header messages, and what the files that fill it share.

Wireshark shows all of Mobile IPv6 as one protocol, so a message is no protocol of its own: it is
a function that the ``mipv6`` dissector calls on its own layer.  ``@message`` puts it there::

    @message(13, "Heartbeat")
    def heartbeat(c: Cursor) -> None: ...
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F
from dissect.engine.tables import DuplicateKey
from dissect.engine.values import BOOL, Enum, Kind

Reader = Callable[[Cursor], None]
"""Reads a message behind the Mobility Header's first 6 octets, its options included."""

MESSAGES: dict[int, tuple[str, Reader]] = {}
TYPES: dict[int, str] = {}
"""Names of the types; ``@message`` adds them."""

SET: Enum = ("Not set", "Set")

LIFETIME = Kind("LIFETIME", 2, "uint", str, lambda units: f"{units} ({4 * units} seconds)")
"""A time in units of 4 seconds."""


def message(kind: int, name: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of a message type.

    Raises DuplicateKey when the type has a reader already.
    """

    def register(reader: Reader) -> Reader:
        if kind in MESSAGES:
            raise DuplicateKey(f"two readers for Mobility Header type {kind}")
        MESSAGES[kind] = (name, reader)
        TYPES[kind] = name
        return reader

    return register


def flag(attr: str, bit: int, name: str, label: str, words: Enum | None = None) -> F:
    """One bit of a header's attribute, counted from its highest."""
    return F(attr, name, label, BOOL, words, within=(bit, 1))

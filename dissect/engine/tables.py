"""Which dissector comes next: tables as data, filled by the ``@dissector`` decorator.

A table maps a number in one header (an EtherType, an IP protocol, a port) to the dissector of what
follows.  The protocols register themselves when ``dissect.protocols`` is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dissect.engine.looks import Looks
from dissect.engine.tree import FIELDS, Field, Layer, Node, Source

if TYPE_CHECKING:
    from dissect.engine.cursor import Cursor


class Next(Struct, gc=False):
    """Where to go on: the dissector that ``table`` has for ``key``, on octets [start, end).

    start, end  default to where the cursor stands and to the end of its bounds
    into        the layer or node whose subtree gets what follows (a quoted packet, the body of a
                message), None: the packet
    quoted      what follows is a copy inside an error message: it writes no columns, and being
                cut is normal
    name        a dissector by name, instead of table and key
    listed      False: the table is not named in ``frame.protocols`` even if it usually is
    continues   the same protocol once more (an MPLS label): a layer of its own, which
                ``frame.protocols`` does not name again
    after       called when all of that is decoded, if its dissector ended before the one that asked
                does: the cursor is back in that layer, on the octets between the two ends (the
                padding and trailer behind an IP packet in a frame)
    missing     what to do without a dissector: the name of one to use instead
    context     what the next dissector should know, which finds it as ``c.context``
    source      what follows stands in there, from ``start``; not for one step of several
    """

    table: str = ""
    key: Any = None
    start: int | None = None
    end: int | None = None
    into: Layer | Node | None = None
    quoted: bool = False
    name: str = ""
    missing: str = "data"
    listed: bool = True
    continues: bool = False
    after: Callable[[Cursor], None] | None = None
    context: Any = None
    source: Source | None = None


Result = None | tuple[str, Any] | Next | list[Next]
"""What a dissector returns: nothing more, ``(table, key)``, or one or several ``Next``."""

Function = Callable[["Cursor"], Result]

ANYTHING = Looks()


class Dissector(Struct, frozen=True):
    """A protocol's reader, with its display-filter name, its title and its short name."""

    name: str
    title: str
    short: str
    function: Function
    node_field: Field
    nested: bool = False
    keys: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    generic: bool = False
    column: bool = True
    partial: bool = False
    accepts: Callable[[bytes], bool] | None = None
    """Whether octets can be this; asked with the first ones (up to 256) before it is chosen."""


TABLES: dict[str, dict[Any, Dissector]] = {}
FALLBACKS: dict[str, dict[Any, Dissector]] = {}
"""Asked after TABLES: generic readers, which give way to a protocol that has the same key."""
DISSECTORS: dict[str, Dissector] = {}
HEURISTICS: dict[str, list[tuple[str, Callable[[Cursor], bool], Looks]]] = {}
"""By carrier (``udp``, ``tcp``): dissectors with a check, for ports that tell nothing."""
VISIBLE_TABLES = frozenset({"ethertype"})
"""Tables that Wireshark lists as a protocol of their own in ``frame.protocols``."""


class DuplicateKey(Exception):
    """Two dissectors claim the same key of a table; a programmer's mistake."""


def dissector(
    name: str, title: str, short: str = "", *, nested: bool = False, column: bool = True,
    partial: bool = False, accepts: Callable[[bytes], bool] | None = None, **keys: Any,
) -> Callable[[Function], Function]:  # fmt: skip
    """Register a function as the dissector of a protocol.

    keys  table names with the key or keys there: ``ip_proto=58``, ``udp_port=(546, 547)``
    nested  its subtree belongs inside the layer before it (IPv6 extension headers)
    column  whether its short name takes the Protocol column; never when nested
    partial  only its head is read, for what it carries: not all of its fields are there
    accepts  says by the first octets whether it is this; without it the key decides

    Raises DuplicateKey when another dissector has the key.
    """

    def register(function: Function) -> Function:
        node_field = FIELDS.get(name)
        if node_field is None or node_field.label != title:  # a generic reader's
            node_field = FIELDS[name] = Field(name, title)
        listed = {table: _listed(key) for table, key in keys.items()}
        entry = Dissector(
            name, title, short or name.upper(), function, node_field, nested, listed,
            column=column and not nested, partial=partial, accepts=accepts,
        )  # fmt: skip
        if name in DISSECTORS:
            raise DuplicateKey(f"two dissectors are called {name}")
        DISSECTORS[name] = entry
        for table, values in listed.items():
            for value in values:
                other = TABLES.setdefault(table, {}).setdefault(value, entry)
                if other is not entry:
                    raise DuplicateKey(f"{table} {value}: {other.name} and {name}")
        return function

    return register


def fallback(
    name: str, title: str, short: str, function: Function,
    accepts: Callable[[bytes], bool] | None = None, **keys: Any,
) -> None:  # fmt: skip
    """Register a generic reader for keys that no dissector of ours claims, now or later.

    Several may have the same key: the first stays.  It can't be reached by name.
    """
    node_field = FIELDS.get(name) or Field(name, title)
    listed = {table: _listed(key) for table, key in keys.items()}
    entry = Dissector(
        name, title, short, function, node_field, keys=listed, generic=True, accepts=accepts
    )
    for table, values in listed.items():
        for value in values:
            FALLBACKS.setdefault(table, {}).setdefault(value, entry)


def heuristic(
    carrier: str, name: str, accepts: Callable[[Cursor], bool], looks: Looks = ANYTHING
) -> None:
    """Let a dissector read what no key tells, if ``accepts`` says that it looks like it.

    looks  what all that is accepted has in common, so that most else need not be asked about
    """
    HEURISTICS.setdefault(carrier, []).append((name, accepts, looks))
    _who_might.cache_clear()


def guess(carrier: str, c: Cursor) -> str:
    """The name of the dissector for a payload by its looks; ``data`` where nobody wants it."""
    for name, accepts in _who_might(carrier, c.peek(1)):
        if accepts(c):
            return name
    return "data"


@cache
def _who_might(carrier: str, first: bytes) -> tuple[tuple[str, Callable[[Cursor], bool]], ...]:
    """Who may want a payload by its first octet; without one, everybody is asked."""
    return tuple(
        (name, accepts) for name, accepts, looks in HEURISTICS.get(carrier, ())
        if not first or looks.begins(first[0])
    )  # fmt: skip


def _listed(key: Any) -> tuple[Any, ...]:
    return tuple(key) if isinstance(key, Iterable) and not isinstance(key, str) else (key,)


def lookup(table: str, key: Any) -> Dissector | None:
    """The dissector that a table has for a key."""
    entries = TABLES.get(table)
    found = None if entries is None else entries.get(key)
    return FALLBACKS.get(table, {}).get(key) if found is None else found

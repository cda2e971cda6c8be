"""The types of values, and the typed tree of a filter.

A value at run time is a whole number, a float or octets: text is octets too (UTF-8), addresses
are, times are nanoseconds.  What can be done with a field depends on its type alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dissect.engine.tree import Field
from dissect.filter.pattern import Pattern
from dissect.filter.syntax import Ranges

if TYPE_CHECKING:
    from dissect.engine.packet import Packet

Domain = type[int] | type[float] | type[bytes]


@dataclass(frozen=True, slots=True)
class Type:
    """A type of values.

    name     for messages
    domain   what values are at run time
    group    types of one group compare with each other
    can      what can be done with it: compare (``== < …``, sets), contains, matches, slice, abs,
             text (for ``string``), string (for ``lower``), sign, and the operators of sums
    accepts  other groups that may stand on the right of a comparison
    size     octets of every value, where it is always the same
    """

    name: str
    domain: Domain
    group: str
    can: frozenset[str]
    accepts: frozenset[str] = frozenset()
    size: int = 0


def _type(
    name: str, domain: Domain, group: str, can: str, *, accepts: str = "", size: int = 0
) -> Type:
    return Type(name, domain, group, frozenset(can.split()), frozenset(accepts.split()), size)


WHOLE = "compare text sign abs + - * / % &"

LABEL = _type("a label", int, "label", "")
PROTOCOL = _type("a protocol", bytes, "protocol", "compare contains matches slice")
BOOLEAN = _type("a boolean", int, "boolean", "compare")
INTEGER = _type("a whole number", int, "integer", WHOLE, accepts="boolean eui64")
REAL = _type("a floating-point number", float, "real", "compare text sign abs + - * /")
TIME = _type("a date and time", int, "time", "compare")
INTERVAL = _type("a time offset", int, "interval", "compare sign abs + -")
STRING = _type("a string", bytes, "string", "compare contains matches slice string")
BYTES = _type("octets", bytes, "bytes", "compare contains matches slice &")
ETHER = _type(
    "an Ethernet address", bytes, "bytes", "compare contains matches slice text &", size=6
)
GUID = _type("a GUID", bytes, "bytes", "compare text", size=16)
EUI64 = _type("an EUI-64", int, "eui64", "compare text &", accepts="integer", size=8)
IPV4 = _type("an IPv4 address", bytes, "ipv4", "compare slice text &", size=4)
IPV6 = _type("an IPv6 address", bytes, "ipv6", "compare slice text &", size=16)


def _integer(bits: int, *, signed: bool = False) -> Type:
    name = f"a {'signed' if signed else 'whole'} number of {bits} bits"
    return _type(name, int, "integer", WHOLE, accepts="boolean eui64", size=bits // 8)


BY_NAME = {
    "FT_NONE": LABEL, "FT_PROTOCOL": PROTOCOL, "FT_BOOLEAN": BOOLEAN, "FT_FRAMENUM": _integer(32),
    "FT_FLOAT": REAL, "FT_DOUBLE": REAL, "FT_ABSOLUTE_TIME": TIME, "FT_RELATIVE_TIME": INTERVAL,
    "FT_STRING": STRING, "FT_ETHER": ETHER, "FT_BYTES": BYTES, "FT_IPv4": IPV4, "FT_IPv6": IPV6,
    "FT_GUID": GUID, "FT_EUI64": EUI64,
    **{f"FT_UINT{bits}": _integer(bits) for bits in range(8, 65, 8)},
    **{f"FT_INT{bits}": _integer(bits, signed=True) for bits in range(8, 65, 8)},
}  # fmt: skip
"""By Wireshark's names."""


# --- values -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """Something that has values in a packet: none, one or several."""

    type: Type
    text: str


@dataclass(frozen=True, slots=True)
class FieldValue(Value):
    """A field, or a protocol: its octets from its first one to where its lengths say it ends."""

    field: Field
    layers: Ranges = ()


@dataclass(frozen=True, slots=True)
class Known(Value):
    """A name of ours that is no field: what we know of addresses and tunnels.

    of       gives the values in a packet
    words    all values that there are; empty: any
    fields   where it is about addresses, the fields that hold them,
    ask      and what is known about one
    """

    of: Callable[[Packet], list[Any]]
    words: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    ask: Callable[[bytes], str] | None = None


@dataclass(frozen=True, slots=True)
class Constant(Value):
    """A literal.  ``bits``: only so many leading bits count, of an address with a prefix."""

    value: Any
    bits: int | None = None


@dataclass(frozen=True, slots=True)
class Slice(Value):
    """Some octets of each value."""

    of: Value
    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Applied(Value):
    """A function's result; ``name`` is a key of ``functions.FUNCTIONS``."""

    name: str
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Negative(Value):
    """Minus a value."""

    of: Value


@dataclass(frozen=True, slots=True)
class Sum(Value):
    """Operators of equal strength, from left to right."""

    first: Value
    rest: tuple[tuple[str, Value], ...]


# --- tests --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """Something that is true or false of a packet; ``text`` as the user wrote it."""

    text: str


@dataclass(frozen=True, slots=True)
class Always(Test):
    """The empty filter."""


@dataclass(frozen=True, slots=True)
class Has(Test):
    """A field or protocol occurs, a slice of it is there; a sum is not zero."""

    of: Value


@dataclass(frozen=True, slots=True)
class Compare(Test):
    """``operator`` is one of ``== != < <= > >= contains``; ``every``: for all pairs of values."""

    operator: str
    left: Value
    right: Value
    every: bool


@dataclass(frozen=True, slots=True)
class Match(Test):
    """A value has what the regular expression ``pattern`` describes."""

    left: Value
    pattern: Pattern
    every: bool


@dataclass(frozen=True, slots=True)
class Within(Test):
    """A value equals an element, or is in a range with both ends."""

    left: Value
    elements: tuple[tuple[Value, Value | None], ...]
    every: bool


@dataclass(frozen=True, slots=True)
class Not(Test):
    """The contrary."""

    test: Test


@dataclass(frozen=True, slots=True)
class Joined(Test):
    """``and``, ``or``, ``xor`` of several tests."""

    word: str
    tests: tuple[Test, ...] = field(default=())

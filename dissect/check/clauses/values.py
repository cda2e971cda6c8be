"""Fields whose values are wanted: read, and shown, as filters do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from dissect.check.model import Scalar
from dissect.engine.packet import Packet
from dissect.engine.tree import Node
from dissect.filter import FilterError
from dissect.filter.check import check
from dissect.filter.evaluate import Get, compile_value, occurrences_of
from dissect.filter.found import Found
from dissect.filter.names import is_protocol
from dissect.filter.types import Constant, FieldValue, Has
from dissect.filter.values import masked, read_string, read_word


@dataclass(frozen=True)
class FieldRead:
    """A field, as an expectation names it: ``ipv6.src``, ``ipv6.src#2``."""

    text: str
    value: FieldValue
    get: Get

    @property
    def name(self) -> str:
        """Its display-filter name."""
        return self.value.field.name

    def values(self, packet: Packet) -> list[Any]:
        """Its values in a packet, as filters compare them: numbers and octets."""
        return self.get(found_in(packet, (self,)))

    def texts(self, packet: Packet) -> list[str]:
        """Its values in a packet as a person reads them."""
        nodes = occurrences_of(self.value)(found_in(packet, (self,)))
        return [value_text(node) for node in nodes if isinstance(node, Node)]

    def plain(self, packet: Packet) -> list[int | float | str]:
        """Its values in a packet: numbers as they are, addresses and octets as they are shown."""
        nodes = occurrences_of(self.value)(found_in(packet, (self,)))
        return [
            node.value if isinstance(node.value, int | float) else node.show
            for node in nodes if isinstance(node, Node)
        ]  # fmt: skip

    def constant(self, literal: Scalar) -> Constant:
        """A literal of the field's type; raises ValueError with a sentence."""
        kind, field = self.value.type, self.value.field
        text = str(int(literal)) if isinstance(literal, bool) else str(literal)
        try:
            value, bits = read_word(kind, text, field)
        except ValueError as error:
            try:
                value, bits = read_string(kind, text.encode("utf-8", "surrogatepass"), field), None
            except ValueError:
                raise error from None
        return Constant(kind, text, value, bits)


def found_in(packet: Packet, reads: Collection[FieldRead]) -> Found:
    """Some fields of a packet, to be looked up in one walk of its tree."""
    for read in reads:
        packet.with_fields(read.name)
    return Found(packet, frozenset(read.name for read in reads))


def field_read(text: str) -> FieldRead:
    """A field by its name, maybe with the number of a layer; raises ValueError."""
    try:
        test = check(text)
    except FilterError as error:
        question = f"; {error.question}" if error.question else ""
        raise ValueError(f"{error.message}{question}") from None
    of = test.of if isinstance(test, Has) else None
    if not isinstance(of, FieldValue) or is_protocol(of.field.name):
        raise ValueError(f"{text!r} is no field")
    return FieldRead(text, of, compile_value(of))


def equal(value: Any, constant: Constant) -> bool:
    """Whether a value is that of a literal: with a prefix length, in its first bits."""
    if constant.bits is not None:
        value = masked(value, constant.bits)
    return bool(value == constant.value)


def value_text(node: Node) -> str:
    """A value as the tree has it: ``Router Advertisement (134)``."""
    return "" if node.value is None else node.field.value_text(node.value)

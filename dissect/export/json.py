"""``-T json``: tshark's shape, with its nesting, ``_tree`` members and repeated keys."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any, TextIO

from dissect.engine.kinds import is_protocol, type_number
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import NONE
from dissect.export.base import PLAIN, Cache, Exporter, Texts, View
from dissect.export.sanitise import json_string

INDENT = "  "
LAYERS = INDENT * 4
"""Where the layers stand: array, packet, source, layers, layer."""


class Json(Exporter):
    """An array of packets, straight from the tree to text."""

    same_again = True
    opening, between = "[\n", ",\n"

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._texts = Texts(_member, self._odd)
        self._shared = Cache()

    def element(self, packet: Packet) -> str:
        """One member of the array."""
        layers = self._members(self.layers(packet), packet.data, LAYERS)
        return (
            f'  {{\n    "_index": "packets-{day(packet.time_ns)}",\n'
            '    "_type": "doc",\n    "_score": null,\n    "_source": {\n      "layers": {\n'
            f"{LAYERS}{layers}\n      }}\n    }}\n  }}"
        )

    def end(self) -> None:
        """Close the array."""
        self.write("\n]\n" if self.begun else "[]\n")

    def _odd(self, field: Field) -> bool:
        return field.kind is NONE or (field.own and self.hides) or self.view.hexdump

    def _members(self, nodes: list[Node], data: bytes, indent: str) -> str:
        """The members of an object, without its braces and the first indent."""
        texts = self._texts
        members = []
        for node in nodes:
            values = texts[node.field]
            if values is not None and node.children is None:  # most are so
                members.append(values[node.value])
            elif not (self.hides and node.field.own):
                self._add(members, node, data, indent)
        return f",\n{indent}".join(members)

    def _add(self, members: list[str], node: Node, data: bytes, indent: str) -> None:
        """The members for a node, whatever it is like."""
        field = node.field
        children = self.children(node)
        name = f'"{field.name}"' if field.name else json_string(node.line)
        if self.view.hexdump and field.name and node.length > 0:
            members.append(_raw(node, node.within(data), indent))
        if field.kind is not NONE:
            values = self._texts[field]
            members.append(_member(field, node.value) if values is None else values[node.value])
            if not children:
                return
            name = f'"{field.name}_tree"'
        elif not children:
            text = json_string(node.line) if is_protocol(node) else '""'
            members.append(f"{name}: {text}")
            return
        deeper = indent + INDENT
        if isinstance(children, Shared) and not self.view.hexdump:
            key = (children, deeper)
            inside = self._shared.get(key) or self._shared.keep(
                key, self._members(children, data, deeper)
            )
        else:
            inside = self._members(children, node.within(data), deeper)
        members.append(f"{name}: {{\n{deeper}{inside}\n{indent}}}")


def day(time_ns: int | None) -> str:
    """The local date of a packet, for the name of an index."""
    return _day((time_ns or 0) // 900_000_000_000)


@lru_cache(maxsize=64)
def _day(quarter_hours: int) -> str:
    """By quarters of an hour, the smallest unit that time zones differ by."""
    try:
        return time.strftime("%Y-%m-%d", time.localtime(900 * quarter_hours))
    except (OverflowError, ValueError, OSError):
        return "XXXX-XX-XX"


def _member(field: Field, value: Any) -> str:
    shown = "" if value is None else field.kind.show(value)
    quoted = f'"{shown}"' if field.kind.show in PLAIN else json_string(shown)
    return f'"{field.name}": {quoted}'


def raw_value(node: Node, data: bytes) -> str:
    """A node's octets in hexadecimal; of a bit field its value alone."""
    if node.field.mask and not node.field.unmasked and isinstance(node.value, int):
        return f"{node.value:X}"
    return data[node.offset : node.offset + node.length].hex()


def _raw(node: Node, data: bytes, indent: str) -> str:
    """The ``_raw`` member of ``-x``: octets, offset, length, mask, number of the type."""
    mask = 0 if node.field.unmasked else node.field.mask
    values = (node.offset, node.length, mask, type_number(node))
    numbers = "".join(f",\n{indent}{INDENT}{value}" for value in values)
    return (
        f'"{node.field.name}_raw": [\n{indent}{INDENT}"{raw_value(node, data)}"{numbers}\n{indent}]'
    )

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

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._texts = Texts(_member)
        self._shared = Cache()

    def packet(self, packet: Packet) -> None:
        """One member of the array."""
        layers = self._members(self.layers(packet), packet.data, LAYERS)
        before = ",\n" if self.begun else "[\n"
        self.write(
            f'{before}  {{\n    "_index": "packets-{day(packet)}",\n'
            '    "_type": "doc",\n    "_score": null,\n    "_source": {\n      "layers": {\n'
            f"{LAYERS}{layers}\n      }}\n    }}\n  }}"
        )
        self.begun = True

    def end(self) -> None:
        """Close the array."""
        self.write("\n]\n" if self.begun else "[]\n")

    def _members(self, nodes: list[Node], data: bytes, indent: str) -> str:
        """The members of an object, without its braces and the first indent."""
        texts = self._texts
        hexdump = self.view.hexdump
        hides = self.hides
        members = []
        for node in nodes:
            field = node.field
            if hides and field.own:
                continue
            children = node.children
            if hides and children and children[0].field.own:
                children = self.children(node)
            inner = data
            if hexdump:
                inner = node.within(data)
                if field.name and node.length > 0:
                    members.append(_raw(node, inner, indent))
            if field.kind is not NONE:
                members.append(texts[field][node.value])
                if not children:
                    continue
                name = f'"{field.name}_tree"'
            else:
                name = f'"{field.name}"' if field.name else json_string(node.line)
                if not children:
                    text = json_string(node.line) if is_protocol(node) else '""'
                    members.append(f"{name}: {text}")
                    continue
            deeper = indent + INDENT
            if isinstance(children, Shared) and not hexdump:
                key = (children, deeper)
                inside = self._shared.get(key) or self._shared.keep(
                    key, self._members(children, inner, deeper)
                )
            else:
                inside = self._members(children, inner, deeper)
            members.append(f"{name}: {{\n{deeper}{inside}\n{indent}}}")
        return f",\n{indent}".join(members)


def day(packet: Packet) -> str:
    """The local date of a packet, for the name of an index."""
    return _day((packet.time_ns or 0) // 900_000_000_000)


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

"""``-T fields``: chosen fields, one packet a line, with tshark's ``-E`` options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from dissect.engine.instances import OPERATOR, split
from dissect.engine.kinds import has_value, is_protocol
from dissect.engine.notes import REFERENCE
from dissect.engine.packet import Packet
from dissect.engine.tree import FIELDS, OWN, Node
from dissect.engine.values import BYTES
from dissect.export.base import Exporter, View
from dissect.export.columns import TITLES, Columns
from dissect.export.sanitise import visible

if TYPE_CHECKING:
    from dissect.api import Capture

COLUMN = "_ws.col."
COLUMNS = {COLUMN + title.lower(): index for index, title in enumerate(TITLES)}

OPTIONS = {
    "bom": ("y", "n"),
    "header": ("y", "n"),
    "separator": (),
    "occurrence": ("f", "l", "a"),
    "aggregator": (),
    "quote": ("d", "s", "n"),
}
"""Names of ``-E`` options with the values they take; without any: one character, /t or /s."""

_CHARACTERS = {"/t": "\t", "/s": " "}
_SPLIT = re.compile(rf",(?=(?:{'|'.join(OPTIONS)})=)")


def parse_options(texts: tuple[str, ...]) -> dict[str, str]:
    """``-E`` options, several in one text or in several; raises ValueError with a sentence."""
    options = {}
    for part in (part for text in texts for part in _SPLIT.split(text)):
        name, equals, value = part.partition("=")
        if not equals or name not in OPTIONS:
            raise ValueError(f"{part!r} is none of {', '.join(f'{o}=' for o in OPTIONS)}")
        allowed = OPTIONS[name]
        if allowed and value not in allowed:
            raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
        if not allowed:
            value = _CHARACTERS.get(value, value)
            if len(value) != 1:
                raise ValueError(f"{name} must be one character, /t or /s, not {value!r}")
        options[name] = value
    return options


def is_field(name: str) -> bool:
    """True for what can stand behind ``-e``: a field, a protocol, a column.

    A field may have its layer's number behind it (``ipv6.src#2``); raises ValueError for one that
    can't be.
    """
    return split(name)[0] in FIELDS or name == "text" or name.lower() in COLUMNS


class Fields(Exporter):
    """A line for each packet, with the values of the fields asked for."""

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        options = view.options
        self.separator = options.get("separator", "\t")
        self._aggregator = options.get("aggregator", ",")
        self._occurrence = options.get("occurrence", "a")
        self._quote = {"d": '"', "s": "'"}.get(options.get("quote", "n"), "")
        columns = {name: COLUMNS[name.lower()] for name in view.fields if name.lower() in COLUMNS}
        self.column_of = columns
        """The places of the list's columns among the fields asked for."""
        self._columns = Columns(view)
        wanted = [name for name in view.fields if name not in columns]
        self._wanted = {"" if name == "text" else name for name in wanted}
        self._in_layers = [name for name in wanted if OPERATOR in name]
        self._on_demand = {name for name in wanted if name.startswith(OWN)}

    def start(self) -> None:
        """The byte order mark and the line of names, where they are asked for."""
        if self.view.options.get("bom") == "y":
            self.write("\ufeff")
        if self.view.options.get("header") == "y":
            self.write(self.separator.join(self.view.fields) + "\n")

    def packet(self, packet: Packet) -> None:
        """The line of one packet."""
        self.write(self.line(packet))

    @property
    def apart(self) -> bool:
        """Not where a time counts from the packet shown before."""
        return self.view.time != "dd"

    @property
    def by_columns(self) -> bool:
        """Not in single layers, and nothing that is worked out only on demand."""
        return not (self._in_layers or self._on_demand or "" in self._wanted)

    def rows(self, capture: Capture) -> Iterator[str]:
        """A line for each packet."""
        from dissect.lines.fields import FieldRows

        return iter(FieldRows(capture, self))

    def line(self, packet: Packet, time: str | None = None) -> str:
        """The line of a packet; its Time column is made here if it isn't given."""
        found: dict[str, list[str]] = {}
        wanted = self._wanted
        if wanted:
            for name in self._on_demand:
                packet.with_fields(name)
            for node in packet.tree.walk():
                name = node.field.name
                if name in wanted and (name or _is_line(node)):
                    found.setdefault(name or "text", []).append(value(node))
        for name in self._in_layers:
            found[name] = [value(node) for node in packet.fields(name)]
        if self.column_of:
            texts = self._columns.texts(packet, time)
            for name, index in self.column_of.items():
                found[name] = [texts[index]]
        return self.separator.join(map(self.cell, map(found.get, self.view.fields))) + "\n"

    def cell(self, values: list[str] | None) -> str:
        """The values of a field in one packet, as ``-E`` wants them."""
        if not values:
            return ""
        if self._occurrence != "a":
            text = values[0 if self._occurrence == "f" else -1]
        else:
            text = self._aggregator.join(values)
        quote = self._quote
        return f"{quote}{text.replace(quote, quote * 2)}{quote}" if quote else text


def _is_line(node: Node) -> bool:
    return node.text is not None and node.field is not REFERENCE


def value(node: Node) -> str:
    """What ``-T fields`` prints for a node: octets without colons, 1 for a label's presence."""
    if node.field.name == "data":
        return node.children[0].value.hex() if node.children else ""
    if not node.field.name or is_protocol(node):
        return visible(node.line)
    if not has_value(node):
        return "1"
    if node.field.kind.name == BYTES.name and isinstance(node.value, bytes):
        return node.value.hex()
    return visible(node.show)

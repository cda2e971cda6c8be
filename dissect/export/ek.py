"""``-T ek``: two lines a packet, for Elasticsearch's bulk import, in tshark's shape.

tshark repeats a key where a field stands in several subtrees (``eth.addr`` below source and
destination), which Elasticsearch refuses; here all values of a field are in one array.
"""

from __future__ import annotations

import datetime
from typing import TextIO

from dissect.engine.kinds import is_protocol, owner
from dissect.engine.packet import Packet
from dissect.engine.tree import Node
from dissect.engine.values import BOOL, NONE, TIME
from dissect.export.base import CACHED_OCTETS, Cache, Exporter, View
from dissect.export.json import day, raw_value
from dissect.export.sanitise import json_string

Group = dict[str, list[str]]
"""The values of each key, as JSON text, in the order of their first appearance."""


class Ek(Exporter):
    """Per packet a line that names the index, and a line with all fields."""

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._cache = Cache()
        self._keys: dict[tuple[str, str], str] = {}

    def packet(self, packet: Packet) -> None:
        """Its two lines."""
        layers: Group = {}
        for layer in self.layers(packet):
            name = layer.field.name
            data = layer.within(packet.data)
            if is_protocol(layer):
                if self.view.hexdump and layer.length > 0:
                    layers.setdefault(_key(name) + "_raw", []).append(_quoted(layer, data))
                layers.setdefault(_key(name), []).append(self._layer(layer, data, name))
            else:
                self._collect(layers, [layer], data, name)
        seconds, rest = divmod(packet.time_ns or 0, 1_000_000_000)
        self.write(
            f'{{"index":{{"_index":"packets-{day(packet.time_ns)}","_type":"doc"}}}}\n'
            f'{{"timestamp":"{seconds}{rest // 1_000_000:03d}","layers":{_object(layers)}}}\n'
        )

    def _layer(self, layer: Node, data: bytes, top: str) -> str:
        """A protocol's fields as an object, those in subtrees too."""
        group: Group = {}
        self._collect(group, self.children(layer), data, top)
        return _object(group)

    def _collect(self, group: Group, nodes: list[Node], data: bytes, top: str) -> None:
        hexdump = self.view.hexdump
        for node in nodes:
            if self.hides and node.field.own:
                continue
            name = node.field.name
            nested = bool(name) and is_protocol(node)
            inner = node.within(data) if hexdump else data
            if nested:
                key = _key(name)
                text = self._layer(node, inner, top if name.startswith("_ws.") else name)
            else:
                key = self._keys.get((top, name)) or self._name(top, name)
                text = self._value(node)
            if hexdump and name and node.length > 0:
                group.setdefault(key + "_raw", []).append(_quoted(node, inner))
            values = group.get(key)
            if values is None:
                group[key] = [text]
            else:
                values.append(text)
            if node.children and not nested:
                self._collect(group, self.children(node), inner, top)

    def _name(self, top: str, name: str) -> str:
        """The key of a field: its protocol's name, then its own."""
        key = "text"
        if name:
            belongs = owner(name)
            if belongs.split(".")[0] != top.split(".")[0] and not name.startswith("_ws."):
                belongs = top  # an alias such as ip.version below ipv6
            key = _key(f"{belongs}_{name}")
        self._keys[top, name] = key
        return key

    def _value(self, node: Node) -> str:
        field = node.field
        if not field.name:
            return json_string(node.line)
        if field.kind is NONE:
            return "null"
        if field.kind is BOOL:
            return "true" if node.value else "false"
        if node.length > CACHED_OCTETS or node.text is not None:
            return json_string(node.show)
        key = (field, node.value)
        text = _iso(node.value) if field.kind is TIME else node.show
        return self._cache.get(key) or self._cache.keep(key, json_string(text))


def _key(name: str) -> str:
    return name.replace(".", "_")


def _quoted(node: Node, data: bytes) -> str:
    return f'"{raw_value(node, data)}"'


def _object(group: Group) -> str:
    """Keys with one value, or with an array of several."""
    members = [
        f'"{key}":{values[0]}' if len(values) == 1 else f'"{key}":[{",".join(values)}]'
        for key, values in group.items()
    ]
    return "{" + ",".join(members) + "}"


def _iso(nanoseconds: int) -> str:
    whole, rest = divmod(nanoseconds, 1_000_000_000)
    try:
        moment = datetime.datetime.fromtimestamp(whole, datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return f"{whole}.{rest:09d}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"

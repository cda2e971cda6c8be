"""``-T pdml``: XML in tshark's dialect, always well-formed."""

from __future__ import annotations

import os
import time
from typing import TextIO

from dissect.engine.notes import EXPERT
from dissect.engine.packet import Packet
from dissect.engine.tree import Node
from dissect.engine.values import NONE, date_text, seconds_text
from dissect.export.base import CACHE_LIMIT, CACHED_OCTETS, VOLATILE, Exporter, View
from dissect.export.kinds import PROTOCOLS_WITHIN
from dissect.export.sanitise import xml_text

HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet type="text/xsl" href="pdml2html.xsl"?>
<pdml version="0" creator="sixscope" time="{time}" capture_file="{path}">
"""

PACKET = """\
<packet>
  <proto name="geninfo" pos="0" showname="General information" size="{size}">
    <field name="num" pos="0" show="{number}" showname="Number" value="{number:x}" size="{size}"/>
    <field name="len" pos="0" show="{original}" showname="Frame Length" value="{original:x}" \
size="{size}"/>
    <field name="caplen" pos="0" show="{size}" showname="Captured Length" value="{size:x}" \
size="{size}"/>
    <field name="timestamp" pos="0" show="{date}" showname="Captured Time" value="{epoch}" \
size="{size}"/>
  </proto>
"""

Parts = tuple[str, str]
"""A field's element before and after the number of its position."""


class Pdml(Exporter):
    """One ``<packet>`` each, in one ``<pdml>``."""

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._cache: dict[object, Parts] = {}

    def start(self) -> None:
        """The head of the document."""
        path = xml_text(os.path.basename(self.view.path))
        self.write(HEAD.format(time=time.ctime(), path=path))

    def packet(self, packet: Packet) -> None:
        """General information, then the tree."""
        when = packet.time_ns or 0
        out = [
            PACKET.format(
                size=len(packet.data), number=packet.number, original=packet.original,
                date=date_text(when), epoch=seconds_text(when),
            )
        ]  # fmt: skip
        self._layers(out, packet.tree.children or [], packet.data)
        out.append("</packet>\n\n\n")
        self.write("".join(out))

    def end(self) -> None:
        """Close the document."""
        self.write("</pdml>\n")

    def _layers(self, out: list[str], nodes: list[Node], data: bytes) -> None:
        """The top level, where only protocols may stand: others get a wrapper, as tshark's do."""
        for node in nodes:
            if node.field.name != "data" and _is_proto(node):
                self._nodes(out, [node], data, "  ")
            else:
                out.append('  <proto name="fake-field-wrapper">\n')
                self._nodes(out, [node], data, "    ")
                out.append("  </proto>\n")

    def _nodes(self, out: list[str], nodes: list[Node], data: bytes, indent: str) -> None:
        cached = self._cache.get
        append = out.append
        for node in nodes:
            offset, length, text, field = node.offset, node.length, node.text, node.field
            if length > CACHED_OCTETS or node.is_layer or text.__class__ is tuple:
                before, after = _parts(node, data)
                if field.name == "data":  # has no position
                    before, after = before + after, ""
                    offset = ""  # type: ignore[assignment]
            else:
                raw = data[offset : offset + length] if length else b""
                key = (field, node.value, raw, node.suffix, text, length)
                parts = cached(key)
                if parts is None:
                    parts = _parts(node, data)
                    if field.kind not in VOLATILE:
                        self._keep(key, parts)
                before, after = parts
            if node.children:
                append(f"{indent}{before}{offset}{after}>\n")
                self._nodes(out, node.children, data, indent + "  ")
                append(f"{indent}</proto>\n" if _is_proto(node) else f"{indent}</field>\n")
            else:
                append(f"{indent}{before}{offset}{after}/>\n")

    def _keep(self, key: object, parts: Parts) -> None:
        if len(self._cache) >= CACHE_LIMIT:
            self._cache.clear()
        self._cache[key] = parts


def _is_proto(node: Node) -> bool:
    name = node.field.name
    if name in PROTOCOLS_WITHIN:
        return node.field is not EXPERT
    return node.is_layer and name != "data"


def _parts(node: Node, data: bytes) -> Parts:
    """A node's element without its end, split where its position stands."""
    field = node.field
    raw = data[node.offset : node.offset + node.length]
    if not field.name:
        value = f'" value="{raw.hex()}"' if node.length > 0 else '"'
        return f'<field name="" show="{xml_text(node.line)}" size="{node.length}" pos="', value
    if field.name == "data":
        return f'<field name="data" value="{raw.hex()}"', ""
    tag = "proto" if _is_proto(node) else "field"
    hide = ' hide="yes"' if field.hidden else ""
    before = (
        f'<{tag} name="{xml_text(field.name)}" showname="{xml_text(node.showname(data))}"{hide} '
        f'size="{node.length}" pos="'
    )
    if tag == "proto" or field is EXPERT:
        return before, '"'
    if field.kind is NONE:
        return before, '" show="" value=""'
    show = f'" show="{xml_text(node.show)}"'
    if node.length <= 0:
        return before, show
    if field.mask and isinstance(node.value, int):
        return before, f'{show} value="{node.value:X}" unmaskedvalue="{raw.hex()}"'
    return before, f'{show} value="{raw.hex()}"'

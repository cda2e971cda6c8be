"""``-T pdml``: XML in tshark's dialect, always well-formed."""

from __future__ import annotations

import os
import time
from typing import TextIO

from dissect.engine.notes import EXPERT, REFERENCE
from dissect.engine.packet import Packet
from dissect.engine.tree import Node
from dissect.engine.values import NONE, date_text, seconds_text
from dissect.export.base import CACHED_OCTETS, VOLATILE, Cache, Exporter, View
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


class Pdml(Exporter):
    """One ``<packet>`` each, in one ``<pdml>``."""

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._cache = Cache()

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
            if field is REFERENCE:
                continue
            if length > CACHED_OCTETS or node.is_layer or text.__class__ is tuple:
                element = _element(node, data)
            else:
                raw = data[offset : offset + length] if length else b""
                key = (field, node.value, raw, node.suffix, text, offset, length)
                element = cached(key) or ""
                if not element:
                    element = _element(node, data)
                    if id(field.kind) not in VOLATILE:
                        self._cache.keep(key, element)
            if node.children:
                append(f"{indent}{element}>\n")
                self._nodes(out, node.children, data, indent + "  ")
                append(f"{indent}</proto>\n" if _is_proto(node) else f"{indent}</field>\n")
            else:
                append(f"{indent}{element}/>\n")


def _is_proto(node: Node) -> bool:
    name = node.field.name
    if name in PROTOCOLS_WITHIN:
        return node.field is not EXPERT
    return node.is_layer and name != "data"


def _element(node: Node, data: bytes) -> str:
    """A node's element without its end."""
    field = node.field
    raw = data[node.offset : node.offset + node.length]
    place = f'size="{node.length}" pos="{node.offset}"'
    value = f' value="{raw.hex()}"' if node.length > 0 else ""
    if not field.name:
        return f'<field name="" show="{xml_text(node.line)}" {place}{value}'
    if field.name == "data":
        return f'<field name="data" value="{raw.hex()}"'
    tag = "proto" if _is_proto(node) else "field"
    hide = ' hide="yes"' if field.hidden else ""
    head = f'<{tag} name="{field.name}" showname="{xml_text(node.showname(data))}"{hide} {place}'
    if tag == "proto" or field is EXPERT:
        return head
    if field.kind is NONE:
        return f'{head} show="" value=""'
    show = f'show="{xml_text(node.show)}"'
    if field.mask and not field.unmasked and isinstance(node.value, int) and node.length > 0:
        return f'{head} {show} value="{node.value:X}" unmaskedvalue="{raw.hex()}"'
    return f"{head} {show}{value}"

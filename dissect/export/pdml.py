"""``-T pdml``: XML in tshark's dialect, always well-formed."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any, TextIO

from dissect.engine.notes import EXPERT
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import NONE, date_text, seconds_text
from dissect.export.base import CACHED_OCTETS, PLAIN, Cache, Exporter, Texts, View
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
        self._texts = Texts(_element, self._odd)
        self._others = Cache()
        self._shared = Cache()

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
        self._layers(out, self.layers(packet), packet.data)
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

    def _odd(self, field: Field) -> bool:
        """Whether a field is written in another way: labels, protocols, bits of an octet."""
        if not field.name or field.kind is NONE or field is EXPERT or field.mask:
            return True
        return field.name in {"data", *PROTOCOLS_WITHIN} or (field.own and self.hides)

    def _nodes(self, out: list[str], nodes: list[Node], data: bytes, indent: str) -> None:
        texts = self._texts
        for node in nodes:
            values = texts[node.field]
            value = node.value
            if values is not None and node.text is None and value is not None:
                offset, length = node.offset, node.length
                octets = f' value="{data[offset : offset + length].hex()}"' if length > 0 else ""
                suffix = xml_text(node.suffix) if node.suffix else ""
                start, size, show = values[value]
                element = f'{indent}{start}{suffix}{size}{length}" pos="{offset}{show}{octets}'
            elif self.hides and node.field.own:
                continue
            else:
                element = indent + self._other(node, data)
            children = self.children(node) if node.children else None
            if not children:
                out.append(element + "/>\n")
                continue
            out.append(element + ">\n")
            if isinstance(children, Shared):
                out.append(self._together(children, data, indent + "  "))
            else:
                self._nodes(out, children, node.within(data), indent + "  ")
            out.append(_end(node, indent))

    def _together(self, nodes: Shared, data: bytes, indent: str) -> str:
        """The elements of nodes that come again in other packets."""
        key = (nodes, indent)
        text = self._shared.get(key)
        if text is None:
            out: list[str] = []
            self._nodes(out, list(nodes), data, indent)
            text = self._shared.keep(key, "".join(out))
        return text

    def _other(self, node: Node, data: bytes) -> str:
        """An element that is not just a field with its value; of few octets it is remembered."""
        data = node.within(data)
        if _is_proto(node):
            octets = b""
        elif node.length > CACHED_OCTETS:
            return _special(node, data)
        else:
            octets = data[node.offset : node.offset + node.length]
        key = (
            node.field, node.value, node.text, node.suffix, node.position, node.length, octets
        )  # fmt: skip
        return self._others.get(key) or self._others.keep(key, _special(node, data))


def _end(node: Node, indent: str) -> str:
    return f"{indent}</proto>\n" if _is_proto(node) else f"{indent}</field>\n"


def _is_proto(node: Node) -> bool:
    name = node.field.name
    if name in PROTOCOLS_WITHIN:
        return node.field is not EXPERT
    return node.is_layer and name != "data"


def _element(field: Field, value: Any) -> tuple[str, str, str]:
    """A field's element up to where a suffix stands, then the size, then the position."""
    kind = field.kind
    shown = kind.show(value)
    if kind.show not in PLAIN:
        shown = xml_text(shown)
    if field.drawn:
        line = xml_text(Node(field, 0, 0, value).showname(b""))
    else:
        same = kind.text is kind.show and field.enum is None and not field.unit
        text = shown if same else xml_text(field.value_text(value))
        line = f"{_label(field)}: {text}"
    size = '" hide="yes" size="' if field.hidden else '" size="'
    return f'<field name="{field.name}" showname="{line}', size, f'" show="{shown}"'


@cache
def _label(field: Field) -> str:
    return xml_text(field.label)


def _shown(node: Node) -> str:
    shown = node.show
    return shown if node.field.kind.show in PLAIN else xml_text(shown)


def _special(node: Node, data: bytes) -> str:
    """An element that is not just a field with its value."""
    field = node.field
    place = f'size="{node.length}" pos="{node.position}"'
    tag = "proto" if _is_proto(node) else "field"
    if field.name:
        hide = ' hide="yes"' if field.hidden else ""
        showname = xml_text(node.showname(data))
        head = f'<{tag} name="{field.name}" showname="{showname}"{hide} {place}'
        if tag == "proto" or field is EXPERT:
            return head
    octets = data[node.offset : node.offset + node.length].hex()
    if field.name == "data":
        return f'<field name="data" value="{octets}"'
    value = f' value="{octets}"' if node.length > 0 else ""
    if not field.name:
        return f'<field name="" show="{xml_text(node.line)}" {place}{value}'
    if field.kind is NONE:
        return f'{head} show="" value=""'
    show = f'show="{_shown(node)}"'
    if field.mask and not field.unmasked and isinstance(node.value, int) and node.length > 0:
        return f'{head} {show} value="{node.value:X}" unmaskedvalue="{octets}"'
    return f"{head} {show}{value}"

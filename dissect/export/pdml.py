"""``-T pdml``: XML in tshark's dialect, always well-formed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache
from typing import TextIO

from dissect.engine.kinds import PROTOCOLS_WITHIN
from dissect.engine.notes import EXPERT
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import NONE, date_text, seconds_text
from dissect.export.base import CACHED_OCTETS, PLAIN, VOLATILE, Cache, Exporter, View
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

    same_again = True

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._cache = Cache()

    def start(self) -> None:
        """The head of the document."""
        path = xml_text(os.path.basename(self.view.path))
        self.write(HEAD.format(time=time.ctime(), path=path))

    def element(self, packet: Packet) -> str:
        """General information, then the tree."""
        when = packet.time_ns or 0
        out = [
            PACKET.format(
                size=len(packet.data), number=packet.number, original=packet.original,
                date=date_text(when), epoch=seconds_text(when),
            )
        ]  # fmt: skip
        self._layers(
            out,
            self.layers(packet),
            packet.data,
            self._in_sources if packet.reassembled else self._nodes,
        )
        out.append("</packet>\n\n\n")
        return "".join(out)

    def end(self) -> None:
        """Close the document."""
        self.write("</pdml>\n")

    def _layers(
        self, out: list[str], nodes: list[Node], data: bytes,
        write: Callable[[list[str], list[Node], bytes, str], None],
    ) -> None:  # fmt: skip
        """The top level, where only protocols may stand: others get a wrapper, as tshark's do."""
        for node in nodes:
            if node.field.name != "data" and _is_proto(node):
                write(out, [node], data, "  ")
            else:
                out.append('  <proto name="fake-field-wrapper">\n')
                write(out, [node], data, "    ")
                out.append("  </proto>\n")

    def _in_sources(self, out: list[str], nodes: list[Node], data: bytes, indent: str) -> None:
        """Nodes in several sources, of which nothing is remembered."""
        for node in nodes:
            if self.hides and node.field.own:
                continue
            octets = node.within(data)
            children = self.children(node) if node.children else None
            out.append(_line(node, octets, indent, not children))
            if children:
                self._in_sources(out, children, octets, indent + "  ")
                out.append(_end(node, indent))

    def _nodes(self, out: list[str], nodes: list[Node], data: bytes, indent: str) -> None:
        cached = self._cache.get
        append = out.append
        hides = self.hides
        for node in nodes:
            field, offset, length = node.field, node.offset, node.length
            if hides and field.own:
                continue
            children = node.children
            if hides and children and children[0].field.own:
                children = self.children(node)
            if length > CACHED_OCTETS:
                append(_line(node, data, indent, not children))
            else:
                raw = data[offset : offset + length] if length else b""
                key = (field, offset, length, node.value, raw, node.suffix, node.text, indent,
                       not children)  # fmt: skip
                append(cached(key) or self._new(key, node, data, indent, not children))
            if children:
                if isinstance(children, Shared):
                    append(self._shared(children, data, indent + "  "))
                else:
                    self._nodes(out, children, data, indent + "  ")
                append(_end(node, indent))

    def _shared(self, nodes: Shared, data: bytes, indent: str) -> str:
        text = self._cache.get((nodes, indent))
        if text is None:
            out: list[str] = []
            self._nodes(out, list(nodes), data, indent)
            text = self._cache.keep((nodes, indent), "".join(out))
        return text

    def _new(self, key: object, node: Node, data: bytes, indent: str, closed: bool) -> str:
        """A node's line that was not made before; remembered if it may come again."""
        line = _line(node, data, indent, closed)
        return line if id(node.field.kind) in VOLATILE else self._cache.keep(key, line)


def _line(node: Node, data: bytes, indent: str, closed: bool) -> str:
    return f"{indent}{_element(node, data)}{'/>' if closed else '>'}\n"


def _end(node: Node, indent: str) -> str:
    return f"{indent}</proto>\n" if _is_proto(node) else f"{indent}</field>\n"


def _is_proto(node: Node) -> bool:
    name = node.field.name
    if name in PROTOCOLS_WITHIN:
        return node.field is not EXPERT
    return node.is_layer and name != "data"


class _Form:
    """What is always the same in the elements of a field with a value."""

    __slots__ = ("start", "hide", "same")

    def __init__(self, field: Field) -> None:
        self.start = f'<field name="{field.name}" showname="{xml_text(field.label)}: '
        self.hide = '" hide="yes"' if field.hidden else '"'
        self.same = field.kind.text is field.kind.show and not field.enum and not field.unit
        """The text that a person reads is the one for filters."""


@cache
def _form(field: Field) -> _Form | None:
    """None for what is written in another way: labels, protocols, bits of an octet."""
    special = not field.name or field.kind is NONE or field is EXPERT
    if special or field.mask or field.drawn or field.name in {"data", *PROTOCOLS_WITHIN}:
        return None
    return _Form(field)


def _element(node: Node, data: bytes) -> str:
    """A node's element without its end."""
    field, offset, length = node.field, node.offset, node.length
    form = _form(field)
    if form is None or node.text is not None or node.value is None or node.is_layer:
        return _special(node, data)
    shown = _shown(node)
    text = shown if form.same else xml_text(field.value_text(node.value))
    if node.suffix:
        text += xml_text(node.suffix)
    value = f' value="{data[offset : offset + length].hex()}"' if length > 0 else ""
    return f'{form.start}{text}{form.hide} size="{length}" pos="{offset}" show="{shown}"{value}'


def _shown(node: Node) -> str:
    shown = node.show
    return shown if node.field.kind.show in PLAIN else xml_text(shown)


def _special(node: Node, data: bytes) -> str:
    """An element that is not just a field with its value."""
    field = node.field
    raw = data[node.offset : node.offset + node.length]
    place = f'size="{node.length}" pos="{node.position}"'
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
    show = f'show="{_shown(node)}"'
    if field.mask and not field.unmasked and isinstance(node.value, int) and node.length > 0:
        return f'{head} {show} value="{node.value:X}" unmaskedvalue="{raw.hex()}"'
    return f"{head} {show}{value}"

"""``-T tree`` (``-V``): every field on a line of its own, as tshark prints it."""

from __future__ import annotations

from typing import Any, TextIO

from dissect.engine.notes import EXPERT, Severity
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node, Shared
from dissect.engine.values import ETHER, address_text
from dissect.export.base import CACHED_OCTETS, Cache, Exporter, Texts, View
from dissect.export.hexdump import hexdump, hexdumps
from dissect.export.sanitise import visible
from dissect.export.text import CYAN, RED, RESET, YELLOW

BOLD = "\x1b[1m"


class Tree(Exporter):
    """The details of each packet."""

    def __init__(self, stream: TextIO, view: View) -> None:
        super().__init__(stream, view)
        self._texts = Texts(self._field_line, self._odd)
        self._others = Cache()
        self._shared = Cache()

    def packet(self, packet: Packet) -> None:
        """Its tree, an empty line, and with ``-x`` the octets."""
        tree = packet.with_fields() if self.view.own else packet.tree
        lines = [*self.lines(tree.children or [], packet.data), ""]
        if self.view.hexdump:
            lines.append(hexdumps(packet))
        self.write("\n".join(lines) + "\n")

    def lines(self, nodes: list[Node], data: bytes) -> list[str]:
        """The lines of nodes of the top level, and of all that is in them."""
        lines: list[str] = []
        self._lines(lines, nodes, data, "", False)
        return lines

    def _lines(
        self, lines: list[str], nodes: list[Node], data: bytes, indent: str, expert: bool
    ) -> None:
        texts = self._texts
        plain = not self.view.color
        for node in nodes:
            field = node.field
            values = texts[field]
            if values is not None and node.text is None and node.value is not None:
                line = values[node.value]
                if node.suffix:
                    line = _with(line, visible(node.suffix), field)
            elif field.hidden:
                continue
            else:
                line = self._other(node, data)
            if expert and not field.generated:
                line = f"[{line}]"
            lines.append(indent + line)
            children = node.children
            if isinstance(children, Shared) and plain:
                lines.append(self._together(children, data, indent + "    "))
            elif children:
                inner = node.within(data)
                if field.name == "data" and not self.view.hexdump and node.length:
                    lines.append("")
                    lines.append(hexdump(inner[node.offset : node.offset + node.length])[:-1])
                self._lines(lines, children, inner, indent + "    ", expert or field is EXPERT)

    def _together(self, nodes: Shared, data: bytes, indent: str) -> str:
        """The lines of nodes that come again in other packets."""
        key = (nodes, indent)
        text = self._shared.get(key)
        if text is None:
            lines: list[str] = []
            self._lines(lines, list(nodes), data, indent, False)
            text = self._shared.keep(key, "\n".join(lines))
        return text

    def _odd(self, field: Field) -> bool:
        """Whether more than the value is needed: bits to draw, colours; or nothing, as hidden."""
        return bool(field.mask) or field.hidden or self.view.color

    def _other(self, node: Node, data: bytes) -> str:
        """The line of any node; of few octets it is remembered."""
        if self.view.color or node.length > CACHED_OCTETS:
            return self._line(node, data)
        octets = data[node.offset : node.offset + node.length] if node.field.mask else b""
        key = (node.field, node.value, node.text, node.suffix, octets)
        return self._others.get(key) or self._others.keep(key, self._line(node, data))

    def _field_line(self, field: Field, value: Any) -> str:
        """The line of a node that has nothing but its field and value."""
        if field.drawn or self.view.names:
            return self._line(Node(field, 0, 0, value), b"")
        line = visible(f"{field.label}: {field.value_text(value)}")
        return f"[{line}]" if field.generated else line

    def _line(self, node: Node, data: bytes) -> str:
        field = node.field
        text = _named(node) if self.view.names else ""
        line = visible(text or node.showname(data))
        if field.generated:
            line = f"[{line}]"
        return _colored(node, line) if self.view.color else line


def _with(line: str, suffix: str, field: Field) -> str:
    """A line with a suffix, which goes inside the brackets."""
    return f"{line[:-1]}{suffix}]" if field.generated else line + suffix


def _named(node: Node) -> str:
    """The line with the names of MAC addresses beside them; empty without such addresses."""
    from dissect.export.names import mac_name

    def both(mac: bytes) -> str:
        return f"{mac_name(mac)} ({mac.hex(':')})"

    if node.text is None and node.field.kind is ETHER and isinstance(node.value, bytes):
        return f"{node.field.label}: {both(node.value)}{node.suffix}"
    if isinstance(node.text, tuple) and any(_is_mac(a) for a in node.text):
        form, *arguments = node.text
        shown = [
            both(a) if _is_mac(a) else address_text(a) if isinstance(a, bytes) else a
            for a in arguments
        ]
        return str(form) % tuple(shown) + node.suffix
    return ""


def _is_mac(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == 6


def _colored(node: Node, line: str) -> str:
    if node.is_layer:
        return f"{BOLD}{CYAN}{line}{RESET}"
    if node.field is not EXPERT:
        return line
    severity = next((c.value for c in node.children or () if c.name == "_ws.expert.severity"), 0)
    if severity >= Severity.ERROR:
        return f"{RED}{line}{RESET}"
    return f"{YELLOW}{line}{RESET}" if severity >= Severity.WARNING else line

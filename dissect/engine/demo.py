"""``python -m dissect.protocols.ipv6 <hex>``: the tree of some octets, read by one protocol."""

from __future__ import annotations

import os
import sys

from dissect.engine.packet import Packet
from dissect.engine.tree import Node


def main_for(protocol: str) -> None:
    """Print the tree of the octets given as hexadecimal digits (or on standard input).

    A protocol file ends with ``if __name__ == "__main__": main_for("its name")``.
    """
    import dissect.protocols  # noqa: F401  (all the others, for what is inside)

    digits = "".join(sys.argv[1:]) or sys.stdin.read()
    try:
        octets = bytes.fromhex(digits.replace(":", ""))
    except ValueError as error:
        raise SystemExit(f"not hexadecimal: {error}") from None
    try:
        print(tree_text(Packet(octets, protocol)), flush=True)
    except BrokenPipeError:  # a reader that has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


def tree_text(packet: Packet) -> str:
    """The tree as text, an indented line for each field that is not hidden."""
    lines: list[str] = []

    def show(node: Node, depth: int) -> None:
        if node.field.hidden:
            return
        line = node.showname(packet.data)  # a packet by itself has no other source
        lines.append("    " * depth + (f"[{line}]" if node.field.generated else line))
        for child in node.children or ():
            show(child, depth + 1)

    for layer in packet.tree.children or ():
        if layer.field.name != "frame":
            show(layer, 0)
        else:  # a header that stands inside another one has no other host here
            for nested in layer.children or ():
                if nested.is_layer:
                    show(nested, 0)
    return "\n".join(lines)

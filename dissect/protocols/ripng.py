"""RIPng: routes told to neighbours, a prefix each (RFC 2080, section 2.1).

0               8               16                             32
+---------------+---------------+-------------------------------+
|    Command    |    Version    |           Must be 0           |
+---------------+---------------+-------------------------------+
|  Route table entries of 20 octets:
+---------------------------------------------------------------+
|                     IPv6 prefix: 16 octets                    |
+-------------------------------+---------------+---------------+
|           Route tag           | Prefix length |    Metric     |
+-------------------------------+---------------+---------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, X16

RIPNG_PORT = 521
COMMANDS = {1: "Request", 2: "Response"}
NEXT_HOP = 0xFF
"""The metric of an entry whose address is the next hop of those behind it (section 2.1.1)."""


class RIPng(Header):
    """In front of the entries, 4 octets."""

    __hdr__ = (("command", "B", 1), ("version", "B", 1), ("reserved", "2s", bytes(2)))
    names = (
        F("command", "ripng.cmd", "Command", COMMANDS),
        F("version", "ripng.version", "Version"),
        F("reserved", "ripng.reserved", "Reserved", BYTES),
    )


class Entry(Header):
    """One route, 20 octets."""

    __hdr__ = (
        ("prefix", "16s", bytes(16)), ("tag", "H", 0), ("plen", "B", 0), ("metric", "B", 1),
    )  # fmt: skip
    names = (
        F("prefix", "ripng.rte.ipv6_prefix", "IPv6 Prefix"),
        F("tag", "ripng.rte.route_tag", "Route Tag", X16),
        F("plen", "ripng.rte.prefix_length", "Prefix Length"),
        F("metric", "ripng.rte.metric", "Metric"),
    )


ENTRY = Field("ripng.rte", "Route Table Entry")
ENTRY_SIZE = 20


@dissector("ripng", "RIPng", "RIPng", udp_port=RIPNG_PORT)
def ripng(c: Cursor) -> Result:
    """Read the head and every route."""
    first = c.peek(2)
    if len(first) == 2:
        command, version = first
        c.info(" Command %s, Version %u", COMMANDS.get(command, f"Unknown ({command})"), version)
    c.header(RIPng)
    while c.more:
        with c.item(ENTRY, ENTRY_SIZE) as node:
            route = c.header(Entry)
            if route.metric == NEXT_HOP:
                node.text = ("Route Table Entry: Next hop: %s", route.prefix)
            else:
                node.text = (
                    "Route Table Entry: IPv6 Prefix: %s/%u Metric: %u",
                    route.prefix, route.plen, route.metric,
                )  # fmt: skip
    return None

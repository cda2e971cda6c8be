"""What Wireshark calls our kinds of fields, and which protocol a field belongs to."""

from __future__ import annotations

from functools import cache

from dissect.engine.tables import DISSECTORS
from dissect.engine.tree import DATA, Field, Node
from dissect.engine.values import BYTES, NONE, Kind

_NUMBERS = {
    "FT_NONE": 0, "FT_PROTOCOL": 1, "FT_BOOLEAN": 2, "FT_UINT8": 4, "FT_UINT16": 5,
    "FT_UINT24": 6, "FT_UINT32": 7, "FT_UINT40": 8, "FT_UINT48": 9, "FT_UINT56": 10,
    "FT_UINT64": 11, "FT_INT8": 12, "FT_INT16": 13, "FT_INT24": 14, "FT_INT32": 15,
    "FT_INT40": 16, "FT_INT48": 17, "FT_INT56": 18, "FT_INT64": 19, "FT_FLOAT": 22,
    "FT_DOUBLE": 23, "FT_ABSOLUTE_TIME": 24, "FT_RELATIVE_TIME": 25, "FT_STRING": 26,
    "FT_ETHER": 29, "FT_BYTES": 30, "FT_IPv4": 32, "FT_IPv6": 33, "FT_FRAMENUM": 35,
    "FT_GUID": 36, "FT_EUI64": 38,
}  # fmt: skip

_BY_KIND = {
    "BOOL": "FT_BOOLEAN", "IPV4": "FT_IPv4", "IPV6": "FT_IPv6", "ETHER": "FT_ETHER",
    "EUI64": "FT_EUI64", "OUI": "FT_UINT24", "BYTES": "FT_BYTES", "STR": "FT_STRING",
    "GUID": "FT_GUID", "FRAME": "FT_FRAMENUM", "NONE": "FT_NONE", "FLOAT": "FT_FLOAT",
    "DOUBLE": "FT_DOUBLE", "TIME": "FT_ABSOLUTE_TIME", "INTERVAL": "FT_RELATIVE_TIME",
}  # fmt: skip

_BY_READER = {"bytes": "FT_BYTES", "str": "FT_STRING", "float": "FT_DOUBLE", "none": "FT_NONE"}

PROTOCOLS_WITHIN = frozenset({"_ws.malformed", "_ws.short", "_ws.expert", "_ws.unreassembled"})
"""Names that Wireshark registers as protocols, though no dissector of ours is called so."""


@cache
def type_name(kind: Kind) -> str:
    """Wireshark's name of a kind: ``FT_UINT16``."""
    known = _BY_KIND.get(kind.name) or _BY_READER.get(kind.reader)
    sign = "U" if kind.reader == "uint" else ""
    return known or f"FT_{sign}INT{8 * kind.size}"


def type_number(node: Node) -> int:
    """Wireshark's number for the type of a node's field, as its JSON with ``-x`` has it."""
    return 1 if is_protocol(node) else _NUMBERS.get(type_name(node.field.kind), 0)


def field_type(field: Field) -> str:
    """Wireshark's name for a field's type; protocols are fields too."""
    if field.name in DISSECTORS or field.name in PROTOCOLS_WITHIN:
        return "FT_PROTOCOL"
    kind: Kind | None = field.kind  # None: left to a layout that was never worked out
    return type_name(kind or BYTES)


def is_protocol(node: Node) -> bool:
    """True for what Wireshark registers as a protocol: a layer, an expert info."""
    return node.is_layer or node.field.name in PROTOCOLS_WITHIN or node.field is DATA


def has_value(node: Node) -> bool:
    """False for protocols, labels and lines of text."""
    return node.field.kind is not NONE


@cache
def owner(name: str) -> str:
    """The protocol that a field belongs to, by its name: the longest that it begins with."""
    if name.startswith("_ws."):
        return ".".join(name.split(".")[:2])
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        candidate = ".".join(parts[:count])
        if candidate in DISSECTORS:
            return candidate
    return parts[0]

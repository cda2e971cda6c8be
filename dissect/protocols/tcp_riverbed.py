"""Riverbed's TCP options: probes for optimisers on the way, and transparency.

No document defines them; the fields are those that Wireshark shows.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, IPV4, U8, U16, U32, X8, X16, ipv4_text

SET = ("Not set", "Set")

TYPE_1 = Field("tcp.options.rvbd.probe.type1", "Type", U8, mask=0xF0)
TYPE_2 = Field("tcp.options.rvbd.probe.type2", "Type", U8, mask=0xFE)
VERSION = Field("tcp.options.rvbd.probe.version", "Version", U8, mask=0x0F)
VERSION_RAW = Field("tcp.options.rvbd.probe.version_raw", "Version", U8, mask=0x01)
RESERVED = Field("tcp.options.rvbd.probe.reserved", "Reserved", X8)
PROBER = Field("tcp.options.rvbd.probe.prober", "CSH IP", IPV4)
APPLICATION = Field("tcp.options.rvbd.probe.appli_ver", "Application Version", U16)
PROXY = Field("tcp.options.rvbd.probe.proxy.ip", "SSH IP", IPV4)
PROXY_PORT = Field("tcp.options.rvbd.probe.proxy.port", "SSH Port", U16)
STORE_ID = Field("tcp.options.rvbd.probe.storeid", "CFE Store ID", U32)
_QUERY_BITS = (
    Field("tcp.options.rvbd.probe.flags.notcfe", "Not CFE", BOOL, SET, mask=0x04),
    Field("tcp.options.rvbd.probe.flags.last", "Last Notify", BOOL, SET, mask=0x01),
)
_RESPONSE_BITS = (
    Field("tcp.options.rvbd.probe.flags.probe", "Disable Probe Cache on CSH", BOOL, SET,
          mask=0x10),
    Field("tcp.options.rvbd.probe.flags.ssl", "SSL Enabled", BOOL, SET, mask=0x02),
    Field("tcp.options.rvbd.probe.flags.server", "SSH outer to server established", BOOL, SET,
          mask=0x01),
)  # fmt: skip
_FLAGS = ("tcp.options.rvbd.probe.flags", "Probe Flags", X8)
QUERY_FLAGS = Field(*_FLAGS, bits=_QUERY_BITS)
RESPONSE_FLAGS = Field(*_FLAGS, bits=_RESPONSE_BITS)
RESET_FLAGS = Field(*_FLAGS)


def _way(name: str, label: str, mask: int) -> Field:
    return Field(f"tcp.options.rvbd.trpy.flags.{name}", label, BOOL, SET, mask=mask)


WAYS = Field(
    "tcp.options.rvbd.trpy.flags", "Transparency Options", X16,
    bits=(
        _way("fw_rst_probe", "Enable FW traversal feature", 0x0400),
        _way("fw_rst_inner", "Enable Inner FW feature on All FWs", 0x0200),
        _way("fw_rst", "Enable Transparency FW feature on All FWs", 0x0100),
        _way("chksum", "Reserved", 0x0004),
        _way("oob", "Out of band connection", 0x0002),
        Field("tcp.options.rvbd.trpy.flags.mode", "Transparency Mode", BOOL,
              ("Address Transparency", "Port Transparency"), mask=0x0001),
    ),
)  # fmt: skip
SOURCE = Field("tcp.options.rvbd.trpy.src.ip", "Src SH IP Addr", IPV4)
DESTINATION = Field("tcp.options.rvbd.trpy.dst.ip", "Dst SH IP Addr", IPV4)
SOURCE_PORT = Field("tcp.options.rvbd.trpy.src.port", "Src SH Inner Port", U16)
DESTINATION_PORT = Field("tcp.options.rvbd.trpy.dst.port", "Dst SH Inner Port", U16)

QUERY, RESPONSE, INTERNAL, RESET, STORE = 0, 1, 2, 10, 9
TYPES = {
    0: "Query", 1: "Response", 2: "Internal", 3: "Trace", 4: "Query SH", 5: "Response SH",
    6: "Query Info", 7: "Response Info", 8: "Query Info SH", 9: "Query Info Store ID",
    10: "Reset",
}  # fmt: skip
FLAGGED = {6: QUERY_FLAGS, 7: RESPONSE_FLAGS, 8: QUERY_FLAGS, 9: QUERY_FLAGS, 10: RESET_FLAGS}


def probe(c: Cursor) -> str:
    """A probe's data; an odd first octet is version 1.  Hands back what its line says more."""
    first = c.peek(1)
    if first and not first[0] & 1:
        return _second(c, first[0] >> 1)
    kind = c.peek_add(TYPE_1)
    c.add(VERSION)
    words = f": Probe {TYPES.get(kind, 'Unknown')}"
    if kind == INTERNAL or not c.left:
        c.skip(c.left)
        return words
    c.add(RESERVED)
    if c.left >= 4:
        prober = c.add(PROBER)
        if kind == QUERY and c.left >= 2:
            c.add(APPLICATION)
            words += f", CSH IP: {ipv4_text(prober)}"
        elif kind == RESPONSE and c.left >= 6:
            words += f", Server Steelhead: {ipv4_text(c.add(PROXY))}:{c.add(PROXY_PORT)}"
    c.skip(c.left)
    return words


def _second(c: Cursor, kind: int) -> str:
    """Version 2, written as 0 in one bit."""
    if kind in TYPES:
        c.peek_add(TYPE_2)
        c.peek_add(VERSION_RAW)
        c.put(VERSION, 2, c.pos, 1)
    c.skip(1)
    flags = FLAGGED.get(kind)
    if flags is not None and c.left:
        c.add(flags)
        if kind == STORE and c.left >= 4:
            c.add(STORE_ID)
    c.skip(c.left)
    return f": Probe {TYPES.get(kind, 'Unknown')}"


def transparency(c: Cursor) -> str:
    """The inner ends of a transparent connection."""
    c.add(WAYS)
    source, destination = c.add(SOURCE), c.add(DESTINATION)
    ports = c.add(SOURCE_PORT), c.add(DESTINATION_PORT)
    return f" {ipv4_text(source)}:{ports[0]} -> {ipv4_text(destination)}:{ports[1]}"

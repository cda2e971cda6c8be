"""Multicast Listener Discovery, versions 1 (RFC 2710, section 3) and 2 (RFC 3810, section 5).

Query, Report, Done       Maximum Response (2), Reserved (2), Multicast Address
Query of version 2 adds   Flags, QQIC, Number of Sources (2), the sources
Report of version 2       Reserved (2), Number of Records (2), the records:

+---------------+---------------+-------------------------------+
|  Record Type  |  Aux Data Len |       Number of Sources       |
+---------------+---------------+-------------------------------+
|  Multicast Address, the sources, Aux Data Len words of data   |
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, U8, U16, X8
from dissect.protocols.icmpv6.messages import bits, flag, message, name_flags, reserved

VERSION_2_QUERY = 24
"""Octets after the head from which on a query is one of version 2 (RFC 3810, section 8.1: 28)."""

RECORD_TYPES = {
    1: "Include",
    2: "Exclude",
    3: "Changed to include",
    4: "Changed to exclude",
    5: "Allow new sources",
    6: "Block old sources",
}


def response_delay(code: int) -> int:
    """Milliseconds; from 0x8000 on a floating-point number (RFC 3810, section 5.1.3)."""
    if code < 0x8000:
        return code
    return (code & 0xFFF | 0x1000) << (code >> 12 & 7) + 3


def query_interval(code: int) -> int:
    """Seconds; from 0x80 on a floating-point number (RFC 3810, section 5.1.9)."""
    return code if code < 0x80 else (code & 0xF | 0x10) << (code >> 4 & 7) + 3


class Version1(Header):
    """Behind the head, 20 octets."""

    __hdr__ = (("delay", "H", 0), ("reserved", "2s", bytes(2)), ("group", "16s", bytes(16)))
    names = (
        F("delay", "icmpv6.mld.maximum_response_delay", "Maximum Response Delay [ms]"),
        reserved("reserved"),
        F("group", "icmpv6.mld.multicast_address", "Multicast Address"),
    )


class Query(Header):
    """A query of version 2 behind the head, 24 octets."""

    __hdr__ = (
        ("code", "H", 0), ("reserved", "2s", bytes(2)), ("group", "16s", bytes(16)),
        ("flags", "B", 2), ("interval", "B", 125), ("sources", "H", 0),
    )  # fmt: skip
    names = (
        F("code", "icmpv6.mld.maximum_response_code", "Maximum Response Code",
          convert=response_delay),
        reserved("reserved"),
        F("group", "icmpv6.mld.multicast_address", "Multicast Address"),
        F(
            "flags", "icmpv6.mld.flag", "Flags", X8,
            bits=(
                flag("flags", 4, "icmpv6.mld.flag.s", "Suppress Router-Side Processing", None),
                bits("flags", 5, 3, "icmpv6.mld.flag.qrv", "QRV (Querier's Robustness Variable)",
                     U8),
                bits("flags", 0, 4, "icmpv6.mld.flag.reserved", "Reserved", U8),
            ),
        ),
        F("interval", "icmpv6.mld.qqi", "QQIC (Querier's Query Interval Code)",
          convert=query_interval),
        F("sources", "icmpv6.mld.nb_sources", "Number of Sources"),
    )  # fmt: skip


class Report(Header):
    """A report of version 2 behind the head, 4 octets."""

    __hdr__ = (("reserved", "2s", bytes(2)), ("records", "H", 0))
    names = (
        reserved("reserved"),
        F("records", "icmpv6.mldr.nb_mcast_records", "Number of Multicast Address Records"),
    )


class Record(Header):
    """What a record begins with, 20 octets."""

    __hdr__ = (
        ("type", "B", 4), ("aux", "B", 0), ("sources", "H", 0), ("group", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("type", "icmpv6.mldr.mar.record_type", "Record Type", RECORD_TYPES),
        F("aux", "icmpv6.mldr.mar.aux_data_len", "Aux Data Len"),
        F("sources", "icmpv6.mldr.mar.nb_sources", "Number of Sources", U16),
        F("group", "icmpv6.mldr.mar.multicast_address", "Multicast Address"),
    )


SOURCE = Field("icmpv6.mld.source_address", "Source Address", IPV6)
RECORD = Field("icmpv6.mldr.mar", "Multicast Address Record")
RECORD_SOURCE = Field("icmpv6.mldr.mar.source_address", "Source Address", IPV6)
ADDITIONAL = Field(
    "sixscope.mld.additional", "Additional Data", BYTES, ref="RFC 3810, section 5.2.11"
)
AUXILIARY = Field("icmpv6.mldr.mar.auxiliary_data", "Auxiliary Data", BYTES)


RECORDS_MISSING = Note(
    "sixscope.mld.records_missing", Severity.WARNING, Group.MALFORMED,
    "Fewer records than the report announces", "RFC 3810, section 5.2.3",
)  # fmt: skip


@message(130, "Multicast Listener Query")
def query(c: Cursor, head: Any) -> Result:
    """Who listens to a group (or to any)?  The length tells the version."""
    if c.left < VERSION_2_QUERY:
        c.header(Version1)
        return None
    asked = c.header(Query)
    name_flags(c, "icmpv6.mld.flag")
    for _ in range(asked.sources):
        c.add(SOURCE)
    return None


@message(131, "Multicast Listener Report")
@message(132, "Multicast Listener Done")
def version_1(c: Cursor, head: Any) -> Result:
    """The sender listens to a group, or does no longer."""
    c.header(Version1)
    return None


@message(143, "Multicast Listener Report Message v2")
def report(c: Cursor, head: Any) -> Result:
    """What the sender listens to, group by group."""
    for left in range(c.header(Report).records, 0, -1):
        if not c.more:
            c.note(RECORDS_MISSING, "icmpv6.mldr.nb_mcast_records", f"{left} records are missing")
            break
        _record(c)
    c.rest(ADDITIONAL)
    return None


def _record(c: Cursor) -> None:
    head = c.peek(4)
    size = 20 + 16 * int.from_bytes(head[2:], "big") + 4 * head[1] if len(head) == 4 else None
    with c.item(RECORD, size) as node:
        record = c.header(Record)
        if c.at is not None:
            words = RECORD_TYPES.get(record.type) or f"Unknown Record Type ({record.type})"
            node.text = ("Multicast Address Record %s: %s", words, record.group)
        for _ in range(record.sources):
            c.add(RECORD_SOURCE)
        if record.aux:
            c.add(AUXILIARY, 4 * record.aux)

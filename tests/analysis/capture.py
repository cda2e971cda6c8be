"""Captures by hand: packets with times, and the tables that analyses make of them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from dissect.capture.write import PcapWriter
from dissect.columns import scan
from dissect.protocols.ipv6 import IPv6
from dissect.report.summary import Plan, Summary

SECOND = 1_000_000_000
ONE, TWO = (bytes.fromhex("20010db8" + "00" * 11 + last) for last in ("01", "02"))
"""2001:db8::1 and 2001:db8::2."""


def ethernet(payload: bytes, *, protocol: int, source: bytes = ONE, target: bytes = TWO) -> bytes:
    """An IPv6 packet in Ethernet."""
    ip = IPv6(nxt=protocol, plen=len(payload), src=source, dst=target)
    return bytes(12) + b"\x86\xdd" + bytes(ip) + payload


def summary(packets: Iterable[tuple[float, bytes]], table: str, size: int = 1000) -> Summary:
    """What a report makes of packets with their times in seconds, chunks of a size."""
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=1)
    for seconds, octets in packets:
        writer.packet(octets, round(seconds * SECOND))
    stream.seek(0)
    return scan(stream, lambda: Summary(Plan((table,))), size=size).result


def made(packets: Iterable[tuple[float, bytes]], table: str, size: int = 1000) -> list[Any]:
    """The rows of a table."""
    (found,) = summary(packets, table, size).tables()
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]

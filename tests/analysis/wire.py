"""Captures of a link by hand: frames with their times, Neighbor Discovery from its headers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from dissect.analysis.analysis import Finding
from dissect.capture.write import PcapWriter
from dissect.protocols.icmpv6.nd_options import PrefixInformation
from dissect.protocols.icmpv6.ndp import NeighborAdvertisement, RouterAdvertisement
from dissect.report.run import Report, report
from dissect.report.summary import Plan
from making.build import (
    ALL_NODES,
    BEGIN,
    HOST_LOCAL,
    HOST_MAC,
    ROUTER_LOCAL,
    ROUTER_MAC,
    ethernet,
    icmpv6_packet,
    ip6,
    multicast_mac,
    nd_option,
)

NOBODY = bytes(16)
SOLICITED, OVERRIDE, ROUTER_FLAG = 0x40000000, 0x20000000, 0x80000000


class Wire:
    """Frames, each at so many seconds after the beginning; the file is written when asked for."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "wire.pcap"
        self._stream = io.BytesIO()
        self._writer = PcapWriter(self._stream)

    def send(self, seconds: float, *frames: bytes) -> Wire:
        """Put frames on the wire."""
        for frame in frames:
            self._writer.packet(frame, BEGIN + round(seconds * 1e9))
        return self

    def end(self, seconds: float) -> Wire:
        """Nothing more happens until then: a frame that no analysis minds."""
        return self.send(seconds, ethernet(bytes(46), 0x88B5))

    def report(self, *tables: str) -> Report:
        """A report of these tables."""
        self.path.write_bytes(self._stream.getvalue())
        return report([str(self.path)], Plan(tables))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of one table."""
        (found,) = self.report(table).tables
        names = [column.name for column in found.columns]
        return [dict(zip(names, row, strict=True)) for row in found.rows]

    def findings(self, table: str) -> list[Finding]:
        """What the analysis that makes a table finds."""
        return self.report(table).findings


def nd(
    kind: int, body: bytes, src: bytes, dst: bytes, mac: bytes = HOST_MAC, hops: int = 255
) -> bytes:
    """A Neighbor Discovery message in a frame."""
    to = multicast_mac(dst) if dst[0] == 0xFF else ROUTER_MAC
    return ethernet(icmpv6_packet(kind, 0, body, src, dst, hops), src=mac, dst=to)


def solicit(
    target: bytes, mac: bytes = HOST_MAC, src: bytes = NOBODY, *, nonce: bytes = b"",
    hops: int = 255,
) -> bytes:  # fmt: skip
    """A Neighbor Solicitation; by default a probe, from nobody."""
    body = bytes(4) + target
    if any(src):
        body += nd_option(1, mac)
    if nonce:
        body += nd_option(14, nonce)
    return nd(135, body, src, ip6("ff02::1:ff00:0")[:13] + target[13:], mac, hops)


def advertise(
    target: bytes, mac: bytes = HOST_MAC, flags: int = OVERRIDE, *, option: bool = True,
    dst: bytes = ALL_NODES,
) -> bytes:  # fmt: skip
    """A Neighbor Advertisement from the target itself."""
    body = bytes(NeighborAdvertisement(flags=flags, target=target))
    return nd(136, body + (nd_option(2, mac) if option else b""), target, dst, mac)


def router(
    src: bytes = ROUTER_LOCAL, mac: bytes = ROUTER_MAC, *options: bytes, dst: bytes = ALL_NODES,
    hop_limit: int = 255, **fields: int,
) -> bytes:  # fmt: skip
    """A Router Advertisement; fields as in its header."""
    body = bytes(RouterAdvertisement(**fields)) + b"".join(options)
    return nd(134, body, src, dst, mac, hop_limit)


def prefix(text: str, **fields: int) -> bytes:
    """A Prefix Information option."""
    return nd_option(3, bytes(PrefixInformation(prefix=ip6(text), **fields)))


__all__ = ["HOST_LOCAL", "HOST_MAC", "ROUTER_LOCAL", "ROUTER_MAC", "ip6"]

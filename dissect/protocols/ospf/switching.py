"""Interface switching capabilities (RFC 4203, section 1.4; lambdas: RFC 7579, RFC 8363).

0               8               16                             32
+---------------+---------------+-------------------------------+
|  Switching    |   Encoding    |               0               |
+---------------+---------------+-------------------------------+
|            Max LSP bandwidth at priority 0 … 7                |
+---------------------------------------------------------------+
|  By switching type: bandwidth and MTU, or sets of labels      |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, FLOAT, U8, U16, U32, X32
from dissect.protocols.ospf.codes import ENCODINGS, GRIDS, LABEL_SETS, SWITCHING
from dissect.protocols.ospf.common import Words

PRIORITY_BANDWIDTH = Field("ospf.mpls.pri", "Pri (or TE-Class)", FLOAT)
SMALLEST = Field("ospf.mpls.minimum_lsp_bandwidth", "Minimum LSP bandwidth", FLOAT)
MTU = Field("ospf.mpls.interface_mtu", "Interface MTU", U16)
SDH = Field("ospf.mpls.sonet.sdh", "SONET/SDH", BOOL, ("Standard", "Arbitrary"))
BITMAP = Field("ospf.mpls.bitmap", "Bitmap", X32)

PRIORITIES = 8


class Switching(Header):
    """In front of the bandwidths, 4 octets."""

    __hdr__ = (("switching", "B", 1), ("encoding", "B", 1), ("zero", "H", 0))
    names = (
        F("switching", "ospf.mpls.switching_type", "Switching Type", SWITCHING),
        F("encoding", "ospf.mpls.encoding", "Encoding", ENCODINGS),
    )


class LabelSet(Header):
    """Labels that are free, 12 octets in front of the base label (RFC 7579, section 2.6)."""

    __hdr__ = (
        ("kind", "H", 1), ("length", "H", 20), ("priority", "B", 0xFF), ("zero", "3s", bytes(3)),
        ("_word", "H", 0x4008), ("size", "H", 12),
    )  # fmt: skip
    __bit_fields__ = {"_word": (("action", 4), ("labels", 12))}
    names = (
        F("kind", "ospf.mpls.bandwidth.type", "Bandwidth Type", LABEL_SETS),
        F("length", "ospf.mpls.length", "Length"),
        F("priority", "ospf.mpls.priority", "Priority"),
        F("action", "ospf.mpls.action", "Action", U8, span=(8, 1)),
        F("labels", "ospf.mpls.num.labels", "Num Labels", U16),
        F("size", "ospf.mpls.length", "Length"),
    )


class BaseLabel(Header):
    """The label that the first bit of the bitmap stands for (RFC 6205, section 3.2)."""

    __hdr__ = (("_word", "I", 0x20000000),)
    __bit_fields__ = {"_word": (("grid", 3), ("spacing", 4), ("identifier", 9), ("n", 16))}
    names = (
        F("grid", "ospf.mpls.grid", "Grid", U8, GRIDS, span=(0, 1)),
        F("spacing", "ospf.mpls.cs", "Channel Spacing", U8, span=(0, 1)),
        F("n", "ospf.mpls.n", "Starting n", U16, span=(2, 2)),
    )


class FlexibleGrid(Header):
    """Slots of a flexible grid that are free, 16 octets in front of the bitmap (RFC 8363)."""

    __hdr__ = (
        ("kind", "H", 1), ("length", "H", 12), ("priority", "B", 0xFF), ("zero", "7s", bytes(7)),
        ("_word", "I", 0x50000020),
    )  # fmt: skip
    __bit_fields__ = {"_word": (("spacing", 4), ("start", 16), ("bits", 12))}
    names = (
        F("kind", "ospf.mpls.type", "Type"),
        F("length", "ospf.mpls.length", "Length"),
        F("priority", "ospf.mpls.priority", "Priority"),
        F("spacing", "ospf.mpls.cs", "Channel Spacing", U8, span=(12, 1)),
        F("start", "ospf.mpls.starting", "Starting n", U32),
        F("bits", "ospf.mpls.effective", "No. of effective. Bits", U16, span=(14, 2)),
    )


BITMAP_ACTION = 4
"""The labels are a bitmap (RFC 7579, section 2.6)."""


def bandwidth(c: Cursor, field: Field, words: str) -> Words:
    """An IEEE floating-point number of octets per second."""
    value = c.add(field)
    form = f"{words}: {value:.10g} bytes/s ({value * 8:.0f} bits/s)"
    c.last.text = form
    return ": %s", form.partition(": ")[2]


def read_switching(c: Cursor) -> Words:
    """What the interface can switch, and how much of it at each priority."""
    kind = c.header(Switching).switching
    for number in range(PRIORITIES):
        bandwidth(c, PRIORITY_BANDWIDTH, f"Pri {number}")
    reader = SPECIFIC.get(kind)
    if reader is not None:
        reader(c)
    return None


def _packets(c: Cursor) -> None:
    bandwidth(c, SMALLEST, SMALLEST.label)
    c.add(MTU)


def _timeslots(c: Cursor) -> None:
    bandwidth(c, SMALLEST, SMALLEST.label)
    c.add(SDH)


def _lambdas(c: Cursor) -> None:
    if c.more:
        _label_set(c)


def _label_set(c: Cursor) -> None:
    with c.text("") as node:
        told = c.header(LabelSet)
        node.text = LABEL_SETS.get(told.kind, "Unknown sub-TLV")
        if told.action != BITMAP_ACTION:
            return
        with c.limit(max(told.size - 4, 0), because="ospf.mpls.length"):
            with c.text("Base label"):
                c.header(BaseLabel)
            while c.more:
                c.add(BITMAP)


def _flexible_grid(c: Cursor) -> None:
    told: Any = c.header(FlexibleGrid)
    for _ in range((told.bits + 31) // 32):
        c.add(BITMAP)


SPECIFIC: dict[int, Callable[[Cursor], None]] = {
    1: _packets, 2: _packets, 3: _packets, 4: _packets, 100: _timeslots, 150: _lambdas,
    151: _label_set, 152: _flexible_grid,
}  # fmt: skip

"""Version 1, which travels in IGMP (draft-ietf-idmr-pim-spec-01; never more than a draft).

0               8               16                             32
+---------------+---------------+-------------------------------+
|     0x14      |     Code      |           Checksum            |
+-------+-------+---------------+-------------------------------+
|   1   |                       Reserved                        |
+-------+-------------------------------------------------------+
|  By code                                                      |
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, STR, U8, X16
from dissect.protocols.pim.addresses import GROUP, IPV4_FAMILY, SOURCE
from dissect.protocols.pim.codes import MODES, TYPES_1
from dissect.protocols.pim.header import verify
from dissect.protocols.pim.messages import (
    HOLD_TIME,
    JOINED,
    JOINS,
    METRIC,
    PREFERENCE,
    PRUNED,
    PRUNES,
    RESERVED,
    RP,
    RP_TREE,
    UPSTREAM,
    counted,
)
from dissect.protocols.pim.register import read_packet

IGMP_TYPE = 0x14
REGISTER, REGISTER_OCTETS = 1, 8


class Pim1(Header):
    """The header, 5 octets and, of version 1, three that are reserved."""

    __hdr__ = (("type", "B", IGMP_TYPE), ("code", "B", 0), ("sum", "H", 0), ("_word", "B", 0x10))
    __bit_fields__ = {"_word": (("version", 4), ("zero", 4))}
    names = (
        F("code", "pim.code", "Code", TYPES_1),
        F("sum", "pim.cksum", "Checksum", X16),
        F("version", "pim.version", "Version", U8),
    )


CARRIER = Field("pim.igmp_type", "Type", STR)
OPTIONS = Field("pim.option", "PIM Options")
BODY = Field("sixscope.pim.message", "Message", BYTES)
MODE = Field("pim.mode", "Mode", U8, MODES, mask=0xF0)
MASK_LENGTH = Field("pim.mask_len", "Masklen", U8)
ADDRESS_LENGTH = Field("pim.addr_len", "Address Len", U8)
GROUPS = Field("pim.numgroups", "Num Groups", U8)
GROUP_ADDRESS = Field("pim.group_address", "Group Address", IPV4)
GROUP_MASK = Field("pim.group_mask", "Mask", IPV4)


class Flags(Header):
    """In front of the address of a source, 2 octets."""

    __hdr__ = (("flags", "B", 4), ("mask", "B", 32))
    names = (
        F("flags", "pim.src_flags.a", "Annotated", U8, within=(4, 1)),
        F("flags", "pim.src_flags.s", "Sparse", U8, within=(5, 1)),
        F("flags", "pim.src_flags.w", "WC", U8, within=(6, 1)),
        F("flags", "pim.src_flags.r", "RP", U8, within=(7, 1)),
        F("flags", "pim.src_flags.rsv", "Reserved", U8, within=(0, 4)),
        F("mask", MASK_LENGTH.name, MASK_LENGTH.label),
    )


def read_version_1(c: Cursor) -> Result:
    """Read the header and the message; go on with the packet inside a Register."""
    c.protocol("PIMv1")
    c.put(CARRIER, "PIM (0x14)")
    code = c.octet(1)
    c.info("%s", TYPES_1.get(code, f"Unknown ({code})"))
    head = c.header(Pim1)
    size = REGISTER_OCTETS if code == REGISTER else c.end - c.layer.offset
    verify(c, head.sum, size, version=head.version, pseudo=False)
    if head.version != 1:
        c.rest(BODY)
        return None
    c.add(RESERVED, 3)
    if not c.more:
        return None
    try:
        with c.item(OPTIONS) as node:
            if code == REGISTER:
                return read_packet(c)
            if code in READERS:
                READERS[code](c)
            c.rest(BODY)
    finally:
        node.length = c.stop - node.offset
    return None


def _query(c: Cursor) -> None:
    """A router is there."""
    c.add(MODE)
    c.skip(1)
    c.add(HOLD_TIME)


def _register_stop(c: Cursor) -> None:
    c.add(GROUP[IPV4_FAMILY])
    c.add(SOURCE[IPV4_FAMILY])


def _join_prune(c: Cursor) -> None:
    c.add(UPSTREAM[IPV4_FAMILY])
    c.add(RESERVED, 2)
    c.add(HOLD_TIME)
    c.add(RESERVED, 1)
    c.add(MASK_LENGTH)
    c.add(ADDRESS_LENGTH)
    for _ in range(c.add(GROUPS)):
        _group(c)


def _group(c: Cursor) -> None:
    c.need(4)
    try:
        with c.item(GROUP[IPV4_FAMILY], value=c.peek(4)) as node:
            c.skip(4)
            _sources(c)
    finally:
        node.length = 4


def _sources(c: Cursor) -> None:
    c.add(GROUP_MASK)
    at, joined, pruned = c.pos, c.uint(2), c.uint(2)
    counted(c, JOINS, at, joined, lambda: _source(c, JOINED))
    counted(c, PRUNES, at + 2, pruned, lambda: _source(c, PRUNED))


def _source(c: Cursor, fields: dict[int, Field]) -> None:
    c.header(Flags)
    c.add(fields[IPV4_FAMILY])


def _reachable(c: Cursor) -> None:
    """An RP is there."""
    c.add(GROUP_ADDRESS)
    c.add(GROUP_MASK)
    c.add(RP[IPV4_FAMILY])
    c.add(RESERVED, 2)
    c.add(HOLD_TIME)


def _assert(c: Cursor) -> None:
    c.add(GROUP_ADDRESS)
    c.add(GROUP_MASK)
    c.peek_add(RP_TREE)
    c.add(PREFERENCE)
    c.add(METRIC)


READERS: dict[int, Callable[[Cursor], None]] = {
    0: _query, 2: _register_stop, 3: _join_prune, 4: _reachable, 5: _assert, 6: _join_prune,
    7: _join_prune,
}  # fmt: skip

"""Protocol Independent Multicast, version 2 (RFC 7761), and version 1 in IGMP.

A message is a header (``header``) and, by type, options (``hello``), a packet (``register``) or
encoded addresses (``addresses``, ``messages``); ``version1`` is apart.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES
from dissect.protocols.pim.addresses import UnknownAddress
from dissect.protocols.pim.codes import TYPES
from dissect.protocols.pim.header import (
    ELECTION_TYPE,
    FLOODING_TYPE,
    NO_FORWARD,
    PIM_PROTO,
    Pim,
    PimElection,
    verify,
)
from dissect.protocols.pim.messages import READERS
from dissect.protocols.pim.register import FLAGS, read_packet
from dissect.protocols.pim.version1 import IGMP_TYPE, read_version_1

REGISTER = 1
REGISTER_OCTETS = 8
"""What a Register's checksum covers: not the packet that it carries."""
OPTIONS = Field("pim.option", "PIM Options")
BODY = Field("sixscope.pim.message", "Message", BYTES)


@dissector(
    "pim", "Protocol Independent Multicast", "PIMv2", ip_proto=PIM_PROTO, igmp_type=IGMP_TYPE
)
def pim(c: Cursor) -> Result:
    """Read the header and the message; go on with the packet inside a Register."""
    if c.key == IGMP_TYPE:
        return read_version_1(c)
    version, kind = divmod(c.octet(), 16)
    c.protocol(f"PIMv{version}")
    c.info("%s", TYPES.get(kind, f"Unknown ({kind})") if version == 2 else "Unknown")
    at, floods = c.pos, kind == FLOODING_TYPE and version == 2
    head = c.header(PimElection if kind == ELECTION_TYPE else Pim, cut=lambda part, there: (
        _no_forward(c, part, at) if floods and there > 1 else None
    ))  # fmt: skip
    if floods:
        _no_forward(c, head, at)
    register = kind == REGISTER and version == 2
    verify(c, head.sum, REGISTER_OCTETS if register else c.end - c.layer.offset, version=version)
    if version != 2:
        c.put(OPTIONS, None, c.layer.offset, c.stop - c.layer.offset)
        c.rest(BODY)
        return None
    if not c.more:
        return None
    return _register(c) if register else _message(c, kind)


def _no_forward(c: Cursor, head: Any, at: int) -> None:
    """The flag of flooding, in the reserved octet (RFC 8364, section 3)."""
    c.put(NO_FORWARD, head.reserved[0] >> 7, at + 1, 1)


def _register(c: Cursor) -> Result:
    try:
        with c.item(OPTIONS) as node:
            c.add(FLAGS)
            return read_packet(c)
    finally:
        node.length = c.stop - node.offset


def _message(c: Cursor, kind: int) -> Result:
    reader = READERS.get(kind)
    with c.item(OPTIONS, c.left) as node:
        try:
            count = None if reader is None else reader(c)
        except UnknownAddress:
            count = None
        if count is not None:
            node.suffix = f": {count}"
        c.rest(BODY)
    return None

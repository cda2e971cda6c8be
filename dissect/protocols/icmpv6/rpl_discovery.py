"""RPL's P2P Route Discovery option (RFC 6997, section 7).

0               8                       16
+-+-+---+-------+----+------------------+-----------------------+-- … --+
|R|H| N | Compr |  L |  MaxRank or NH   |  Target address       | Address vector
+-+-+---+-------+----+------------------+-----------------------+-- … --+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import IPV6, NONE, U8
from dissect.protocols.icmpv6.messages import bits, flag, nothing
from dissect.protocols.icmpv6.nd_options import Words


def _discovery(maximum: str, label: str) -> tuple[F, ...]:
    """The fields of a P2P Route Discovery option; its last six bits have two meanings."""
    name = "icmpv6.rpl.opt.routediscovery"
    return (
        F(
            "flags", f"{name}.flag", "Flags", NONE, convert=nothing,
            bits=(
                flag("flags", 0, f"{name}.flag.reply", "Reply", ("No", "Yes")),
                flag("flags", 1, f"{name}.flag.hopbyhop", "Hop-by-Hop", ("No", "Yes")),
                bits("flags", 2, 2, f"{name}.flag.numofroutes", "Number of Routes", U8),
                bits("flags", 4, 4, f"{name}.flag.compr", "Compr", U8),
            ),
        ),
        bits("limits", 0, 2, f"{name}.lifetime", "Lifetime", U8),
        bits("limits", 2, 6, f"{name}.{maximum}", label, U8),
    )  # fmt: skip


class RouteDiscovery(Header):
    """Behind type and length, 2 octets."""

    __hdr__ = (("flags", "B", 0x80), ("limits", "B", 0))
    names = _discovery("maxrank", "MaxRank")


class RouteDiscovered(Header):
    """The same in a Discovery Reply Object."""

    __hdr__ = RouteDiscovery.__hdr__
    names = _discovery("nh", "NH")


TARGET_ADDRESS = Field("icmpv6.rpl.opt.routediscovery.targetaddr", "Target Address", IPV6)
VECTOR = Field("icmpv6.rpl.opt.routediscovery.addr_vec", "Address Vector", NONE)
VECTOR_ADDRESS = Field("icmpv6.rpl.opt.routediscovery.addrvec.addr", "Address", IPV6)

NO_REPLY = Note(
    "icmpv6.rpl.p2p.hop_by_hop", Severity.WARNING, Group.PROTOCOL,
    "Reply MUST be set to one in order to establish a Hop-by-Hop Route", "RFC 6997, section 7",
)  # fmt: skip
ROUTES_NOT_ZERO = Note(
    "icmpv6.rpl.p2p.num_of_routes", Severity.WARNING, Group.PROTOCOL,
    "This field MUST be set to zero when Hop-by-Hop Routes are being discovered",
    "RFC 6997, section 7",
)  # fmt: skip
REPLY_NOT_ZERO = Note(
    "icmpv6.rpl.p2p.dro.rdo.zero", Severity.WARNING, Group.PROTOCOL,
    "This field MUST be set to zero when the P2P-RDO is included in a P2P-DRO",
    "RFC 6997, section 8.2",
)  # fmt: skip


def route_discovery(c: Cursor, dodag: bytes, *, replying: bool) -> Words:
    """The option's data; octets that the addresses share with the DODAG's identifier are elided.

    replying  the option is in a Discovery Reply Object, where its last bits mean something else
    """
    told = c.header(RouteDiscovered if replying else RouteDiscovery)
    _check_discovery(c, told, replying)
    shared = told.flags & 15
    _shortened(c, TARGET_ADDRESS, dodag[:shared], 16 - shared)
    room = c.left
    with c.item(VECTOR, room) as node:
        count = 0
        while c.more:
            _shortened(c, VECTOR_ADDRESS, dodag[:shared], 16 - shared)
            count += 1
        node.suffix = f" ({count} Address{'' if count == 1 else 'es'})"
    return None


def _check_discovery(c: Cursor, told: Any, replying: bool) -> None:
    reply, by_hop, routes = told.flags & 0x80, told.flags & 0x40, told.flags & 0x30
    name = "icmpv6.rpl.opt.routediscovery"
    if replying:
        for value, field in (
            (reply, "flag.reply"), (routes, "flag.numofroutes"), (told.limits & 0xC0, "lifetime"),
        ):  # fmt: skip
            if value:
                c.note(REPLY_NOT_ZERO, f"{name}.{field}")
        return
    if by_hop and not reply:
        c.note(NO_REPLY, f"{name}.flag.hopbyhop")
    if by_hop and routes:
        c.note(ROUTES_NOT_ZERO, f"{name}.flag.numofroutes")
    if c.at is not None:
        c.node(f"{name}.lifetime").suffix = f" ({1 << 2 * (told.limits >> 6)} sec)"


def _shortened(c: Cursor, field: Field, front: bytes, size: int) -> None:
    c.need(size)
    address = (front.ljust(16 - size, b"\0") + c.peek(size))[:16]
    c.put(field, address, c.pos, size)
    c.skip(size)

"""The messages, and messages inside messages (RFC 9915, sections 8, 9 and 21.10; failover: RFC
8156, section 5.2).

0               8               16              24             32
+---------------+---------------+---------------+---------------+
|     Type      |  Transaction ID                               |   clients and servers
+---------------+---------------+---------------+---------------+
|  Sent Time, between partners of failover alone                |
+---------------+---------------+---------------+---------------+
|     Type      |   Hop Count   |  Link Address (16), Peer      |   relay agents
+---------------+---------------+  Address (16)                 |
+---------------------------------------------------------------+
|  Options                                                      |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next
from dissect.engine.tree import Field, Layer, Node
from dissect.engine.values import BOOL, TIME, U8, X24
from dissect.protocols.dhcpv6.codes import MESSAGES
from dissect.protocols.dhcpv6.duid import YEAR_2000
from dissect.protocols.dhcpv6.options import Message, go_deeper, option, options

RELAY_FORWARD, RELAY_REPLY = 12, 13
RELAYED = frozenset({RELAY_FORWARD, RELAY_REPLY})
DHCPV4 = frozenset({20, 21})
"""Messages that carry DHCPv4: flags instead of a transaction (RFC 7341, section 6)."""
FAILOVER = range(24, 36)
"""Messages of failover, from Bndupd to Contact."""

HOP_COUNT_LIMIT = 8

TYPE = Field("dhcpv6.msgtype", "Message type", U8, MESSAGES)
TRANSACTION = Field("dhcpv6.xid", "Transaction ID", X24)
DHCPV4_FLAGS = Field(
    "sixscope.dhcpv6.dhcpv4_flags", "Flags", X24,
    bits=(
        Field("sixscope.dhcpv6.dhcpv4_flags.u", "Sent to a unicast address", BOOL, mask=0x800000),
        Field("sixscope.dhcpv6.dhcpv4_flags.reserved", "Reserved", X24, mask=0x7FFFFF),
    ),
)  # fmt: skip
SENT_TIME = Field(
    "sixscope.dhcpv6.failover.sent_time", "Sent Time", TIME,
    convert=lambda seconds: (YEAR_2000 + seconds) * 1_000_000_000,
)  # fmt: skip
INNER = Field("dhcpv6", "DHCPv6")

HOPS = Note(
    "dhcpv6.error_hopcount", Severity.WARNING, Group.PROTOCOL, "Detected error on hop-count",
    "RFC 9915, section 19.1",
)  # fmt: skip


class Relay(Header):
    """What a relay agent puts in front of its options, 33 octets behind the type."""

    __hdr__ = (("hops", "B", 0), ("link", "16s", bytes(16)), ("peer", "16s", bytes(16)))
    names = (
        F("hops", "dhcpv6.hopcount", "Hopcount"),
        F("link", "dhcpv6.linkaddr", "Link address"),
        F("peer", "dhcpv6.peeraddr", "Peer address"),
    )


def read_message(c: Cursor, outer: Message | None = None) -> list[Next]:
    """A message up to the end of the bounds; ``outer``: the one that it stands in.

    Hands back the DHCPv4 messages in it.
    """
    kind = c.add(TYPE)
    c.info_add("%s ", MESSAGES.get(kind) or f"Message Type {kind}")
    message = Message(kind)
    if outer is not None:
        message.depth, message.inside = outer.depth + 1, outer.inside
        if kind in RELAYED:
            message.hops = c.octet()
        if outer.hops is not None:
            _check_hops(c, message, outer)
    if kind in RELAYED:
        _relay(c, message)
    elif kind in DHCPV4:
        c.add(DHCPV4_FLAGS)
    else:
        c.info_add("XID: 0x%06x ", c.add(TRANSACTION))
        if kind in FAILOVER:
            c.add(SENT_TIME, 4)
    options(c, message)
    return message.inside


def _relay(c: Cursor, message: Message) -> None:
    head = c.header(Relay)
    c.info_add("L: %s ", head.link)
    message.hops = head.hops
    if c.at is not None:
        message.hops_node = c.at.find("dhcpv6.hopcount")
    if head.hops > HOP_COUNT_LIMIT:
        limit = f"the maximum limit HOP_COUNT_LIMIT ({HOP_COUNT_LIMIT})"
        text = f"Hopcount ({head.hops}) exceeds {limit}"
        c.note(HOPS, message.hops_node, text)


def _check_hops(c: Cursor, message: Message, outer: Message) -> None:
    """A relay agent counts one more than the one before it, the first counts 0."""
    expected = 0 if message.hops is None else message.hops + 1
    if outer.hops == expected:
        return
    if message.hops is None:
        text = f"Hopcount of most inner message has to equal 0 instead of {outer.hops}"
    else:
        text = "hopcount is not correctly incremented by 1 "
        text += f"(expected : {expected}, actual : {outer.hops})"
    c.note(HOPS, outer.hops_node, text)


@option(9, "RELAY-MSG", least=1)
def relay_message(c: Cursor, message: Message) -> None:
    """The message that a relay agent passes on: a layer of its own inside this one."""
    if not go_deeper(c, message):
        return
    outer, at = c.layer, c.at
    layer = Layer("dhcpv6", INNER.label, c.pos, c.pos, c.pos, quoted=c.quoted, nested=True)
    layer.listed = False
    layer.end = c.end
    c.packet.layers.append(layer)
    if at is not None:
        layer.node = c.at = at.add(Node(INNER, c.pos, c.left))
        layer.node.is_layer = True
    c.layer = layer
    try:
        read_message(c, message)
    finally:
        c.layer, c.at = outer, at

"""Leasequery: what a server knows of its bindings (RFC 5007, section 4.1; RFC 5460)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import IPV6, STR, U8, U32
from dissect.protocols.dhcpv6.messages import RELAYED, relay_message
from dissect.protocols.dhcpv6.options import (
    Message,
    addresses,
    containers,
    field,
    nested,
    option,
    read_text,
)

QUERIES = {
    1: "by-address", 2: "by-clientID", 3: "by-relayID", 4: "by-linkAddress", 5: "by-remoteID",
}  # fmt: skip
BULK_QUERIES = range(3, 6)
"""Only over TCP."""

RELAYED_TYPES = frozenset(bytes([kind]) for kind in RELAYED)

QUERY = Field("dhcpv6.lq_query", "Query-type", U8, QUERIES)
QUERY_LINK = Field("dhcpv6.lq_query_link_address", "Link address", IPV6)
PEER = Field("dhcpv6.lq_relay_data_peer_addr", "Peer address", IPV6)
RELAY_MESSAGE = Field("dhcpv6.lq_relay_data_msg", "DHCPv6 relay message", STR)

BULK_ONLY = Note(
    "dhcpv6.bulk_leasequery.bad_query_type", Severity.WARNING, Group.MALFORMED,
    "LQ-QUERY: Query types only supported by Bulk Leasequery", "RFC 5460, section 4",
)  # fmt: skip

containers(45)
field(46, "CLT_TIME", Field("dhcpv6.clt_time", "Clt_time", U32))
addresses(
    48, "LQ client links address", Field("dhcpv6.lq_client_link", "LQ client links address", IPV6)
)


@option(44, "LQ-QUERY", least=17)
def query(c: Cursor, message: Message) -> None:
    """What is asked for, and options that say more."""
    kind = c.add(QUERY)
    if kind in BULK_QUERIES and not message.bulk:
        c.note(BULK_ONLY, "dhcpv6.lq_query")
    c.add(QUERY_LINK)
    nested(c, message)


@option(47, "LQ_RELAY_DATA", least=16)
def relay_data(c: Cursor, message: Message) -> None:
    """The relay agent's last message, without what it passed on (RFC 5007, section 4.1.2.4)."""
    c.add(PEER)
    start = c.pos
    read_text(c, RELAY_MESSAGE, c.left)
    if c.data[start : start + 1] in RELAYED_TYPES:
        c.pos, quoted, c.quoted = start, c.quoted, True
        try:
            relay_message(c, message)
        finally:
            c.quoted = quoted

"""DHCPv6 Bulk Leasequery, over TCP (RFC 5460, section 5.1), and Active Leasequery (RFC 7653).

0                               16              24             32
+-------------------------------+---------------+---------------+
|  Message Size (what follows)  | Message Type  |  Transaction  |
+-------------------------------+---------------+---------------+
|  ID, three octets in all      |  Options                      |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import U24
from dissect.protocols.dhcpv6.codes import MESSAGES
from dissect.protocols.dhcpv6.options import Message, options
from dissect.protocols.dhcpv6.stream import sized_message

NAME = "dhcpv6.bulk_leasequery"
PORT = 547
ALLOWED = frozenset({7, *range(14, 18), 22, 23})
"""Leasequery, and its reply, done and data; Active Leasequery, StartTLS and the Reply to it."""

BAD_TYPE = Note(
    "dhcpv6.bulk_leasequery.bad_msg_type", Severity.WARNING, Group.MALFORMED,
    "Message Type not allowed by DHCPv6 Bulk Leasequery", "RFC 5460, section 4",
)  # fmt: skip


class Head(Header):
    """In front of the transaction, 3 octets, of which the size counts the last."""

    __hdr__ = (("size", "H", 4), ("type", "B", 14))
    names = (
        F("size", "dhcpv6.bulk_leasequery.size", "Message size"),
        F("type", "dhcpv6.bulk_leasequery.msgtype", "Message type", MESSAGES),
    )


TRANSACTION = Field("dhcpv6.bulk_leasequery.trans_id", "Transaction ID", U24)
"""Three octets; Wireshark takes the first for a reserved one."""


@dissector(NAME, "DHCPv6 Bulk Leasequery", "DHCPv6 BulkLease", tcp_port=PORT)
def bulk_leasequery(c: Cursor) -> Result:
    """Read one message."""
    return sized_message(c, NAME, "dhcpv6.bulk_leasequery.size", _message)


def _message(c: Cursor) -> None:
    head = c.header(Head)
    transaction = c.add(TRANSACTION)
    c.info("%s, Transaction ID: %5u", MESSAGES.get(head.type) or "Unknown", transaction)
    if head.type not in ALLOWED:
        text = f"Message Type {head.type} not allowed by DHCPv6 Bulk Leasequery"
        c.note(BAD_TYPE, "dhcpv6.bulk_leasequery.msgtype", text)
    if c.more:
        with c.text("DHCPv6 Options"):
            options(c, Message(head.type, bulk=True))

"""Node Information Queries (RFC 4620, sections 4 to 6).

+-------------------------------+-------------------------------+
|            Qtype              |             Flags             |
+-------------------------------+-------------------------------+
|  Nonce, 8 octets, then the subject (query) or answers (reply) |
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import IPV4, IPV6, STR, U32, X16, X64
from dissect.protocols.icmpv6.messages import bits, flag, message, name_flags
from dissect.protocols.icmpv6.names import domain_name

QUERY_CODES = {
    0: "Query subject = IPv6 addresses",
    1: "Query subject = DNS name or empty",
    2: "Query subject = IPv4 addresses",
}
REPLY_CODES = {0: "Successful", 1: "Refused", 2: "Unknown query type"}
QTYPES = {
    0: "NOOP",
    1: "Supported query types (Obsolete)",
    2: "Node Name",
    3: "Node addresses",
    4: "IPv4 node addresses",
}


class NodeInformation(Header):
    """Behind the head, 12 octets."""

    __hdr__ = (("qtype", "H", 0), ("flags", "H", 0), ("nonce", "Q", 0))
    names = (
        F("qtype", "icmpv6.ni.qtype", "Qtype", QTYPES),
        F(
            "flags", "icmpv6.ni.flag", "Flags", X16,
            bits=(
                flag("flags", 10, "icmpv6.ni.flag.g", "Global-scope addresses"),
                flag("flags", 11, "icmpv6.ni.flag.s", "Site-local addresses"),
                flag("flags", 12, "icmpv6.ni.flag.l", "Link-local addresses"),
                flag("flags", 13, "icmpv6.ni.flag.c", "Compression"),
                flag("flags", 14, "icmpv6.ni.flag.a", "Unicast Addresses",
                     ("Unicast addresses on the queried interface", "All unicast address")),
                flag("flags", 15, "icmpv6.ni.flag.t", "Truncated"),
                bits("flags", 0, 10, "icmpv6.ni.flag.rsv", "Reserved", X16),
            ),
        ),
        F("nonce", "icmpv6.ni.nonce", "Nonce", X64),
    )  # fmt: skip


SUBJECT_IPV6 = Field("icmpv6.ni.query.subject_ipv6", "IPv6 subject address", IPV6)
SUBJECT_NAME = Field("icmpv6.ni.query.subject_fqdn", "FQDN subject", STR)
SUBJECT_IPV4 = Field("icmpv6.ni.query.subject_ipv4", "IPv4 subject address", IPV4)
TTL = Field("icmpv6.ni.reply.node_ttl", "TTL", U32)
NODE_NAME = Field("icmpv6.ni.reply.node_name", "Name Node", STR)
NODE_IPV6 = Field("icmpv6.ni.reply.node_address", "IPv6 Node address", IPV6)
NODE_IPV4 = Field("icmpv6.ni.reply.ipv4_address", "IPv4 Node address", IPV4)


@message(139, "Node Information Query", QUERY_CODES)
def query(c: Cursor, head: Any) -> Result:
    """The code says what kind of subject is asked about."""
    _head(c)
    if not c.more:
        return None
    if head.code == 1:
        _name(c, SUBJECT_NAME)
    elif head.code in (0, 2):
        c.add(SUBJECT_IPV4 if head.code else SUBJECT_IPV6)
    return None


@message(140, "Node Information Reply", REPLY_CODES)
def reply(c: Cursor, head: Any) -> Result:
    """Answers, each with the seconds that it holds; for names once for all."""
    told = _head(c)
    if told.qtype == 2 and c.more:
        data = c.pos
        c.add(TTL)
        while c.more:
            _name(c, NODE_NAME, data)
    elif told.qtype in (3, 4):
        while c.more:
            c.add(TTL)
            c.add(NODE_IPV6 if told.qtype == 3 else NODE_IPV4)
    return None


def _head(c: Cursor) -> Any:
    told = c.header(NodeInformation)
    name_flags(c, "icmpv6.ni.flag")
    return told


def _name(c: Cursor, field: Field, pointers_from: int | None = None) -> None:
    """A name; a single label has a second empty label behind it (RFC 4620, sections 4 and 6.2)."""
    at = c.pos
    name = domain_name(c, pointers_from)
    c.put(field, name, at, c.pos - at)
    if "." not in name and c.peek(1) == b"\0":
        c.skip(1)

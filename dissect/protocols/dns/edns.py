"""Options in OPT records (RFC 6891, section 6.1.2): code, length, value."""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, IPV6, NONE, STR, U8, U16
from dissect.protocols.dns.codes import ALGORITHMS, DIGESTS, ERRORS, FAMILIES, HASHES, OPTIONS
from dissect.protocols.dns.names import Message, add_name
from dissect.protocols.dns.records import OPT, Record, record

CLIENT_SUBNET, EXPERIMENTAL_SUBNET = 8, 20730
CLIENT_COOKIE = 8
"""Octets of it (RFC 7873, section 4)."""

OPTION = Field("dns.opt", "Option", NONE)
CODE = Field("dns.opt.code", "Option Code", U16, OPTIONS)
LENGTH = Field("dns.opt.len", "Option Length", U16)
DATA = Field("dns.opt.data", "Option Data", BYTES)
FAMILY = Field("dns.opt.client.family", "Family", U16, FAMILIES)
SOURCE = Field("dns.opt.client.netmask", "Source Netmask", U8)
SCOPE = Field("dns.opt.client.scope", "Scope Netmask", U8)
ADDRESS = Field("dns.opt.client.addr", "Client Subnet", BYTES)
ADDRESS4 = Field("dns.opt.client.addr4", "Client Subnet", IPV4)
ADDRESS6 = Field("dns.opt.client.addr6", "Client Subnet", IPV6)
CLIENT = Field("dns.opt.cookie.client", "Client Cookie", BYTES)
SERVER = Field("dns.opt.cookie.server", "Server Cookie", BYTES)
TIMEOUT = Field("dns.opt.edns_tcp_keepalive.timeout", "Timeout", U16)
PADDING = Field("dns.opt.padding", "Padding", BYTES)
CHAIN = Field("dns.opt.chain.fqdn", "Closest Trust Point", STR)
ERROR = Field(
    "dns.opt.ext_error.info_code", "Info Code", U16,
    lambda code: ERRORS.get(code)
    or ("Reserved for Private Use" if code >= 49152 else "Unassigned"),
)  # fmt: skip
ERROR_TEXT = Field("dns.opt.ext_error.extra_text", "Extra Text", STR)
DAU = Field("dns.opt.dau", "DAU", U8, ALGORITHMS)
DHU = Field("dns.opt.dhu", "DHU", U8, DIGESTS)
N3U = Field("dns.opt.n3u", "N3U", U8, HASHES)

BAD_LENGTH = Note(
    "dns.rr.opt.bad_length", Severity.WARNING, Group.PROTOCOL,
    "Length too long for any type of IP address.", "RFC 7871, section 6",
)  # fmt: skip
DEPRECATED = Note(
    "dns.depr.opc", Severity.WARNING, Group.PROTOCOL,
    "Deprecated opcode. Client subnet OPT assigned as 8.",
)  # fmt: skip


@record(OPT)
def options(c: Cursor, rr: Record) -> None:
    """All options; each shows its octets, and below them what they mean."""
    while c.more:
        with c.item(OPTION) as node:
            code = c.add(CODE)
            node.text = ("Option: %s", OPTIONS.get(code) or f"Unknown ({code})")
            if code == EXPERIMENTAL_SUBNET:
                c.note(DEPRECATED, "dns.opt.code")
            size = c.add(LENGTH)
            with c.limit(size, "dns.opt.len"):
                c.peek_add(DATA, size)
                reader = READERS.get(code)
                if reader is not None:
                    reader(c, rr.message)


def subnet(c: Cursor, message: Message) -> None:
    """For which clients the answer is (RFC 7871, section 6); the address has no zeros behind."""
    family = c.add(FAMILY)
    c.add(SOURCE)
    c.add(SCOPE)
    shown, whole = {1: (ADDRESS4, 4), 2: (ADDRESS6, 16)}.get(family, (ADDRESS, 0))
    octets = c.peek(c.left)
    if len(octets) > 16:
        c.note(BAD_LENGTH, c.at)
    elif whole:
        c.put(shown, octets[:whole].ljust(whole, b"\0"), c.pos, len(octets))
    else:
        c.put(shown, octets, c.pos, len(octets))
    c.skip(c.left)


def cookie(c: Cursor, message: Message) -> None:
    """What client and server know each other by (RFC 7873, section 4)."""
    c.add(CLIENT, CLIENT_COOKIE)
    c.add(SERVER, c.left)


def keepalive(c: Cursor, message: Message) -> None:
    """How long a server keeps an idle connection, which a client doesn't say (RFC 7828)."""
    if c.more:
        c.add(TIMEOUT)


def error(c: Cursor, message: Message) -> None:
    """Why there is no better answer (RFC 8914, section 2)."""
    c.add(ERROR)
    if c.more:
        c.add(ERROR_TEXT, c.left)


def chain(c: Cursor, message: Message) -> None:
    """The name from which on the client needs the chain of trust (RFC 7901, section 4)."""
    add_name(c, message, CHAIN)


def padding(c: Cursor, message: Message) -> None:
    """Octets that mean nothing (RFC 7830, section 3)."""
    c.add(PADDING, c.left)


def _understood(shown: Field) -> Callable[[Cursor, Message], None]:
    """A list of what the client understands (RFC 6975, section 3)."""

    def read(c: Cursor, message: Message) -> None:
        while c.more:
            c.add(shown)

    return read


READERS: dict[int, Callable[[Cursor, Message], None]] = {
    5: _understood(DAU),
    6: _understood(DHU),
    7: _understood(N3U),
    CLIENT_SUBNET: subnet,
    EXPERIMENTAL_SUBNET: subnet,
    10: cookie,
    11: keepalive,
    12: padding,
    13: chain,
    15: error,
}

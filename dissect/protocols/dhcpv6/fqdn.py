"""Client FQDN option: who updates the DNS, and the name (RFC 4704, section 4).

0               8
+---------------+-----------------------------------------------+
|    | N | O | S |  Domain name, maybe partial, maybe none      |
+---------------+-----------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, STR, X8
from dissect.protocols.dhcpv6.codes import MESSAGES
from dissect.protocols.dhcpv6.domain import names
from dissect.protocols.dhcpv6.options import Message, option

S_BIT, O_BIT, N_BIT = 1, 2, 4
FROM_SERVER = frozenset({2, 7})
"""Advertise and Reply."""
FROM_CLIENT = frozenset({1, 3, 5, 6})
"""Solicit, Request, Renew and Rebind."""

AAAA = (
    "Server SHOULD NOT perform AAAA RR updates", "Server SHOULD perform AAAA RR updates",
)  # fmt: skip
PTR = ("Server SHOULD perform PTR RR updates", "Server SHOULD NOT perform PTR RR updates")
OVERRIDDEN = (
    "Server HAS NOT overridden client's S bit preference",
    "Server HAS overridden client's S bit preference",
)

CLIENT_FLAGS = Field(
    "dhcpv6.client_fqdn_flags", "Flags", X8,
    bits=(
        Field("dhcpv6.clientfqdn.client.n", "N bit", BOOL, PTR, mask=N_BIT),
        Field("dhcpv6.clientfqdn.client.s", "S bit", BOOL, AAAA, mask=S_BIT),
    ),
)  # fmt: skip
SERVER_FLAGS = Field(
    "dhcpv6.client_fqdn_flags", "Flags", X8,
    bits=(
        Field("dhcpv6.clientfqdn.server.n", "N bit", BOOL, PTR, mask=N_BIT),
        Field("dhcpv6.clientfqdn.server.o", "O bit", BOOL, OVERRIDDEN, mask=O_BIT),
        Field("dhcpv6.clientfqdn.server.s", "S bit", BOOL, AAAA, mask=S_BIT),
    ),
)  # fmt: skip
NAME = Field("dhcpv6.client_domain", "Client Domain Name", STR)
FORBIDDEN_IN = Field("dhcpv6.clientfqdn.bad_msgtype", "Illegal Message Type", X8, MESSAGES)

BAD_MESSAGE = Note(
    "dhcpv6.bad_msgtype", Severity.ERROR, Group.PROTOCOL,
    "This message type is not permitted to use OPTION_CLIENT_FQDN", "RFC 4704, section 4",
)  # fmt: skip
S_WITH_N = Note(
    "dhcpv6.s_bit_should_be_zero", Severity.ERROR, Group.PROTOCOL,
    "ERROR: When the N-bit is set, the S-bit must be reset", "RFC 4704, section 4.1",
)  # fmt: skip

WORDS = {
    True: {
        0: "CLIENT wants to update its AAAA RRs and SERVER to update its PTR RRs",
        S_BIT: "CLIENT wants SERVER to update both its AAAA and PTR RRs",
        N_BIT: "CLIENT prefers that the server not perform *any* DNS updates",
        S_BIT | N_BIT: "ERROR: CLIENT wants no DNS updates, the S bit MUST be 0",
    },
    False: {
        0: "CLIENT SHALL update AAAA RRs; SERVER SHALL update PTR RRs",
        S_BIT: "SERVER SHALL update both AAAA and PTR RRs",
        N_BIT: "CLIENT SHALL update AAAA RRs; SERVER SHALL NOT perform any DNS updates",
        S_BIT | N_BIT: "ERROR: SERVER SHALL NOT perform DNS updates, the S bit MUST be 0",
    },
}
"""What S and N say together, by whether a client says it."""


@option(39, "FQDN", least=1)
def client_fqdn(c: Cursor, message: Message) -> None:
    """The flags mean one thing from a client and another from a server."""
    client = message.type in FROM_CLIENT
    if not client and message.type not in FROM_SERVER:
        _forbidden(c, message.type)
        c.skip(c.left)
        return
    flags = c.add(CLIENT_FLAGS if client else SERVER_FLAGS)
    node = c.last
    if c.at is not None:
        node.suffix = f"  [{WORDS[client][flags & (S_BIT | N_BIT)]}]"
        if flags & O_BIT and not client:
            node.suffix += " [Server has overridden the client's S bit]"
    if flags & S_BIT and flags & N_BIT:
        c.note(S_WITH_N, c.put(Field("", S_WITH_N.text), None, c.pos - 1, 1))
    names(c, NAME, length_at=3)


def _forbidden(c: Cursor, kind: int) -> None:
    at = c.pos - 4
    node = c.put(FORBIDDEN_IN, kind, at, 1)
    if c.at is not None:
        outer, c.at = c.at, node
        c.note(BAD_MESSAGE, c.put(Field("", BAD_MESSAGE.text), None, at, 1))
        c.at = outer
    else:
        c.note(BAD_MESSAGE)

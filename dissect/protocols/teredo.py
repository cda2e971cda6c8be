"""Teredo: IPv6 in UDP through NATs, with indications in front (RFC 4380, section 5.1.1).

0               8               16              24              32
+---------------+---------------+---------------+---------------+
|       0       |       1       |     ID-len    |     AU-len    |  Authentication
+---------------+---------------+---------------+---------------+
|  Client identifier, authentication value, nonce (8), confirmation (1)
+---------------------------------------------------------------+
|       0       |       0       |     Origin port, inverted     |  Origin indication
+---------------+---------------+-------------------------------+
|                  Origin IPv4 address, inverted                |
+---------------------------------------------------------------+
|  IPv6 packet
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, U8, U16

AUTHENTICATION = Field("teredo.auth", "Teredo Authentication header")
ID_LENGTH = Field("teredo.auth.idlen", "Client identifier length", U8)
VALUE_LENGTH = Field("teredo.auth.aulen", "Authentication value length", U8)
CLIENT_ID = Field("teredo.auth.id", "Client identifier", BYTES)
VALUE = Field("teredo.auth.value", "Authentication value", BYTES)
NONCE = Field("teredo.auth.nonce", "Nonce value", BYTES)
CONFIRMATION = Field("teredo.auth.conf", "Confirmation byte", BYTES)

ORIGIN = Field("teredo.orig", "Teredo Origin Indication header")
PORT = Field("teredo.orig.port", "Origin UDP port", U16, convert=lambda port: port ^ 0xFFFF)
ADDRESS = Field(
    "teredo.orig.addr", "Origin IPv4 address", IPV4,
    convert=lambda octets: bytes(octet ^ 0xFF for octet in octets),
)  # fmt: skip

IPV6_PROTO = 41


@dissector("teredo", "Teredo IPv6 over UDP tunneling", "Teredo", udp_port=3544)
def teredo(c: Cursor) -> Result:
    """Read the indications, in the only order that is allowed, and go on with IPv6."""
    c.info("")
    if c.peek(2) == b"\0\1":
        _authentication(c)
    if c.peek(2) == b"\0\0":
        _origin(c)
    if not c.more:
        return None
    first = c.peek(1)
    return Next("ip_proto", IPV6_PROTO) if first and first[0] >> 4 == 6 else Next(name="data")


def _authentication(c: Cursor) -> None:
    with c.item(AUTHENTICATION):
        c.skip(2)
        id_length = c.add(ID_LENGTH)
        value_length = c.add(VALUE_LENGTH)
        if id_length:
            c.add(CLIENT_ID, id_length)
        if value_length:
            c.add(VALUE, value_length)
        c.add(NONCE, 8)
        c.add(CONFIRMATION, 1)


def _origin(c: Cursor) -> None:
    """Where the packet came from; inverted, lest a NAT rewrite it."""
    with c.item(ORIGIN):
        c.skip(2)
        c.add(PORT)
        c.add(ADDRESS)

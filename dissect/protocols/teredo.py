"""Teredo: IPv6 in UDP through NATs (RFC 4380, section 5.1.1), with trailers (RFC 6081, section 4).

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
|  IPv6 packet; one without a payload is a bubble, which opens NATs
+---------------+---------------+-------------------------------+
|     Type      |    Length     |  Value                           Trailers
+---------------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.address.inside import TEREDO
from dissect.engine.cursor import Cursor
from dissect.engine.looks import Looks, version
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector, heuristic
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, U8, U16, U24, X32
from dissect.protocols.ipv6_chain import NO_NEXT_HEADER

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

TRAILERS = {
    1: "Nonce", 3: "Alternate Address", 4: "Neighbor Discovery Option", 5: "Random Port",
}  # fmt: skip
TRAILER = Field("sixscope.teredo.trailer", "Trailer")
TRAILER_TYPE = Field("sixscope.teredo.trailer.type", "Type", U8, TRAILERS)
TRAILER_LENGTH = Field("sixscope.teredo.trailer.length", "Length", U8)
TRAILER_VALUE = Field("sixscope.teredo.trailer.value", "Value", BYTES)
TRAILER_RESERVED = Field("sixscope.teredo.trailer.reserved", "Reserved", U16)
DISCOVERY_RESERVED = Field("sixscope.teredo.trailer.reserved", "Reserved", U24)
TRAILER_NONCE = Field("sixscope.teredo.trailer.nonce", "Nonce", X32)
ALTERNATE_ADDRESS = Field("sixscope.teredo.trailer.address", "Alternate IPv4 address", IPV4)
ALTERNATE_PORT = Field("sixscope.teredo.trailer.port", "Alternate port", U16)
DISCOVERY = Field(
    "sixscope.teredo.trailer.discovery", "Discovery type", U8,
    {0: "Solicitation", 1: "Advertisement"},
)  # fmt: skip
RANDOM_PORT = Field("sixscope.teredo.trailer.random_port", "Random port", U16)

BUBBLE = Field("sixscope.teredo.bubble", "Bubble: no payload", generated=True)

GUESSED = Note(
    "sixscope.teredo.guess", Severity.NOTE, Group.ASSUMPTION, "Taken for Teredo, off its port"
)
TRAILER_CUT = Note(
    "sixscope.teredo.trailer_cut", Severity.WARNING, Group.MALFORMED,
    "The octets behind the packet are no whole trailers", "RFC 6081, section 4",
)  # fmt: skip

TEREDO_PORT = 3544
IPV6_PROTO = 41
IPV6_HEADER = 40
AUTHENTICATION_SIZE = 13
"""Octets without identifier and value."""
ORIGIN_SIZE = 8


@dissector("teredo", "Teredo IPv6 over UDP tunneling", "Teredo", udp_port=TEREDO_PORT)
def teredo(c: Cursor) -> Result:
    """Read the indications, in the only order that is allowed, and go on with IPv6."""
    if TEREDO_PORT not in c.facts.ports and any(c.facts.ports):
        c.note(GUESSED, text=f"{GUESSED.text}: {_likeness(c)}")
    c.info("")
    origin = None
    if c.peek(2) == b"\0\1":
        c.info("Authentication header")
        _authentication(c)
    if c.peek(2) == b"\0\0":
        c.info_add("%sOrigin indication", ", " if c.pos > c.start else "")
        origin = _origin(c)
    if not c.more:
        return None
    if c.peek(3, 4) == bytes((0, 0, NO_NEXT_HEADER)):
        c.put(BUBBLE)
    return Next("ip_proto", IPV6_PROTO, context=origin, after=_trailers)


def _authentication(c: Cursor) -> None:
    lengths = c.peek(2, 2).ljust(2, b"\0")
    with c.item(AUTHENTICATION, min(AUTHENTICATION_SIZE + sum(lengths), c.left)):
        c.skip(2)
        id_length = c.add(ID_LENGTH)
        value_length = c.add(VALUE_LENGTH)
        if id_length:
            c.add(CLIENT_ID, id_length)
        if value_length:
            c.add(VALUE, value_length)
        c.add(NONCE, 8)
        c.add(CONFIRMATION, 1)


def _origin(c: Cursor) -> tuple[bytes, int]:
    """Where the packet came from, address and port; inverted, lest a NAT rewrite it."""
    with c.item(ORIGIN, min(ORIGIN_SIZE, c.left)):
        c.skip(2)
        port = c.add(PORT)
        return c.add(ADDRESS), port


def _trailers(c: Cursor) -> None:
    """What stands behind the IPv6 packet, as far as it is trailers."""
    while c.left >= 2:
        kind, size = c.peek(2).ljust(2, b"\0")
        if size + 2 > c.left:
            break
        with c.item(TRAILER, size + 2) as node:
            node.text = f"Trailer: {TRAILERS.get(kind, f'Unknown ({kind})')}"
            c.add(TRAILER_TYPE)
            c.add(TRAILER_LENGTH)
            _trailer(c, kind, size)
    if c.more:
        c.note(TRAILER_CUT)


def _trailer(c: Cursor, kind: int, size: int) -> None:
    """A trailer's value; one of another length than its type's is shown as octets."""
    if kind == 1 and size == 4:
        c.add(TRAILER_NONCE)
    elif kind == 3 and size >= 8 and size % 6 == 2:
        c.add(TRAILER_RESERVED)
        while c.more:
            c.add(ALTERNATE_ADDRESS)
            c.add(ALTERNATE_PORT)
    elif kind == 4 and size == 4:
        c.add(DISCOVERY)
        c.add(DISCOVERY_RESERVED)
    elif kind == 5 and size == 2:
        c.add(RANDOM_PORT)
    elif size:
        c.add(TRAILER_VALUE, size)


# --- off its port ------------------------------------------------------------------------------


def _likeness(c: Cursor) -> str:
    """Why a datagram is Teredo by its looks; empty where it isn't.

    Indications that lead to a whole IPv6 packet, or one with a Teredo address at one end.
    """
    ahead, seen = 0, []
    octets = c.peek(4)
    if octets[:2] == b"\0\1" and len(octets) == 4:
        ahead = AUTHENTICATION_SIZE + octets[2] + octets[3]
        seen.append("authentication")
    if c.peek(2, ahead) == b"\0\0":
        ahead += ORIGIN_SIZE
        seen.append("origin indication")
    header = c.peek(IPV6_HEADER, ahead)
    if len(header) < IPV6_HEADER or header[0] >> 4 != 6:
        return ""
    behind = c.left - ahead - IPV6_HEADER - int.from_bytes(header[4:6], "big")
    trailing = c.peek(1, c.left - behind) if behind > 0 else b"\1"
    if behind < 0 or not trailing or trailing[0] not in TRAILERS:
        return ""
    for name, at in (("source", 8), ("destination", 24)):
        if header[at : at + 4] == TEREDO:
            seen.append(f"a Teredo address as the {name}")
    return ", ".join(seen) and f"{', '.join(seen)}, and an IPv6 packet that fills the datagram"


INDICATED = (((0, 0),),)
heuristic("udp", "teredo", lambda c: bool(_likeness(c)), Looks(INDICATED + version(6)))

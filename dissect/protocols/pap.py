"""PPP Password Authentication Protocol (RFC 1334, section 2).

0               8               16                              32
+---------------+---------------+-------------------------------+
|     Code      |  Identifier   |            Length             |
+---------------+---------------+-------------------------------+
|  Names or a message, each behind the octet that counts it     |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, NONE, STR, U8

CODES = {1: "Authenticate-Request", 2: "Authenticate-Ack", 3: "Authenticate-Nak"}
REQUEST = 1


class Pap(Header):
    """The header, 4 octets."""

    __hdr__ = (("code", "B", REQUEST), ("id", "B", 0), ("len", "H", 4))
    names = (
        F("code", "pap.code", "Code", CODES),
        F("id", "pap.identifier", "Identifier"),
        F("len", "pap.length", "Length"),
    )


DATA = Field("pap.data", "Data", NONE)
PEER_LENGTH = Field("pap.peer_id.length", "Peer-ID-Length", U8)
PEER = Field("pap.peer_id", "Peer-ID", STR)
PASSWORD_LENGTH = Field("pap.password.length", "Password-Length", U8)
PASSWORD = Field("pap.password", "Password", STR)
MESSAGE_LENGTH = Field("pap.message.length", "Message-Length", U8)
MESSAGE = Field("pap.message", "Message", STR)
STUFF = Field("pap.stuff", "stuff", BYTES)


@dissector("pap", "PPP Password Authentication Protocol", "PPP PAP", ppp_proto=0xC023)
def pap(c: Cursor) -> Result:
    """Who one is, in the clear."""
    header = c.header(Pap)
    c.info("%s", CODES.get(header.code, "Unknown"))
    c.need(1)
    with c.item(DATA, c.left):
        if header.code == REQUEST:
            peer = c.add(PEER, c.add(PEER_LENGTH))
            password = c.add(PASSWORD, c.add(PASSWORD_LENGTH))
            c.info_add(" (Peer-ID='%s', Password='%s')", peer, password)
        elif header.code in CODES:
            c.info_add(" (Message='%s')", c.add(MESSAGE, c.add(MESSAGE_LENGTH)))
        else:
            c.rest(STUFF)
        c.skip(c.captured)
    return None

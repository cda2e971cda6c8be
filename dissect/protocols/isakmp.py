"""Internet Key Exchange, version 2 (RFC 7296, section 3) and 1 (RFC 2408, section 3): the header
and the heads of the payloads.

    0               8       12      16              24              32
    +---------------------------------------------------------------+
    |                    Initiator's SPI, 8 octets                  |
    |                    Responder's SPI, 8 octets                  |
    +---------------+-------+-------+---------------+---------------+
    | Next Payload  | MjVer | MnVer | Exchange Type |     Flags     |
    +---------------+-------+-------+---------------+---------------+
    |                          Message ID                           |
    |                            Length                             |
    +---------------+-+-------------+-------------------------------+
    | Next Payload  |C|  Reserved   |        Payload Length         |
    +---------------+-+-------------+-------------------------------+
    |  The payload; then the next one's head                        |
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, NONE, U8, U16, X8, X32
from dissect.protocols.codes.isakmp import EXCHANGES, payload_name

NOTHING, ENCRYPTED, ENCRYPTED_FRAGMENT = 0, 46, 53
ENCRYPTION_BIT = 0x01


class Isakmp(Header):
    """The header, 28 octets; its flags depend on the version."""

    __hdr__ = (
        ("ispi", "8s", bytes(8)), ("rspi", "8s", bytes(8)), ("nxt", "B", NOTHING),
        ("version", "B", 0x20), ("exchange", "B", 34), ("flags", "B", 0x08), ("id", "I", 0),
        ("len", "I", 28),
    )  # fmt: skip
    names = (
        F("ispi", "isakmp.ispi", "Initiator SPI", BYTES),
        F("rspi", "isakmp.rspi", "Responder SPI", BYTES),
        F("nxt", "isakmp.nextpayload", "Next payload", payload_name),
        F("version", "isakmp.version", "Version", X8, bits=(
            F("version", "isakmp.mjver", "MjVer", X8, within=(0, 4)),
            F("version", "isakmp.mnver", "MnVer", X8, within=(4, 4)),
        )),
        F("exchange", "isakmp.exchangetype", "Exchange type", EXCHANGES),
        F("flags", "isakmp.flags", "Flags", X8),
        F("id", "isakmp.messageid", "Message ID", X32),
        F("len", "isakmp.length", "Length"),
    )  # fmt: skip


FLAGS = {
    1: (
        Field("isakmp.flag_e", "Encryption", BOOL, ("Not encrypted", "Encrypted"), mask=0x01),
        Field("isakmp.flag_c", "Commit", BOOL, ("No commit", "Commit"), mask=0x02),
        Field("isakmp.flag_a", "Authentication", BOOL, ("No authentication", "Authentication"),
              mask=0x04),
    ),
    2: (
        Field("isakmp.flag_i", "Initiator", BOOL, ("Responder", "Initiator"), mask=0x08),
        Field("isakmp.flag_v", "Version", BOOL, ("No higher version", "A higher version enabled"),
              mask=0x10),
        Field("isakmp.flag_r", "Response", BOOL, ("Request", "Response"), mask=0x20),
    ),
}  # fmt: skip
PAYLOAD = Field("isakmp.typepayload", "Payload", U8, payload_name)
NEXT = Field("isakmp.nextpayload", "Next payload", U8, payload_name)
CRITICAL = Field("isakmp.criticalpayload", "Critical Bit", BOOL,
                 ("Not critical", "Critical"), mask=0x80)  # fmt: skip
RESERVED_7 = Field("isakmp.reserved7", "Reserved", X8, mask=0x7F)
RESERVED = Field("isakmp.reserved", "Reserved", BYTES)
LENGTH = Field("isakmp.payloadlength", "Payload length", U16)
ENCRYPTED_DATA = Field("isakmp.enc.data", "Encrypted Data", NONE)

HEAD = 4
MAX_PAYLOADS = 500


@dissector(
    "isakmp", "Internet Security Association and Key Management Protocol", "ISAKMP",
    partial=True, udp_port=500,
)  # fmt: skip
def isakmp(c: Cursor) -> Result:
    """Read the header and go along the chain of payloads."""
    header = c.header(Isakmp)
    major = header.version >> 4
    c.info("%s", EXCHANGES.get(header.exchange, f"Unknown {header.exchange}"))
    if major >= 2:
        who = "Initiator" if header.flags & 0x08 else "Responder"
        what = "Response" if header.flags & 0x20 else "Request"
        c.info_add(" MID=%02u %s %s", header.id, who, what)
    _flags(c, header, major)
    c.bound(c.start + header.len, "isakmp.length")
    if major == 1 and header.flags & ENCRYPTION_BIT:
        if c.more:
            c.add(ENCRYPTED_DATA, c.left)
        return None
    kind = header.nxt
    for _ in range(MAX_PAYLOADS):
        if kind == NOTHING or not c.more:
            break
        kind = _payload(c, kind, major)
    return None


def _flags(c: Cursor, header: Any, major: int) -> None:
    """Put the flags of the version below the octet that they are in."""
    node = c.node("isakmp.flags")
    for field in FLAGS.get(major, FLAGS[2]):
        if c.at is not None:
            part = type(node)(field, node.offset, 1, bool(header.flags & field.mask))
            node.add(part)


def _payload(c: Cursor, kind: int, major: int) -> int:
    """One payload; the type of the next one, 0 where none can be read."""
    c.need(HEAD)
    size = int.from_bytes(c.peek(2, 2), "big")
    with c.item(PAYLOAD, max(size, HEAD), kind, because=LENGTH.name):
        following: int = c.add(NEXT)
        if major >= 2:
            c.peek_add(CRITICAL)
            c.add(RESERVED_7)
        else:
            c.add(RESERVED, 1)
        c.add(LENGTH)
        if kind in (ENCRYPTED, ENCRYPTED_FRAGMENT):
            following = NOTHING  # the type is that of the first one within
        c.skip(max(c.captured, 0))
    return following

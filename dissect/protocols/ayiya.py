"""AYIYA, Anything In Anything: IPv6 in UDP with an identity and a signature
(draft-massar-v6ops-ayiya, section 3).

    0       4       8       12      16      20      24              32
    +-------+-------+-------+-------+-------+-------+---------------+
    | IDLen | IDType| SigLen|HshMeth|AutMeth|OpCode |  Next Header  |
    +-------+-------+-------+-------+-------+-------+---------------+
    |                           Epoch Time                          |
    +---------------------------------------------------------------+
    |  Identity (2 to the power of IDLen), signature (4 times SigLen)
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector, lookup
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, TIME, X8
from dissect.protocols.codes.ip_protocols import IP_PROTO

ID_TYPES = {0: "None", 1: "Integer", 2: "ASCII string"}
HASHES = {0: "No hash", 1: "MD5", 2: "SHA1"}
AUTHENTICATIONS = {
    0: "No authentication",
    1: "Hash using a Shared Secret",
    2: "Hash using a public/private key method",
}
OPCODES = {
    0: "No Operation / Heartbeat",
    1: "Forward",
    2: "Echo Request",
    3: "Echo Request and Forward",
    4: "Echo Response",
    5: "MOTD",
    6: "Query Request",
    7: "Query Response",
}
FORWARD, ECHO_AND_FORWARD = 1, 3


class Ayiya(Header):
    """The fixed header, 8 octets."""

    __hdr__ = (
        ("_id", "B", 0x41), ("_signature", "B", 0x52), ("_operation", "B", 0x11),
        ("nxt", "B", 41), ("epoch", "I", 0),
    )  # fmt: skip
    __bit_fields__ = {
        "_id": (("idlen", 4), ("idtype", 4)),
        "_signature": (("siglen", 4), ("hash", 4)),
        "_operation": (("auth", 4), ("opcode", 4)),
    }
    names = (
        F("idlen", "ayiya.idlen", "Identity field length", X8),
        F("idtype", "ayiya.idtype", "Identity field type", X8, ID_TYPES),
        F("siglen", "ayiya.siglen", "Signature Length", X8),
        F("hash", "ayiya.hashmethod", "Hash method", X8, HASHES),
        F("auth", "ayiya.authmethod", "Authentication method", X8, AUTHENTICATIONS),
        F("opcode", "ayiya.opcode", "Operation Code", X8, OPCODES),
        F("nxt", "ayiya.nextheader", "Next Header", X8, IP_PROTO),
        F("epoch", "ayiya.epoch", "Epoch", replace(TIME, size=4),
          convert=lambda seconds: seconds * 1_000_000_000),
    )  # fmt: skip


IDENTITY = Field("ayiya.identity", "Identity", BYTES)
MESSAGE = Field("sixscope.ayiya.message", "Message", BYTES)
SIGNATURE = Field("ayiya.signature", "Signature", BYTES)


@dissector("ayiya", "AYIYA", "AYIYA", udp_port=5072)
def ayiya(c: Cursor) -> Result:
    """Read the header, identity and signature; go on by Next Header where something is carried."""
    header = c.header(Ayiya)
    c.add(IDENTITY, 1 << header.idlen)
    c.add(SIGNATURE, 4 * header.siglen)
    forwards = header.opcode in (FORWARD, ECHO_AND_FORWARD)
    if forwards and lookup("ip_proto", header.nxt) is not None:
        return Next("ip_proto", header.nxt)
    c.rest(MESSAGE)
    return None

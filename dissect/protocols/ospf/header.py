"""The headers of OSPF packets (RFC 2328, appendix A.3.1; RFC 5340, appendix A.3.1).

0               8               16                             32
+---------------+---------------+-------------------------------+
|  Version: 2/3 |     Type      |         Packet Length         |
+---------------+---------------+-------------------------------+
|                           Router ID                           |
|                            Area ID                            |
+-------------------------------+-------------------------------+
|           Checksum            |            AuType             |  version 2
+-------------------------------+-------------------------------+
|                   Authentication, 8 octets                    |
+-------------------------------+---------------+---------------+
|           Checksum            |  Instance ID  |       0       |  version 3
+-------------------------------+---------------+---------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.checksum import checksum, pseudo_header_sum, verifiable
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, STR, U16, X16
from dissect.protocols.ospf.codes import AUTHENTICATIONS, INSTANCES, PACKETS
from dissect.protocols.ospf.common import Speaker, reserved, should_be_zero

OSPF_PROTO = 89
HEADER_SIZE = {2: 24, 3: 16}
COMMON_SIZE = 14
IPV4_INSTANCES = range(64, 128)
"""Instances whose prefixes are IPv4's (RFC 5838, section 2.1)."""


class Head(Header):
    """What both versions begin with, 14 octets."""

    __hdr__ = (
        ("version", "B", 3), ("kind", "B", 1), ("length", "H", 0), ("router", "4s", bytes(4)),
        ("area", "4s", bytes(4)), ("sum", "H", 0),
    )  # fmt: skip
    names = (
        F("version", "ospf.version", "Version"),
        F("kind", "ospf.msg", "Message Type", PACKETS),
        F("length", "ospf.packet_length", "Packet Length"),
        F("router", "ospf.srcrouter", "Source OSPF Router"),
        F("area", "ospf.area_id", "Area ID"),
        F("sum", "ospf.checksum", "Checksum", X16),
    )


class Instance(Header):
    """The end of version 3's header, 2 octets."""

    __hdr__ = (("instance", "B", 0), ("reserved", "1s", b"\0"))
    names = (F("instance", "ospf.instance_id", "Instance ID", INSTANCES), reserved("reserved"))


class Cryptographic(Header):
    """How the digest behind the packet is made (RFC 2328, appendix D.3)."""

    __hdr__ = (("zero", "H", 0), ("key", "B", 0), ("size", "B", 16), ("sequence", "I", 0))
    names = (
        F("key", "ospf.auth.crypt.key_id", "Auth Crypt Key id"),
        F("size", "ospf.auth.crypt.data_length", "Auth Crypt Data Length"),
        F("sequence", "ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number"),
    )


HEADER = Field("ospf.header", "OSPF Header")
KINDS = {
    1: Field("ospf.msg.hello", "Hello", BOOL, hidden=True),
    2: Field("ospf.msg.dbdesc", "Database Description", BOOL, hidden=True),
    3: Field("ospf.msg.lsreq", "Link State Adv Request", BOOL, hidden=True),
    4: Field("ospf.msg.lsupdate", "Link State Adv Update", BOOL, hidden=True),
    5: Field("ospf.msg.lsack", "Link State Adv Acknowledgement", BOOL, hidden=True),
}
AUTHENTICATION = Field("ospf.auth.type", "Auth Type", U16, AUTHENTICATIONS)
NO_DATA = Field("ospf.auth.none", "Auth Data (none)", BYTES)
PASSWORD = Field("ospf.auth.simple", "Auth Data (Simple)", STR)
DIGEST = Field("ospf.auth.crypt.data", "Auth Crypt Data", BYTES)
UNKNOWN_DATA = Field("ospf.auth.unknown", "Auth Unknown", BYTES)

BAD_CHECKSUM = Note(
    "sixscope.ospf.checksum", Severity.ERROR, Group.CHECKSUM, "Bad checksum",
    "RFC 5340, appendix A.3.1",
)  # fmt: skip

NULL, SIMPLE, CRYPTOGRAPHIC = 0, 1, 2
AUTHENTICATION_SIZE = 8
BACKBONE = bytes(4)


def read_header(c: Cursor, version: int) -> tuple[Any, Speaker, int]:
    """Read the header; hands back its first part, who speaks, and the size of a digest behind."""
    start, digest, instance = c.pos, 0, 0
    with c.item(HEADER, HEADER_SIZE.get(version, COMMON_SIZE)):
        head = c.header(Head)
        if head.area == BACKBONE:
            c.node("ospf.area_id").suffix = " (Backbone)"
        if head.kind in KINDS:
            c.put(KINDS[head.kind], head.kind, start + 1, 1)
        if version in HEADER_SIZE:
            _verify(c, head, start)
        if version == 2:
            digest = _authentication(c)
        elif version == 3:
            told = c.header(Instance)
            should_be_zero(c, told.reserved)
            instance = told.instance
    end = start + head.length
    if digest and end + digest <= c.stop:
        c.put(DIGEST, c.data[end : end + digest], end, digest)
    speaker = Speaker(version, version == 2 or instance in IPV4_INSTANCES)
    return head, speaker, digest


def _authentication(c: Cursor) -> int:
    """Version 2's; hands back the size of the digest behind the packet."""
    kind = c.add(AUTHENTICATION)
    if kind == CRYPTOGRAPHIC:
        return int(c.header(Cryptographic).size)
    if kind == SIMPLE:
        c.need(AUTHENTICATION_SIZE)
        text = c.peek(AUTHENTICATION_SIZE).split(b"\0")[0].decode("ascii", "replace")
        c.put(PASSWORD, text, None, AUTHENTICATION_SIZE)
        c.skip(AUTHENTICATION_SIZE)
    else:
        c.add(UNKNOWN_DATA if kind != NULL else NO_DATA, AUTHENTICATION_SIZE)
    return 0


def _verify(c: Cursor, head: Any, start: int) -> None:
    """Version 2 sums all but its authentication, version 3 has a pseudo-header in it.

    A checksum of zero stands for none: another authentication takes its place (RFC 2328, appendix
    D.4.3; RFC 7166, section 4.2).
    """
    node = c.node("ospf.checksum")
    if not head.sum:
        node.suffix = " (None)"
        return
    if head.length < HEADER_SIZE[head.version] or not verifiable(c, head.length):
        return
    octets = c.data[start : start + head.length]
    if head.version == 2:
        rest = checksum(octets[:16] + octets[24:])
    else:
        rest = checksum(octets, pseudo_header_sum(c, OSPF_PROTO, head.length))
    node.suffix = " [correct]"
    if rest:
        right = head.sum + rest
        right = (right & 0xFFFF) + (right >> 16)
        node.suffix = f" [incorrect, should be 0x{right:04x}]"
        c.note(BAD_CHECKSUM, "ospf.checksum", f"Bad checksum [should be 0x{right:04x}]")

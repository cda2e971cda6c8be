"""Control messages of RPL, the routing protocol for low-power networks (RFC 6550, section 6).

The head's code is the message.  Codes from 0x80 on are the secure variants: a Security section
(section 6.1) stands before the same message.

    DIS             Flags, Reserved
    DIO             Instance, Version, Rank (2), G0MOP Prf, DTSN, Flags, Reserved, DODAGID
    DAO             Instance, Flags, Reserved, Sequence, [DODAGID]
    DAO-ACK         Instance, Flags, Sequence, Status, [DODAGID]
    CC              Instance, Flags, Nonce (2), DODAGID, Destination Counter (4)
    P2P-DRO (-ACK)  Instance, Version, Flags (2), DODAGID (RFC 6997, sections 8 and 10)

Options follow (``rpl_options``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, U8, U16, X8, X16
from dissect.protocols.icmpv6.messages import bits, flag, message, name_flags, reserved
from dissect.protocols.icmpv6.rpl_options import options

SECURE = 0x80
DIS, DIO, DAO, DAO_ACK, DRO, DRO_ACK, CC = 0, 1, 2, 3, 4, 5, 0x8A
CODES = {
    DIS: "DODAG Information Solicitation",
    DIO: "DODAG Information Object",
    DAO: "Destination Advertisement Object",
    DAO_ACK: "Destination Advertisement Object Acknowledgment",
    DRO: "P2P Discovery Reply Object",
    DRO_ACK: "P2P Discovery Reply Object Acknowledgement",
    SECURE | DIS: "Secure DODAG Information Solicitation",
    SECURE | DIO: "Secure DODAG Information Object",
    SECURE | DAO: "Secure Destination Advertisement Object",
    SECURE | DAO_ACK: "Secure Destination Advertisement Object Acknowledgment",
    SECURE | DRO: "P2P Secure Discovery Reply Object",
    SECURE | DRO_ACK: "P2P Secure Discovery Reply Object Acknowledgement",
    CC: "Consistency Check",
}
MODES = {
    0: "No Downward routes maintained by RPL",
    1: "Non-Storing Mode of Operation",
    2: "Storing Mode of Operation with no multicast support",
    3: "Storing Mode of Operation with multicast support",
    4: "P2P Route Discovery Mode of Operation",
}


class Security(Header):
    """What a secure message begins with, 8 octets; the key's identifier follows."""

    __hdr__ = (
        ("time", "B", 0), ("algorithm", "B", 0), ("_mode", "B", 0), ("flags", "B", 0),
        ("counter", "I", 0),
    )  # fmt: skip
    __bit_fields__ = {"_mode": (("kim", 2), ("_resvd", 3), ("level", 3))}
    names = (
        F(
            "time", "icmpv6.rpl.secure.flag", "Flags", X8,
            bits=(
                flag("time", 0, "icmpv6.rpl.secure.flag.t", "Counter is Time (T)", None),
                bits("time", 1, 7, "icmpv6.rpl.secure.flag.rsv", "Reserved", U8),
            ),
        ),
        F("algorithm", "icmpv6.rpl.secure.algorithm", "Algorithm",
          {0: "Encryption: CCM with AES-128 / Signature: RSA with SHA-256"}),
        F(
            "mode_word", "icmpv6.rpl.secure.flag", "Flags", X8,
            bits=(
                F("kim", "icmpv6.rpl.secure.kim", "Key Identifier Mode (KIM)", U8),
                F("level", "icmpv6.rpl.secure.lvl", "Security Level (LVL)", U8),
                F("resvd", "icmpv6.rpl.secure.rsv", "Reserved", U8),
            ),
        ),
        F("flags", "icmpv6.rpl.secure.flag", "Flags", X8),
        F("counter", "icmpv6.rpl.secure.counter", "Counter"),
    )  # fmt: skip


class Solicitation(Header):
    """DIS behind the head, 2 octets."""

    __hdr__ = (("flags", "B", 0), ("reserved", "1s", bytes(1)))
    names = (F("flags", "icmpv6.rpl.dis.flags", "Flags"), reserved("reserved"))


class Information(Header):
    """DIO behind the head, 24 octets."""

    __hdr__ = (
        ("instance", "B", 0), ("version", "B", 0), ("rank", "H", 256), ("mode", "B", 0),
        ("dtsn", "B", 0), ("flags", "B", 0), ("reserved", "1s", bytes(1)),
        ("dodag", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("instance", "icmpv6.rpl.dio.instance", "RPLInstanceID"),
        F("version", "icmpv6.rpl.dio.version", "Version"),
        F("rank", "icmpv6.rpl.dio.rank", "Rank"),
        F(
            "mode", "icmpv6.rpl.dio.flag", "Flags", X8,
            bits=(
                flag("mode", 0, "icmpv6.rpl.dio.flag.g", "Grounded (G)", None),
                flag("mode", 1, "icmpv6.rpl.dio.flag.0", "Zero", None),
                bits("mode", 2, 3, "icmpv6.rpl.dio.flag.mop", "Mode of Operation (MOP)", X8,
                     MODES),
                bits("mode", 5, 3, "icmpv6.rpl.dio.flag.preference", "DODAG Preference", U8),
            ),
        ),
        F("dtsn", "icmpv6.rpl.dio.dtsn",
          "Destination Advertisement Trigger Sequence Number (DTSN)"),
        F("flags", "icmpv6.rpl.dio.flag", "Flags", X8),
        reserved("reserved"),
        F("dodag", "icmpv6.rpl.dio.dagid", "DODAGID"),
    )  # fmt: skip


class Advertisement(Header):
    """DAO behind the head, 4 octets."""

    __hdr__ = (
        ("instance", "B", 0), ("flags", "B", 0), ("reserved", "1s", bytes(1)),
        ("sequence", "B", 0),
    )  # fmt: skip
    names = (
        F("instance", "icmpv6.rpl.dao.instance", "RPLInstanceID"),
        F(
            "flags", "icmpv6.rpl.dao.flag", "Flags", X8,
            bits=(
                flag("flags", 0, "icmpv6.rpl.dao.flag.k", "DAO-ACK Request (K)", None),
                flag("flags", 1, "icmpv6.rpl.dao.flag.d", "DODAGID Present (D)", None),
                bits("flags", 2, 6, "icmpv6.rpl.dao.flag.rsv", "Reserved", U8),
            ),
        ),
        reserved("reserved"),
        F("sequence", "icmpv6.rpl.dao.sequence", "DAO Sequence"),
    )  # fmt: skip


class Acknowledgment(Header):
    """DAO-ACK behind the head, 4 octets."""

    __hdr__ = (("instance", "B", 0), ("flags", "B", 0), ("sequence", "B", 0), ("status", "B", 0))
    names = (
        F("instance", "icmpv6.rpl.daoack.instance", "RPLInstanceID"),
        F(
            "flags", "icmpv6.rpl.daoack.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.rpl.daoack.flag.d", "DODAGID Present (D)", None),
                bits("flags", 1, 7, "icmpv6.rpl.daoack.flag.rsv", "Reserved", U8),
            ),
        ),
        F("sequence", "icmpv6.rpl.daoack.sequence", "DAO-ACK Sequence"),
        F("status", "icmpv6.rpl.daoack.status", "Status"),
    )  # fmt: skip


class ConsistencyCheck(Header):
    """CC behind the Security section, 24 octets."""

    __hdr__ = (
        ("instance", "B", 0), ("flags", "B", 0), ("nonce", "H", 0), ("dodag", "16s", bytes(16)),
        ("counter", "I", 0),
    )  # fmt: skip
    names = (
        F("instance", "icmpv6.rpl.cc.instance", "RPLInstanceID"),
        F(
            "flags", "icmpv6.rpl.cc.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.rpl.cc.flag.r", "Response (R)", None),
                bits("flags", 1, 7, "icmpv6.rpl.cc.flag.rsv", "Reserved", U8),
            ),
        ),
        F("nonce", "icmpv6.rpl.cc.nonce", "CC Nonce", X16),
        F("dodag", "icmpv6.rpl.cc.dodagid", "DODAGID"),
        F("counter", "icmpv6.rpl.cc.destination_counter", "Destination Counter"),
    )  # fmt: skip


class Discovery(Header):
    """What P2P-DRO and its acknowledgement begin with, 2 octets."""

    __hdr__ = (("instance", "B", 0), ("version", "B", 0))
    names = (
        F("instance", "icmpv6.rpl.p2p.dro.instance", "RPLInstanceID"),
        F("version", "icmpv6.rpl.p2p.dro.version", "Version"),
    )


class DiscoveryReply(Header):
    """P2P-DRO behind that, 18 octets."""

    __hdr__ = (("flags", "H", 0), ("dodag", "16s", bytes(16)))
    names = (
        F(
            "flags", "icmpv6.rpl.p2p.dro.flag", "Flags", X16,
            bits=(
                flag("flags", 0, "icmpv6.rpl.p2p.dro.flag.stop", "Stop", ("No", "Yes")),
                flag("flags", 1, "icmpv6.rpl.p2p.dro.flag.ack", "Ack", ("No", "Yes")),
                bits("flags", 2, 2, "icmpv6.rpl.p2p.dro.flag.seq", "Seq", U16),
                bits("flags", 4, 12, "icmpv6.rpl.p2p.dro.flag.reserved", "Reserved", U16),
            ),
        ),
        F("dodag", "icmpv6.rpl.p2p.dro.dagid", "DODAGID"),
    )  # fmt: skip


class DiscoveryReplyAck(Header):
    """P2P-DRO-ACK behind that, 18 octets."""

    __hdr__ = DiscoveryReply.__hdr__
    names = (
        F(
            "flags", "icmpv6.rpl.p2p.droack.flag", "Flags", X16,
            bits=(
                bits("flags", 0, 2, "icmpv6.rpl.p2p.droack.flag.seq", "Seq", U16),
                bits("flags", 2, 14, "icmpv6.rpl.p2p.droack.flag.reserved", "Reserved", U16),
            ),
        ),
        F("dodag", "icmpv6.rpl.p2p.dro.dagid", "DODAGID"),
    )  # fmt: skip


KEY_SOURCE = Field("icmpv6.rpl.secure.key.source", "Key Source", BYTES)
KEY_INDEX = Field("icmpv6.rpl.secure.key.index", "Key Index", U8)
DAO_DODAG = Field("icmpv6.rpl.dao.dodagid", "DODAGID", IPV6)
ACK_DODAG = Field("icmpv6.rpl.daoack.dodagid", "DODAGID", IPV6)

NOT_ZERO = Note(
    "icmpv6.rpl.p2p.dro.zero", Severity.WARNING, Group.PROTOCOL,
    "This field MUST be set to zero", "RFC 6997, section 8",
)  # fmt: skip


@message(155, "RPL Control", CODES)
def rpl_control(c: Cursor, head: Any) -> Result:
    """The Security section of a secure variant, then the message."""
    code = head.code
    if code & SECURE:
        _security(c)
    reader = READERS.get(code if code == CC else code & ~SECURE)
    if reader is not None:
        reader(c)
    return None


def _security(c: Cursor) -> None:
    section = c.header(Security)
    if c.at is not None:
        for node in c.at.children or ():
            if node.field.name == "icmpv6.rpl.secure.flag" and node.children and node.value & 0x80:
                first = node.children[0]
                if first.field.name == "icmpv6.rpl.secure.flag.t":
                    node.suffix = ", Counter is Time (T)"
    mode, encrypted = section.kim, section.level & 1
    if mode == 2 or (mode == 3 and encrypted):
        c.add(KEY_SOURCE, 8)
    if mode in (0, 2) or (mode == 3 and encrypted):
        c.add(KEY_INDEX)


def _solicitation(c: Cursor) -> None:
    c.header(Solicitation)
    options(c, DIS)


def _information(c: Cursor) -> None:
    told = c.header(Information)
    if c.at is not None:
        first = next(n for n in c.at.children or () if n.field.name == "icmpv6.rpl.dio.flag")
        _name_mode(first, told.mode)
    options(c, DIO, told.dodag)


def _name_mode(node: Any, mode: int) -> None:
    words = ", Grounded (G)" if mode & 0x80 else ""
    words += ", Zero" if mode & 0x40 else ""
    name = MODES.get(mode >> 3 & 7, "Unknown")
    node.suffix = f"{words}, Mode of Operation (MOP): {name}"


def _advertisement(c: Cursor) -> None:
    told = c.header(Advertisement)
    name_flags(c, "icmpv6.rpl.dao.flag")
    dodag = c.add(DAO_DODAG) if told.flags & 0x40 else b""
    options(c, DAO, dodag)


def _acknowledgment(c: Cursor) -> None:
    told = c.header(Acknowledgment)
    name_flags(c, "icmpv6.rpl.daoack.flag")
    dodag = c.add(ACK_DODAG) if told.flags & 0x80 else b""
    options(c, DAO_ACK, dodag)


def _consistency_check(c: Cursor) -> None:
    told = c.header(ConsistencyCheck)
    name_flags(c, "icmpv6.rpl.cc.flag")
    options(c, CC, told.dodag)


def _discovery_reply(c: Cursor) -> None:
    _discovery(c)
    told = c.header(DiscoveryReply)
    name_flags(c, "icmpv6.rpl.p2p.dro.flag")
    options(c, DRO, told.dodag)


def _discovery_reply_ack(c: Cursor) -> None:
    _discovery(c)
    c.header(DiscoveryReplyAck)


def _discovery(c: Cursor) -> None:
    if c.header(Discovery).version:
        c.note(NOT_ZERO, "icmpv6.rpl.p2p.dro.version")


READERS: dict[int, Callable[[Cursor], None]] = {
    DIS: _solicitation,
    DIO: _information,
    DAO: _advertisement,
    DAO_ACK: _acknowledgment,
    DRO: _discovery_reply,
    DRO_ACK: _discovery_reply_ack,
    CC: _consistency_check,
}

"""Protocol Independent Multicast, version 2: the header, and what Register messages carry
(RFC 7761, sections 4.9 and 4.9.3).

    0       4       8               16                             32
    +-------+-------+---------------+-------------------------------+
    |   2   | Type  |   Reserved    |           Checksum            |
    +-------+-------+---------------+-------------------------------+
    |B|N|                       Reserved                            |  Register
    +---------------------------------------------------------------+
    |  IP packet

Of other messages only the header is read.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.checksum import STATUS, Status, checksum, pseudo_header_sum, verifiable
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, X16, X32

PIM_PROTO = 103
REGISTER = 1
REGISTER_OCTETS = 8
"""What a Register's checksum covers: not the packet that it carries."""
TYPES = {
    0: "Hello", REGISTER: "Register", 2: "Register-stop", 3: "Join/Prune", 4: "Bootstrap",
    5: "Assert", 6: "Graft", 7: "Graft-Ack", 8: "Candidate-RP-Advertisement", 9: "State-Refresh",
    10: "DF election", 11: "ECMP redirect", 12: "PFM source discovery",
}  # fmt: skip
ETHERTYPE_OF = {4: 0x0800, 6: 0x86DD}


class Pim(Header):
    """The header, 4 octets."""

    __hdr__ = (("_kind", "B", 0x20), ("reserved", "1s", b"\0"), ("sum", "H", 0))
    __bit_fields__ = {"_kind": (("version", 4), ("type", 4))}
    names = (
        F("version", "pim.version", "Version", U8),
        F("type", "pim.type", "Type", U8, TYPES),
        F("reserved", "pim.res_bytes", "Reserved byte(s)", BYTES),
        F("sum", "pim.cksum", "Checksum", X16),
    )


CHECKSUM_STATUS = Field("pim.cksum.status", "Checksum Status", U8, STATUS, generated=True)
OPTIONS = Field("pim.option", "PIM Options")
YES = ("No", "Yes")
FLAGS = Field("pim.register_flag", "Flags", X32, bits=(
    Field("pim.register_flag.border", "Border", BOOL, YES, mask=0x80000000),
    Field("pim.register_flag.null_register", "Null-Register", BOOL, YES, mask=0x40000000),
))  # fmt: skip
VERSIONS = {0: "Dummy Header", 4: "IPv4", 6: "IPv6"}
IP_VERSION = Field("pim.ip_version", "IP Version", U8, VERSIONS, mask=0xF0)
BODY = Field("sixscope.pim.message", "Message", BYTES)

BAD_CHECKSUM = Note(
    "pim.bad_checksum", Severity.ERROR, Group.CHECKSUM, "Bad checksum", "RFC 7761, section 4.9"
)


@dissector("pim", "Protocol Independent Multicast", "PIMv2", partial=True, ip_proto=PIM_PROTO)
def pim(c: Cursor) -> Result:
    """Read the header; go on with the packet inside a Register."""
    c.info("")
    header = c.header(Pim)
    c.protocol(f"PIMv{header.version}")
    if header.version != 2:
        c.rest(BODY)
        return None
    c.info("%s", TYPES.get(header.type, f"Type {header.type}"))
    register = header.type == REGISTER
    _checksum(c, header, REGISTER_OCTETS if register else c.end - c.layer.offset)
    if not register:
        c.rest(BODY)
        return None
    with c.item(OPTIONS) as options:
        c.add(FLAGS)
        version = c.peek_add(IP_VERSION) if c.more else 0
    options.length = c.stop - options.offset
    if not c.more:
        return None
    kind = ETHERTYPE_OF.get(version)
    return Next(name="data") if kind is None else Next("ethertype", kind, listed=False)


def _checksum(c: Cursor, header: Any, size: int) -> None:
    """Verify the checksum; in IPv6 it covers a pseudo-header, too (RFC 7761, section 4.9)."""
    start = c.layer.offset
    status, words = Status.UNVERIFIED, "[unverified]"
    if verifiable(c, size):
        pseudo = pseudo_header_sum(c, PIM_PROTO, size) if c.facts.version == 6 else 0
        rest = checksum(c.data[start : start + size], pseudo)
        status, words = Status.GOOD, "[correct]"
        if rest:
            right = header.sum + rest
            right = (right & 0xFFFF) + (right >> 16)
            status, words = Status.BAD, f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "pim.cksum", f"Bad checksum [should be 0x{right:04x}]")
    c.node("pim.cksum").suffix = f" {words}"
    c.put(CHECKSUM_STATUS, int(status), start + 2)

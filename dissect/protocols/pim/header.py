"""The header of version 2's messages, and the checksum of both versions (RFC 7761, section 4.9).

0       4       8               16                             32
+-------+-------+---------------+-------------------------------+
|   2   | Type  | Reserved, or  |           Checksum            |
|       |       | subtype       |                               |
+-------+-------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status, checksum, pseudo_header_sum, verifiable
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, X16
from dissect.protocols.pim.codes import ELECTION, TYPES

PIM_PROTO = 103
ELECTION_TYPE, FLOODING_TYPE = 10, 12
_KIND = (
    F("version", "pim.version", "Version", U8),
    F("type", "pim.type", "Type", U8, TYPES),
)


class Pim(Header):
    """The header, 4 octets."""

    __hdr__ = (("_kind", "B", 0x20), ("reserved", "1s", b"\0"), ("sum", "H", 0))
    __bit_fields__ = {"_kind": (("version", 4), ("type", 4))}
    names = (
        *_KIND,
        F("reserved", "pim.res_bytes", "Reserved byte(s)", BYTES),
        F("sum", "pim.cksum", "Checksum", X16),
    )


class PimElection(Header):
    """The same, of an election (RFC 5015, section 3.7)."""

    __hdr__ = (("_kind", "B", 0x2A), ("_word", "B", 0x10), ("sum", "H", 0))
    __bit_fields__ = {
        "_kind": (("version", 4), ("type", 4)), "_word": (("subtype", 4), ("reserved", 4)),
    }  # fmt: skip
    names = (
        *_KIND,
        F("subtype", "pim.df_elect.subtype", "DF Subtype", U8, ELECTION),
        F("reserved", "pim.df_elect.rsvd", "DF reserved", U8),
        F("sum", "pim.cksum", "Checksum", X16),
    )


NO_FORWARD = Field("pim.pfmnoforwardbit", "Pfm no forward bit", BOOL, mask=0x80)
CHECKSUM_STATUS = Field("pim.cksum.status", "Checksum Status", U8, STATUS, generated=True)

BAD_CHECKSUM = Note(
    "pim.bad_checksum", Severity.ERROR, Group.CHECKSUM, "Bad checksum", "RFC 7761, section 4.9"
)


def verify(c: Cursor, found: int, size: int, *, version: int, pseudo: bool = True) -> None:
    """Verify the checksum ``found`` at octet 2, over the first ``size`` octets of the message.

    In IPv6 it covers a pseudo-header, too, unless ``pseudo`` is false.  Of other versions than 1
    and 2 nobody knows.
    """
    start = c.layer.offset
    status, words = Status.UNVERIFIED, "[unverified]"
    known = version == (2 if pseudo else 1)
    if known and verifiable(c, size) and start + size <= c.end:
        outer = pseudo_header_sum(c, PIM_PROTO, size) if pseudo and c.facts.version == 6 else 0
        rest = checksum(c.data[start : start + size], outer)
        status, words = Status.GOOD, "[correct]"
        if rest:
            right = found + rest
            right = (right & 0xFFFF) + (right >> 16)
            status, words = Status.BAD, f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "pim.cksum", f"Bad checksum [should be 0x{right:04x}]")
    c.node("pim.cksum").suffix = f" {words}"
    c.put(CHECKSUM_STATUS, int(status), start + 2)

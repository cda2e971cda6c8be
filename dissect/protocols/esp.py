"""IP Encapsulating Security Payload (RFC 4303, section 2).

0                                                              31
+---------------------------------------------------------------+
|              Security Parameters Index (SPI)                  |
|                   Sequence Number                             |
|     Encrypted payload, padding, next header, check value      |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.session import Session
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import FRAME, U32, XD32


class ESP(Header):
    """What is in the clear, 8 octets."""

    __hdr__ = (("spi", "I", 256), ("sequence", "I", 1))
    names = (
        F("spi", "esp.spi", "ESP SPI", XD32),
        F("sequence", "esp.sequence", "ESP Sequence"),
    )


INFO = "ESP (SPI=0x%08x)"

EXPECTED = Field("esp.sequence-analysis.expected-sn", "Expected SN", U32, generated=True)
PREVIOUS = Field("esp.sequence-analysis.previous-frame", "Previous Frame", FRAME, generated=True)
WRONG_SEQUENCE = Note(
    "esp.sequence-analysis.wrong-sequence-number", Severity.WARNING, Group.SEQUENCE,
    "Wrong Sequence Number", "RFC 4303, section 2.2",
)  # fmt: skip


@dissector("esp", "Encapsulating Security Payload", "ESP", ip_proto=50)
def encapsulating(c: Cursor) -> Result:
    """The clear part; without the keys nobody can tell what is in the rest."""
    header = c.header(ESP)
    c.info(INFO, header.spi)
    number = c.packet.number
    before = c.recall(
        lambda session: pass_by(session, header.spi, header.sequence, number), quoted=True
    )
    if before is not None:
        _compare(c, header, *before)
    c.pos = c.stop
    return None


def pass_by(session: Session, spi: int, sequence: int, number: int) -> tuple[int, int] | None:
    """Sequence number and frame of the packet before this one, of the same SPI."""
    table = session.table("esp")
    before: tuple[int, int] | None = table.get(spi)
    table.put(spi, (sequence, number))
    return before


def _compare(c: Cursor, header: Any, sequence: int, frame: int) -> None:
    expected = (sequence + 1) & 0xFFFFFFFF
    if header.sequence == expected:
        return
    node = c.put(EXPECTED, expected, c.layer.offset)
    what = "repeated" if header.sequence == sequence else f"where {expected} was expected"
    c.note(WRONG_SEQUENCE, node, f"{WRONG_SEQUENCE.text} for SPI {header.spi:08x} - "
           f"{header.sequence} {what}")  # fmt: skip
    c.put(PREVIOUS, frame, c.layer.offset)


if __name__ == "__main__":
    main_for("esp")

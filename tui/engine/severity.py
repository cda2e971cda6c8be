"""How bad a note is, in few words."""

from __future__ import annotations

from dissect.engine.notes import Note, Severity
from dissect.engine.packet import Packet

LEVELS = {
    Severity.COMMENT: 1, Severity.CHAT: 1, Severity.NOTE: 2, Severity.WARNING: 3,
    Severity.ERROR: 4,
}  # fmt: skip

WARNING = 3


def severity_of(note: Note) -> int:
    """0 nothing … 4 error."""
    return LEVELS[note.severity]


def worst(packet: Packet) -> int:
    """Of a packet's notes."""
    return max((severity_of(found.note) for found in packet.findings), default=0)

"""Media streams that were announced (RFC 8866, section 5.14), for RTP and RTCP to know."""

from __future__ import annotations

from dissect.engine.conversation import Announcement, announce, announced
from dissect.engine.cursor import Cursor
from dissect.engine.session import Session
from dissect.engine.tree import Field
from dissect.engine.values import STR

MULTIPLEXED = range(192, 224)
"""RTCP packet types on the port of the media (RFC 5761, section 4)."""

GENERATED_CALL_ID = Field("sip.call_id_generated", "Generated Call-ID", STR, generated=True)
METHOD, ON_REQUEST = "SDP", "DECODE AS"
"""Who announces streams: session descriptions, or the reader of the capture."""


class Media(Announcement):
    """Where RTP or RTCP goes, and what RTP has to remember of it.

    formats   names of payload types
    calls     identifiers of the calls that announced it
    sequence  the highest extended sequence number (RFC 3550, appendix A.1)
    secure    it is SRTP (RFC 3711)
    method    who announced it
    """

    __slots__ = ("formats", "calls", "sequence", "secure", "method")

    def __init__(
        self, protocol: str, frame: int, formats: dict[int, str], secure: bool,
        method: str = METHOD,
    ) -> None:  # fmt: skip
        super().__init__(protocol, frame)
        self.method = method
        self.formats = formats
        self.calls: list[str] = []
        self.sequence = 0x10000
        self.secure = secure

    def reader(self, start: bytes) -> str:
        """RTCP may come on RTP's port; its packet types tell it apart."""
        if self.protocol == "rtp" and len(start) > 1 and start[1] in MULTIPLEXED:
            return "rtcp"
        return self.protocol

    def extend(self, number: int) -> int:
        """The sequence number with the wraps counted, as near the one before as can be."""
        extended = self.sequence & ~0xFFFF | number
        if extended + 0x8000 < self.sequence:
            extended += 0x10000
        elif extended > self.sequence + 0x8000:
            extended -= 0x10000
        self.sequence = extended
        return extended


def expect(c: Cursor, session: Session, protocol: str) -> None:
    """Let a packet that was read on request announce the others of its stream."""
    facts = c.facts
    media = Media(protocol, c.packet.number, {}, False, ON_REQUEST)
    announce(session, facts.final or facts.destination, facts.ports[1], media)


def media_of(c: Cursor) -> Media | None:
    """The stream that a packet belongs to: what its receiver announced, else its sender."""
    session, facts = c.packet.session, c.facts
    if session is None:
        return None
    sport, dport = facts.ports
    destination = facts.final or facts.destination
    found = announced(session, (destination, dport), (facts.source, sport))
    return found if isinstance(found, Media) else None

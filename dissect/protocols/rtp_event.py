"""Telephone events in RTP (RFC 4733, section 2.3).

0               8               16                              32
+---------------+-+-+-----------+-------------------------------+
|     Event     |E|R|  Volume   |           Duration            |
+---------------+-+-+-----------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U8, U16
from dissect.protocols.codes.rtp import EVENTS

EVENT = Field("rtpevent.event_id", "Event ID", U8, EVENTS)
END = Field("rtpevent.end_of_event", "End of Event", BOOL, mask=0x80)
RESERVED = Field("rtpevent.reserved", "Reserved", BOOL, mask=0x40)
VOLUME = Field("rtpevent.volume", "Volume", U8, mask=0x3F)
DURATION = Field("rtpevent.duration", "Event Duration", U16)


@dissector(
    "rtpevent", "RFC 2833 RTP Event", "RTP EVENT",
    rtp_encoding="telephone-event", rtp_pt=(100, 101),
)  # fmt: skip
def telephone_event(c: Cursor) -> Result:
    """Read one event."""
    event = c.add(EVENT)
    c.info("Payload type=RTP Event, %s", EVENTS.get(event, f"Unknown ({event})"))
    end = c.peek_add(END)
    c.peek_add(RESERVED)
    c.add(VOLUME)
    c.add(DURATION)
    if end:
        c.info_add(" (end)")
    return None

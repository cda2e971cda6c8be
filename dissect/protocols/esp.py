"""IP Encapsulating Security Payload (RFC 4303, section 2).

    0                                                              31
    +---------------------------------------------------------------+
    |              Security Parameters Index (SPI)                  |
    |                   Sequence Number                             |
    |     Encrypted payload, padding, next header, check value      |
    +---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.values import XD32


class ESP(Header):
    """What is in the clear, 8 octets."""

    __hdr__ = (("spi", "I", 256), ("sequence", "I", 1))
    names = (
        F("spi", "esp.spi", "ESP SPI", XD32),
        F("sequence", "esp.sequence", "ESP Sequence"),
    )


@dissector("esp", "Encapsulating Security Payload", "ESP", ip_proto=50)
def encapsulating(c: Cursor) -> Result:
    """The clear part; without the keys nobody can tell what is in the rest."""
    header = c.header(ESP)
    c.info("ESP (SPI=0x%08x)", header.spi)
    c.pos = c.stop
    return None


if __name__ == "__main__":
    main_for("esp")

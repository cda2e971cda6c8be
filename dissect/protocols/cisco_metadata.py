"""Cisco MetaData: a tag with the security group of the sender (Cisco TrustSec).

    0               8               16                             32
    +---------------+---------------+-------------------------------+
    |    Version    |    Length     |            Options            |
    +---------------+---------------+-------------------------------+
    |      Security group tag       |           EtherType           |
    +-------------------------------+-------------------------------+

In GRE the EtherType stands in front.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, X16
from dissect.protocols.codes.ethertypes import ETHERTYPES

CISCO_METADATA = 0x8909
TAG = (("version", "B", 1), ("len", "B", 1), ("options", "H", 1), ("sgt", "H", 0))
TYPE = (("type", "H", 0x0800),)
TAG_NAMES = (
    F("version", "cmd.version", "Version"),
    F("len", "cmd.length", "Length"),
    F("options", "cmd.options", "Options", X16),
    F("sgt", "cmd.sgt", "SGT"),
)
TYPE_NAMES = (F("type", "cmd.type", "Type", X16, ETHERTYPES),)


class MetaData(Header):
    """The tag behind an EtherType, 8 octets."""

    __hdr__ = (*TAG, *TYPE)
    names = (*TAG_NAMES, *TYPE_NAMES)


class TunnelledMetaData(Header):
    """The tag behind a GRE header."""

    __hdr__ = (*TYPE, *TAG)
    names = (*TYPE_NAMES, *TAG_NAMES)


TRAILER = Field("cmd.trailer", "Trailer", BYTES)


@dissector("cmd", "Cisco MetaData", "CMD", ethertype=CISCO_METADATA, gre_proto=CISCO_METADATA)
def metadata(c: Cursor) -> Result:
    """Read the tag, go on by EtherType."""
    tunnelled = c.packet.layers[-2].name == "gre"
    header = c.header(TunnelledMetaData if tunnelled else MetaData)
    return Next("ethertype", header.type, listed=not tunnelled, after=_trailer)


def _trailer(c: Cursor) -> None:
    c.rest(TRAILER)

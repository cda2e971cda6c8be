"""IPv6 Hop-by-Hop Options header (RFC 8200, section 4.3).

0               1               2
+---------------+---------------+------------------------------+
|  Next Header  |  Hdr Ext Len  |  Options, filling up 8 octets |
+---------------+---------------+------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.values import U16
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import announce, follow
from dissect.protocols.ipv6_options import read_options


class HopByHop(Header):
    """The two octets before the options."""

    __hdr__ = (("nxt", "B", 59), ("len", "B", 0))  # len: units of 8 octets past the first
    names = (
        F("nxt", "ipv6.hopopts.nxt", "Next Header", IP_PROTO),
        F("len", "ipv6.hopopts.len", "Length"),
        F("len", "ipv6.hopopts.len_oct", "Length", U16, convert=lambda units: 8 * units + 8,
          unit=" bytes", generated=True),
    )  # fmt: skip


NOT_FIRST = Note(
    "ipv6.hopopts.not_first", Severity.ERROR, Group.PROTOCOL,
    "IPv6 Hop-by-Hop extension header must appear immediately after IPv6 header",
    "RFC 8200, section 4.1",
)  # fmt: skip


@dissector("ipv6.hopopts", "IPv6 Hop-by-Hop Option", "IPv6 Hop-by-Hop", nested=True, ip_proto=0)
def hop_by_hop(c: Cursor) -> Result:
    """The options that every router on the path may look at."""
    announce(c, "IPv6 hop-by-hop options")
    before = c.packet.layers[-2:-1]
    if before and before[0].name in ("ah", "esp", "ipv6.dstopts", "ipv6.fraghdr",
                                     "ipv6.hopopts", "ipv6.routing"):  # fmt: skip
        c.note(NOT_FIRST)
    header = c.header(HopByHop)
    with c.limit(8 * header.len + 6, because="ipv6.hopopts.len"):
        read_options(c)
    return follow(c, header.nxt)


if __name__ == "__main__":
    main_for("ipv6.hopopts")

"""IPv6 Destination Options header (RFC 8200, section 4.6).

0               1               2
+---------------+---------------+------------------------------+
|  Next Header  |  Hdr Ext Len  |  Options, filling up 8 octets |
+---------------+---------------+------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.demo import main_for
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.values import U16
from dissect.protocols.codes.ip_protocols import IP_PROTO
from dissect.protocols.ipv6_chain import announce, follow
from dissect.protocols.ipv6_options import read_options


class DestinationOptions(Header):
    """The two octets before the options."""

    __hdr__ = (("nxt", "B", 59), ("len", "B", 0))  # len: units of 8 octets past the first
    names = (
        F("nxt", "ipv6.dstopts.nxt", "Next Header", IP_PROTO),
        F("len", "ipv6.dstopts.len", "Length"),
        F("len", "ipv6.dstopts.len_oct", "Length", U16, convert=lambda units: 8 * units + 8,
          unit=" bytes", generated=True),
    )  # fmt: skip


@dissector(
    "ipv6.dstopts", "Destination Options for IPv6", "IPv6 Destination", nested=True, ip_proto=60
)
def destination_options(c: Cursor) -> Result:
    """The options for the node that the packet is addressed to."""
    announce(c, "IPv6 destination options")
    header = c.header(DestinationOptions)
    with c.limit(8 * header.len + 6, because="ipv6.dstopts.len"):
        read_options(c)
    return follow(c, header.nxt)


if __name__ == "__main__":
    main_for("ipv6.dstopts")

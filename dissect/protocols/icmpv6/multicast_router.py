"""Multicast Router Discovery (RFC 4286, sections 3 to 5).

Advertisement   the head's Code is the interval; Query Interval (2), Robustness Variable (2)
Solicitation, Termination    nothing
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.protocols.icmpv6.messages import message


class Advertisement(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("interval", "H", 0), ("robustness", "H", 0))
    names = (
        F("interval", "icmpv6.mcast_ra.query_interval", "Query Interval"),
        F("robustness", "icmpv6.mcast_ra.robustness_variable", "Robustness Variable"),
    )


@message(151, "Multicast Router Advertisement")
def advertisement(c: Cursor, head: Any) -> Result:
    """The sender forwards multicast."""
    c.header(Advertisement)
    return None


@message(152, "Multicast Router Solicitation")
@message(153, "Multicast Router Termination")
def nothing_more(c: Cursor, head: Any) -> Result:
    """The head says it all."""
    return None

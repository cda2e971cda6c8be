"""ICMPv6 messages of Mobile IPv6 (RFC 6275, sections 6.5 to 6.8).

Home Agent Address Discovery Request    Identifier (2), Reserved (2)
Home Agent Address Discovery Reply      Identifier (2), Reserved (2), addresses
Mobile Prefix Solicitation              Identifier (2), Reserved (2)
Mobile Prefix Advertisement             Identifier (2), Flags (2), options
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import DX16, IPV6, U16, X16
from dissect.protocols.icmpv6.messages import bits, flag, message, name_flags, reserved
from dissect.protocols.icmpv6.nd_options import options


class Discovery(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("id", "H", 0), ("reserved", "2s", bytes(2)))
    names = (
        F("id", "icmpv6.mip6.identifier", "Identifier", DX16),
        reserved("reserved"),
    )


class PrefixAdvertisement(Header):
    """Behind the head, 4 octets."""

    __hdr__ = (("id", "H", 0), ("flags", "H", 0))
    names = (
        F("id", "icmpv6.mip6.identifier", "Identifier", DX16),
        F(
            "flags", "icmpv6.mip6.flag", "Flags", X16,
            bits=(
                flag("flags", 0, "icmpv6.mip6.flag.m", "Managed address configuration"),
                flag("flags", 1, "icmpv6.mip6.flag.o", "Other configuration"),
                bits("flags", 2, 14, "icmpv6.mip6.flag.rsv", "Reserved", U16),
            ),
        ),
    )  # fmt: skip


HOME_AGENT = Field("icmpv6.mip6.home_agent_address", "Home Agent Address", IPV6)


@message(144, "Home Agent Address Discovery Request")
@message(146, "Mobile Prefix Solicitation")
def request(c: Cursor, head: Any) -> Result:
    """An identifier, to be matched with the answer."""
    c.header(Discovery)
    return None


@message(145, "Home Agent Address Discovery Reply")
def discovery_reply(c: Cursor, head: Any) -> Result:
    """Addresses of home agents."""
    c.header(Discovery)
    while c.more:
        c.add(HOME_AGENT)
    return None


@message(147, "Mobile Prefix Advertisement")
def prefix_advertisement(c: Cursor, head: Any) -> Result:
    """Prefixes of the home network, as options."""
    c.header(PrefixAdvertisement)
    name_flags(c, "icmpv6.mip6.flag")
    options(c)
    return None

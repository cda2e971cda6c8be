"""Mobile IPv6 options under codes that IANA's registry does not give them."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import IPV6, STR
from dissect.protocols.dhcpv6.options import Message, field, option, read_text

NAI = Field("dhcpv6.nai", "NAI", STR)

field(165, "MIP6_HA", Field("dhcpv6.mip6_home_agent", "Home Agent", IPV6))
field(166, "MIP6_HOA", Field("dhcpv6.mip6_home_address", "Home Address", IPV6))


@option(167, "NAI", least=4)
def nai(c: Cursor, message: Message) -> None:
    """Who a node is: a network access identifier."""
    read_text(c, NAI, c.left - 2)
    c.skip(c.left)

"""Vendor-specific Information (RFC 9915, section 21.17): options of a vendor's own.

0                               16                             32
+---------------------------------------------------------------+
|  Enterprise Number                                            |
+-------------------------------+-------------------------------+
|  Code                         |  Length                       |   any number of times
+-------------------------------+-------------------------------+
|  Data                                                         |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U16, U32
from dissect.protocols.dhcpv6.cablelabs import CABLELABS, cablelabs_options
from dissect.protocols.dhcpv6.codes import ENTERPRISES
from dissect.protocols.dhcpv6.options import Message, option

ENTERPRISE = Field("dhcpv6.vendoropts.enterprise", "Enterprise ID", U32, ENTERPRISES)
CODE = Field("dhcpv6.vendoropts.enterprise.option_code", "Option code", U16)
LENGTH = Field("dhcpv6.vendoropts.enterprise.option_length", "Option length", U16)
DATA = Field("dhcpv6.vendoropts.enterprise.option_data", "Option data", BYTES)


@option(17, "VENDOR_OPTS", least=4)
def vendor_options(c: Cursor, message: Message) -> None:
    """Options of CableLabs are read, those of others shown as octets."""
    enterprise = c.add(ENTERPRISE)
    if enterprise == CABLELABS:
        cablelabs_options(c)
        return
    while c.more:
        size = int.from_bytes(c.peek(2, ahead=2), "big")
        with c.item(Field("", "option"), 4 + size):
            c.add(CODE)
            c.add(LENGTH)
            c.add(DATA, size)

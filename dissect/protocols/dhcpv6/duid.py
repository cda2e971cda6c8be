"""DHCP Unique Identifiers and the options that are one (RFC 9915, section 11).

    0                               16                             32
    +-------------------------------+-------------------------------+
    |             Type              |  1 LLT, 3 LL: Hardware Type   |
    +-------------------------------+-------------------------------+
    |  LLT: Time, then the address; LL: the address                 |
    |  EN: Enterprise Number, Identifier; UUID: 16 octets           |

The time counts seconds from the year 2000 and may start anew after 2136.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, STR, TIME, U16, U32
from dissect.protocols.codes.arp import HARDWARE
from dissect.protocols.dhcpv6.codes import ENTERPRISES
from dissect.protocols.dhcpv6.options import Message, malformed, option

LLT, EN, LL, UUID = 1, 2, 3, 4
TYPES = {
    LLT: "link-layer address plus time",
    EN: "assigned by vendor based on Enterprise number",
    LL: "link-layer address",
    UUID: "Universally Unique IDentifier (UUID)",
}
LEAST = {LLT: 8, EN: 6, LL: 4, UUID: 18}
"""Octets that a DUID of a type needs, its type included."""

YEAR_2000 = 946_684_800
ETHERNET, IEEE_802 = 1, 6

BYTES_ = Field("dhcpv6.duid.bytes", "DUID", BYTES)
TYPE = Field("dhcpv6.duid.type", "DUID Type", U16, TYPES)
LLT_HARDWARE = Field("dhcpv6.duidllt.hwtype", "Hardware type", U16, HARDWARE)
LLT_TIME = Field(
    "dhcpv6.duidllt.time", "DUID Time", TIME,
    convert=lambda seconds: (YEAR_2000 + seconds) * 1_000_000_000,
)  # fmt: skip
LLT_ADDRESS = Field("dhcpv6.duidllt.link_layer_addr", "Link-layer address", STR)
LL_HARDWARE = Field("dhcpv6.duidll.hwtype", "Hardware type", U16, HARDWARE)
LL_ADDRESS = Field("dhcpv6.duidll.link_layer_addr", "Link-layer address", STR)
EN_ENTERPRISE = Field("dhcpv6.duiden.enterprise", "Enterprise ID", U32, ENTERPRISES)
EN_IDENTIFIER = Field("dhcpv6.duiden.identifier", "Identifier", BYTES)
UUID_BYTES = Field("dhcpv6.duiduuid.bytes", "UUID", BYTES)


@option(1, "DUID")
def client_identifier(c: Cursor, message: Message) -> None:
    """Of the client, which the Info column names, believable or not."""
    octets = c.peek(c.left)
    if octets:
        c.info_add("CID: %s ", octets.hex())
    duid(c, message)


@option(2, "DUID")
@option(53, "DUID")
def duid(c: Cursor, message: Message) -> None:
    """Of a server or a relay agent."""
    size = c.left
    if size < 2:
        malformed(c, "DUID")
        return
    c.peek_add(BYTES_, size)
    kind = c.add(TYPE)
    if kind not in LEAST:
        return
    if size < LEAST[kind] or (kind == UUID and size > LEAST[kind]):
        malformed(c, "DUID")
    elif kind == LLT:
        hardware = c.add(LLT_HARDWARE)
        c.add(LLT_TIME, 4)
        _address(c, LLT_ADDRESS, hardware)
    elif kind == LL:
        _address(c, LL_ADDRESS, c.add(LL_HARDWARE))
    elif kind == EN:
        c.add(EN_ENTERPRISE)
        c.rest(EN_IDENTIFIER)
    else:
        c.add(UUID_BYTES, c.left)


def _address(c: Cursor, shown: Field, hardware: int) -> None:
    """As text, the way that its kind of hardware is written."""
    if c.more:
        at, size = c.pos, c.left
        c.skip(size)
        separator = ":" if hardware in (ETHERNET, IEEE_802) and size == 6 else ""
        octets = c.data[at : at + size]
        c.put(shown, octets.hex(separator) if separator else octets.hex(), at, size)

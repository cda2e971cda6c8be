"""Options that bring IPv4 to mobile nodes: dual stacks (RFC 5555, section 3) and Proxy Mobile IPv6
(RFC 5844, section 3).
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.values import BOOL, IPV4, U8, U16, X8, Kind
from dissect.protocols.mip6.codes import ADDRESS_STATUS
from dissect.protocols.mip6.messages import flag
from dissect.protocols.mip6.options import Words, option, plain

NO_NAT = 0xFFFFFFFF


def _refresh(seconds: int) -> str:
    words = " (no NAT detected, nothing to keep alive)" if seconds == NO_NAT else ""
    return f"{seconds}s{words}"


REFRESH = Kind("REFRESH", 4, "uint", str, _refresh)


class HomeAddress(Header):
    """6 octets."""

    __hdr__ = (("flags", "H", 0), ("address", "4s", bytes(4)))
    names = (
        F("flags", "mip6.ipv4ha.preflen", "Prefix-len", U8, within=(0, 6), span=(0, 1)),
        flag("flags", 6, "mip6.ipv4ha.p_flag", "mobile network prefix (P) flag",
             ("mobile network prefix not requested", "mobile network prefix requested")),
        F("address", "mip6.ipv4ha.ha", "IPv4 Home Address", IPV4),
    )  # fmt: skip


class AddressAcknowledgement(Header):
    """6 octets."""

    __hdr__ = (("status", "B", 0), ("flags", "B", 0), ("address", "4s", bytes(4)))
    names = (
        F("status", "mip6.ipv4aa.sts", "Status", U8, ADDRESS_STATUS),
        F("flags", "mip6.ipv4ha.preflen", "Prefix-len", U8, within=(0, 6)),
        F("address", "mip6.ipv4ha.ha", "IPv4 Home Address", IPV4),
    )


class NatDetection(Header):
    """6 octets."""

    __hdr__ = (("flags", "H", 0), ("refresh", "I", NO_NAT))
    names = (
        flag("flags", 0, "mip6.natd.f_flag", "(F) flag",
             ("Do not use UDP encapsulation", "MUST use UDP encapsulation")),
        F("flags", "mip6.natd.reserved", "Reserved", U16, within=(1, 15)),
        F("refresh", "mip6.natd.refresh_t", "Refresh time", REFRESH),
    )  # fmt: skip


class CareOfAddress(Header):
    """6 octets."""

    __hdr__ = (("reserved", "H", 0), ("address", "4s", bytes(4)))
    names = (
        F("reserved", "mip6.ipv4coa.reserved", "Reserved", U16, within=(0, 16)),
        F("address", "mip6.ipv4coa.addr", "IPv4 Care-of address", IPV4),
    )


class HomeAddressRequest(Header):
    """6 octets."""

    __hdr__ = (("flags", "B", 0), ("reserved", "B", 0), ("address", "4s", bytes(4)))
    names = (
        F("flags", "mip6.ipv4ha.preflen", "Prefix-len", U8, within=(0, 6)),
        F("reserved", "mip6.ipv4ha.reserved", "Reserved", X8),
        F("address", "mip6.ipv4ha.ha", "IPv4 Home Address", IPV4),
    )


class DefaultRouter(Header):
    """6 octets."""

    __hdr__ = (("reserved", "H", 0), ("address", "4s", bytes(4)))
    names = (
        F("reserved", "mip6.ipv4dra.reserved", "Reserved"),
        F("address", "mip6.ipv4dra.dra", "IPv4 Default-Router Address", IPV4),
    )


class DhcpSupport(Header):
    """2 octets."""

    __hdr__ = (("flags", "H", 0),)
    names = (
        F("flags", "mip6.ipv4dsm.reserved", "Reserved", U16, within=(0, 15)),
        F("flags", "mip6.ipv4dsm.s_flag", "DHCP Support Mode (S)", BOOL,
          ("DHCP Relay", "DHCP Server"), within=(15, 1)),
    )  # fmt: skip


plain(29, "ipv4ha", "IPv4 Home Address", HomeAddress, exact=6)
plain(30, "ipv4aa", "IPv4 Address Acknowledgement", AddressAcknowledgement, exact=6)
plain(31, "natd", "NAT Detection", NatDetection, exact=6)
plain(32, "ipv4coa", "IPv4 Care-of Address", CareOfAddress, exact=6)
plain(39, "ipv4dsm", "IPv4 DHCP Support Mode", DhcpSupport, exact=2)


@option(36, "ipv4hareq", "IPv4 Home Address Request", exact=6)
def home_address_request(c: Cursor) -> Words:
    """Asks for an IPv4 address, maybe a certain one."""
    return ": %s", c.header(HomeAddressRequest).address


@option(37, "ipv4harep", "IPv4 Home Address Reply", exact=6)
def home_address_reply(c: Cursor) -> Words:
    """The address, or why there is none."""
    told = c.header(AddressAcknowledgement)
    return ": %s : %s", ADDRESS_STATUS.get(told.status, "<unknown>"), told.address


@option(38, "ipv4dra", "IPv4 Default-Router Address", exact=6)
def default_router(c: Cursor) -> Words:
    """The mobile node's router."""
    return ": %s", c.header(DefaultRouter).address

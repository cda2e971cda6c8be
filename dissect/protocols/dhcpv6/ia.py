"""Identity associations, and the addresses and prefixes in them (RFC 9915, sections 21.4 to 21.6,
21.21 and 21.22).

    0                               16                             32
    +---------------------------------------------------------------+
    |  IAID                                                         |
    +---------------------------------------------------------------+
    |  T1, T2: seconds to Renew and to Rebind (not in IA_TA)        |
    +---------------------------------------------------------------+
    |  Options: IA Address, IA Prefix, Status Code                  |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, STR, U8, U32, Special
from dissect.protocols.dhcpv6.options import OBSOLETE, Message, malformed, nested, option

LIFETIME = Special({0xFFFFFFFF: "infinity"})

IAID = Field("dhcpv6.iaid", "IAID", STR)
IATA = Field("dhcpv6.iata", "IATA", STR)
T1 = Field("dhcpv6.iaid.t1", "T1", U32, LIFETIME)
T2 = Field("dhcpv6.iaid.t2", "T2", U32, LIFETIME)

EXCLUDED_LENGTH = Field("dhcpv6.pd_exclude.pref_len", "Prefix length", U8)
EXCLUDED_SUBNET = Field("dhcpv6.pd_exclude.subnet_id", "IPv6 subnet ID", BYTES)


def _iaid(c: Cursor, shown: Field) -> None:
    at = c.pos
    c.put(shown, c.uint(4).to_bytes(4, "big").hex(), at, 4)


@option(3, "IA_NA", least=12)
@option(25, "IA_PD", least=12)
def association(c: Cursor, message: Message) -> None:
    """Of addresses that are not temporary, or of prefixes."""
    _iaid(c, IAID)
    c.add(T1)
    c.add(T2)
    nested(c, message)


@option(4, "IA_TA", least=4)
def temporary_association(c: Cursor, message: Message) -> None:
    """Of temporary addresses: they are not renewed by a timer (RFC 8415, section 21.5)."""
    c.note(OBSOLETE, c.at, "Temporary addresses are obsolete")
    _iaid(c, IATA)
    nested(c, message)


class Address(Header):
    """An address and how long it may be used, 24 octets."""

    __hdr__ = (("address", "16s", bytes(16)), ("preferred", "I", 0), ("valid", "I", 0))
    names = (
        F("address", "dhcpv6.iaaddr.ip", "IPv6 address"),
        F("preferred", "dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime", LIFETIME),
        F("valid", "dhcpv6.iaaddr.valid_lifetime", "Valid lifetime", LIFETIME),
    )


@option(5, "IA_TA", least=24)
def address(c: Cursor, message: Message) -> None:
    """An address, which the Info column names."""
    c.info_add("IAA: %s ", c.header(Address).address)
    nested(c, message)


class Prefix(Header):
    """A prefix and how long it may be used, 25 octets."""

    __hdr__ = (
        ("preferred", "I", 0), ("valid", "I", 0), ("length", "B", 64),
        ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("preferred", "dhcpv6.iaprefix.pref_lifetime", "Preferred lifetime", LIFETIME),
        F("valid", "dhcpv6.iaprefix.valid_lifetime", "Valid lifetime", LIFETIME),
        F("length", "dhcpv6.iaprefix.pref_len", "Prefix length"),
        F("prefix", "dhcpv6.iaprefix.pref_addr", "Prefix address"),
    )


@option(26, "IAPREFIX", least=25)
def prefix(c: Cursor, message: Message) -> None:
    """A delegated prefix."""
    if c.header(Prefix).length > 128:
        malformed(c, "IAPREFIX", "prefix length over 128")
    nested(c, message)


@option(67, "PD_EXCLUDE", least=2, most=17)
def excluded_prefix(c: Cursor, message: Message) -> None:
    """A prefix that is not delegated with the one it stands in (RFC 6603, section 4.2)."""
    c.add(EXCLUDED_LENGTH)
    c.add(EXCLUDED_SUBNET, c.left)

"""PPP's control protocols: LCP (RFC 1661), IPCP (RFC 1332), IPv6CP (RFC 5072), CCP (RFC 1962),
MPLSCP (RFC 3032, section 4).

They share one header and the way of writing options:

    0               8               16                              32
    +---------------+---------------+-------------------------------+
    |     Code      |  Identifier   |            Length             |
    +---------------+---------------+-------------------------------+
    |  Options, or what belongs to the code                         |
    +---------------------------------------------------------------+

``options`` walks the options, the other files of this package read them.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, DX8, OUI, STR, U32, X16, X32
from dissect.protocols.codes.ppp import CODES, ETHERTYPES, PROTOCOLS
from dissect.protocols.codes.vendors import vendor
from dissect.protocols.ppp_control.ccp import CCP
from dissect.protocols.ppp_control.lcp import LCP
from dissect.protocols.ppp_control.ncp import IPCP, IPV6CP
from dissect.protocols.ppp_control.options import Family, read_options


class Control(Header):
    """The header, 4 octets."""

    __hdr__ = (("code", "B", 1), ("id", "B", 0), ("len", "H", 4))
    names = (
        F("code", "ppp.code", "Code", CODES),
        F("id", "ppp.identifier", "Identifier", DX8),
        F("len", "ppp.length", "Length"),
    )


DATA = Field("ppp.data", "Data", BYTES)
VENDOR_MAGIC = Field("ppp.magic_number", "Magic Number", X32)
VENDOR = Field("ppp.oui", "OUI", OUI, vendor)
VENDOR_KIND = Field("ppp.kind", "Kind", DX8)
MAGIC = Field("lcp.magic_number", "Magic Number", X32)
ECHOED = Field("lcp.data", "Data", BYTES)
MESSAGE = Field("lcp.message", "Message", STR)
REMAINING = Field("lcp.secs_remaining", "Seconds Remaining", U32, unit=" seconds")
REJECTED = Field("lcp.rej_proto", "Rejected Protocol", X16, PROTOCOLS)

MPLSCP = Family("mplscp.opt")
"""MPLS has none; unknown ones are shown without fields."""


@dissector("lcp", "PPP Link Control Protocol", "PPP LCP", ppp_proto=0xC021)
def lcp(c: Cursor) -> Result:
    """Link control: set up, echo, end."""
    return _control(c, LCP)


@dissector("ipcp", "PPP IP Control Protocol", "PPP IPCP", ppp_proto=0x8021)
def ipcp(c: Cursor) -> Result:
    """Set up IPv4."""
    return _control(c, IPCP)


@dissector("ipv6cp", "PPP IPv6 Control Protocol", "PPP IPV6CP", ppp_proto=0x8057)
def ipv6cp(c: Cursor) -> Result:
    """Set up IPv6: the interface identifiers of both ends."""
    return _control(c, IPV6CP)


@dissector("ccp", "PPP Compression Control Protocol", "PPP CCP", ppp_proto=0x80FD)
def ccp(c: Cursor) -> Result:
    """Set up compression."""
    return _control(c, CCP)


@dissector("mplscp", "PPP MPLS Control Protocol", "PPP MPLSCP", ppp_proto=0x8281)
def mplscp(c: Cursor) -> Result:
    """Set up MPLS."""
    return _control(c, MPLSCP)


def _control(c: Cursor, family: Family) -> Result:
    """The header, and what the code says that follows."""
    c.need(1)
    c.info("%s", CODES.get(c.octet(), "Unknown"))
    header = c.header(Control)
    with c.limit(max(header.len - 4, 0), because="ppp.length"):
        if header.code in WITH_OPTIONS:
            read_options(c, family)
        elif header.code != PROTOCOL_REJECT:
            BODIES.get(header.code, _data)(c)
        else:
            _rejected(c)
        c.skip(max(c.captured, 0))
    return None


def _vendor_specific(c: Cursor) -> None:
    """A vendor's own packet (RFC 2153)."""
    c.add(VENDOR_MAGIC)
    c.add(VENDOR)
    c.add(VENDOR_KIND)
    c.rest(DATA)


def _data(c: Cursor) -> None:
    c.rest(DATA)


def _code_reject(c: Cursor) -> None:
    size = c.captured
    octets = c.rest(DATA)
    if octets and c.at is not None:
        c.last.text = f"Rejected Packet ({size} bytes): {DATA.value_text(octets)}"


def _echo(c: Cursor) -> None:
    c.add(MAGIC)
    c.rest(ECHOED)


def _identification(c: Cursor) -> None:
    """Who the sender is (RFC 1570, section 1.1)."""
    c.add(MAGIC)
    c.rest(MESSAGE)


def _time_remaining(c: Cursor) -> None:
    """Seconds that the session has left (RFC 1570, section 1.2)."""
    c.add(MAGIC)
    c.add(REMAINING)
    c.rest(MESSAGE)


def _rejected(c: Cursor) -> None:
    """The packet of a protocol that the other side doesn't know."""
    kind = c.add(REJECTED)
    if c.more:
        table, key = ("ethertype", ETHERTYPES[kind]) if kind in ETHERTYPES else ("ppp_proto", kind)
        c.later(Next(table, key, start=c.pos, end=c.end, into=c.layer, quoted=True, listed=False))


WITH_OPTIONS = (1, 2, 3, 4)
PROTOCOL_REJECT = 8
BODIES: dict[int, Callable[[Cursor], None]] = {
    0: _vendor_specific, 7: _code_reject, 9: _echo, 10: _echo, 11: _echo, 12: _identification,
    13: _time_remaining,
}  # fmt: skip
"""What stands behind the header by code, where it is neither options nor plain data."""

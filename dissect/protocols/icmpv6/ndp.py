"""Neighbor Discovery (RFC 4861, section 4) and Inverse Neighbor Discovery (RFC 3122, section 2).

    Router Solicitation       Reserved (4)
    Router Advertisement      Hop Limit, Flags, Lifetime (2), Reachable (4), Retrans (4)
    Neighbor Solicitation     Reserved (4), Target Address
    Neighbor Advertisement    Flags (4), Target Address
    Redirect                  Reserved (4), Target Address, Destination Address
    Inverse ND                Reserved (4)

Options follow in all of them.
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result
from dissect.engine.values import U8, U32, X8, X32
from dissect.protocols.icmpv6.messages import RESERVED, bits, flag, message, name_flags, reserved
from dissect.protocols.icmpv6.nd_options import PREFERENCE, options

INFO_ASKED, INFO_TOLD = " for %s", " %s (%s)"
"""What the Info column says of the target, and of the flags."""


class RouterAdvertisement(Header):
    """Behind the head, 12 octets."""

    __hdr__ = (
        ("hops", "B", 64), ("flags", "B", 0), ("lifetime", "H", 1800), ("reachable", "I", 0),
        ("retrans", "I", 0),
    )  # fmt: skip
    names = (
        F("hops", "icmpv6.nd.ra.cur_hop_limit", "Cur hop limit"),
        F(
            "flags", "icmpv6.nd.ra.flag", "Flags", X8,
            bits=(
                flag("flags", 0, "icmpv6.nd.ra.flag.m", "Managed address configuration"),
                flag("flags", 1, "icmpv6.nd.ra.flag.o", "Other configuration"),
                flag("flags", 2, "icmpv6.nd.ra.flag.h", "Home Agent"),
                bits("flags", 3, 2, "icmpv6.nd.ra.flag.prf", "Prf (Default Router Preference)",
                     U8, PREFERENCE),
                flag("flags", 5, "icmpv6.nd.ra.flag.p", "Proxy"),
                bits("flags", 6, 2, "icmpv6.nd.ra.flag.rsv", "Reserved", U8),
            ),
        ),
        F("lifetime", "icmpv6.nd.ra.router_lifetime", "Router lifetime (s)"),
        F("reachable", "icmpv6.nd.ra.reachable_time", "Reachable time (ms)"),
        F("retrans", "icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)"),
    )  # fmt: skip


class NeighborSolicitation(Header):
    """Behind the head, 20 octets."""

    __hdr__ = (("reserved", "4s", bytes(4)), ("target", "16s", bytes(16)))
    names = (
        reserved("reserved"),
        F("target", "icmpv6.nd.ns.target_address", "Target Address"),
    )


class NeighborAdvertisement(Header):
    """Behind the head, 20 octets."""

    __hdr__ = (("flags", "I", 0), ("target", "16s", bytes(16)))
    names = (
        F(
            "flags", "icmpv6.nd.na.flag", "Flags", X32,
            bits=(
                flag("flags", 0, "icmpv6.nd.na.flag.r", "Router"),
                flag("flags", 1, "icmpv6.nd.na.flag.s", "Solicited"),
                flag("flags", 2, "icmpv6.nd.na.flag.o", "Override"),
                bits("flags", 3, 29, "icmpv6.nd.na.flag.rsv", "Reserved", U32),
            ),
        ),
        F("target", "icmpv6.nd.na.target_address", "Target Address"),
    )  # fmt: skip


class Redirect(Header):
    """Behind the head, 36 octets."""

    __hdr__ = (
        ("reserved", "4s", bytes(4)), ("target", "16s", bytes(16)),
        ("destination", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        reserved("reserved"),
        F("target", "icmpv6.nd.rd.target_address", "Target Address"),
        F("destination", "icmpv6.rd.na.destination_address", "Destination Address"),
    )


@message(133, "Router Solicitation")
@message(141, "Inverse Neighbor Discovery Solicitation")
@message(142, "Inverse Neighbor Discovery Advertisement")
def only_options(c: Cursor, head: Any) -> Result:
    """Nothing but options behind a reserved field."""
    c.add(RESERVED, 4)
    options(c)
    return None


@message(134, "Router Advertisement")
def router_advertisement(c: Cursor, head: Any) -> Result:
    """What a router says about itself and the link."""
    c.header(RouterAdvertisement)
    name_flags(c, "icmpv6.nd.ra.flag")
    options(c)
    return None


@message(135, "Neighbor Solicitation")
def neighbor_solicitation(c: Cursor, head: Any) -> Result:
    """Who has the target address?"""
    asked = c.header(NeighborSolicitation)
    c.info_add(INFO_ASKED, asked.target)
    options(c)
    return None


@message(136, "Neighbor Advertisement")
def neighbor_advertisement(c: Cursor, head: Any) -> Result:
    """The target address is mine."""
    told = c.header(NeighborAdvertisement)
    name_flags(c, "icmpv6.nd.na.flag")
    c.info_add(INFO_TOLD, told.target, FLAG_WORDS[told.flags >> 29])
    options(c)
    return None


@message(137, "Redirect")
def redirect(c: Cursor, head: Any) -> Result:
    """There is a better first hop to the destination."""
    c.header(Redirect)
    options(c)
    return None


def _flag_words(value: int) -> str:
    """The flags of an advertisement in the Info column's words."""
    words = [name for bit, name in ((4, "rtr"), (2, "sol"), (1, "ovr")) if value & bit]
    return ", ".join(words) or "none"


FLAG_WORDS = [_flag_words(value) for value in range(8)]

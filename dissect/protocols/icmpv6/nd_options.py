"""Options of Neighbor Discovery messages (RFC 4861, section 4.6): the walk, and the common ones.

    0               8               16
    +---------------+---------------+-------------------------------+
    |     Type      |    Length     |  Value: the rest of Length,   |
    +---------------+---------------+  which counts 8 octets with   |
    |                                  Type and itself              |

Other families (secure, fast handover, 6LoWPAN) have files of their own and fill the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey, Next
from dissect.engine.tree import Field, Node
from dissect.engine.values import BYTES, EUI64, IPV4, IPV6, NONE, U8, X8, Special
from dissect.protocols.icmpv6.messages import (
    DATA,
    OPTION,
    bits,
    flag,
    left_over,
    name_flags,
    reserved,
)

Words = tuple[Any, ...] | str | None
"""What an option's line says behind its name."""

OPTIONS: dict[int, Callable[[Cursor, int], Words]] = {}
TYPES: dict[int, str] = {
    253: "RFC3692-style Experiment 1",
    254: "RFC3692-style Experiment 2",
}
"""Names of the option types; ``@option`` adds those that can be read."""

PREFERENCE = {0: "Medium", 1: "High", 2: "Reserved", 3: "Low"}
INFINITY = 0xFFFFFFFF
LIFETIMES = Special({INFINITY: "Infinity"})
REDIRECTED_HEADER = 4
INFO_SOURCE, INFO_TARGET = " from %s", " is at %s"
"""What link-layer addresses add to the Info column."""


def option(
    kind: int, name: str
) -> Callable[[Callable[[Cursor, int], Words]], Callable[[Cursor, int], Words]]:
    """Register a function as the reader of an option's value.

    It gets the option's whole size in octets and hands back what its line says behind the name.
    Raises DuplicateKey when the type has a reader already.
    """

    def register(reader: Callable[[Cursor, int], Words]) -> Callable[[Cursor, int], Words]:
        if kind in OPTIONS:
            raise DuplicateKey(f"two readers for option {kind}")
        OPTIONS[kind] = reader
        TYPES[kind] = name
        return reader

    return register


TYPE = Field("icmpv6.opt.type", "Type", U8, TYPES)
LENGTH = Field("icmpv6.opt.length", "Length", U8)
RESERVED = Field("icmpv6.opt.reserved", "Reserved", NONE)
PADDING = Field("icmpv6.opt.padding", "Padding", NONE)

LINK = Field("icmpv6.opt.linkaddr", "Link-layer address", BYTES)
LINK_EUI64 = Field("icmpv6.opt.linkaddr_eui64", "Link-layer address", EUI64)
LINK_HIDDEN = Field("icmpv6.opt.linkaddr", "Link-layer address", BYTES, hidden=True)
SOURCE_LINK = Field("icmpv6.opt.src_linkaddr", "Source Link-layer address", BYTES, hidden=True)
SOURCE_EUI64 = Field(
    "icmpv6.opt.src_linkaddr_eui64", "Source Link-layer address", EUI64, hidden=True
)
TARGET_LINK = Field("icmpv6.opt.target_linkaddr", "Target Link-layer address", BYTES, hidden=True)
TARGET_EUI64 = Field(
    "icmpv6.opt.target_linkaddr_eui64", "Target Link-layer address", EUI64, hidden=True
)
LINK_IPV4 = Field(
    "sixscope.icmpv6.opt.linkaddr_ipv4", "Link-layer address (IPv4)", IPV4, generated=True
)  # fmt: skip
REDIRECTED = Field("icmpv6.opt.redirected_packet", "Redirected Packet", NONE)
ADDRESS = Field("icmpv6.opt.ipv6_address", "IPv6 Address", IPV6)

BAD_LENGTH = Note(
    "icmpv6.invalid_option_length", Severity.ERROR, Group.MALFORMED, "Invalid Option Length",
    "RFC 4861, section 4.6",
)  # fmt: skip
TOO_SHORT = Note(
    "sixscope.icmpv6.option_short", Severity.ERROR, Group.MALFORMED,
    "The option is too short for its fields", "RFC 4861, section 4.6",
)  # fmt: skip
UNKNOWN_OPTION = Note(
    "icmpv6.undecoded.option", Severity.NOTE, Group.UNDECODED, "Option not decoded"
)


def options(c: Cursor) -> None:
    """All that follow; the packets that Redirected Header options quote come after them."""
    while c.more:
        head = c.peek(2)
        if len(head) == 2 and head[0] == REDIRECTED_HEADER:
            end = min(c.pos + 8 * head[1], c.stop)  # as much as there is of it
            if end - c.pos > 8:
                c.later(_quoted(c, c.pos + 8, end))
        if not read_option(c):
            break


def read_option(c: Cursor) -> bool:
    """One option; False when nothing can stand behind it."""
    c.need(2)
    kind, units = c.peek(2)
    size = 8 * units
    if not size:
        with c.item(OPTION) as node:
            _type_and_length(c, size)
            c.note(BAD_LENGTH, c.last, "Invalid option length (Zero)")
        node.length = 0
        node.text = f"ICMPv6 Option ({TYPES.get(kind) or f'Unknown {kind}'})"
        return False
    whole = c.captured >= size
    with c.entry(OPTION, size, TOO_SHORT, because="icmpv6.opt.length") as node:
        _title(c, node, kind, None)
        _type_and_length(c, size)
        reader = OPTIONS.get(kind, _unknown)
        words = reader(c, size)
        if whole:
            left_over(c)
        _title(c, node, kind, words)
    return True


def _type_and_length(c: Cursor, size: int) -> None:
    c.add(TYPE)
    c.add(LENGTH)
    if c.at is not None:
        c.last.suffix = f" ({size} bytes)"


def _title(c: Cursor, node: Node, kind: int, words: Words) -> None:
    option_title(c, node, "ICMPv6 Option", TYPES.get(kind) or f"Unknown {kind}", words)


def option_title(c: Cursor, node: Node, what: str, name: str, words: Words) -> None:
    """An option's line in the tree: what it is, its name, and what its reader says of it."""
    if c.at is None:
        return
    form, *arguments = (words,) if isinstance(words, str) else words or ("",)
    node.text = (f"{what} (%s{form})", name, *arguments)


def _unknown(c: Cursor, size: int) -> Words:
    kind = c.data[c.pos - 2]
    c.note(UNKNOWN_OPTION, c.at, f"{UNKNOWN_OPTION.text}: {kind}")
    if c.captured == size - 2:
        c.add(DATA, c.left)
    return None


def _quoted(c: Cursor, start: int, end: int) -> Next:
    """The packet in a Redirected Header option, or whatever is there in its place."""
    if c.data[start] >> 4 != 6:
        return Next(name="data", start=start, end=end, into=c.layer, quoted=True)
    return Next(
        "ip_proto", 41, start=start, end=end, into=c.layer, quoted=True,
        after=lambda inner: _padding_behind(inner, end),
    )  # fmt: skip


def _padding_behind(c: Cursor, end: int) -> None:
    """Octets that fill the option behind the packet that it quotes."""
    c.bound(end)
    if c.more:
        c.add(PADDING, c.captured)


def read_prefix(c: Cursor, field: Field, because: str, told: int | None = None) -> bytes | None:
    """The rest of an option as a prefix of 0, 8 or 16 octets, filled with zeros to an address.

    Another size is noted on the length field ``because``; None then.
    told  the octets that the option's length leaves for it, where the message may have fewer
    """
    size = c.left if told is None else told
    if size not in (0, 8, 16):
        c.note(BAD_LENGTH, because)
        return None
    c.need(size)
    address = c.peek(size).ljust(16, b"\0")
    if size:
        c.put(field, address, c.pos, size)
        c.skip(size)
    return address


# --- RFC 4861 ----------------------------------------------------------------------------------


@option(1, "Source link-layer address")
def source_link_layer(c: Cursor, size: int) -> Words:
    """Of the sender."""
    return _link_layer(c, size, INFO_SOURCE, SOURCE_LINK, SOURCE_EUI64, LINK_HIDDEN)


@option(2, "Target link-layer address")
def target_link_layer(c: Cursor, size: int) -> Words:
    """Of the target."""
    return _link_layer(c, size, INFO_TARGET, TARGET_LINK, TARGET_EUI64, None)


def _link_layer(
    c: Cursor, size: int, info: str, alias: Field, alias_eui64: Field, also: Field | None
) -> Words:
    """Six octets on Ethernet; eight, then zeros, on IEEE 802.15.4; all of it elsewhere.

    Over IPv4 without tunnels ("6over4") the last four of the six (RFC 2529, section 5).
    """
    at = c.pos
    if size != 16 or c.peek(6, 8) != bytes(6):
        address = c.add(LINK, size - 2)
        c.put(alias, address, at, size - 2).text = (f"{alias.label}: %s", address)
        if size != 8:
            return None
        if c.facts.tunnel is not None and c.facts.tunnel.kind == "6over4":
            c.put(LINK_IPV4, address[2:], at + 2, 4)
    else:
        address = c.add(LINK_EUI64)
        c.put(alias_eui64, address, at, 8)
        if also is not None:
            c.put(also, address, at, 8)
            c.put(alias, address, at, 8)
        c.add(PADDING, 6)
        info = INFO_SOURCE  # as Wireshark has it, whoever's address it is
    if c.at is not None and size == 8:
        c.at.children[2].text = ("Link-layer address: %s", address)  # type: ignore[index]
    c.info_add(info, address)
    return " : %s", address


class PrefixInformation(Header):
    """Behind type and length, 30 octets."""

    __hdr__ = (
        ("length", "B", 64), ("flags", "B", 0xC0), ("valid", "I", 2592000),
        ("preferred", "I", 604800), ("reserved", "I", 0), ("prefix", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("length", "icmpv6.opt.prefix.length", "Prefix Length"),
        F(
            "flags", "icmpv6.opt.prefix.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.opt.prefix.flag.l", "On-link flag(L)"),
                flag("flags", 1, "icmpv6.opt.prefix.flag.a",
                     "Autonomous address-configuration flag(A)"),
                flag("flags", 2, "icmpv6.opt.prefix.flag.r", "Router address flag(R)"),
                bits("flags", 3, 5, "icmpv6.opt.prefix.flag.reserved", "Reserved", U8),
            ),
        ),
        F("valid", "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", LIFETIMES),
        F("preferred", "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime",
          LIFETIMES),
        reserved("reserved", "icmpv6.opt.reserved"),
        F("prefix", "icmpv6.opt.prefix", "Prefix"),
    )  # fmt: skip


@option(3, "Prefix information")
def prefix_information(c: Cursor, size: int) -> Words:
    """A prefix of the link."""
    told = c.header(PrefixInformation)
    name_flags(c, "icmpv6.opt.prefix.flag")
    return " : %s/%d", told.prefix, told.length


@option(REDIRECTED_HEADER, "Redirected header")
def redirected_header(c: Cursor, size: int) -> Words:
    """As much of the packet that was redirected as fits."""
    c.add(RESERVED, 6)
    if c.more:
        c.add(REDIRECTED, c.left)
    return None


class Mtu(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("mtu", "I", 1500))
    names = (
        reserved("reserved", "icmpv6.opt.reserved"),
        F("mtu", "icmpv6.opt.mtu", "MTU"),
    )


@option(5, "MTU")
def mtu(c: Cursor, size: int) -> Words:
    """Of the link."""
    return " : %d", c.header(Mtu).mtu


class ShortcutLimit(Header):
    """Behind type and length, 6 octets (RFC 2491, appendix D)."""

    __hdr__ = (("limit", "B", 0), ("reserved1", "B", 0), ("reserved2", "I", 0))
    names = (
        F("limit", "icmpv6.opt.nbma.shortcut_limit", "Shortcut Limit"),
        reserved("reserved1", "icmpv6.opt.reserved"),
        reserved("reserved2", "icmpv6.opt.reserved"),
    )


@option(6, "NBMA Shortcut Limit Option")
def shortcut_limit(c: Cursor, size: int) -> Words:
    """Hops that a shortcut may pass."""
    return " : %d", c.header(ShortcutLimit).limit


# --- Mobile IPv6 (RFC 6275, section 7) ---------------------------------------------------------


class AdvertisementInterval(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("interval", "I", 0))
    names = (
        reserved("reserved", "icmpv6.opt.reserved"),
        F("interval", "icmpv6.opt.advertisement_interval", "Advertisement Interval"),
    )


@option(7, "Advertisement Interval")
def advertisement_interval(c: Cursor, size: int) -> Words:
    """The longest time between advertisements, in milliseconds."""
    return " : %d", c.header(AdvertisementInterval).interval


class HomeAgent(Header):
    """Behind type and length, 6 octets."""

    __hdr__ = (("reserved", "H", 0), ("preference", "H", 0), ("lifetime", "H", 0))
    names = (
        reserved("reserved", "icmpv6.opt.reserved"),
        F("preference", "icmpv6.opt.home_agent_preference", "Home Agent Preference"),
        F("lifetime", "icmpv6.opt.home_agent_lifetime", "Home Agent Preference"),
    )


@option(8, "Home Agent Information")
def home_agent(c: Cursor, size: int) -> Words:
    """The router is a home agent."""
    c.header(HomeAgent)
    return None


# --- Inverse Neighbor Discovery (RFC 3122, section 3.1) ----------------------------------------


@option(9, "Source Address List")
@option(10, "Target Address List")
def address_list(c: Cursor, size: int) -> Words:
    """All addresses of an interface."""
    c.add(RESERVED, 6)
    return addresses(c, ADDRESS)


def addresses(c: Cursor, field: Field) -> Words:
    """All that is left as addresses."""
    found = []
    while c.more:
        found.append(c.add(field))
    return (" %s" * len(found), *found)

"""What an IP packet is carried in: shown on its header, and checked against its addresses.

The IP dissectors call ``enter`` with the header that they have read, while the cursor's facts are
still those of the packet around it.  Which mechanism it is, ``dissect.address.tunnels`` decides.
"""

from __future__ import annotations

from dissect.address.inside import TEREDO, embedded
from dissect.address.special import kind_of
from dissect.address.tunnels import (
    ANYCAST_6TO4,
    CONFIGURED,
    Ends,
    expected,
    is_ds_lite,
    outer_of_6to4,
    prefix_6rd,
    six_in_four,
)
from dissect.engine.cursor import Cursor
from dissect.engine.facts import Tunnel
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.preferences import Preference
from dissect.engine.tree import Field
from dissect.engine.values import STR, address_text

KIND = Field("sixscope.tunnel", "Tunnel", STR, generated=True)
SOURCE = Field("sixscope.tunnel.source", "Tunnel Source", STR, generated=True)
DESTINATION = Field("sixscope.tunnel.destination", "Tunnel Destination", STR, generated=True)

SITE = Preference("6rd.prefix", None, prefix_6rd, "6rd: the provider's prefix (RFC 5969)")

CARRIERS = {
    "teredo": "Teredo", "ayiya": "AYIYA", "gre": "GRE", "vxlan": "VXLAN", "geneve": "Geneve",
    "gtp": "GTP", "nsh": "NSH", "mpls": "MPLS", "esp": "ESP", "l2tp": "L2TP", "etherip": "EtherIP",
}  # fmt: skip
"""By protocol; the outermost of several names the tunnel."""

TRANSPARENT = frozenset({"ah"})
"""Protocols that stand between two IP headers and are no tunnel of their own."""

SOURCE_6TO4 = Note(
    "sixscope.tunnel.6to4_source", Severity.WARNING, Group.SECURITY,
    "The 6to4 source address belongs to another IPv4 address than the outer source",
    "RFC 3964, section 5.2",
)  # fmt: skip
DESTINATION_6TO4 = Note(
    "sixscope.tunnel.6to4_destination", Severity.WARNING, Group.PROTOCOL,
    "The 6to4 destination address belongs to another IPv4 address than the outer destination",
    "RFC 3056, section 5.3",
)  # fmt: skip
PRIVATE_6TO4 = Note(
    "sixscope.tunnel.6to4_private", Severity.WARNING, Group.PROTOCOL,
    "A 6to4 address made of a private IPv4 address", "RFC 3056, section 2",
)  # fmt: skip
FOREIGN_6TO4 = Note(
    "sixscope.tunnel.6to4_foreign",
    Severity.CHAT,
    Group.ASSUMPTION,
    "Taken for a configured tunnel: neither outer end is that of the 6to4 address inside",
)
ANYCAST = Note(
    "sixscope.tunnel.6to4_anycast", Severity.CHAT, Group.DEPRECATED,
    "Through the anycast address of 6to4 relays, which is deprecated", "RFC 7526, section 4",
)  # fmt: skip
COMPATIBLE = Note(
    "sixscope.tunnel.automatic", Severity.CHAT, Group.DEPRECATED,
    "Automatic tunnel between IPv4-compatible addresses, which are deprecated",
    "RFC 4291, section 2.5.5.1",
)  # fmt: skip
GROUP_6OVER4 = Note(
    "sixscope.tunnel.6over4_group", Severity.WARNING, Group.PROTOCOL,
    "The outer group isn't that of the last two octets of the inner one", "RFC 2529, section 6",
)  # fmt: skip
OTHER_6OVER4 = Note(
    "sixscope.tunnel.6over4_address", Severity.CHAT, Group.PROTOCOL,
    "The 6over4 address belongs to another IPv4 address than the outer one",
    "RFC 2529, section 4",
)  # fmt: skip
OTHER_ISATAP = Note(
    "sixscope.tunnel.isatap_address", Severity.CHAT, Group.PROTOCOL,
    "The ISATAP address belongs to another IPv4 address than the outer one: that must be a "
    "router's", "RFC 5214, section 7.3",
)  # fmt: skip
SOURCE_6RD = Note(
    "sixscope.tunnel.6rd_source", Severity.WARNING, Group.SECURITY,
    "The 6rd source address belongs to another IPv4 address than the outer source",
    "RFC 5969, section 9.2",
)  # fmt: skip
LIMIT_ZERO = Note(
    "sixscope.tunnel.limit_zero", Severity.WARNING, Group.PROTOCOL,
    "The packet inside has a Tunnel Encapsulation Limit of 0: it must not enter a tunnel",
    "RFC 2473, section 4.1.1",
)  # fmt: skip
LIMIT_NOT_LESS = Note(
    "sixscope.tunnel.limit", Severity.WARNING, Group.PROTOCOL,
    "The Tunnel Encapsulation Limit isn't one less than that of the packet inside",
    "RFC 2473, section 4.1.1",
)  # fmt: skip

MISMATCHES: dict[str, tuple[Note | None, Note | None]] = {
    "6to4": (SOURCE_6TO4, DESTINATION_6TO4),
    "ISATAP": (OTHER_ISATAP, OTHER_ISATAP),
    "6over4": (OTHER_6OVER4, OTHER_6OVER4),
    "6rd": (SOURCE_6RD, None),
}
"""What to say when the outer source or destination is not what the address inside gives."""

AUTOMATIC = frozenset({*MISMATCHES, "automatic", CONFIGURED})
"""Tunnels whose ends are in the addresses inside, or should be."""

TUNNEL_LIMIT = 4
"""The Destination Option's type (RFC 2473, section 4.1.1)."""


def enter(c: Cursor, source: bytes, destination: bytes) -> None:
    """Note what the packet whose header was just read is carried in, if anything."""
    facts = c.facts
    facts.tunnel = None
    carrier = _carrier(c)
    if carrier is None:
        return
    outer, inner = (facts.source, facts.destination), (source, destination)
    kind = carrier or _directly(c, outer, inner)
    ports = facts.ports if carrier else (0, 0)
    facts.tunnel = Tunnel(kind, *outer, ports)
    if c.at is not None:
        c.put(KIND, kind)
        c.put(SOURCE, address_text(outer[0]))
        c.put(DESTINATION, address_text(outer[1]))
    if kind in AUTOMATIC:
        _check(c, kind, outer, inner)
    elif kind == "Teredo":
        _check_teredo(c, facts.tunnel, inner)


def _carrier(c: Cursor) -> str | None:
    """The carrier's name, empty for IP directly in IP; None: the packet is in no tunnel."""
    direct = True
    found = ""
    for layer in reversed(c.packet.layers[:-1]):
        name = layer.name
        if name in ("ip", "ipv6"):
            return found if found or direct else None
        found = CARRIERS.get(name, found)
        direct = direct and (layer.nested or name in TRANSPARENT)
    return None


def _directly(c: Cursor, outer: Ends, inner: Ends) -> str:
    """The name of a tunnel that is nothing but two IP headers."""
    versions = len(inner[0]), len(outer[0])
    if versions == (16, 4):
        return six_in_four(outer, inner, c.preference(SITE))
    if versions == (4, 16):
        return "DS-Lite" if is_ds_lite(inner) else "4in6"
    return "6in6" if versions == (16, 16) else "4in4"


def is_private(address: bytes) -> bool:
    """Whether an IPv4 address is one that NATs translate."""
    return kind_of(address) in ("private", "shared")


def _check(c: Cursor, kind: str, outer: Ends, inner: Ends) -> None:
    """An automatic tunnel's ends against the addresses inside."""
    if kind == "automatic":
        c.note(COMPATIBLE, KIND.name)
    if ANYCAST_6TO4 in outer:
        c.note(ANYCAST, KIND.name)
    sites = [site for site in (outer_of_6to4(a, a) for a in inner) if site is not None]
    if any(is_private(site) for site in sites):
        c.note(PRIVATE_6TO4, KIND.name)
    if kind == CONFIGURED and sites:
        c.note(FOREIGN_6TO4, KIND.name)
    wanted = expected(kind, outer, inner, c.preference(SITE))
    for end, want, there, note in zip(
        (SOURCE, DESTINATION), wanted, outer, MISMATCHES.get(kind, (None, None)), strict=True
    ):
        if note is None or want in (None, there) or there == ANYCAST_6TO4:
            continue
        if note is OTHER_6OVER4 and there[0] == 239:
            note = GROUP_6OVER4
        c.note(note, end.name, f"{note.text} ({address_text(want or b'')})")


# --- Teredo ------------------------------------------------------------------------------------

TEREDO_ORIGIN = Note(
    "sixscope.teredo.origin", Severity.WARNING, Group.SECURITY,
    "The origin indication isn't the mapped address and port inside the source address",
    "RFC 4380, section 5.3.1",
)  # fmt: skip
TEREDO_ADDRESS = Note(
    "sixscope.teredo.address", Severity.NOTE, Group.PROTOCOL,
    "The Teredo address belongs to another IPv4 address than the outer one",
    "RFC 4380, section 5.2.3",
)  # fmt: skip
TEREDO_PORT = Note(
    "sixscope.teredo.port", Severity.CHAT, Group.PROTOCOL,
    "The Teredo address has another port than the outer packet: a NAT that maps by destination?",
    "RFC 6081, section 3.1",
)  # fmt: skip
TEREDO_INSIDE = Note(
    "sixscope.teredo.inside", Severity.CHAT, Group.PROTOCOL,
    "The outer address is private: seen between the Teredo client and its NAT",
    "RFC 4380, section 2.9",
)  # fmt: skip
TEREDO_PRIVATE = Note(
    "sixscope.teredo.private", Severity.WARNING, Group.PROTOCOL,
    "A Teredo address with a private mapped address", "RFC 4380, section 5.2.4",
)  # fmt: skip


def _check_teredo(c: Cursor, tunnel: Tunnel, inner: Ends) -> None:
    """The mapped addresses and ports inside Teredo addresses against the outer ends.

    Servers forward for clients, and NATs change what they pass on: little of this is certain.
    """
    if len(inner[0]) != 16 or len(tunnel.source) != 4:
        return
    origin = c.context
    parts = [
        {part.name: part.value for part in embedded(address)} if address[:4] == TEREDO else {}
        for address in inner
    ]
    servers = {part["ts_ipv4"] for part in parts if part}
    for end, part, address, port in zip(
        (SOURCE, DESTINATION), parts, (tunnel.source, tunnel.destination), tunnel.ports, strict=True
    ):
        if not part:
            continue
        mapped = part["tc_ipv4"]
        if isinstance(mapped, bytes) and is_private(mapped):
            c.note(TEREDO_PRIVATE, end.name)
        if end is SOURCE and origin is not None:
            if origin != (mapped, part["tc_port"]):
                c.note(TEREDO_ORIGIN, end.name)
        elif address == mapped:
            if port != part["tc_port"]:
                c.note(TEREDO_PORT, end.name)
        elif address not in servers:
            c.note(TEREDO_INSIDE if is_private(address) else TEREDO_ADDRESS, end.name)


def announce_empty(c: Cursor) -> None:
    """Say in the Info column what a Teredo packet without a payload is (RFC 4380, section 2.8)."""
    if c.facts.tunnel is not None and c.facts.tunnel.kind == "Teredo":
        c.info_add(" (Teredo bubble)")


# --- Tunnel Encapsulation Limit ----------------------------------------------------------------


def limit_ahead(c: Cursor) -> int | None:
    """The limit in a Destination Options header where the cursor stands; None without one."""
    octets = c.peek(8)
    size = 8 * octets[1] + 8 if len(octets) == 8 else 0
    octets = c.peek(size)
    at = 2
    while at + 2 < len(octets):
        if octets[at] == TUNNEL_LIMIT and octets[at + 1] == 1:
            return octets[at + 2]
        at += 2 + octets[at + 1] if octets[at] else 1
    return None


def check_limit(c: Cursor, around: int | None, inside: int | None) -> None:
    """The limit of a tunnel packet against that of the packet that it carries."""
    tunnel = c.facts.tunnel
    if tunnel is None or tunnel.kind != "6in6" or inside is None:
        return
    if not inside:
        c.note(LIMIT_ZERO, KIND.name)
    elif around != inside - 1:
        there = "it has none" if around is None else str(around)
        c.note(LIMIT_NOT_LESS, KIND.name, f"{LIMIT_NOT_LESS.text} ({inside}): {there}")

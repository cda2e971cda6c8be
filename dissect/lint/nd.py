"""Neighbor Discovery's messages and options, as rules of several areas read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dissect.lint.heard import Heard, Listener

if TYPE_CHECKING:
    from dissect.lint.at import At
    from dissect.lint.rule import Hit

SOLICIT_ROUTER, ADVERTISE_ROUTER, SOLICIT, ADVERTISE, REDIRECT = 133, 134, 135, 136, 137
DISCOVERY = frozenset((133, 134, 135, 136, 137))
NAMES = {
    133: "Router Solicitation", 134: "Router Advertisement", 135: "Neighbor Solicitation",
    136: "Neighbor Advertisement", 137: "Redirect",
}  # fmt: skip
BODY = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
"""Octets of each message before its options (RFC 4861, section 4)."""

SOURCE_LINK, TARGET_LINK, PREFIX, REDIRECTED, MTU, INTERVAL, NONCE = 1, 2, 3, 4, 5, 7, 14
ROUTE, RDNSS, DNSSL, PREF64 = 24, 25, 31, 38
LINK_LAYER = (SOURCE_LINK, TARGET_LINK)


MLD = frozenset((130, 131, 132, 143))
"""Messages of Multicast Listener Discovery, that rules follow as well."""


def options(at: At) -> list[tuple[int, bytes]]:
    """The options of a message: type and value of those that fit; one of length 0 ends it."""
    return options_in(at.header.type, at.payload)


def options_in(kind: int, octets: bytes) -> list[tuple[int, bytes]]:
    """The same by a message's type and its octets."""
    found = []
    place, end = BODY.get(kind, len(octets)), len(octets)
    while place + 2 <= end:
        size = 8 * octets[place + 1]
        if not size or place + size > end:
            break
        found.append((octets[place], octets[place + 2 : place + size]))
        place += size
    return found


def target(at: At) -> bytes:
    """The Target Address of a solicitation, advertisement or redirect; empty where it is cut."""
    octets = at.payload[8:24]
    return octets if len(octets) == 16 else b""


class Message(Heard, eq=False, gc=False):
    """A message of Neighbor Discovery or MLD.

    target  the Target Address, or MLD's Multicast Address; empty where it is cut
    linked  it has a Source Link-layer Address option
    """

    target: bytes = b""
    linked: bool = False
    parsed: list[tuple[int, bytes]] | None = None
    layer = "icmpv6"

    @property
    def options(self) -> list[tuple[int, bytes]]:
        """Neighbor Discovery's options."""
        if self.parsed is None:
            self.parsed = options_in(self.kind, self.octets)
        return self.parsed


def message_of(at: At) -> Message | None:
    """The message of a layer; None for others, and outside of IPv6."""
    header, host = at.header, at.ip
    if header is None or (header.type not in DISCOVERY and header.type not in MLD):
        return None
    if host is None or host.name != "ipv6" or host.header is None:
        return None
    said = Message(header.type, host.header.src, host.header.dst, at.mac, at.wire, at.time,
                   at.packet.number, at.payload, at)  # fmt: skip
    said.target = target(at)
    said.linked = any(kind == SOURCE_LINK for kind, _ in said.options)
    return said


class MessageListener(Listener):
    """A rule that hears messages of ICMPv6."""

    def __call__(self, at: At) -> Iterator[Hit] | None:
        """From a tree."""
        said = at.once(message_of)
        return self.heard(said) if said is not None else None

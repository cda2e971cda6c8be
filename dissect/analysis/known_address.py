"""An address of a link: what is known of it, worked out when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from dissect.analysis.analysis import Link, Spanned
from dissect.analysis.identifiers import LINK_LOCAL, Held, Kind, kind_of, temporary
from dissect.analysis.of_link import FOREVER, SECOND
from dissect.analysis.prefixes import Advertised, Index
from dissect.analysis.table import Ref

if TYPE_CHECKING:
    from dissect.analysis.dhcp import Dhcpv6
    from dissect.analysis.exchanges import Lease
    from dissect.analysis.neighbour import Neighbour
    from dissect.analysis.neighbours import Neighbours
    from dissect.analysis.traffic import Talk


class Draft(NamedTuple):
    """An address, where it is (empty if nobody knows), and what tells of it.

    talks  what it sent
    """

    link: Link
    address: bytes
    mac: bytes
    one: Neighbour | None
    lease: Lease | None
    talks: list[Talk]

    @property
    def is_proved(self) -> bool:
        """Whether Neighbor Discovery, ARP or DHCP has told it."""
        return self.one is not None or self.lease is not None

    @property
    def span(self) -> tuple[int, int]:
        """Numbers of the first and the last packet that tell of it, all of its link's file."""
        one = self.one
        if one is not None and self.lease is None and not self.talks:
            return one.begun, one.latest
        told = [it for it in (one, self.lease, *self.talks) if it is not None]
        return min(it.begun for it in told), max(it.latest for it in told)


@dataclass
class Around:
    """What an address is held against.

    all    all addresses
    lasts  of IPv6 addresses at a MAC of a link, which random ones are temporary or stable
    """

    neighbours: Neighbours
    dhcpv6: Dhcpv6
    prefixes: Index
    all: list[Address] = field(default_factory=list)
    lasts: dict[tuple[Link, bytes], dict[bytes, str]] = field(default_factory=dict)

    @cached_property
    def by_mac(self) -> dict[tuple[Link, bytes], list[Address]]:
        """All addresses at each MAC of a link."""
        found: dict[tuple[Link, bytes], list[Address]] = {}
        for one in self.all:
            found.setdefault((one.link, one.mac), []).append(one)
        return found

    def lasts_at(self, link: Link, mac: bytes) -> dict[bytes, str]:
        """``lasts`` of one MAC."""
        key = link, mac
        if key not in self.lasts:
            self.lasts[key] = temporary(
                Held(one.address, one.kind.word, one.told, one.draft.lease is not None)
                for one in self.by_mac[key] if one.is_ipv6
            )  # fmt: skip
        return self.lasts[key]


class Address(Spanned):
    """An address of a link, and what is known of it."""

    def __init__(self, draft: Draft, around: Around) -> None:
        self.draft, self._around = draft, around
        self.link, self.address, self.mac = draft[:3]
        self.begun, self.latest = draft.span

    @property
    def packets(self) -> int:
        """How many it sent."""
        return sum(talk.packets for talk in self.draft.talks)

    @property
    def octets(self) -> int:
        """How many it sent."""
        return sum(talk.octets for talk in self.draft.talks)

    @property
    def is_ipv6(self) -> bool:
        """Else it is one of IPv4."""
        return len(self.address) == 16

    @property
    def is_local(self) -> bool:
        """IPv6's link-local addresses don't leave the link."""
        return self.address[:2] == LINK_LOCAL

    @property
    def is_duplicate(self) -> bool:
        """Somebody else has it, said a check."""
        one = self.draft.one
        return one is not None and not one.macs and bool(one.checks) and self.state == "duplicate"

    @property
    def told(self) -> tuple[int, int]:
        """What sorts addresses by when Neighbor Discovery told of them."""
        one = self.draft.one
        return (0, 0) if one is None else order(one.first)

    @property
    def held(self) -> Held:
        """For a verdict."""
        is_lent = self.draft.lease is not None
        return Held(self.address, self.kind.word, order(self.first), is_lent)

    @property
    def prefix(self) -> Advertised | None:
        """The longest advertised one that it is in."""
        return self._around.prefixes.longest(self.link, self.address) if self.is_ipv6 else None

    @cached_property
    def kind(self) -> Kind:
        """Of its interface identifier."""
        return kind_of(self.address, self.mac) if self.is_ipv6 else Kind("ipv4", "IPv4", False)

    @property
    def lasts(self) -> str:
        """Of a random one: temporary or stable, probably; empty of others."""
        if not self.is_ipv6 or not self.mac:
            return ""
        return self._around.lasts_at(self.link, self.mac).get(self.address, "")

    @cached_property
    def origin(self) -> str:
        """link-local, slaac, dhcpv6, dhcp, by hand, unknown."""
        address = self.address
        if self.draft.lease is not None:
            return "dhcpv6" if self.is_ipv6 else "dhcp"
        if self.is_local or (address[:2] == b"\xa9\xfe" and len(address) == 4):
            return "link-local"
        by_hand = ("words", "low-byte", "ipv4", "port", "pattern")
        if self.is_ipv6 and self.kind.word in by_hand:
            return "by hand"
        return "slaac" if self.prefix is not None and self.prefix.said.autonomous else "unknown"

    @cached_property
    def state(self) -> str:
        """At the end of the capture, as far as it shows (RFC 4862, section 2).

        tentative, duplicate, preferred, deprecated, invalid, unknown
        """
        one, lease, prefix = self.draft.one, self.draft.lease, self.prefix
        neighbours = self._around.neighbours
        if one is not None and not one.macs and one.checks:
            outcome = one.checks[-1].outcome(neighbours.now(one.link))
            if outcome != "unique":
                return "duplicate" if outcome == "conflict" else "tentative"
        if lease is not None:
            return self._lent(lease)
        if self.is_local:
            return "preferred"
        if prefix is not None and prefix.said.autonomous:
            return prefix.state(neighbours.now(prefix.link))
        return "unknown"

    def _lent(self, lease: Lease) -> str:
        now = self._around.dhcpv6.now(lease.link)
        if lease.state(now) != "bound":
            return "invalid"
        preferred = lease.lent.preferred
        if preferred is None or preferred == FOREVER or not lease.given_ns:
            return "preferred"
        return "preferred" if now < lease.given_ns + preferred * SECOND else "deprecated"


def order(ref: Ref) -> tuple[int, int]:
    """What packets are sorted by."""
    return (ref.file, ref.number)

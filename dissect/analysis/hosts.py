"""Hosts: all that the other analyses know of one, on one page.

A host is a MAC on a link; where frames have none, an address that was seen to send.  Beyond the
link there are no hosts, only addresses that those on it talk to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dissect.address.mac import GROUP, mac_meaning, vendor
from dissect.analysis.analysis import Analysis, Link, Spanned, forgotten
from dissect.analysis.identifiers import Verdict, verdict
from dissect.analysis.known_address import Address, order
from dissect.analysis.moments import Moment, moments
from dissect.analysis.of_link import FIRST, LAST, LINK, MAC, Tick, link_text
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Row, RowsOf, Table
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.analysis.addresses import Addresses
    from dissect.analysis.exchanges import Lease
    from dissect.analysis.groups import Groups
    from dissect.analysis.member import Member
    from dissect.analysis.routers import Routers
    from dissect.analysis.tunnel import Tunnel
    from dissect.analysis.tunnels import Tunnels

SHOWN, PARTNERS = 4, 10
"""Addresses in a cell; partners of a host in a table."""


@dataclass(slots=True)
class Partner:
    """Whom a host talks to: packets and octets each way."""

    address: bytes
    sent: int = 0
    sent_octets: int = 0
    received: int = 0
    received_octets: int = 0
    first: Ref | None = None
    last: Ref | None = None

    def add(self, packets: int, octets: int, first: Ref, last: Ref, *, is_sent: bool) -> None:
        """Some more."""
        if is_sent:
            self.sent += packets
            self.sent_octets += octets
        else:
            self.received += packets
            self.received_octets += octets
        self.first = min(self.first or first, first, key=order)
        self.last = max(self.last or last, last, key=order)


@dataclass
class Host:
    """One host.

    mac        empty where frames have none
    names      that it calls itself
    roles      router, querier, DHCPv6 server, DHCP server
    addresses  at its MAC, with their origin and life
    routers    MACs that it sends through, with their link-local addresses as far as known
    groups     that it listens to, or has left
    ends       tunnels by the addresses that are their ends, its own and others'
    leases     addresses and prefixes that it was lent
    partners   addresses that it talks to, by address
    moments    what happened to it, in time
    """

    link: Link
    mac: bytes
    names: dict[str, None] = field(default_factory=dict)
    roles: dict[str, None] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)
    routers: dict[bytes, str] = field(default_factory=dict)
    groups: list[Member] = field(default_factory=list)
    ends: dict[bytes, list[Tunnel]] = field(default_factory=dict)
    leases: list[Lease] = field(default_factory=list)
    partners: dict[bytes, Partner] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    @property
    def key(self) -> tuple[Link, bytes]:
        """What it is known by."""
        return self.link, self.mac or self.addresses[0].address

    @property
    def verdict(self) -> Verdict | None:
        """What its addresses give away."""
        return verdict([one.held for one in self.addresses if len(one.address) == 16])

    @property
    def tunnels(self) -> list[Tunnel]:
        """Those of which it is an end."""
        file = self.link.file
        return [tunnel for one in self.addresses for tunnel in self.ends.get(one.address, ())
                if tunnel.link.file == file]  # fmt: skip

    @property
    def most(self) -> list[Partner]:
        """Its partners, those of the most octets first."""
        return sorted(
            self.partners.values(),
            key=lambda one: (-one.sent_octets - one.received_octets, one.address),
        )

    @property
    def _told(self) -> list[Spanned]:
        """What tells of it."""
        return [*self.addresses, *self.groups, *self.leases]

    @property
    def first(self) -> Ref:
        """The first packet that tells of it."""
        return Ref(min(one.begun for one in self._told), self.link.file)

    @property
    def last(self) -> Ref:
        """The last packet that tells of it."""
        return Ref(max(one.latest for one in self._told), self.link.file)


Owners = dict[tuple[Link, bytes], Host]
"""Who has an address on a link."""


class Hosts(Analysis[Tick]):
    """Puts together what the analyses beneath know."""

    builds_on = (
        "dissect.analysis.addresses:Addresses", "dissect.analysis.routers:Routers",
        "dissect.analysis.groups:Groups", "dissect.analysis.tunnels:Tunnels",
    )  # fmt: skip

    def __init__(
        self, options: Options, addresses: Addresses, routers: Routers, groups: Groups,
        tunnels: Tunnels,
    ) -> None:  # fmt: skip
        super().__init__(options)
        self.addresses, self.routers, self.groups = addresses, routers, groups
        self.tunnels = tunnels
        self._made: tuple[object, list[Host]] | None = None

    def take(self, event: Tick) -> None:
        """Nothing: it has no events of its own."""

    # --- putting together ----------------------------------------------------------------------

    def hosts(self) -> list[Host]:
        """All of them, in the order of their first packets."""
        known = self.addresses.addresses()
        if self._made is None or self._made[0] is not known:
            self._made = (known, self._together(known))
        return self._made[1]

    def _together(self, known: list[Address]) -> list[Host]:
        found: dict[tuple[Link, bytes], Host] = {}
        owners: Owners = {}
        for one in known:
            if one.is_duplicate or (one.mac and one.mac[0] & GROUP):
                continue
            host = self._host(found, one.link, one.mac or one.address, one.mac)
            host.addresses.append(one)
            owners[one.link, one.address] = host
        for member in self.groups.members.entries.values():
            if member.mac:
                self._host(found, member.link, member.mac, member.mac).groups.append(member)
        for leasing in (self.addresses.dhcpv6, self.addresses.dhcp):
            for lease in leasing.leases.entries.values():
                if lease.mac:
                    host = self._host(found, lease.link, lease.mac, lease.mac)
                    host.leases.append(lease)
                    if lease.name:
                        host.names[lease.name] = None
        self._roles(found, owners)
        self._talks(owners)
        ends = self._ends(owners)
        for host in found.values():
            host.ends = ends
        for host, moment in moments(found, self.addresses, self.routers, self.groups):
            host.moments.append(moment)
        for host in found.values():
            host.moments.sort(key=lambda one: (one.time_ns, order(one.packet)))
        return sorted(found.values(), key=lambda host: order(host.first))

    def _host(
        self, found: dict[tuple[Link, bytes], Host], link: Link, key: bytes, mac: bytes
    ) -> Host:  # fmt: skip
        return found.get((link, key)) or found.setdefault((link, key), Host(link, mac))

    def _roles(self, found: dict[tuple[Link, bytes], Host], owners: Owners) -> None:
        for router in self.routers.entries.entries.values():
            for mac in router.macs:
                if (router.link, mac) in found:
                    found[router.link, mac].roles["router"] = None
        for querier in self.groups.queriers.entries.values():
            owner = owners.get((querier.link, querier.address))
            if owner is not None:
                owner.roles["querier"] = None
        by_mac = {mac: host for (_, mac), host in found.items() if host.mac}
        by_address = {address: host for (_, address), host in owners.items()}
        for leasing in (self.addresses.dhcpv6, self.addresses.dhcp):
            for exchange in leasing.exchanges.entries.values():
                for server in exchange.servers:
                    served = by_mac.get(server[-6:]) or by_address.get(server)
                    if served is not None:
                        served.roles[f"{leasing.title} server"] = None

    def _ends(self, owners: Owners) -> dict[bytes, list[Tunnel]]:
        """The tunnels of which somebody's address is an end, by that."""
        found: dict[bytes, list[Tunnel]] = {}
        addresses = {address for _, address in owners}
        for tunnel in self.tunnels.tunnels():
            for end in tunnel.step.outer:
                if end in addresses:
                    found.setdefault(end, []).append(tunnel)
        return found

    def _talks(self, owners: Owners) -> None:
        """Conversations, and the routers that they go through."""
        names: dict[tuple[Link, bytes], str] = {}
        for router in self.routers.entries.entries.values():
            for mac in router.macs:
                names.setdefault((router.link, mac), address_text(router.address))
        addresses = {address for _, address in owners}
        for talk in self.addresses.traffic.talks():
            if talk.source not in addresses and talk.destination not in addresses:
                continue
            counts = (talk.packets, talk.octets, talk.first, talk.last)
            sender = owners.get((talk.link, talk.source))
            if sender is not None and sender.mac in (b"", talk.mac):
                _partner(sender, talk.destination).add(*counts, is_sent=True)
                there = owners.get((talk.link, talk.destination))
                is_group = not talk.receiver or bool(talk.receiver[0] & GROUP)
                if not is_group and (there is None or there.mac != talk.receiver):
                    name = names.get((talk.link, talk.receiver), "")
                    sender.routers.setdefault(talk.receiver, name)
            receiver = owners.get((talk.link, talk.destination))
            if receiver is not None and receiver.mac in (b"", talk.receiver):
                _partner(receiver, talk.source).add(*counts, is_sent=False)

    # --- what comes of it ----------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """``hosts``, ``host-conversations`` or ``host-events``."""
        makers = {
            "hosts": self._hosts, "host-conversations": self._conversations,
            "host-events": self._events,
        }  # fmt: skip
        title, columns, rows = makers[name]()
        remarks = forgotten(self.addresses.neighbours.entries, "addresses")
        if self.addresses.traffic.forgotten:
            remarks.append(f"{self.addresses.traffic.forgotten:,} pairs of addresses of the fewest "
                           "octets were forgotten")  # fmt: skip
        if self.addresses.left_out:
            remarks.append(f"{self.addresses.left_out:,} addresses that are only seen as sources, "
                           "of the fewest octets, were left out")  # fmt: skip
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _hosts(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Host) -> Row:
            said = one.verdict
            shown = ", ".join(address_text(it.address) for it in one.addresses[:SHOWN])
            more = len(one.addresses) - SHOWN
            partners = one.partners.values()
            return (
                link_text(one.link), _mac(one.mac), self._vendor(one.mac),
                ", ".join(one.names) or None, ", ".join(one.roles) or None,
                shown + (f" and {more} more" if more > 0 else "") or None, len(one.addresses),
                ", ".join(name or _mac(mac) or "" for mac, name in one.routers.items()) or None,
                sum(it.listens for it in one.groups),
                sum(not it.ended for it in one.leases), len(one.tunnels), len(one.partners),
                sum(it.sent for it in partners), sum(it.sent_octets for it in partners),
                sum(it.received for it in partners), sum(it.received_octets for it in partners),
                said and said.word, len(one.moments), one.first, one.last,
            )  # fmt: skip

        columns = (
            LINK, MAC, Column("vendor", "Vendor", "text"),
            Column("name", "Name", "text", packet=True), Column("roles", "Roles", "text"),
            Column("addresses", "Addresses", "text"), Column("count", "How many"),
            Column("routers", "Through", "text"), Column("groups", "Groups"),
            Column("leases", "Leases"), Column("tunnels", "Tunnels"),
            Column("partners", "Partners"),
            Column("sent", "Sent"), Column("sent_octets", "Sent octets", "octets"),
            Column("received", "Received"),
            Column("received_octets", "Received octets", "octets"),
            Column("privacy", "Gives away", "text"), Column("events", "Events"), FIRST, LAST,
        )  # fmt: skip
        return "Hosts", columns, RowsOf(self.hosts(), row)

    def _vendor(self, mac: bytes) -> str | None:
        if not self.options.names or len(mac) != 6:
            return None
        return mac_meaning(mac) or vendor(mac[:3]) or None

    def _conversations(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(found: tuple[Host, Partner]) -> Row:
            host, one = found
            return (
                link_text(host.link), _mac(host.mac), address_text(one.address), one.sent,
                one.sent_octets, one.received, one.received_octets, one.first, one.last,
            )  # fmt: skip

        partners = ((host, one) for host in self.hosts() for one in host.most[:PARTNERS])
        columns = (
            LINK, MAC, Column("partner", "Partner", "text"), Column("sent", "Sent"),
            Column("sent_octets", "Sent octets", "octets"), Column("received", "Received"),
            Column("received_octets", "Received octets", "octets"), FIRST, LAST,
        )  # fmt: skip
        return "Whom hosts talk to most", columns, RowsOf(partners, row)

    def _events(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        found = [(moment, host) for host in self.hosts() for moment in host.moments]
        found.sort(key=lambda it: (it[0].time_ns, order(it[0].packet)))

        def row(it: tuple[Moment, Host]) -> Row:
            moment, host = it
            return (
                moment.time_ns or None, link_text(host.link), _mac(host.mac), moment.words,
                moment.packet,
            )  # fmt: skip

        columns = (
            Column("time", "Time", "time"), LINK, MAC,
            Column("event", "What", "text", packet=True), Column("packet", "Packet", "packet"),
        )  # fmt: skip
        return "What happened to hosts", columns, RowsOf(found, row)


def _partner(host: Host, address: bytes) -> Partner:
    return host.partners.get(address) or host.partners.setdefault(address, Partner(address))


def _mac(mac: bytes) -> str | None:
    return mac.hex(":") or None

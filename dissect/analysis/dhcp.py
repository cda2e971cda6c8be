"""DHCPv6 and DHCP: exchanges and how long they take, and who was lent what (RFC 9915, RFC 2131)."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean
from typing import ClassVar

from dissect.analysis.analysis import Finding, forgotten
from dissect.analysis.dhcp_messages import Message, dhcp_message, dhcpv6_message
from dissect.analysis.dhcpv6_octets import Lent
from dissect.analysis.discoveries import DHCPV6
from dissect.analysis.exchanges import Exchange, Lease
from dissect.analysis.inside import Inside
from dissect.analysis.of_link import FIRST, LAST, LINK, MAC, RULES, OfLink, link_text
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Row, Table
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

EXCHANGES, LEASES, CONFLICTS, KINDS = 50_000, 50_000, 1_000, 64
"""How many are kept."""
UNANSWERED = 3
"""Questions without an answer that are worth a warning."""


class Leasing(OfLink[Message]):
    """Exchanges and leases of a protocol.

    form     the beginning of its tables' names
    grants   answers that lend, unless they answer one of ``no_grant``
    returns  what a client says when it gives something back: how its lease ends
    """

    form: ClassVar[str]
    title: ClassVar[str]
    grants: ClassVar[str]
    no_grant: ClassVar[frozenset[str]]
    returns: ClassVar[dict[str, str]] = {"Release": "released", "Decline": "declined"}
    unasked: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.exchanges: Bounded[Exchange] = Bounded(EXCHANGES)
        self.leases: Bounded[Lease] = Bounded(LEASES)
        self._current: Bounded[Exchange] = Bounded(EXCHANGES)
        self._holders: Bounded[Lease] = Bounded(LEASES)
        self._conflicts: Bounded[tuple[Lease, Lease]] = Bounded(CONFLICTS)
        self._kinds: dict[str, int] = {}

    def learn(self, event: Message) -> None:
        """Put a message to its exchange, and see what it lends or gives back."""
        if event.kind in self._kinds or len(self._kinds) < KINDS:
            self._kinds[event.kind] = self._kinds.get(event.kind, 0) + 1
        exchange = self._exchange(event)
        exchange.add(event)
        if event.is_answer and event.kind == self.grants:
            self._answered(exchange, event)
        elif event.kind in self.returns:
            for lent in event.lent:
                self._returned(event, lent)

    def _exchange(self, event: Message) -> Exchange:
        key = (event.at.link.file, event.client, event.xid)
        one = self._current.get(key)
        if one is None or one.is_over(event):
            one = self._current.put(key, Exchange(event))
            self.exchanges.put(self.exchanges.count, one)
        return one

    def _answered(self, exchange: Exchange, event: Message) -> None:
        """What is lent counts once, wherever the answer comes past."""
        if exchange.asked in self.no_grant:
            return
        again = event.server in exchange.granted
        exchange.granted.add(event.server)
        for lent in event.lent:
            if lent.address and lent.valid is not None:
                self._lend(exchange, event, lent, again=again)

    def _lend(self, exchange: Exchange, event: Message, lent: Lent, *, again: bool) -> None:
        key = _key(event, lent)
        lease = self.leases.get(key)
        if lease is None:
            if not lent.valid:
                return
            lease = self.leases.put(key, Lease(event, lent))
        if not again or lease.renewals < 0:
            lease.give(event, lent)
        lease.mac, lease.name = lease.mac or exchange.mac, lease.name or exchange.name
        if len(event.relays) > len(lease.relays):
            lease.relays = event.relays
        if len(event.relays) < lease.nearest:
            lease.nearest, lease.link = len(event.relays), event.at.link
        place = (event.at.link.file, lent.address, lent.length)
        holder = self._holders.get(place)
        other = holder is not None and holder.client != lease.client and bool(lent.valid)
        if holder is not None and other and holder.state(event.at.time_ns) == "bound":
            self._conflicts.put(self._conflicts.count, (holder, lease))
        if not lease.ended:
            self._holders.put(place, lease)

    def _returned(self, event: Message, lent: Lent) -> None:
        """A client gives something back; it may have been given before the capture."""
        lease = self.leases.get(_key(event, lent))
        if lease is None:
            lease = self.leases.put(_key(event, lent), Lease(event, lent))
            lease.given_ns = 0
        if not lease.ended:
            lease.end(self.returns[event.kind], event.at)

    # --- what comes of it ----------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """Exchanges, leases (addresses or prefixes), servers or messages."""
        what = name.rpartition("-")[2]
        remarks = forgotten(self.exchanges, "exchanges")
        if what == "exchanges":
            columns, rows = self._exchanges()
        elif what == "servers":
            columns, rows = self._servers()
        elif what == "messages":
            columns = (Column("message", "Message", "text"), Column("packets", "Packets"))
            rows = [*self._kinds.items()]
            remarks = []
        else:
            columns, rows = self._leases(what == "prefixes")
            remarks = forgotten(self.leases, "leases")
        title = "Delegated prefixes" if what == "prefixes" else f"{self.title} {what}"
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _exchanges(self) -> tuple[tuple[Column, ...], list[Row]]:
        rows: list[Row] = []
        for one in self.exchanges.entries.values():
            where, view = one.nearest
            rows.append((
                one.begun_ns or None, link_text(where.link), _client(one.client), _mac(one.mac),
                one.xid, ", ".join(one.steps), one.outcome or None, one.failed or None,
                view.response, view.took, view.retransmissions, view.drift,
                ", ".join(map(_client, one.servers)) or None, _path(one.relays), one.first,
                one.last,
            ))  # fmt: skip
        columns = (
            Column("begun", "Begun", "time"), LINK, Column("client", "Client", "text"), MAC,
            Column("xid", "Transaction", "number"), Column("steps", "Messages", "text"),
            Column("outcome", "Last answer", "text"),
            Column("failed", "What failed", "text", packet=True),
            Column("response", "Response time", "seconds"), Column("took", "Took", "seconds"),
            Column("retransmissions", "Sent again"),
            Column("drift", "Client's clock ahead", "seconds"),
            Column("servers", "Servers", "text"), Column("relays", "Relay path", "text"),
            FIRST, LAST,
        )  # fmt: skip
        return columns, rows

    def _leases(self, prefixes: bool) -> tuple[tuple[Column, ...], list[Row]]:
        broken = {id(one) for pair in self._conflicts.entries.values() for one in pair}
        rows: list[Row] = []
        for one in self.leases.entries.values():
            lent = one.lent
            if (lent.what == "prefix") != prefixes:
                continue
            address = address_text(lent.address)
            rows.append((
                link_text(one.link), f"{address}/{lent.length}" if prefixes else address,
                lent.what, _client(one.client), _mac(one.mac), one.name or None,
                lent.association or None, one.state(self.now(one.link)), lent.t1, lent.t2,
                lent.preferred, lent.valid, one.given_ns or None, one.expires_ns,
                max(one.renewals, 0), _client(one.server) if one.server else None,
                _path(one.relays), "DHC-016" if id(one) in broken else None, one.first, one.last,
            ))  # fmt: skip
        columns = (
            LINK, Column("address", "Prefix" if prefixes else "Address", "text"),
            Column("kind", "Kind", "text"), Column("client", "Client", "text"), MAC,
            Column("name", "Name", "text", packet=True),
            Column("association", "Association", "text"), Column("state", "State", "text"),
            Column("t1", "T1 (s)", "number"), Column("t2", "T2 (s)", "number"),
            Column("preferred", "Preferred (s)", "number"), Column("valid", "Valid (s)", "number"),
            Column("given", "Given", "time"), Column("expires", "Expires", "time"),
            Column("renewals", "Renewals"), Column("server", "Server", "text"),
            Column("relays", "Relay path", "text"), RULES, FIRST, LAST,
        )  # fmt: skip
        return columns, rows

    def _servers(self) -> tuple[tuple[Column, ...], list[Row]]:
        """From all exchanges that are kept."""
        found: dict[bytes, list[Exchange]] = {}
        for one in self.exchanges.entries.values():
            for server in one.servers:
                found.setdefault(server, []).append(one)
        rows: list[Row] = []
        for server, exchanges in found.items():
            times = [time for one in exchanges if (time := one.nearest[1].response) is not None]
            rows.append((
                _client(server), len(exchanges), len({one.client for one in exchanges}),
                sum(bool(one.failed) for one in exchanges), min(times, default=None),
                fmean(times) if times else None, max(times, default=None), exchanges[0].first,
                exchanges[-1].last,
            ))  # fmt: skip
        columns = (
            Column("server", "Server", "text"), Column("exchanges", "Exchanges"),
            Column("clients", "Clients"), Column("failed", "Failed"),
            Column("min", "Least response time", "seconds"),
            Column("mean", "Mean response time", "seconds"),
            Column("max", "Most response time", "seconds"), FIRST, LAST,
        )  # fmt: skip
        return columns, rows

    def findings(self) -> Iterator[Finding]:
        """Addresses lent twice, declined or refused; questions that nobody answers."""
        for holder, lease in self._conflicts.entries.values():
            yield Finding(
                "error", "DHC-016", f"{address_text(lease.lent.address)} was lent to "
                f"{_client(lease.client)} while {_client(holder.client)} had it.",
                (holder.first, lease.last), f"{self.form}-leases",
            )  # fmt: skip
        for one in self.leases.entries.values():
            if one.ended == "declined" and one.ended_at is not None:
                yield Finding(
                    "warning", "", f"{_client(one.client)} declined "
                    f"{address_text(one.lent.address)}: somebody else has it already.",
                    (one.ended_at,), f"{self.form}-leases",
                )  # fmt: skip
        for exchange in self.exchanges.entries.values():
            yield from self._trouble(exchange)
        yield from self._several()

    def _trouble(self, one: Exchange) -> Iterator[Finding]:
        client, table = _client(one.client), f"{self.form}-exchanges"
        if one.failed:
            yield Finding(
                "warning", "", f"{self.title} {one.asked or 'message'} of {client} failed: "
                f"{one.failed}.", (one.first, one.last), table,
            )  # fmt: skip
        elif one.asked and not one.outcome and one.asked not in self.unasked:
            sent = one.nearest[1].asks.get(one.asked, 0)
            yield Finding(
                "warning" if sent >= UNANSWERED else "note", "",
                f"{client} sent {one.asked} {'once' if sent == 1 else f'{sent} times'}, and no "
                "answer was seen.", (one.first, one.last), table,
            )  # fmt: skip

    def _several(self) -> Iterator[Finding]:
        """Several servers that answer the same question."""
        for one in self.exchanges.entries.values():
            if len(one.servers) > 1:
                yield Finding(
                    "note", "DHC-016", f"{len(one.servers)} servers answer {_client(one.client)}: "
                    f"{', '.join(map(_client, one.servers))}.", (one.first, one.last),
                    f"{self.form}-servers",
                )  # fmt: skip
                return


class Dhcpv6(Leasing):
    """DHCPv6, with addresses and delegated prefixes."""

    protocols = frozenset((DHCPV6,))
    kinds = (DHCPV6,)
    form, title = "dhcpv6", "DHCPv6"
    grants = "Reply"
    no_grant = frozenset(("Release", "Decline", "Confirm", "Information-request"))

    def hear(self, message: Inside) -> Iterator[Message]:
        """The messages of clients and servers, out of those of relay agents."""
        return dhcpv6_message(message)


class Dhcp(Leasing):
    """DHCP, for IPv4; a client doesn't wait for an answer when it gives its address back."""

    protocols = frozenset(("dhcp",))
    kinds = ()
    form, title = "dhcp", "DHCP"
    grants = "ACK"
    no_grant = frozenset(("Inform",))
    unasked = frozenset(("Release", "Decline"))

    def hear(self, message: Inside) -> Iterator[Message]:
        """The messages of clients and servers."""
        return dhcp_message(message)


def _key(event: Message, lent: Lent) -> tuple[object, ...]:
    return (event.at.link.file, event.client, lent.what, lent.association, lent.address,
            lent.length)  # fmt: skip


def _client(identifier: bytes) -> str:
    """An IP address or a MAC as such, a DUID's octets as they are."""
    size = len(identifier)
    return address_text(identifier) if size in (4, 6, 16) else identifier.hex()


def _mac(mac: bytes) -> str | None:
    return mac.hex(":") if mac else None


def _path(relays: tuple[bytes, ...]) -> str | None:
    return " → ".join(map(address_text, relays)) or None

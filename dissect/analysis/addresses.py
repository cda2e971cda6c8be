"""Addresses of a link: where they come from, how long they live, what they give away.

An address is matched with the prefixes that routers advertise (RFC 4862) and with what servers lent
(RFC 9915).  That it is on the link is proved by Neighbor Discovery; one that is only seen as a
source may be behind a router, and is told as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nlargest
from typing import TYPE_CHECKING

from dissect.analysis.advertised import ADVERTISEMENT, advertised, prefix_text
from dissect.analysis.advertised import Advertised as Advertisement
from dissect.analysis.analysis import Finding, Link, forgotten
from dissect.analysis.identifiers import LINK_LOCAL, verdict
from dissect.analysis.inside import Inside
from dissect.analysis.known_address import Address, Around, Draft, order
from dissect.analysis.of_link import (
    FIRST,
    LAST,
    LINK,
    MAC,
    OfLink,
    Tick,
    link_text,
)
from dissect.analysis.options import Options
from dissect.analysis.prefixes import Advertised, Index
from dissect.analysis.table import Column, Row, RowsOf, Table
from dissect.engine.session import Table as Bounded
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.analysis.dhcp import Dhcp, Dhcpv6
    from dissect.analysis.exchanges import Lease
    from dissect.analysis.neighbour import Neighbour
    from dissect.analysis.neighbours import Neighbours
    from dissect.analysis.traffic import Talk, Traffic

PREFIXES, UNPROVED = 10_000, 4_096
"""Of all links: prefixes, and addresses that are only seen as sources."""
EUI_64 = b"\xff\xfe"
"""What is in the middle of a MAC address in an interface identifier (RFC 4291, appendix A)."""
MANY = 16
"""A MAC that sends from more addresses than these, none of them proved, is a router's."""


class Addresses(OfLink[Advertisement]):
    """Prefixes by link, and the addresses that the analyses beneath know."""

    kinds = (ADVERTISEMENT,)
    builds_on = (
        "dissect.analysis.neighbours:Neighbours", "dissect.analysis.dhcp:Dhcpv6",
        "dissect.analysis.dhcp:Dhcp", "dissect.analysis.traffic:Traffic",
    )  # fmt: skip

    def __init__(
        self, options: Options, neighbours: Neighbours, dhcpv6: Dhcpv6, dhcp: Dhcp,
        traffic: Traffic,
    ) -> None:  # fmt: skip
        super().__init__(options)
        self.neighbours, self.dhcpv6, self.dhcp = neighbours, dhcpv6, dhcp
        self.traffic = traffic
        self.prefixes: Bounded[Advertised] = Bounded(PREFIXES)
        self.left_out = 0
        self._made: list[Address] | None = None
        self._held: dict[tuple[Link, bytes], list[Address]] | None = None

    def hear(self, message: Inside) -> Iterator[Advertisement]:
        """Router advertisements."""
        return advertised(message)

    def take(self, event: Advertisement | Tick) -> None:
        """What was put together before is out of date, whatever has come."""
        self._made = self._held = None
        super().take(event)

    def learn(self, event: Advertisement) -> None:
        """Take in the prefixes of an advertisement."""
        at = event.at
        for said in event.prefixes if event.is_local else ():
            if said.network[:2] == LINK_LOCAL:
                continue  # RFC 4862, section 5.5.3 b: to be ignored
            key = (at.link, said.network, said.length)
            one = self.prefixes.get(key) or self.prefixes.put(key, Advertised(at.link, said, at))
            one.add(said, event.router, at)

    # --- putting together ----------------------------------------------------------------------

    def addresses(self) -> list[Address]:
        """All that are known, in the order of their first packets."""
        if self._made is None:
            self._made = sorted(self._together(), key=lambda one: (one.link.file, one.begun))
        return self._made

    def _together(self) -> list[Address]:
        talks: dict[tuple[Link, bytes], list[Talk]] = {}
        for talk in self.traffic.talks():
            if any(talk.source) and not _is_group(talk.source):
                talks.setdefault((talk.link, talk.source), []).append(talk)
        known = {(one.link, one.address): one for one in self.neighbours.entries.entries.values()
                 if one.macs or one.checks}  # fmt: skip
        leases = {(one.link, one.lent.address): one for one in self._leases()}
        routers = self._routers()
        drafts: list[Draft] = []
        for key in dict.fromkeys((*known, *leases)):
            one, lease, sent = known.get(key), leases.get(key), talks.pop(key, [])
            drafts.append(Draft(*key, self._mac(one, lease, sent), one, lease, sent))
        guesses: list[tuple[int, Draft]] = []
        for (link, address), sent in talks.items():
            mac = sent[0].mac
            if (link, mac, len(address)) not in routers:
                octets = sum(talk.octets for talk in sent)
                guesses.append((octets, Draft(link, address, mac, None, None, sent)))
        largest = nlargest(UNPROVED, guesses, key=lambda guess: guess[0])
        self.left_out = len(guesses) - len(largest)
        drafts += [draft for _, draft in largest]
        around = Around(self.neighbours, self.dhcpv6, Index(self.prefixes))
        around.all += [Address(draft, around) for draft in drafts]
        return around.all

    def _leases(self) -> Iterator[Lease]:
        for leasing in (self.dhcpv6, self.dhcp):
            for lease in leasing.leases.entries.values():
                if lease.lent.what != "prefix" and lease.ended != "declined":
                    yield lease

    def _routers(self) -> set[tuple[Link, bytes, int]]:
        """Links, MACs and sizes of addresses: what is behind these isn't on the link.

        They say that they are routers, have an address of that size that is proved (then others
        would be, too), or send from more addresses than a host has.
        """
        found: set[tuple[Link, bytes, int]] = set()
        proved: set[tuple[Link, bytes]] = set()
        for one in self.neighbours.entries.entries.values():
            proved.add((one.link, one.address))
            if one.is_router:
                found |= {(one.link, mac, 16) for mac in one.macs}
            elif one.address[:2] != LINK_LOCAL:
                found |= {(one.link, mac, len(one.address)) for mac in one.macs}
        sources: dict[tuple[Link, bytes, int], set[bytes]] = {}
        for talk in self.traffic.talks():
            if (talk.link, talk.source) not in proved and talk.mac:
                key = (talk.link, talk.mac, len(talk.source))
                sources.setdefault(key, set()).add(talk.source)
        return found | {key for key, several in sources.items() if len(several) > MANY}

    def _mac(self, one: Neighbour | None, lease: Lease | None, talks: list[Talk]) -> bytes:
        if one is not None:
            mac = one.owner(self.neighbours.now(one.link))
            if mac:
                return mac
        if lease is not None and lease.mac:
            return lease.mac
        return talks[0].mac if talks else b""

    # --- what comes of it ----------------------------------------------------------------------

    def table(self, name: str) -> Table:
        """``prefixes``, ``addresses`` or ``privacy-verdicts``."""
        if name == "prefixes":
            title, columns, rows = self._prefixes()
            remarks = forgotten(self.prefixes, "prefixes")
        else:
            makers = {"addresses": self._addresses, "privacy-verdicts": self._verdicts}
            title, columns, rows = makers[name]()
            remarks = forgotten(self.neighbours.entries, "addresses")
            if self.traffic.forgotten:
                remarks.append(f"{self.traffic.forgotten:,} pairs of addresses of the fewest "
                               "octets were forgotten: addresses may be missing")  # fmt: skip
            if self.left_out:
                remarks.append(f"{self.left_out:,} addresses that are only seen as sources, of "
                               "the fewest octets, were left out")  # fmt: skip
            if name == "addresses":
                remarks.append("kinds, and what is temporary or stable, are likely, not sure")
        return Table(name, title, columns, rows[: self.options.top], len(rows), remarks)

    def _prefixes(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        members = Counter(id(one.prefix) for one in self.addresses())

        def row(prefix: Advertised) -> Row:
            said = prefix.said
            flags = "".join(
                letter for letter, flag in
                zip("LAR", (said.on_link, said.autonomous, said.router_address), strict=True)
                if flag
            )  # fmt: skip
            return (
                link_text(prefix.link), prefix_text(*prefix.network),
                ", ".join(map(address_text, prefix.routers)), flags or None, said.valid,
                said.preferred, prefix.preferred_until, prefix.valid_until,
                prefix.state(self.neighbours.now(prefix.link)), members[id(prefix)],
                prefix.adverts, prefix.first, prefix.last,
            )  # fmt: skip

        columns = (
            LINK, Column("prefix", "Prefix", "text"), Column("routers", "Routers", "text"),
            Column("flags", "Flags", "text"), Column("valid", "Valid (s)", "number"),
            Column("preferred", "Preferred (s)", "number"),
            Column("preferred_until", "Preferred until", "time"),
            Column("valid_until", "Valid until", "time"), Column("state", "At the end", "text"),
            Column("addresses", "Addresses"), Column("adverts", "Advertisements"), FIRST, LAST,
        )  # fmt: skip
        return "Prefixes", columns, RowsOf(self.prefixes.entries.values(), row)

    def _addresses(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(one: Address) -> Row:
            return (
                link_text(one.link), address_text(one.address),
                one.mac.hex(":") or None, one.prefix and prefix_text(*one.prefix.network),
                one.kind.word, one.lasts or None, one.origin, one.state,
                "yes" if one.draft.is_proved else "no", one.packets, one.octets, one.first,
                one.last,
            )  # fmt: skip

        columns = (
            LINK, Column("address", "Address", "text"), MAC, Column("prefix", "Prefix", "text"),
            Column("identifier", "Identifier", "text"), Column("lasts", "Lasts", "text"),
            Column("origin", "Origin", "text"), Column("state", "At the end", "text"),
            Column("proved", "On the link", "text"), Column("packets", "Sent packets"),
            Column("octets", "Sent octets", "octets"), FIRST, LAST,
        )  # fmt: skip
        return "Addresses", columns, RowsOf(self.addresses(), row)

    def held(self) -> dict[tuple[Link, bytes], list[Address]]:
        """IPv6 addresses by link and MAC."""
        known = self.addresses()
        if self._held is None:
            self._held = {}
            for one in known:
                if one.mac and one.is_ipv6 and not one.is_duplicate:
                    self._held.setdefault((one.link, one.mac), []).append(one)
        return self._held

    def _verdicts(self) -> tuple[str, tuple[Column, ...], Sequence[Row]]:
        def row(found: tuple[list[Address], list[Address]]) -> Row:
            several, wide = found
            said = verdict([one.held for one in several])
            assert said is not None  # some of its addresses leave the link
            return (
                link_text(wide[0].link), wide[0].mac.hex(":"), said.word, said.words, len(wide),
                min((one.first for one in wide), key=order),
                max((one.last for one in wide), key=order),
            )  # fmt: skip

        hosts = self.held().values()
        found = ((several, [one for one in several if not one.is_local]) for several in hosts)
        columns = (
            LINK, MAC, Column("verdict", "Verdict", "text"), Column("reason", "Because", "text"),
            Column("addresses", "Addresses"), FIRST, LAST,
        )  # fmt: skip
        rows = RowsOf((both for both in found if both[1]), row)
        return "What addresses give away", columns, rows

    def findings(self) -> Iterator[Finding]:
        """Hosts whose MAC is in their addresses, all together."""
        found = [
            (mac, one)
            for (_, mac), several in self.held().items()
            for one in several
            if one.address[11:13] == EUI_64 and not one.is_local and one.kind.word == "eui64"
        ]
        macs = dict.fromkeys(mac for mac, _ in found)
        if macs:
            names = ", ".join(mac.hex(":") for mac in list(macs)[:3])
            who = "1 host has its" if len(macs) == 1 else f"{len(macs)} hosts have their"
            yield Finding(
                "note", "", f"{who} MAC address in addresses that leave the link, and can be "
                f"followed by it from network to network: {names}"
                f"{' and others' if len(macs) > 3 else ''}.",
                tuple(one.first for _, one in found[:3]), "privacy-verdicts",
            )  # fmt: skip


def _is_group(address: bytes) -> bool:
    return address[0] == 0xFF if len(address) == 16 else address[0] >> 4 == 0xE

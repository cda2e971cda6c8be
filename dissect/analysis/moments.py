"""The timeline of hosts: what the analyses know to have happened, each at its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dissect.analysis.of_link import SECOND
from dissect.analysis.table import Ref
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.analysis.addresses import Addresses
    from dissect.analysis.analysis import Link
    from dissect.analysis.groups import Groups
    from dissect.analysis.routers import Routers

H = TypeVar("H")
PERIODS = 50
"""Of one router: values that it changed."""


class Moment(NamedTuple):
    """Something that happened; ``time_ns`` is since 1970, 0 where the file has no times.

    said  what, with ``{}`` where ``address`` is to stand if there is one
    """

    time_ns: int
    said: str
    packet: Ref
    address: bytes = b""

    @property
    def words(self) -> str:
        """What happened, for people."""
        return self.said.format(address_text(self.address)) if self.address else self.said


def moments(
    hosts: Mapping[tuple[Link, bytes], H], addresses: Addresses, routers: Routers, groups: Groups
) -> Iterator[tuple[H, Moment]]:
    """Those of each host, in no particular order."""
    for link, mac, moment in _all(addresses, routers, groups):
        host = hosts.get((link, mac))
        if host is not None:
            yield host, moment


def _all(
    addresses: Addresses, routers: Routers, groups: Groups
) -> Iterator[tuple[Link, bytes, Moment]]:
    yield from _neighbours(addresses)
    yield from _leases(addresses)
    yield from _routers(routers)
    for member in groups.members.entries.values():
        link, mac, group = member.link, member.mac, member.group
        yield link, mac, Moment(member.joined_ns, "listens to {}", member.first, group)
        if member.left is not None:
            yield link, mac, Moment(member.left_ns, "leaves {}", member.left, group)


def _neighbours(addresses: Addresses) -> Iterator[tuple[Link, bytes, Moment]]:
    """Checks for duplicates, conflicts and moves."""
    neighbours = addresses.neighbours
    for one in neighbours.entries.entries.values():
        link, address = one.link, one.address
        for check in one.checks:
            yield link, check.mac, Moment(check.begun_ns, "checks {}", check.first, address)
            if check.objection is not None:
                lost = Moment(check.ended_ns, "can't have {}", check.objection, address)
                yield link, check.mac, lost
            elif check.outcome(neighbours.now(link)) == "unique":
                yield link, check.mac, Moment(check.passes_ns, "has {}", check.last, address)
    for change in neighbours.changes.entries.values():
        at, address = change.at, change.address
        link, time_ns, ref = at.link, at.time_ns, at.ref
        if change.what == "moved":
            yield link, change.mac, Moment(time_ns, "takes {} over", ref, address)
            away = f"loses {{}} to {change.mac.hex(':')}"
            yield link, change.other, Moment(time_ns, away, ref, address)
        elif change.what == "conflict":
            words = f"defends {{}} against {change.mac.hex(':')}"
            yield link, change.other, Moment(time_ns, words, ref, address)
        else:
            yield link, change.mac, Moment(time_ns, change.what, ref)


def _leases(addresses: Addresses) -> Iterator[tuple[Link, bytes, Moment]]:
    """What was lent, renewed and given back; questions that failed."""
    for leasing in (addresses.dhcpv6, addresses.dhcp):
        for lease in leasing.leases.entries.values():
            lent = lease.lent
            text = address_text(lent.address)
            text += f"/{lent.length}" if lent.what == "prefix" else ""
            if lease.given_ns:
                yield lease.link, lease.mac, Moment(lease.begun_ns, f"is lent {text}", lease.first)
            if lease.renewals > 0 and not lease.ended:
                words = f"renews {text}"
                yield lease.link, lease.mac, Moment(lease.given_ns, words, lease.last)
            if lease.ended_at is not None:
                words = f"{text} is {lease.ended}"
                yield lease.link, lease.mac, Moment(lease.ended_ns, words, lease.ended_at)
        for exchange in leasing.exchanges.entries.values():
            where, _ = exchange.nearest
            if exchange.failed:
                words = f"{exchange.asked or leasing.title} fails: {exchange.failed}"
                yield where.link, exchange.mac, Moment(exchange.begun_ns, words, exchange.last)


def _routers(routers: Routers) -> Iterator[tuple[Link, bytes, Moment]]:
    """The first advertisement, and what changed after it."""
    for router in routers.entries.entries.values():
        mac = next(iter(router.macs), b"")
        if router.adverts:
            words = f"advertises itself as router {address_text(router.address)}"
            yield router.link, mac, Moment(router.begun_ns, words, router.first)
        periods = [it for it in router.periods if it.since_ns - router.begun_ns > SECOND // 1000]
        for period in periods[:PERIODS]:
            words = f"advertises {period.parameter.name}: {period.parameter.text}"
            yield router.link, mac, Moment(period.since_ns, words, period.first)

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
    """Something that happened; ``time_ns`` is since 1970, 0 where the file has no times."""

    time_ns: int
    words: str
    packet: Ref


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
        group = address_text(member.group)
        joined = Moment(member.joined_ns, f"listens to {group}", member.first)
        yield member.link, member.mac, joined
        if member.left is not None:
            yield member.link, member.mac, Moment(member.left_ns, f"leaves {group}", member.left)


def _neighbours(addresses: Addresses) -> Iterator[tuple[Link, bytes, Moment]]:
    """Checks for duplicates, conflicts and moves."""
    neighbours = addresses.neighbours
    for one in neighbours.entries.entries.values():
        text = address_text(one.address)
        for check in one.checks:
            yield one.link, check.mac, Moment(check.begun_ns, f"checks {text}", check.first)
            if check.objection is not None:
                lost = Moment(check.ended_ns, f"can't have {text}", check.objection)
                yield one.link, check.mac, lost
            elif check.outcome(neighbours.now(one.link)) == "unique":
                yield one.link, check.mac, Moment(check.passes_ns, f"has {text}", check.last)
    for change in neighbours.changes.entries.values():
        link, text = change.at.link, address_text(change.address)
        if change.what == "moved":
            here = Moment(change.at.time_ns, f"takes {text} over", change.at.ref)
            yield link, change.mac, here
            away = Moment(change.at.time_ns, f"loses {text} to {change.mac.hex(':')}", here.packet)
            yield link, change.other, away
        elif change.what == "conflict":
            words = f"defends {text} against {change.mac.hex(':')}"
            yield link, change.other, Moment(change.at.time_ns, words, change.at.ref)
        else:
            yield link, change.mac, Moment(change.at.time_ns, change.what, change.at.ref)


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

"""Prefixes that routers advertise, with their lifetimes counted down (RFC 4861, section 4.6.2;
RFC 4862, section 5.5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect.address.prefix import Prefix as Network
from dissect.analysis.of_link import FOREVER, SECOND

if TYPE_CHECKING:
    from dissect.analysis.advertised import Prefix
    from dissect.analysis.analysis import Link, Place
    from dissect.engine.session import Table as Bounded

ROUTERS, LENGTHS = 8, 16
"""Of a prefix; of the prefixes of a link that addresses are looked for in."""
TWO_HOURS_NS = 7200 * SECOND
"""An advertisement that isn't authenticated can't cut the valid lifetime of an address below it
(RFC 4862, section 5.5.3 e)."""


class Advertised:
    """A prefix on a link; times are ns since 1970, None: for ever."""

    def __init__(self, link: Link, said: Prefix, at: Place) -> None:
        self.link = link
        self.network = Network.of(said.network, said.length)
        self.routers: dict[bytes, None] = {}
        self.first = self.last = at.ref
        self.adverts = 0
        self.said = said
        self.preferred_until: int | None = 0
        self.valid_until: int | None = 0

    def add(self, said: Prefix, router: bytes, at: Place) -> None:
        """It is advertised."""
        now = at.time_ns
        self.adverts += 1
        self.said, self.last = said, at.ref
        if len(self.routers) < ROUTERS:
            self.routers[router] = None
        self.preferred_until = _end(now, said.preferred)
        told = _end(now, said.valid)
        least = self.valid_until
        if self.adverts > 1 and told is not None:
            if least is None or least - now > TWO_HOURS_NS:
                least = now + TWO_HOURS_NS
            told = max(told, least)
        self.valid_until = told

    def state(self, now_ns: int) -> str:
        """Of an address in it, once it is known to be unique (RFC 4862, section 5.5.4)."""
        if not now_ns:
            return "unknown"
        if self.valid_until is not None and now_ns >= self.valid_until:
            return "invalid"
        if self.preferred_until is not None and now_ns >= self.preferred_until:
            return "deprecated"
        return "preferred"


class Index:
    """Prefixes to find the longest one that holds an address, of so many lengths at most."""

    def __init__(self, prefixes: Bounded[Advertised]) -> None:
        self._of: dict[Link, dict[int, dict[int, Advertised]]] = {}
        """By link, by the bits behind the prefix, by the number that the bits before them are."""
        for one in prefixes.entries.values():
            network, length = one.network
            by_length = self._of.setdefault(one.link, {})
            if len(by_length) < LENGTHS or 128 - length in by_length:
                number = int.from_bytes(network) >> 128 - length
                by_length.setdefault(128 - length, {})[number] = one
        self._of = {link: dict(sorted(found.items())) for link, found in self._of.items()}

    def longest(self, link: Link, address: bytes) -> Advertised | None:
        """The prefix of an IPv6 address; None if there is none."""
        number = int.from_bytes(address)
        for behind, by_number in self._of.get(link, {}).items():
            found = by_number.get(number >> behind)
            if found is not None:
                return found
        return None


def _end(now_ns: int, lifetime: int) -> int | None:
    return None if lifetime == FOREVER else now_ns + lifetime * SECOND

"""What an address's interface identifier was made from, and what that gives away (RFC 7721).

Nobody can tell by one address whether a random identifier lasts.  Of several on one MAC and prefix
the first is taken for the one that lasts (RFC 7217), the others for temporary ones (RFC 8981);
beside an identifier that isn't random all are taken for temporary.  It is a guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from dissect.address.interface import identifier_of
from dissect.address.special import block_of

PRIVATE = frozenset(("random",))
LASTING = ("eui64", "words", "low-byte", "ipv4", "port", "pattern")
LINK_LOCAL = b"\xfe\x80"
"""How link-local addresses begin (RFC 4291, section 2.5.6)."""


class Kind(NamedTuple):
    """Of an identifier: a word for programs, and a sentence's part for people.

    is_guess  it is likely, not sure
    """

    word: str
    words: str
    is_guess: bool


@lru_cache(maxsize=65536)
def kind_of(address: bytes, mac: bytes) -> Kind:
    """By the address itself and the MAC that it is at."""
    block = block_of(address)
    if not block.has_interface:
        return Kind(block.kind, block.name, False)
    found = identifier_of(address[8:])
    if block.kind == "teredo":
        return Kind("teredo", block.name, False)
    if found.kind == "eui64":
        if found.value == mac:
            return Kind("eui64", "the MAC address, as modified EUI-64", False)
        words = "of another MAC address, or random with ff:fe by chance"
        return Kind("eui64-other", words, True)
    return Kind(found.kind, found.words, found.guess)


class Held(NamedTuple):
    """An address at a MAC; ``prefix`` are its first 64 bits, ``begun`` orders by first sight."""

    address: bytes
    kind: str
    begun: tuple[int, int]
    is_lent: bool

    @property
    def prefix(self) -> bytes:
        """The network part."""
        return self.address[:8]

    @property
    def is_local(self) -> bool:
        """Link-local addresses don't leave the link, and give nothing away beyond it."""
        return self.address[:2] == LINK_LOCAL


def temporary(held: Iterable[Held]) -> dict[bytes, str]:
    """Of the random ones among a MAC's addresses: ``temporary`` or ``stable``, probably."""
    found: dict[bytes, str] = {}
    by_prefix: dict[bytes, list[Held]] = {}
    for one in held:
        by_prefix.setdefault(one.prefix, []).append(one)
    for several in by_prefix.values():
        lasting = any(one.kind not in PRIVATE and not one.is_lent for one in several)
        for one in sorted(several, key=lambda it: it.begun):
            if one.kind in PRIVATE and not one.is_lent:
                found[one.address] = "temporary" if lasting else "stable"
                lasting = True
    return found


class Verdict(NamedTuple):
    """What a host's addresses give away."""

    word: str
    words: str


def verdict(held: list[Held]) -> Verdict | None:
    """Of a MAC's addresses; None if it has none that leave the link."""
    wide = [one for one in held if not one.is_local]
    if not wide:
        return None
    lasts = temporary(wide)
    changing = any(word == "temporary" for word in lasts.values())
    beside = ", though it has temporary addresses too" if changing else ""
    if any(one.kind == "eui64" for one in wide):
        return Verdict("mac", f"its MAC address is in its addresses: it can be followed from "
                       f"network to network, and its vendor is known{beside}")  # fmt: skip
    identifiers: dict[bytes, set[bytes]] = {}
    for one in wide:
        identifiers.setdefault(one.address[8:], set()).add(one.prefix)
    if any(len(prefixes) > 1 for prefixes in identifiers.values()):
        return Verdict("constant", "the same identifier is in several prefixes: it can be "
                       f"followed from network to network{beside}")  # fmt: skip
    if all(one.is_lent for one in wide):
        return Verdict("lent", "its addresses were lent by a server, which knows them")
    if any(one.kind not in PRIVATE and not one.is_lent for one in wide):
        return Verdict("by-hand", f"its address looks as if given by hand: it lasts{beside}")
    if changing:
        return Verdict("temporary", "its identifiers are random, and some change with time")
    return Verdict("stable", "its identifiers are random, one for each prefix: it can be followed "
                   "within a network, not from one to the next")  # fmt: skip

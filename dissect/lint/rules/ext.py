"""Extension headers and their options (RFC 8200, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from dissect.lint.addresses import is_multicast
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.rule import Hit, Hits, Like, alike, rule, suspects
from dissect.protocols.codes.ipv6_options import OPTIONS
from dissect.protocols.ipv6_options.reader import KNOWN
from dissect.verdict import Level

HOP, DEST, ROUTING, FRAGMENT, AH, ESP = (
    "ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "ah", "esp",
)  # fmt: skip
NAMES = {
    HOP: "Hop-by-Hop Options", DEST: "Destination Options", ROUTING: "Routing",
    FRAGMENT: "Fragment", AH: "AH", ESP: "ESP",
}  # fmt: skip
RANK = {HOP: 0, ROUTING: 2, FRAGMENT: 3, AH: 4, ESP: 5}
"""The recommended order; Destination Options have two places, 1 and 6."""
OPTIONS_IN = (HOP, DEST)
PAD1, PADN, JUMBO, ALERT, TEL, HOME = 0, 1, 0xC2, 5, 4, 0xC9
LENGTHS = {JUMBO: 4, ALERT: 2, TEL: 1, HOME: 16}
ALIGNED = {JUMBO: (4, 2), ALERT: (2, 0), HOME: (8, 6)}
"""xn+y of options, from the RFC of each: 2675 section 2, 2711 section 2.1, 6275 section 6.3."""
ONLY_IN = {JUMBO: HOP, ALERT: HOP, HOME: DEST, TEL: DEST}
ENDPOINT = 0x8A
"""Endpoint Identification, deprecated."""
MOST_PADDING = 7
ACTIONS = {
    1: "discard the packet", 2: "discard it and send a Parameter Problem",
    3: "discard it and, unless its destination is a group, send a Parameter Problem",
}  # fmt: skip


class Option(NamedTuple):
    """An option in a header: type, what its length says, its data as far as it is there, where."""

    kind: int
    length: int
    data: bytes
    at: int

    @property
    def name(self) -> str:
        """IANA's name, or the number."""
        return OPTIONS.get(self.kind) or f"option {self.kind:#04x}"

    @property
    def fits(self) -> bool:
        """Whether its data end in the header."""
        return len(self.data) == self.length


def options(at: At) -> Iterator[Option]:
    """The options of a header, Pad1 among them, up to the header's end or the payload's."""
    octets = at.payload
    end = min(8 * octets[1] + 8, len(octets)) if len(octets) > 1 else 0
    place = 2
    while place < end:
        kind = octets[place]
        if kind == PAD1:
            yield Option(kind, 0, b"", place)
            place += 1
            continue
        length = octets[place + 1] if place + 1 < end else 1
        yield Option(kind, length, octets[place + 2 : min(place + 2 + length, end)], place)
        place += 2 + length


def chain_of(at: At) -> list[At]:
    """The extension headers of an IPv6 header, with ESP if it ends them."""
    found = [one for one in at.extensions if one.name in NAMES]
    carried = at.carried
    if carried is not None and carried.name == ESP:
        found.append(carried)
    return found


@rule(
    "EXT-001", Level.ERROR, "RFC 8200, sections 4.1 and 4.3",
    "Hop-by-Hop Options not right behind the IPv6 header",
    why="Routers only look for them there; a receiver discards the packet with a Parameter "
        "Problem.",
    fix="Put all hop-by-hop options into one header, the first one.",
    on=HOP, field="ipv6.hopopts", quoted=True,
)  # fmt: skip
def hop_by_hop_later(at: At) -> Hits:
    """Also a second one."""
    if at.noted("ipv6.hopopts.not_first"):
        number = sum(one.name in NAMES for one in at.chain) + 1
        yield Hit(f"Hop-by-Hop Options header at position {number} of the chain", field="")


@rule(
    "EXT-002", Level.WARNING, "RFC 8200, section 4.1",
    "Extension headers out of the recommended order",
    why="Receivers must take any order, but senders are strongly advised to keep this one: "
        "hardware and firewalls expect it, and drop others.",
    fix="Hop-by-Hop, Destination (for the first), Routing, Fragment, AH, ESP, Destination.",
    on="ipv6", field="ipv6.nxt",
)  # fmt: skip
def order(at: At) -> Hits:
    """Destination Options before a Routing header are the first ones, others the last.

    A Home Address option stands behind Routing, before Fragment, AH and ESP (RFC 6275, 6.3).
    """
    chain = at.once(chain_of)
    if len(chain) < 2:
        return
    ranks = [_rank(one, chain[place:]) for place, one in enumerate(chain)]
    if any(first > second for first, second in pairwise(ranks)):
        yield Hit("Extension headers out of recommended order: "
                  + ", ".join(NAMES[one.name] for one in chain))  # fmt: skip


def _rank(one: At, behind: list[At]) -> float:
    if one.name in RANK:
        return RANK[one.name]
    if any(other.name == ROUTING for other in behind):
        return 1
    return 2.5 if any(option.kind == HOME for option in options(one)) else 6


@rule(
    "EXT-003", Level.WARNING, "RFC 8200, section 4.1", "Extension header more often than once",
    why="Each header comes once, Destination Options twice at most.  Repeated ones serve to pass "
        "filters that look at the first only.",
    fix="Send one header with all options; don't fragment a fragment.",
    on="ipv6", field="ipv6.nxt", quoted=True,
)  # fmt: skip
def repeated(at: At) -> Hits:
    """Hop-by-Hop Options are EXT-001's."""
    chain = [one.name for one in at.once(chain_of)]
    for name, most in ((ROUTING, 1), (FRAGMENT, 1), (AH, 1), (ESP, 1), (DEST, 2)):
        if chain.count(name) > most:
            yield Hit(f"{NAMES[name]} header occurs {chain.count(name)} times")


@rule(
    "EXT-004", Level.ERROR, "RFC 8200, section 4", "Extension header past the end of the packet",
    why="Its length says that it ends behind the packet.  Receivers drop what they can't read.",
    fix="Set Hdr Ext Len (8 octets, without the first) and AH's length (4 octets, less 2).",
    on=(HOP, DEST, ROUTING, AH), whole=True,
)  # fmt: skip
def too_long(at: At) -> Hits:
    """By the bounds that Payload Length gives; first fragments may end early (FRG-005)."""
    octets = at.payload
    if len(octets) < 2 or at.part:
        return
    size = 4 * octets[1] + 8 if at.name == AH else 8 * octets[1] + 8
    if size > len(octets):
        field = "ah.length" if at.name == AH else f"{at.name}.len"
        yield Hit(f"{NAMES[at.name]} header of {size} octets runs past the packet, which has "
                  f"{len(octets)} more", field=field)  # fmt: skip


@rule(
    "EXT-005", Level.ERROR, "RFC 8200, section 4.2", "Option of impossible length",
    why="The option ends behind its header, or hasn't the length that its definition gives it.  "
        "Everything behind it is read wrongly.",
    fix="Set Opt Data Len by the option's RFC.",
    on=OPTIONS_IN, field="ipv6.opt.length", quoted=True, whole=True,
)  # fmt: skip
def option_length(at: At) -> Hits:
    """Of the options whose length is fixed."""
    if at.part and len(at.payload) < 8 * at.payload[1] + 8:
        return
    for one in options(at):
        expected = LENGTHS.get(one.kind)
        if not one.fits:
            yield Hit(f"Option {one.kind:#04x} length {one.length} runs past the header")
        elif expected is not None and one.length != expected:
            yield Hit(f"Option {one.kind:#04x} length {one.length} invalid, must be {expected}")


@rule(
    "EXT-006", Level.WARNING, "RFC 8200, section 4.2; RFC 4942, section 2.1.9.5",
    "Padding that carries something",
    why="Padding is zeros.  Other octets are a hidden channel; long padding, or a header of "
        "padding alone, pushes what matters out of a filter's sight.",
    fix="Fill PadN with zeros, at most 7 octets of padding in a row (RFC 8504, section 5.3).",
    on=OPTIONS_IN, field="ipv6.opt.padn",
)  # fmt: skip
def padding(at: At) -> Hits:
    """Only notes where it is just long."""
    run, only, longest = 0, True, 0
    for one in options(at):
        if one.kind == PAD1:
            run += 1
        elif one.kind == PADN:
            run += 2 + one.length
            if any(one.data):
                yield Hit(f"PadN carries non-zero data: {one.data[:8].hex(' ')}")
        else:
            run, only = 0, False
        longest = max(longest, run)
    if longest > MOST_PADDING:
        yield Hit(f"{longest} octets of padding in a row", level=Level.NOTE, key="long")
    elif only and longest:
        yield Hit(f"{NAMES[at.name]} header of nothing but padding", level=Level.NOTE, key="only")


@rule(
    "EXT-007", Level.WARNING, "RFC 8200, section 4.2 and appendix A", "Option that isn't aligned",
    why="Options have an alignment, so that hardware finds their fields on natural boundaries.  "
        "Receivers may ignore or drop those that are elsewhere.",
    fix="Put Pad1 or PadN before the option.",
    on=OPTIONS_IN, field="ipv6.opt.type",
)  # fmt: skip
def alignment(at: At) -> Hits:
    """Of the options whose RFC we know to demand it."""
    for one in options(at):
        if one.kind in ALIGNED:
            step, rest = ALIGNED[one.kind]
            if one.at % step != rest:
                yield Hit(f"Option {one.kind:#04x} at offset {one.at}, required {step}n+{rest}")


@rule(
    "EXT-008", Level.WARNING, "RFC 8200, section 4.2", "Unknown option that must not be skipped",
    why="The two highest bits of its type tell receivers that don't know it to discard the packet.",
    fix="Use an option that the receivers know, or a type whose highest bits are 00.",
    on=OPTIONS_IN, field="ipv6.opt.type",
)  # fmt: skip
def unknown_option(at: At) -> Hits:
    """Unknown to us, and so most likely to others."""
    for one in options(at):
        action = one.kind >> 6
        if one.kind not in KNOWN and one.kind not in OPTIONS and action:
            words = ACTIONS[action]
            ip = at.ip
            if action == 3 and ip is not None and ip.header is not None:
                group = is_multicast(ip.header.dst)
                words = ACTIONS[1] + ", silently: it is to a group" if group else ACTIONS[2]
            yield Hit(f"Unrecognised option {one.kind:#04x}: a receiver must {words}")


@rule(
    "EXT-009", Level.ERROR,
    "RFC 8200, section 4.2; RFC 2675, section 2; RFC 2711, section 2.1; RFC 2473, section 4.1.1; "
    "RFC 6275, section 6.3",
    "Option in the wrong header, or twice",
    why="Each option is for the nodes that read its header: routers the Hop-by-Hop Options, the "
        "destination the others.  In the wrong one nobody heeds it.",
    fix="Move it to its header; send one Router Alert only.",
    on=OPTIONS_IN, field="ipv6.opt.type",
)  # fmt: skip
def wrong_header(at: At) -> Hits:
    """Deprecated options are a warning."""
    alerts = 0
    for one in options(at):
        place = ONLY_IN.get(one.kind)
        if place is not None and place != at.name:
            yield Hit(f"Option {one.name} not allowed in a {NAMES[at.name]} header")
        alerts += one.kind == ALERT
        if one.kind == ENDPOINT:
            yield Hit("Endpoint Identification option is deprecated", level=Level.WARNING)
    if alerts > 1:
        yield Hit(f"{alerts} Router Alert options in one header")


@suspects("EXT", "JMB", "RTH")
def extended(batch: Batch) -> Mask:
    """Those whose headers can't be told for sure; of a plain fragment nothing else is wrong."""
    return batch.extensions.others & ~batch.fragments


@alike("EXT", "JMB", "RTH")
def headers(batch: Batch) -> Iterator[Like]:
    """The extension headers, the kind of destination, and which it is if there is a way."""
    return batch.extensions.likes()

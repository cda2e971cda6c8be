"""ICMPv6: errors, what they quote, and echoes (RFC 4443)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.lint.addresses import LOOPBACK, UNSPECIFIED, is_multicast
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.rule import Hit, Hits, Tally, rule, suspects, tallies
from dissect.lint.told.octets import same
from dissect.lint.words import expected, ip
from dissect.protocols import icmpv6
from dissect.protocols.icmpv6.messages import TYPES
from dissect.verdict import Level

UNREACHABLE, TOO_BIG, EXCEEDED, PARAMETER = 1, 2, 3, 4
ERRORS = (UNREACHABLE, TOO_BIG, EXCEEDED, PARAMETER)
REQUEST, REPLY, REDIRECT = 128, 129, 137
INFORMATIONAL = 128
QUOTE = 8
SMALLEST_LINK = 1280
CODES = {UNREACHABLE: 9, TOO_BIG: 0, EXCEEDED: 1, PARAMETER: 10, REQUEST: 0, REPLY: 0}
"""The highest assigned code of each type (IANA, icmpv6-parameters)."""
EXTRA = frozenset((100, 101, 127, 200, 201, 255))
SECOND = 1_000_000_000


def is_error(at: At) -> bool:
    """Whether a message tells of an error, of a type that quotes a packet."""
    return at.header is not None and at.header.type in ERRORS


@rule(
    "ICM-001", Level.ERROR, "RFC 4443, section 2.3", "Wrong ICMPv6 checksum",
    why="Receivers discard the message, and nobody is told.",
    fix="Compute it over pseudo-header and whole message; see CAP-002 for captures on the sender.",
    on="icmpv6", field="icmpv6.checksum", whole=True,
)  # fmt: skip
def checksum(at: At) -> Hits:
    """With the final destination behind a Routing header, if that is known."""
    if at.way_unknown:
        return
    for note in at.notes("icmpv6.checksum_bad.expert"):
        right = expected(note.text)
        yield Hit(f"ICMPv6 checksum {at.header.sum:#06x}, expected {right}", sender=at.mac)


@rule(
    "ICM-002", Level.ERROR, "RFC 4443, section 2.4 (e.1) and (e.2)", "Error about an error",
    why="Errors about errors or redirects could go on for ever, so nobody must send them.",
    fix="Look at what caused the error before answering.",
    on="icmpv6", kinds=ERRORS, field="icmpv6.type",
)  # fmt: skip
def error_about_error(at: At) -> Hits:
    """By the quoted message's type."""
    quote = at.quote if is_error(at) else None
    inner = quote.carried if quote is not None else None
    if inner is not None and inner.name == "icmpv6" and inner.header is not None:
        kind = inner.header.type
        if kind < INFORMATIONAL or kind == REDIRECT:
            yield Hit(f"ICMPv6 error {at.header.type} sent in reply to ICMPv6 {kind}")


@rule(
    "ICM-003", Level.ERROR, "RFC 4443, section 2.4 (e.3)", "Error about a multicast packet",
    why="All members of the group would answer at once.  Only path MTU discovery, and options that "
        "ask for it, may.",
    fix="Don't answer packets to groups, but with Packet Too Big or Parameter Problem code 2.",
    on="icmpv6", kinds=ERRORS, field="icmpv6.type",
)  # fmt: skip
def error_about_multicast(at: At) -> Hits:
    """By the quoted destination."""
    quote = at.quote if is_error(at) else None
    if quote is None or quote.header is None or quote.name != "ipv6":
        return
    kind, code = at.header.type, at.header.code
    excused = kind == TOO_BIG or (kind == PARAMETER and code == 2)
    if is_multicast(quote.header.dst) and not excused:
        yield Hit(f"Error type {kind} about a packet to {ip(quote.header.dst)}")


@rule(
    "ICM-004", Level.ERROR, "RFC 4443, section 2.4 (e.6)", "Error to nobody, or to somebody else",
    why="A source that isn't one node can't be told.  An error goes to who sent the packet, unless "
        "a tunnel or translator is between.",
    fix="Send errors to the quoted source, and none for sources that aren't one node's.",
    on="icmpv6", kinds=ERRORS, field="ipv6.dst",
)  # fmt: skip
def error_to_whom(at: At) -> Hits:
    """Another destination is a warning."""
    quote, host = (at.quote, at.ip) if is_error(at) else (None, None)
    if quote is None or quote.header is None or quote.name != "ipv6" or host is None:
        return
    source, to = quote.header.src, host.header.dst
    if source == to == LOOPBACK:
        return  # in the host itself
    if source in (UNSPECIFIED, LOOPBACK) or is_multicast(source):
        yield Hit(f"Error quotes source {ip(source)}, which is not one node")
    elif host.name == "ipv6" and to != source and not _home_address(quote, to):
        yield Hit(f"Error quotes source {ip(source)} but was sent to {ip(to)}",
                  level=Level.WARNING)  # fmt: skip


def _home_address(quote: At, address: bytes) -> bool:
    """Whether the quoted packet has another source address among its options."""
    return any(one.name == "ipv6.dstopts" and address in one.payload for one in quote.extensions)


@rule(
    "ICM-005", Level.WARNING, "RFC 4443, section 2.4 (c)", "Error too long, or telling too little",
    why="Errors quote as much as fits into 1280 octets: more may get lost, less doesn't tell the "
        "sender which of its packets is meant.",
    fix="Quote from the IPv6 header on, up to 1280 octets altogether.",
    on="icmpv6", kinds=ERRORS, field="ipv6.plen",
)  # fmt: skip
def error_size(at: At) -> Hits:
    """At least the quoted header."""
    host = at.ip if is_error(at) else None
    if host is None or host.header is None or host.name != "ipv6" or host.context.cut:
        return
    size = HEADER + host.header.plen
    quoted = at.layer.stop - at.layer.offset - QUOTE
    if at.quote is not None:
        quoted = max(at.quote.layer.stop, at.layer.stop) - at.quote.layer.offset
    if size > SMALLEST_LINK:
        yield Hit(f"ICMPv6 error is {size} octets, more than {SMALLEST_LINK}")
    elif quoted < HEADER and not at.part:
        yield Hit(f"ICMPv6 error quotes only {max(quoted, 0)} octets", key="short")


@rule(
    "ICM-006", Level.WARNING, "RFC 4443, sections 3 and 4; RFC 7112; RFC 8883; RFC 8754; RFC 9914",
    "ICMPv6 type or code that is not assigned",
    why="Receivers ignore informational messages that they don't know, and pass errors on as they "
        "are; firewalls drop both.",
    fix="Use assigned numbers (IANA, icmpv6-parameters).",
    on="icmpv6", field="icmpv6.type",
)  # fmt: skip
def assigned(at: At) -> Hits:
    """Codes of Neighbor Discovery are NDP-002's."""
    header = at.header
    if header is None:
        return
    most = CODES.get(header.type)
    if header.type not in TYPES and header.type not in EXTRA:
        yield Hit(f"ICMPv6 type {header.type} code {header.code} is not assigned")
    elif most is not None and header.code > most:
        yield Hit(f"ICMPv6 type {header.type} code {header.code} is not assigned",
                  field="icmpv6.code")  # fmt: skip


@rule(
    "ICM-007", Level.ERROR, "RFC 8201, section 4", "Packet Too Big with an MTU under 1280",
    why="Every IPv6 link carries 1280 octets.  Receivers must discard the message; some were made "
        "to send atomic fragments by it.",
    fix="Fragment below IPv6 on such links (RFC 8200, section 5).",
    on="icmpv6", kinds=(TOO_BIG,), field="icmpv6.mtu",
)  # fmt: skip
def small_mtu(at: At) -> Hits:
    """Whatever it quotes."""
    mtu = mtu_of(at)
    if mtu is not None and mtu < SMALLEST_LINK:
        yield Hit(f"Packet Too Big MTU {mtu} below {SMALLEST_LINK}")


def mtu_of(at: At) -> int | None:
    """The MTU in a Packet Too Big; None in other messages."""
    octets = at.payload[4:8]
    if at.header is None or at.header.type != TOO_BIG or len(octets) < 4:
        return None
    return int.from_bytes(octets, "big")


@rule(
    "ICM-008", Level.WARNING, "RFC 4443, section 3.2; RFC 8201, section 4",
    "Packet Too Big about a packet that would have fitted",
    why="The MTU is no smaller than the packet, so the sender changes nothing, and the packet is "
        "lost again.",
    fix="Report the MTU of the link that the packet did not fit.",
    on="icmpv6", kinds=(TOO_BIG,), field="icmpv6.mtu",
)  # fmt: skip
def needless(at: At) -> Hits:
    """The code is 0 (a note)."""
    mtu = mtu_of(at)
    if mtu is None:
        return
    quote = at.quote
    if quote is not None and quote.name == "ipv6" and quote.header is not None:
        size = HEADER + quote.header.plen
        if mtu >= size and quote.header.plen:
            yield Hit(f"Packet Too Big MTU {mtu} but the quoted packet is {size} octets")
    if at.header.code:
        yield Hit(f"Packet Too Big with code {at.header.code}", level=Level.NOTE, key="code",
                  field="icmpv6.code")  # fmt: skip


@rule(
    "ICM-009", Level.WARNING, "RFC 4443, section 3.4", "Parameter Problem that points elsewhere",
    why="The pointer says which octet is wrong.  Behind the packet, or beside a Next Header or "
        "option, it tells nothing.",
    fix="Count from the first octet of the IPv6 header of the packet that is quoted.",
    on="icmpv6", kinds=(PARAMETER,), field="icmpv6.pointer",
)  # fmt: skip
def pointer(at: At) -> Hits:
    """Where the octet is in the quote."""
    octets = at.payload[4:8]
    if at.header is None or at.header.type != PARAMETER or len(octets) < 4:
        return
    place, code = int.from_bytes(octets, "big"), at.header.code
    quote = at.quote
    if quote is None or quote.name != "ipv6" or quote.header is None:
        return
    if quote.header.plen and place >= HEADER + quote.header.plen:
        yield Hit(f"Parameter Problem pointer {place} is beyond the packet")
        return
    start = quote.layer.offset
    there = max(quote.layer.stop, at.layer.stop) - start
    if place < there and code in (1, 2) and not _points_at(quote, start, place, code):
        what = "a Next Header" if code == 1 else "an option type"
        yield Hit(f"Parameter Problem pointer {place} does not fit code {code}: not {what}")


def _points_at(quote: At, start: int, place: int, code: int) -> bool:
    from dissect.lint.rules.ext import OPTIONS_IN, options

    if code == 1:
        nexts = [6, *(one.layer.offset - start for one in quote.extensions)]
        return place in nexts
    return any(
        one.layer.offset - start + each.at == place
        for one in quote.extensions if one.name in OPTIONS_IN for each in options(one)
    )  # fmt: skip


@suspects("ICM", "ICM-011")
def messages(batch: Batch) -> Mask:
    """Errors that are not all right, unknown types and codes, wrong checksums."""
    mask = batch.sums.wrong(icmpv6.Head)
    known = np.zeros(256, np.bool_)
    known[[UNREACHABLE, EXCEEDED, REQUEST, REPLY, *range(130, 138), 143]] = True
    most = np.full(256, 255)
    most[[*CODES]] = [*CODES.values()]
    for part in batch.parts(icmpv6.Head):
        head = part.head
        mask[part.rows[~known[head.type] | (head.code > most[head.type])]] = True
    for part in batch.chunk.parts:
        if part.header is icmpv6.Head and part.quoted:
            kind = batch.octet(part.at)
            mask[part.rows[(kind < INFORMATIONAL) | (kind == REDIRECT)]] = True
    errors = batch.errors
    wrong = ~errors.sound | (errors.dst[:, 0] == 0xFF)
    wrong |= batch.short(errors.ip + 4) + HEADER > SMALLEST_LINK
    mask[errors.rows[wrong]] = True
    return mask & ~batch.led


@suspects("ICM-004")
def quoting_nobody(batch: Batch) -> Mask:
    """Errors about packets from addresses that aren't one node's, and what can't be told so."""
    mask = batch.none
    mask[batch.errors.rows[~batch.errors.plain]] = True
    return mask


@tallies("ICM-004")
def misled(batch: Batch) -> Iterator[Tally]:
    """Errors to others than who sent what they quote."""
    errors = batch.errors
    mine = errors.plain & ~same(errors.src, errors.to)
    yield Tally(errors.rows[mine], errors.source[mine], Level.WARNING)


@suspects("ICM-010")
def led(batch: Batch) -> Mask:
    """Echoes whose ends are not those of the IPv6 header."""
    echoes = batch.where("icmpv6.type", lambda kind: np.isin(kind, (REQUEST, REPLY)))
    return echoes & batch.layers("ipv6.routing", "ipv6.dstopts")

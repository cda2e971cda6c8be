"""Teredo (RFC 4380, RFC 6081)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dissect.engine.session import Table
from dissect.lint.addresses import TEREDO as CLIENTS
from dissect.lint.addresses import are_global4, is_global4
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.heard import TEREDO, Listener
from dissect.lint.nd import ADVERTISE_ROUTER, PREFIX, SOLICIT_ROUTER
from dissect.lint.rule import Hit, Hits, Tally, rule, suspects, tallies
from dissect.lint.told.teredo import Qualifying
from dissect.lint.words import ip
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

PORT, NO_NEXT = 3544, 59
OLD_PREFIX = bytes.fromhex("3ffe831f")
UNIVERSAL_GROUP = 0x03
"""The u and g bits of the flags (RFC 4380, section 4)."""


class Indications(NamedTuple):
    """What is before the IPv6 packet."""

    nonce: bytes
    origin: bytes
    """Port and address as they are, not inverted; empty without."""
    at: int
    whole: bool


def indications(octets: bytes) -> Indications:
    """Read authentication and origin."""
    nonce = origin = b""
    at, whole = 0, True
    if octets[:2] == b"\0\1":
        if len(octets) < 4:
            return Indications(b"", b"", len(octets), whole=False)
        size = 4 + octets[2] + octets[3] + 9
        nonce, whole = octets[size - 9 : size - 1], len(octets) >= size
        at = size
    if octets[at : at + 2] == b"\0\0":
        inverted = octets[at + 2 : at + 8]
        origin = bytes(octet ^ 0xFF for octet in inverted)
        whole = whole and len(inverted) == 6
        at += 8
    return Indications(nonce, origin, at, whole)


def carried(at: At) -> At | None:
    """The IPv6 packet in a Teredo datagram."""
    after = at.after
    while after is not None and not after.layer.title:
        after = after.after
    return after if after is not None and after.name == "ipv6" else None


def carrier(at: At) -> At | None:
    """The Teredo layer right around an IPv6 header."""
    before = at.before
    while before is not None and not before.layer.title:
        before = before.before
    return before if before is not None and before.name == "teredo" else None


def mapping(address: bytes) -> tuple[bytes, int]:
    """The client's IPv4 address and port in a Teredo address, which are inverted there."""
    port = int.from_bytes(address[10:12], "big") ^ 0xFFFF
    return bytes(octet ^ 0xFF for octet in address[12:]), port


@rule(
    "TER-001", Level.ERROR, "RFC 4380, section 5.1.1; RFC 6081, section 4",
    "Teredo datagram without a whole IPv6 packet",
    why="Behind the indications is an IPv6 packet that fills the datagram, but for trailers.  "
        "Receivers drop others silently.",
    fix="Send whole indications, then the packet with its right length.",
    on="teredo", field="teredo", whole=True,
)  # fmt: skip
def payload(at: At) -> Hits:
    """Trailers that don't fit are a warning."""
    octets = at.payload
    before = indications(octets)
    rest = octets[before.at :]
    if not before.whole:
        yield Hit("Teredo payload invalid: indication cut off")
    elif len(rest) < HEADER or rest[0] >> 4 != 6:
        yield Hit(f"Teredo payload invalid: {len(rest)} octets that are no IPv6 packet")
    elif HEADER + int.from_bytes(rest[4:6], "big") > len(rest):
        yield Hit(f"Teredo payload invalid: IPv6 packet of "
                  f"{HEADER + int.from_bytes(rest[4:6], 'big')} octets in {len(rest)}")  # fmt: skip
    elif at.noted("sixscope.teredo.trailer_cut"):
        yield Hit("Teredo payload invalid: octets behind the packet are no whole trailers",
                  level=Level.WARNING, key="trailer")  # fmt: skip


@rule(
    "TER-002", Level.ERROR, "RFC 4380, sections 4 and 5.2.3", "Teredo packet from another mapping",
    why="The address says by which IPv4 address and port its client is reached.  A peer believes "
        "only datagrams that come from there; others are spoofed, or the mapping has changed.",
    fix="Let the client qualify again; a NAT that maps by destination needs RFC 6081.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def other_mapping(at: At) -> Hits:
    """Inside the NAT, and with another port, it proves nothing: a note."""
    teredo, outer = carrier(at), at.ip
    if at.header is None or teredo is None or outer is None or outer.name != "ip":
        return
    src = at.header.src
    datagram = teredo.before
    if src[:4] != CLIENTS or datagram is None or datagram.header is None:
        return
    if indications(teredo.payload).origin:
        return
    address, port = mapping(src)
    from_address, from_port = outer.header.src, datagram.header.sport
    if from_address == src[4:8] or (from_address, from_port) == (address, port):
        return
    sure = is_global4(from_address) and from_address != address
    yield Hit(f"Teredo {ip(src)} encodes {ip(address)}:{port}, datagram came from "
              f"{ip(from_address)}:{from_port}", level=None if sure else Level.NOTE)  # fmt: skip


@rule(
    "TER-003", Level.ERROR, "RFC 4380, sections 5.1.1 and 5.3.1",
    "Origin indication that contradicts the address",
    why="The server says where the datagram came from, and the client's address says the same.  "
        "Otherwise somebody else uses the address.",
    fix="Drop it.",
    on="ipv6", field="teredo.orig",
)  # fmt: skip
def origin(at: At) -> Hits:
    """As noted by the decoder."""
    teredo = carrier(at)
    if teredo is None or not at.noted("sixscope.teredo.origin"):
        return
    told = indications(teredo.payload).origin
    yield Hit(f"Origin indication {ip(told[2:])}:{int.from_bytes(told[:2], 'big')} contradicts "
              f"{ip(at.header.src)}")  # fmt: skip


@rule(
    "TER-004", Level.ERROR, "RFC 4380, sections 4 and 5.2.4", "Teredo address of a private address",
    why="Server and client are reached over the Internet, so that both addresses inside are "
        "global ones.  Packets to others must not be sent.",
    fix="Check the server's configuration; the flags' u and g bits are 0.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def private(at: At) -> Hits:
    """Wrong flags and the prefix of before the standard are notes."""
    if at.header is None:
        return
    for end, address in (("src", at.header.src), ("dst", at.header.dst)):
        field = f"ipv6.{end}"
        if address[:4] == OLD_PREFIX:
            yield Hit(f"{ip(address)} is in Teredo's prefix of before the standard",
                      level=Level.NOTE, field=field, key=ip(address))  # fmt: skip
        if address[:4] != CLIENTS or not any(address[4:8]):
            continue
        server, (client, _) = address[4:8], mapping(address)
        for inside in (server, client):
            if not is_global4(inside):
                yield Hit(f"Teredo address {ip(address)} embeds non-global {ip(inside)}",
                          field=field, key=ip(address))  # fmt: skip
                break
        if address[8] & UNIVERSAL_GROUP:
            yield Hit(f"Teredo address {ip(address)} with u or g bit set", level=Level.NOTE,
                      field=field, key=f"flags {ip(address)}")  # fmt: skip


@rule(
    "TER-005", Level.WARNING, "RFC 4380, section 2.8", "Teredo bubble that carries something",
    why="A bubble only opens the way through a NAT: it has No Next Header, and nothing behind it.",
    fix="Send bubbles with Payload Length 0.",
    on="ipv6", field="ipv6.plen",
)  # fmt: skip
def bubble(at: At) -> Hits:
    """Of packets that say they are none."""
    header = at.header
    if header is not None and header.nxt == NO_NEXT and header.plen and carrier(at) is not None:
        yield Hit(f"Teredo bubble carries {header.plen} octets of data")


@rule(
    "TER-006", Level.ERROR, "RFC 4380, section 5.2.1", "Bad answer of a Teredo server",
    why="The client learns its mapping from the origin indication, its prefix from the one prefix "
        "option, and who answers from the nonce.  It ignores answers that lack one of them.",
    fix="Repair the server; an answer with another nonce is somebody else's.",
    on="icmpv6", field="icmpv6.opt.prefix",
)  # fmt: skip
class Qualification(Listener):
    """The nonces of solicitations that wait for an answer."""

    topics = (TEREDO,)

    def __init__(self) -> None:
        self.asked: Table[bytes] = Table(4096)

    def __call__(self, at: At) -> Hits | None:
        """From a tree."""
        said = qualifying_at(at)
        return self.heard(said) if said is not None else None

    def heard(self, said: Qualifying) -> Hits:
        """Router solicitations and advertisements in Teredo."""
        if said.kind == SOLICIT_ROUTER:
            self.asked.put((said.outer[0], said.ports[0]), said.nonce)
        else:
            yield from self._judge(said, self.asked.get((said.outer[1], said.ports[1])))

    def _judge(self, said: Qualifying, asked: bytes | None) -> Hits:
        words = "Teredo qualification RA invalid"
        if not said.origin:
            yield Hit(f"{words}: no origin indication", field="teredo")
        prefixes = [value for kind, value in said.options if kind == PREFIX]
        if len(prefixes) != 1:
            yield Hit(f"{words}: {len(prefixes)} prefixes", key="prefixes")
        elif len(prefixes[0]) == 30 and (
            prefixes[0][0] != 64 or prefixes[0][14:18] not in (CLIENTS, OLD_PREFIX)
        ):
            yield Hit(f"{words}: prefix {ip(prefixes[0][14:30])}/{prefixes[0][0]}", key="prefix")
        if asked and said.nonce and asked != said.nonce:
            yield Hit(f"{words}: another nonce than the solicitation's", field="teredo.auth.nonce",
                      key="nonce")  # fmt: skip


def qualifying_at(at: At) -> Qualifying | None:
    """A solicitation or advertisement by its layer; None for other messages, and elsewhere."""
    host, header = at.ip, at.header
    teredo = carrier(host) if host is not None else None
    if host is None or teredo is None or header is None:
        return None
    outer, datagram = host.ip, teredo.before
    if outer is None or outer.header is None or datagram is None or datagram.header is None:
        return None
    if header.type not in (SOLICIT_ROUTER, ADVERTISE_ROUTER):
        return None
    before = indications(teredo.payload)
    said = Qualifying(header.type, host.header.src, host.header.dst, b"", at.wire, at.time,
                      at.packet.number, at.payload, at)  # fmt: skip
    said.outer = outer.header.src, outer.header.dst
    said.ports = datagram.header.sport, datagram.header.dport
    said.nonce, said.origin = before.nonce, before.origin
    return said


@suspects("TER", "TER-002", "TER-006")
def datagrams(batch: Batch) -> Mask:
    """Datagrams that carry more, or less, than a packet; origins, bubbles."""
    return batch.teredo.others


@suspects("TER")
def addresses(batch: Batch) -> Mask:
    """Teredo's addresses that are made of private ones or have odd flags."""
    mask = batch.none
    for part in batch.parts(IPv6):
        for prefix, start in zip(batch.prefixes(part), (8, 24), strict=True):
            mask[part.rows[prefix == 0x3FFE_831F]] = True
            some = np.flatnonzero(prefix == 0x2001_0000)
            if not len(some):
                continue
            address = batch.octets(part.at[some] + start, 16)
            odd = ~are_global4(address[:, 4:8]) | ~are_global4(~address[:, 12:])
            odd = odd & address[:, 4:8].any(axis=1) | (address[:, 8] & UNIVERSAL_GROUP > 0)
            mask[part.rows[some[odd]]] = True
    return mask


@tallies("TER-002")
def foreign(batch: Batch) -> Iterator[Tally]:
    """Datagrams from others than their source address tells."""
    return batch.teredo.foreign()

"""Addresses that packets must not have, or should not (RFC 4291, RFC 6890 and others)."""

from __future__ import annotations

import numpy as np

from dissect.engine.session import Table
from dissect.lint.addresses import (
    LOOPBACK,
    UNSPECIFIED,
    is_link_local,
    is_multicast,
    prefixed,
)
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.heard import LINK_LOCAL
from dissect.lint.nd import ADVERTISE_ROUTER, PREFIX, Message, MessageListener
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.told.links import Sent
from dissect.lint.words import ip, mac
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

UNSPECIFIED_MAY = frozenset((131, 132, 133, 135, 143))
"""ICMPv6 messages from ``::``: MLD's, and a host's without an address."""
ENDS = ("src", "dst")
WORDS = {"src": "source", "dst": "destination"}
LINKS_INSIDE = (0, 108, 113, 276)
RESERVED_SCOPE, SCOPES = 15, {0: "reserved", 1: "interface-local"}
UNASSIGNED_SCOPES = frozenset((6, 7, 9, 10, 11, 12, 13))
TRANSIENT, PREFIX_BASED, RENDEZVOUS = 1, 2, 4


def inside(at: At) -> bool:
    """Whether a capture may be of a host's own loopback."""
    if at.packet.link_type in LINKS_INSIDE:
        return True
    link = at.link
    return link is not None and link.header is not None and not any(link.header.dst)


@rule(
    "ADR-001", Level.ERROR, "RFC 4291, section 2.7", "Multicast source",
    why="A group is nobody's address; answers would go to all of it.",
    fix="Choose a unicast source; drop such packets at every router.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def multicast_source(at: At) -> Hits:
    """Any group."""
    if at.header is not None and is_multicast(at.header.src):
        yield Hit(f"Multicast source {ip(at.header.src)}")


@rule(
    "ADR-002", Level.ERROR, "RFC 4291, section 2.5.2", "Unspecified address as an end",
    why="\"::\" says that there is no address.  Nothing can be sent to it, and only hosts that "
        "have no address yet send from it.",
    fix="Wait for an address before sending; don't route packets from \"::\".",
    on="ipv6", field="ipv6.dst",
)  # fmt: skip
def unspecified(at: At) -> Hits:
    """From ``::`` come solicitations and MLD's messages."""
    header = at.header
    if header is None:
        return
    if header.dst == UNSPECIFIED:
        yield Hit("Unspecified address used as destination")
    if header.src == UNSPECIFIED:
        carried = at.carried
        kind = carried.header.type if carried is not None and carried.name == "icmpv6" and (
            carried.header is not None) else None  # fmt: skip
        if kind not in UNSPECIFIED_MAY and not at.part:
            yield Hit("Unspecified address used as source", level=Level.WARNING, field="ipv6.src")


@rule(
    "ADR-003", Level.ERROR, "RFC 4291, section 2.5.3", "Loopback address on the wire",
    why="::1 is a host's own; no packet with it may leave the host, and routers never forward it.",
    fix="Bind the program to another address; drop ::1 on all real interfaces.",
    on="ipv6", field="ipv6.addr",
)  # fmt: skip
def loopback(at: At) -> Hits:
    """Captures of loopback have it by right."""
    header = at.header
    if header is not None and LOOPBACK in (header.src, header.dst) and not inside(at):
        yield Hit(f"Loopback address on the wire: {ip(header.src)} > {ip(header.dst)}")


@rule(
    "ADR-004", Level.ERROR, "RFC 4007, section 9; RFC 4291, section 2.5.6",
    "Link-local packet that leaves its link",
    why="Link-local addresses mean something on one link only.  Routers must not forward packets "
        "that have one.",
    fix="Fix the router; send off-link from an address of greater scope.",
    on=("ipv6", "icmpv6"), kinds=(ADVERTISE_ROUTER,), field="ipv6.src",
)  # fmt: skip
class Zones(MessageListener):
    """Link-local packets, the routers' MAC addresses, and the prefixes on the link."""

    SECONDS = 5_000_000_000
    topics = (LINK_LOCAL,)

    def __init__(self) -> None:
        self.seen: Table[tuple[int, int]] = Table(4096)
        self.routers: Table[bool] = Table(256)
        self.on_link: Table[tuple[bytes, int]] = Table(256)

    def __call__(self, at: At) -> Hits | None:
        """Again with fewer hops; or on its way to a router, off the link."""
        return super().__call__(at) if at.name == "icmpv6" else self._addresses(at)

    def _addresses(self, at: At) -> Hits:
        header = at.header
        if header is None:
            return
        src, dst = header.src, header.dst
        local = is_link_local(src) or is_link_local(dst)
        if not local:
            return
        for end, address in (("src", src), ("dst", dst)):
            if is_link_local(address) and any(address[2:8]):
                yield Hit(f"Link-local {ip(address)} with bits between prefix and identifier",
                          level=Level.WARNING, field=f"ipv6.{end}", key=ip(address))  # fmt: skip
        if at.context.ips[at.place] < 0:
            yield from self._sent(sent_at(at))

    def heard(self, said: Message | Sent) -> Hits:
        """Packets, and advertisements of routers and prefixes."""
        if isinstance(said, Sent):
            yield from self._sent(said)
        elif said.mac:
            self.routers.put(said.mac, True)
            for kind, value in said.options:
                if kind == PREFIX and len(value) == 30 and value[1] & 0x80:
                    prefix = value[14:30], min(value[0], 128)
                    self.on_link.put(prefix, prefix)

    def _sent(self, said: Sent) -> Hits:
        src, dst = said.src, said.dst
        key = src, dst, said.flow, said.nxt, hash(said.octets)
        before = self.seen.get(key)
        if before is not None and said.octets and said.time - before[1] < self.SECONDS:
            if 0 < said.hops < before[0]:
                yield Hit(
                    f"Link-local packet {ip(src)} > {ip(dst)} was forwarded: hop limit "
                    f"{before[0]}, then {said.hops}",
                    key=f"{ip(src)} > {ip(dst)}",
                )
        else:
            self.seen.put(key, (said.hops, said.time))
        if (
            is_link_local(src)
            and dst[0] & 0xE0 == 0x20
            and self.routers.get(said.to)
            and not any(prefixed(dst, *one) for one in self.on_link.entries.values())
        ):
            yield Hit(
                f"Link-local packet {ip(src)} > {ip(dst)} is meant to cross the router "
                f"{mac(said.to)}",
                level=Level.WARNING,
                key=f"{ip(src)} > {ip(dst)}",
            )


def sent_at(at: At) -> Sent:
    """A packet by its header's layer."""
    header = at.header
    to = at.link.header.dst if at.link is not None and at.link.header is not None else b""
    sent = Sent(6, header.src, header.dst, b"", at.wire, at.time, at.packet.number,
                at.payload[40:], at)  # fmt: skip
    sent.flow, sent.nxt, sent.hops, sent.to = header.flow, header.nxt, header.hlim, to
    return sent


@rule(
    "ADR-007", Level.ERROR, "RFC 4291, section 2.7; RFC 7346, section 2",
    "Group of a scope that is not on the wire",
    why="Interface-local groups never leave the host, scope 0 and F are reserved, others not "
        "assigned: routers don't know how far such packets go.",
    fix="Use scope 2 for the link, 4 and 5 for sites, 8 for the organisation, e for all.",
    on="ipv6", field="ipv6.dst",
)  # fmt: skip
def scope(at: At) -> Hits:
    """Scopes without a definition are notes."""
    header = at.header
    if header is None or not is_multicast(header.dst):
        return
    number = header.dst[1] & 15
    words = f"Multicast {ip(header.dst)} has scope {number}"
    if number in SCOPES:
        if not inside(at):
            yield Hit(f"{words} ({SCOPES[number]})")
    elif number == RESERVED_SCOPE:
        yield Hit(f"{words} (reserved)", level=Level.WARNING)
    elif number in UNASSIGNED_SCOPES:
        yield Hit(f"{words} (not assigned)", level=Level.NOTE)


@rule(
    "ADR-008", Level.WARNING, "RFC 3306, section 4; RFC 3956, section 4; RFC 7371, section 4",
    "Multicast address whose flags and fields contradict each other",
    why="The flags say what the other fields mean: a prefix-based group is transient, one with a "
        "rendezvous point prefix-based.  Routers derive the wrong point, or none.",
    fix="Set P only with T, R only with both; prefix length 64 at most; RIID not 0.",
    on="ipv6", field="ipv6.dst",
)  # fmt: skip
def group_fields(at: At) -> Hits:
    """RFC 7371 turned the reserved octet into flags (ff2), so only RIID is looked at there."""
    header = at.header
    if header is None or not is_multicast(header.dst):
        return
    dst = header.dst
    flags = dst[1] >> 4
    trouble = ""
    if flags & PREFIX_BASED and not flags & TRANSIENT:
        trouble = "P is set without T"
    elif flags & RENDEZVOUS and not flags & PREFIX_BASED:
        trouble = "R is set without P and T"
    elif flags & PREFIX_BASED and dst[3] > 64 and not (dst[1] & 15 == 2 and dst[3] == 0xFF):
        trouble = f"prefix length {dst[3]}"
    elif flags & RENDEZVOUS and not dst[2] & 15:
        trouble = "RIID is 0"
    elif flags & RENDEZVOUS and not dst[3]:
        trouble = "prefix length 0, with a rendezvous point"
    if trouble:
        yield Hit(f"Multicast flags or fields of {ip(dst)} inconsistent: {trouble}", key=ip(dst))


@rule(
    "ADR-009", Level.NOTE, "RFC 4193, sections 3.1 and 4.3", "Unique local address used oddly",
    why="fc00::/8 is not defined: locally made prefixes begin with fd.  A unique local address "
        "that talks to a global one leaves the site that it is for.",
    fix="Make a prefix in fd00::/8 with a random global ID; source address selection should "
        "choose a global source for global destinations.",
    on="ipv6", field="ipv6.src",
)  # fmt: skip
def unique_local(at: At) -> Hits:
    """Inside one organisation both may be right."""
    header = at.header
    if header is None:
        return
    src, dst = header.src, header.dst
    for end, address, other in (("src", src, dst), ("dst", dst, src)):
        if address[0] == 0xFC:
            yield Hit(f"ULA {ip(address)} used as {WORDS[end]} is in fc00::/8, not defined",
                      field=f"ipv6.{end}", key=ip(address))  # fmt: skip
        elif address[0] == 0xFD and other[0] & 0xE0 == 0x20:
            yield Hit(f"ULA {ip(address)} used as {WORDS[end]} with global {ip(other)}",
                      field=f"ipv6.{end}", key=f"{ip(address[:8] + bytes(8))}/64")  # fmt: skip


@suspects("ADR")
def addresses(batch: Batch) -> Mask:
    """By their first octets."""
    mask = batch.none
    may_be_nobody = batch.where("icmpv6.type", lambda kind: np.isin(kind, tuple(UNSPECIFIED_MAY)))
    for part in batch.parts(IPv6):
        head = part.head
        src, dst = head.src, head.dst
        wrong = src[:, 0] == 0xFF
        for address, other in ((src, dst), (dst, src)):
            first = address[:, 0]
            zeros = np.flatnonzero(first == 0)
            nearly = ~address[zeros, :15].any(axis=1) & (address[zeros, 15] < 2)
            nobody = may_be_nobody[part.rows[zeros]] & (address[zeros, 15] == 0)
            wrong[zeros[nearly & ~nobody]] = True
            wrong |= (first == 0xFC) | (first == 0xFD) & (other[:, 0] & 0xE0 == 0x20)
        scopes, flags = dst[:, 1] & 15, dst[:, 1] >> 4
        odd = (scopes < 2) | (scopes > 5) & (scopes != 8) & (scopes != 14) | (flags > TRANSIENT)
        wrong |= (dst[:, 0] == 0xFF) & odd
        mask[part.rows[wrong]] = True
    return mask


@suspects("ADR-004")
def odd_locals(batch: Batch) -> Mask:
    """Link-local addresses that have bits where there are none, and packets that are cut."""
    mask = batch.odd_locals.copy()
    if batch.chunk.cut:
        cut = batch.chunk.original > batch.chunk.captured
        for part in batch.parts(IPv6):
            local = np.logical_or(*batch.locals(part))
            mask[part.rows[local & cut[part.rows] & ~batch.stays[part.rows]]] = True
    return mask

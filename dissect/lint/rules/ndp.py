"""Neighbor Discovery's messages, each by itself (RFC 4861)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.lint.addresses import (
    SOLICITED_NODE,
    UNSPECIFIED,
    are_link_local,
    is_link_local,
    is_multicast,
)
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.nd import (
    ADVERTISE,
    ADVERTISE_ROUTER,
    BODY,
    DISCOVERY,
    LINK_LAYER,
    NAMES,
    REDIRECT,
    SOLICIT,
    SOLICIT_ROUTER,
    SOURCE_LINK,
    TARGET_LINK,
    options,
    target,
)
from dissect.lint.rule import HEARD, Hit, Hits, Like, Tally, alike, rule, suspects, tallies
from dissect.lint.told.octets import whole
from dissect.lint.words import ip, mac
from dissect.verdict import Level

CERTIFICATION_PATH = 148
HOPS = 255
SOLICITED = 0x40
VALIDATION = "RFC 4861, sections 6.1.1, 6.1.2, 7.1.1, 7.1.2 and 8.1"
FRAGMENT = "ipv6.fraghdr"


def message(at: At) -> At | None:
    """The IPv6 header around a message of Neighbor Discovery; None for others."""
    if at.header is None or at.header.type not in DISCOVERY:
        return None
    host = at.ip
    return host if host is not None and host.name == "ipv6" and host.header is not None else None


@rule(
    "NDP-001", Level.ERROR, VALIDATION, "Neighbor Discovery from beyond the link",
    why="Only a packet with hop limit 255 surely comes from the link itself, as every router takes "
        "one off.  Receivers must discard others.",
    fix="Send with hop limit 255; if you do, look for who forwards or forges the message.",
    on="icmpv6", kinds=DISCOVERY, field="ipv6.hlim",
)  # fmt: skip
def hop_limit(at: At) -> Hits:
    """All five messages."""
    host = message(at)
    if host is not None and host.header.hlim != HOPS:
        yield Hit(f"{NAMES[at.header.type]} with hop limit {host.header.hlim}, must be {HOPS}")


@rule(
    "NDP-002", Level.ERROR, VALIDATION, "Neighbor Discovery message of wrong code or length",
    why="The code is 0, and the fixed fields are all there.  Receivers must discard others.",
    fix="Send code 0 and the whole message.",
    on="icmpv6", kinds=DISCOVERY, field="icmpv6.code", whole=True,
)  # fmt: skip
def code_and_length(at: At) -> Hits:
    """By the length of the ICMPv6 message."""
    host = message(at)
    if host is None or at.part:
        return
    kind, size = at.header.type, len(at.payload)
    if at.header.code or size < BODY[kind]:
        yield Hit(f"{NAMES[kind]} code {at.header.code}, length {size} (at least {BODY[kind]})")


@rule(
    "NDP-003", Level.ERROR, "RFC 4861, section 4.6", "Neighbor Discovery option of wrong length",
    why="An option has at least 8 octets and ends in the message.  Nodes must discard the whole "
        "message otherwise.",
    fix="Set Length in units of 8 octets, type and length included.",
    on="icmpv6", kinds=DISCOVERY, field="icmpv6.opt.length", whole=True,
)  # fmt: skip
def option_length(at: At) -> Hits:
    """The first one that is wrong."""
    if message(at) is None or at.part:
        return
    octets = at.payload
    place = BODY[at.header.type]
    while place < len(octets):
        units = octets[place + 1] if place + 1 < len(octets) else 0
        if not units or place + 8 * units > len(octets):
            yield Hit(f"ND option {octets[place]} length {units} invalid: "
                      f"{len(octets) - place} octets are left")  # fmt: skip
            return
        place += 8 * units


@rule(
    "NDP-004", Level.ERROR, "RFC 6980, section 5", "Neighbor Discovery in a fragment",
    why="Switches that guard a link can't look into fragments, so nodes must ignore fragmented "
        "Neighbor Discovery, whole packets with a Fragment header included.",
    fix="Send shorter messages: spread options over several advertisements.",
    on="icmpv6", kinds=(*DISCOVERY, CERTIFICATION_PATH), field="ipv6.fraghdr",
)  # fmt: skip
def fragmented(at: At) -> Hits:
    """Certification Path Solicitations too."""
    host = at.ip
    if at.header is None or host is None or host.name != "ipv6":
        return
    kind = at.header.type
    if (kind in DISCOVERY or kind == CERTIFICATION_PATH) and any(
        one.name == FRAGMENT for one in at.chain
    ):
        name = NAMES.get(kind, "Certification Path Solicitation")
        yield Hit(f"{name} sent as a fragment")


@rule(
    "NDP-005", Level.WARNING, "RFC 7113, section 2.1", "Router message behind extension headers",
    why="RA-Guard in switches looks at the first header only; attackers hide router messages "
        "behind others.  They are legal, but nobody sends them.",
    fix="Find the sender by its MAC address; let switches drop what they can't parse.",
    on="icmpv6", kinds=(ADVERTISE_ROUTER, REDIRECT), field="ipv6.nxt",
)  # fmt: skip
def hidden(at: At) -> Hits:
    """Fragments are NDP-004's."""
    if message(at) is None or at.header.type not in (ADVERTISE_ROUTER, REDIRECT):
        return
    chain = [one.layer.title for one in at.chain if one.name != FRAGMENT]
    if chain:
        yield Hit(f"{NAMES[at.header.type]} behind extension headers: {', '.join(chain)}")


@rule(
    "NDP-006", Level.ERROR, "RFC 4861, sections 6.1.1 and 7.1.1",
    "Source link-layer address without a source",
    why="From \"::\" there is no address that the option could belong to.  Receivers must discard "
        "the message.",
    fix="Leave the option out while the sender has no address.",
    on="icmpv6", kinds=(SOLICIT, SOLICIT_ROUTER), field="icmpv6.opt.src_linkaddr",
)  # fmt: skip
def unowned(at: At) -> Hits:
    """Of solicitations."""
    host = message(at)
    if host is None or at.header.type not in (SOLICIT, SOLICIT_ROUTER):
        return
    if host.header.src == UNSPECIFIED and any(kind == SOURCE_LINK for kind, _ in options(at)):
        yield Hit(f"{NAMES[at.header.type]} from :: includes a Source Link-layer Address option")


@rule(
    "NDP-007", Level.ERROR, "RFC 4861, sections 7.1.1 and 7.1.2", "Target that is a group",
    why="Neighbors are single nodes.  Receivers must discard the message.",
    fix="Ask for, or tell of, unicast addresses.",
    on="icmpv6", kinds=(SOLICIT, ADVERTISE), field="icmpv6.nd.ns.target_address",
)  # fmt: skip
def group_target(at: At) -> Hits:
    """Nor can it be nobody (a warning)."""
    if message(at) is None or at.header.type not in (SOLICIT, ADVERTISE):
        return
    asked, name = target(at), NAMES[at.header.type]
    end = "ns" if at.header.type == SOLICIT else "na"
    field = f"icmpv6.nd.{end}.target_address"
    if asked and is_multicast(asked):
        yield Hit(f"{name} target {ip(asked)} is multicast", field=field)
    elif asked == UNSPECIFIED:
        yield Hit(f"{name} target is ::", level=Level.WARNING, field=field)


@rule(
    "NDP-008", Level.ERROR, "RFC 4861, sections 4.3 and 7.1.1", "Solicitation to a wrong address",
    why="A solicitation goes to the target's solicited-node group, or to the target itself.  From "
        "\"::\" only to the group: others must be discarded.",
    fix="Send to ff02::1:ff and the last three octets of the target.",
    on="icmpv6", kinds=(SOLICIT,), field="ipv6.dst",
)  # fmt: skip
def solicited(at: At) -> Hits:
    """A warning where it has a source."""
    host = message(at)
    asked = target(at) if host is not None and at.header.type == SOLICIT else b""
    if host is None or not asked:
        return
    dst = host.header.dst
    group = SOLICITED_NODE + asked[13:]
    if host.header.src == UNSPECIFIED:
        if dst[:13] != SOLICITED_NODE:
            yield Hit(f"Neighbor Solicitation for {ip(asked)} from :: sent to {ip(dst)}")
    elif dst not in (asked, group):
        yield Hit(f"Neighbor Solicitation for {ip(asked)} sent to {ip(dst)}", level=Level.WARNING)


@rule(
    "NDP-009", Level.ERROR, "RFC 4861, section 4.3",
    "Multicast solicitation without link-layer address",
    why="The target would have to ask back before it can answer, which can go on for ever.  On "
        "links with addresses the option must be there.",
    fix="Add the Source Link-layer Address option.",
    on="icmpv6", kinds=(SOLICIT,), field="icmpv6.type",
)  # fmt: skip
def unaddressed(at: At) -> Hits:
    """On Ethernet."""
    host = message(at)
    if host is None or at.header.type != SOLICIT or not at.mac or at.part:
        return
    header = host.header
    if (
        is_multicast(header.dst) and header.src != UNSPECIFIED and target(at)
        and not any(kind == SOURCE_LINK for kind, _ in options(at))
    ):  # fmt: skip
        yield Hit(f"Multicast Neighbor Solicitation for {ip(target(at))} without a Source "
                  "Link-layer Address option")  # fmt: skip


@rule(
    "NDP-010", Level.ERROR, "RFC 4861, sections 4.4 and 7.1.2", "Solicited flag to a group",
    why="An answer goes to who asked.  With the flag in a multicast message everybody would "
        "believe the neighbor reachable; receivers must discard it.",
    fix="Clear S in advertisements to all nodes.",
    on="icmpv6", kinds=(ADVERTISE,), field="icmpv6.nd.na.flag.s",
)  # fmt: skip
def solicited_flag(at: At) -> Hits:
    """Of advertisements."""
    host = message(at)
    if host is None or at.header.type != ADVERTISE:
        return
    flags = at.payload[4:5]
    if flags and flags[0] & SOLICITED and is_multicast(host.header.dst):
        yield Hit(f"Solicited flag set in Neighbor Advertisement to {ip(host.header.dst)}")


@rule(
    "NDP-012", Level.WARNING, "RFC 2464, section 6; RFC 4861, section 4.6.1",
    "Link-layer address that can't be right",
    why="The option's address goes into the neighbor cache.  A group's or all zeros breaks the "
        "traffic, another station's leads it there: a proxy, a cluster, or an attack.",
    fix="Tell the interface's own MAC address; look for the other station.",
    on="icmpv6", kinds=DISCOVERY, field="icmpv6.opt.linkaddr",
)  # fmt: skip
def link_layer(at: At) -> Hits:
    """No RFC demands that it is the frame's, so that is a note; its size is an error."""
    sender = at.mac
    if message(at) is None or not sender:
        return
    for kind, value in options(at):
        if kind not in LINK_LAYER:
            continue
        address = value[:6]
        if len(value) != 6:
            yield Hit(f"Link-layer option of length {(len(value) + 2) // 8}, on Ethernet 1",
                      level=Level.ERROR, field="icmpv6.opt.length")  # fmt: skip
        elif address[0] & 1 or not any(address):
            what = "a group's" if address[0] & 1 else "no address"
            yield Hit(f"Link-layer option {mac(address)} is {what}")
        elif address != sender and not (kind == TARGET_LINK and at.header.type == REDIRECT):
            yield Hit(f"Link-layer option {mac(address)} in a frame from {mac(sender)}",
                      level=Level.NOTE, key=f"{mac(address)} {mac(sender)}")  # fmt: skip


@rule(
    "NDP-013", Level.ERROR, "RFC 4861, section 8.1", "Redirect that must be discarded",
    why="A redirect comes from the router's link-local address, tells of one destination, and "
        "leads to a router's link-local address or to the destination itself.",
    fix="Set the three addresses so; drop redirects that aren't needed.",
    on="icmpv6", kinds=(REDIRECT,), field="icmpv6.nd.rd.target_address", whole=True,
)  # fmt: skip
def redirect(at: At) -> Hits:
    """Each field by itself."""
    host = message(at)
    octets = at.payload
    if host is None or at.header.type != REDIRECT or len(octets) < BODY[REDIRECT]:
        return
    better, about = octets[8:24], octets[24:40]
    if not is_link_local(host.header.src):
        yield Hit(f"Redirect source {ip(host.header.src)} invalid: not link-local",
                  field="ipv6.src")  # fmt: skip
    if is_multicast(about):
        yield Hit(f"Redirect destination {ip(about)} invalid: a group",
                  field="icmpv6.rd.na.destination_address")  # fmt: skip
    if not is_link_local(better) and better != about:
        yield Hit(f"Redirect target {ip(better)} invalid: neither link-local nor the destination")


@suspects(HEARD, "ADR-004", "NDP-008", "NDP-009", "NDP-017", "RAD", "XLT-001")
def untold(batch: Batch) -> Mask:
    """Messages that the columns don't tell of."""
    return (batch.discovery | batch.listeners) & ~batch.heard & ~batch.quoting


@suspects("NDP")
def messages(batch: Batch) -> Mask:
    """Hop limits, codes, targets, flags and options that are not as usual."""
    mask = batch.discovery & ~batch.heard & ~batch.quoting
    told = batch.messages
    kind, flags, about = told.kind, batch.octet(told.at + 4), told.targets
    asks, answers = kind == SOLICIT, kind == ADVERTISE
    wrong = (told.hops != HOPS) | (batch.octet(told.at + 1) != 0)
    wrong |= told.unspecified & (asks | (kind == SOLICIT_ROUTER)) & told.having(SOURCE_LINK)
    wrong |= (asks | answers) & ((about[:, 0] == 0xFF) | ~about.any(axis=1))
    wrong |= answers & (flags & SOLICITED != 0) & (told.dst[:, 0] == 0xFF)
    options, sender = told.options, told.mac
    address = options.link_layer
    odd = (options.units != 1) | (address[:, 0] & 1 == 1) | ~address.any(axis=1)
    odd |= (address != sender[options.of]).any(axis=1)
    odd &= np.isin(options.kind, LINK_LAYER) & (told.frame[options.of] >= 0)
    wrong |= options.having(odd)
    mask[told.rows[wrong & told.is_discovery]] = True
    return mask


@tallies("NDP-008")
def astray(batch: Batch) -> Iterator[Tally]:
    """Solicitations to neither the target nor its group."""
    told = batch.messages
    asks, dst, about = told.kind == SOLICIT, told.dst, told.targets
    group = (dst[:, :13] == tuple(SOLICITED_NODE)).all(axis=1)
    probes = asks & told.unspecified & ~group
    yield Tally(told.rows[probes], told.src[probes])
    own = group & (dst[:, 13:] == about[:, 13:]).all(axis=1) | (dst == about).all(axis=1)
    others = asks & ~told.unspecified & ~own
    yield Tally(told.rows[others], told.src[others], Level.WARNING)


@tallies("NDP-009")
def without_address(batch: Batch) -> Iterator[Tally]:
    """Solicitations to a group without the option, on Ethernet."""
    told = batch.messages
    wrong = (told.kind == SOLICIT) & (told.dst[:, 0] == 0xFF) & ~told.unspecified
    wrong &= ~told.having(SOURCE_LINK) & (told.frame >= 0)
    yield Tally(told.rows[wrong], told.src[wrong])


@alike("RAD")
def advertisements(batch: Batch) -> Iterator[Like]:
    """Advertisements: all but the checksum, and what rules ask of the packet around."""
    told = batch.messages
    mine = told.kind == ADVERTISE_ROUTER
    local = are_link_local(told.src[mine])
    data = batch.chunk.data
    for row, at, end, here, framed, src in zip(
        told.rows[mine].tolist(), told.at[mine].tolist(), told.end[mine].tolist(), local.tolist(),
        (told.frame[mine] >= 0).tolist(), whole(told.src[mine]), strict=True,
    ):  # fmt: skip
        yield Like(row, bytes((here, framed, data[at + 1])) + data[at + 4 : end], src)

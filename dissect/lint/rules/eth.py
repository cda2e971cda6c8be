"""Ethernet: how IPv6 and IPv4 are carried in frames (RFC 2464, RFC 894)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.lint.addresses import are_link_local, is_link_local, is_multicast, mac_of_identifier
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.nd import DISCOVERY, LINK_LAYER, options
from dissect.lint.rule import Hit, Hits, Tally, rule, suspects, tallies
from dissect.lint.words import ip, mac
from dissect.protocols.ethernet import IEEE8023, EthernetII
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

GROUP_BIT = 1
PREFIX = b"\x33\x33"
IPV4, IPV6 = 0x0800, 0x86DD


def _to(at: At) -> bytes:
    """The destination MAC address of the frame right around an IP header; empty elsewhere."""
    link = at.link
    if link is None or link.header is None or at.context.ips[at.place] > link.place:
        return b""
    return bytes(link.header.dst)


@rule(
    "ETH-001", Level.ERROR, "RFC 2464, section 7", "IPv6 multicast sent to another group's MAC",
    why="An IPv6 multicast packet goes to the MAC address 33:33 and the last four octets of its "
        "destination.  Receivers' filters drop a frame that goes to another group.",
    fix="Map the group's address to 33:33:xx:xx:xx:xx in the sender's driver or bridge.",
    on="ipv6", field="eth.dst",
)  # fmt: skip
def wrong_group(at: At) -> Hits:
    """A unicast MAC address is legal since RFC 6085."""
    to, header = _to(at), at.header
    if to and header is not None and is_multicast(header.dst) and to[0] & GROUP_BIT:
        expected = PREFIX + header.dst[12:]
        if to != expected:
            yield Hit(f"Multicast {ip(header.dst)} sent to MAC {mac(to)}, expected {mac(expected)}")


@rule(
    "ETH-002", Level.WARNING, "RFC 2464, section 6; RFC 6085, section 3",
    "Unicast packet in a frame to a group",
    why="A packet to one host goes to that host's MAC address.  In a frame to a group every host "
        "on the link gets it, which hides a broken neighbor cache and helps eavesdroppers.",
    fix="Look up the neighbor's MAC address; check clusters that share one by a multicast MAC.",
    on="ipv6", field="eth.dst",
)  # fmt: skip
def unicast_to_group(at: At) -> Hits:
    """The inverse, a group's packet to one MAC address, is legal by RFC 6085, section 3."""
    to, header = _to(at), at.header
    if to and header is not None and to[0] & GROUP_BIT and not is_multicast(header.dst):
        yield Hit(f"Unicast {ip(header.dst)} carried in group MAC {mac(to)}")


@rule(
    "ETH-003", Level.ERROR, "IEEE 802.3, clause 3.2.3(b)", "Frame from a group's MAC address",
    why="A source address is that of one station.  Bridges can't learn from a group's address, "
        "and many drop the frame.",
    fix="Give the interface an individual address: the lowest bit of the first octet is 0.",
    on="eth", field="eth.src",
)  # fmt: skip
def source_is_group(at: At) -> Hits:
    """Wireshark notes it too."""
    if at.noted("eth.src_not_group"):
        yield Hit(f"Source MAC {mac(at.header.src)} is a group address", key=mac(at.header.src))


@rule(
    "ETH-004", Level.ERROR, "RFC 2464, section 3; RFC 894",
    "EtherType and IP version contradict each other",
    why="The type 0x86DD carries IPv6 only, 0x0800 IPv4 only.  Receivers drop the packet.",
    fix="Set the EtherType by the version of the packet that is sent.",
    on=("ipv6", "ip"), field="eth.type",
)  # fmt: skip
def wrong_version(at: At) -> Hits:
    """Of tunnels TUN-001 speaks."""
    link = at.link
    if link is None or link.header is None or at.context.ips[at.place] > link.place:
        return
    if at.header is None and at.noted("ipv6.bogus_ipv6_version", "ip.bogus_ip_version"):
        octet = at.data[at.layer.offset : at.layer.offset + 1]
        kind = IPV6 if at.name == "ipv6" else IPV4
        if octet:
            yield Hit(f"EtherType {kind:#06x} carries IP version {octet[0] >> 4}")


@rule(
    "ETH-005", Level.NOTE, "RFC 2464, section 4; RFC 4291, appendix A",
    "Address made from another MAC address than the frame's",
    why="The interface identifier says which MAC address it was made from, and the frame comes "
        "from another.  A proxy, a changed MAC address, or somebody who poses as the host.",
    fix="Check who sends as this address; hosts with a changed MAC should make a new address.",
    on="icmpv6", kinds=DISCOVERY, field="eth.src",
)  # fmt: skip
def foreign_identifier(at: At) -> Hits:
    """Only Neighbor Discovery with hop limit 255 comes from the link for sure."""
    around, sender = at.ip, at.mac
    if around is None or not sender or at.header is None or at.header.type not in DISCOVERY:
        return
    header = around.header
    if around.name != "ipv6" or header.hlim != 255 or not is_link_local(header.src):
        return
    made_from = mac_of_identifier(header.src)
    told = [value for kind, value in options(at) if kind in LINK_LAYER]
    if made_from and made_from != sender and made_from not in [value[:6] for value in told]:
        yield Hit(
            f"The identifier of {ip(header.src)} encodes {mac(made_from)}, "
            f"the frame came from {mac(sender)}"
        )


@suspects("ETH")
def frames(batch: Batch) -> Mask:
    """Frames to groups that carry unicast, or from groups."""
    octets, mask = batch.chunk.octets, batch.wrong_groups.copy()
    groups = batch.none
    for part in batch.parts(EthernetII, IEEE8023):
        groups[part.rows[octets[part.at] & GROUP_BIT != 0]] = True
        mask[part.rows[octets[part.at + 6] & GROUP_BIT != 0]] = True
    for part in batch.parts(IPv6):
        rows = part.rows[groups[part.rows]]
        mask[rows[octets[part.at[groups[part.rows]] + 24] != 0xFF]] = True
    return mask


@suspects("ETH-005")
def discovery(batch: Batch) -> Mask:
    """Messages that the columns don't tell of."""
    return batch.discovery & ~batch.heard & batch.foreign_identifiers


@tallies("ETH-005")
def foreign(batch: Batch) -> Iterator[Tally]:
    """Messages with an identifier of neither the frame's nor an option's MAC address."""
    messages = batch.messages
    src, sender, told = messages.src, messages.mac, messages.options
    made = src[:, [8, 9, 10, 13, 14, 15]] ^ (2, 0, 0, 0, 0, 0)
    wrong = (src[:, 11] == 0xFF) & (src[:, 12] == 0xFE) & (made != sender).any(axis=1)
    wrong &= (messages.frame >= 0) & (messages.hops == 255) & messages.is_discovery
    wrong &= are_link_local(src)
    same = (told.link_layer == made[told.of]).all(axis=1)
    wrong &= ~told.having(same & np.isin(told.kind, LINK_LAYER))
    yield Tally(messages.rows[wrong], src[wrong])

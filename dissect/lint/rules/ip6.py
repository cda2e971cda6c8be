"""The IPv6 header (RFC 8200, section 3)."""

from __future__ import annotations

import numpy as np

from dissect.engine.session import Table
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.words import ip
from dissect.protocols.icmpv6 import PROTOCOL as ICMPV6
from dissect.protocols.ipv4 import IPv4
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

NO_NEXT, HOP_BY_HOP = 59, 0
SHORTEST_FRAME = 60
EXTENSIONS = frozenset(("ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "ah"))
ASSIGNED = frozenset((*range(148), 253, 254))
"""Protocol numbers that mean something (IANA, protocol-numbers), 253 and 254 in experiments."""
NEXT_FIELDS = {
    "ipv6": "ipv6.nxt", "ipv6.hopopts": "ipv6.hopopts.nxt", "ipv6.dstopts": "ipv6.dstopts.nxt",
    "ipv6.routing": "ipv6.routing.nxt", "ipv6.fraghdr": "ipv6.fraghdr.nxt",
    "ah": "ah.next_header",
}  # fmt: skip
OTHER_VERSION = {1: "ICMP for IPv4", 2: "IGMP"}


@rule(
    "IP6-001", Level.ERROR, "RFC 8200, section 3", "Payload Length past the end of the frame",
    why="The header promises more octets than were sent.  Receivers drop the packet as truncated.",
    fix="Set Payload Length to the octets behind the header, extension headers included.",
    on="ipv6", field="ipv6.plen",
)  # fmt: skip
def too_long(at: At) -> Hits:
    """By the length on the wire; where only the capture is short, CAP-001 speaks."""
    if at.noted("ipv6.plen_exceeds_framing"):
        start = at.layer.offset + HEADER
        size = at.packet.original if at.layer.source is None else len(at.data)
        yield Hit(
            f"Payload Length {at.header.plen} exceeds the {max(size - start, 0)} octets present"
        )


@rule(
    "IP6-002", Level.WARNING, "RFC 8200, section 3; RFC 2675, section 3",
    "Payload Length 0 without a Jumbo Payload option",
    why="Length 0 means a jumbogram, whose option says how long it is.  Without the option nobody "
        "knows.  Captures on the sending host show it where hardware cuts long packets.",
    fix="Set the length, or add the option; capture without segmentation offload.",
    on="ipv6", field="ipv6.plen",
)  # fmt: skip
def no_length(at: At) -> Hits:
    """An error behind Hop-by-Hop Options, as those then lack what they are there for."""
    if at.noted("ipv6.opt.jumbo.missing"):
        yield Hit("Payload Length 0, and no Jumbo Payload option in the Hop-by-Hop Options",
                  level=Level.ERROR)  # fmt: skip
    elif at.noted("ipv6.plen_zero"):
        yield Hit("Payload Length 0 without a Jumbo Payload option")


@rule(
    "IP6-003", Level.NOTE, "RFC 8200, section 3", "Octets behind the end of the IPv6 packet",
    why="Short frames are padded, with zeros.  Other octets are a leak of the sender's memory, a "
        "hidden channel, or a Payload Length that is too small.",
    fix="Pad with zeros, and only up to the shortest frame; check Payload Length.",
    on="ipv6", field="eth.trailer", whole=True,
)  # fmt: skip
def trailer(at: At) -> Hits:
    """Frame check sequences are none: the capture file or Ethernet's trailer tells of those."""
    header, link = at.header, at.link
    if header is None or link is None or at.context.ips[at.place] >= 0:
        return
    if not header.plen and header.nxt != NO_NEXT:
        return  # a jumbogram, or no length at all
    end = at.layer.offset + HEADER + header.plen
    behind = at.packet.data[end:]
    if not behind or (len(at.packet.data) <= SHORTEST_FRAME + 4 and not any(behind)):
        return
    if len(behind) == 4 and "eth.fcs" in at.packet:
        return
    yield Hit(f"{len(behind)} octets after the end of the IPv6 packet")


@rule(
    "IP6-004", Level.WARNING, "RFC 8200, section 3", "Hop Limit 0 on the wire",
    why="A node discards a packet when it would forward it with Hop Limit 0, so nobody sends one.",
    fix="Set the Hop Limit (64 by default), and drop at 1 when forwarding.",
    on="ipv6", field="ipv6.hlim",
)  # fmt: skip
def no_hops(at: At) -> Hits:
    """Quoted packets have it by right: that is why they are quoted."""
    if at.header is not None and at.header.hlim == 0:
        yield Hit("Hop Limit 0 on the wire")


@rule(
    "IP6-005", Level.WARNING, "RFC 8200, sections 4 and 4.7", "Next Header that can't be here",
    why="Receivers discard a packet whose Next Header they don't know, with a Parameter Problem.  "
        "0 is only for the IPv6 header; behind 59 there is nothing.",
    fix="Use an assigned number; 253 and 254 are there for experiments.",
    on=("ipv6", *sorted(EXTENSIONS)), quoted=True, field="ipv6.nxt",
)  # fmt: skip
def next_header(at: At) -> Hits:
    """Of the header itself and of each extension header."""
    header = at.header
    if header is None:
        return
    field = NEXT_FIELDS[at.name]
    if header.nxt == HOP_BY_HOP and at.name != "ipv6":
        yield Hit("Next Header 0 (Hop-by-Hop Options) in an extension header", field=field)
    elif header.nxt not in ASSIGNED:
        yield Hit(f"Next Header {header.nxt} is not assigned", field=field)
    elif header.nxt == NO_NEXT and not at.quoted:
        behind = at.layer.stop - max(at.layer.end, at.layer.offset)
        if at.name == "ipv6":
            behind = header.plen
        if behind > 0 and not at.part:
            yield Hit(f"Next Header 59 (none), and {behind} octets behind it", level=Level.NOTE,
                      field=field)  # fmt: skip


@rule(
    "IP6-006", Level.ERROR, "RFC 4443, section 1; RFC 792", "Protocol of the other IP version",
    why="ICMP and IGMP are IPv4's, ICMPv6 is IPv6's.  The other version's hosts ignore them, and "
        "filters that only look at numbers are fooled.",
    fix="Send ICMPv6 (58) in IPv6, and ICMP (1) in IPv4; translate, don't copy.",
    on=("ipv6", "ip", *sorted(EXTENSIONS)), field="ipv6.nxt",
)  # fmt: skip
def other_version(at: At) -> Hits:
    """By the protocol number alone."""
    header = at.header
    if header is None:
        return
    if at.name == "ip":
        if header.p == ICMPV6:
            yield Hit("ICMPv6 carried by IPv4", field="ip.proto")
    elif header.nxt in OTHER_VERSION and (at.ip is None or at.name == "ipv6"
                                          or at.ip.name == "ipv6"):  # fmt: skip
        yield Hit(f"{OTHER_VERSION[header.nxt]} carried by IPv6", field=NEXT_FIELDS[at.name])


@rule(
    "IP6-007", Level.WARNING, "RFC 8200, section 3", "Packet that goes round in circles",
    why="The same packet comes by again and again with fewer hops left: routers send it to each "
        "other until its Hop Limit is used up.",
    fix="Compare the routers' tables for the destination; add a discard route for unused prefixes.",
    on="ipv6", field="ipv6.hlim", whole=True,
)  # fmt: skip
class Loops:
    """Packets by what stays the same from hop to hop, with the hop limits seen."""

    WINDOW = 5_000_000_000
    TIMES = 3

    def __init__(self) -> None:
        self.seen: Table[tuple[int, list[int], bool]] = Table(16384)

    def __call__(self, at: At) -> Hits:
        """Three times in five seconds, with fewer hops each time."""
        header = at.header
        if header is None or header.hlim == 255 or at.context.ips[at.place] >= 0:
            return
        octets = at.payload
        if not octets[HEADER:]:
            return
        key = at.packet.link_type, octets[1:7], octets[8:]
        before = self.seen.get(hash(key))
        if before is None or at.time - before[0] > self.WINDOW or header.hlim >= before[1][-1]:
            self.seen.put(hash(key), (at.time, [header.hlim], False))
            return
        begun, hops, told = before
        hops = [*hops[:15], header.hlim]
        again = len(hops) >= self.TIMES
        self.seen.put(hash(key), (begun, hops, told or again))
        if again and not told:
            listed = ", ".join(map(str, hops))
            yield Hit(f"Packet {ip(header.src)} > {ip(header.dst)} loops: hop limits {listed}",
                      key=f"{ip(header.src)} > {ip(header.dst)}")  # fmt: skip


@suspects("IP6")
def headers(batch: Batch) -> Mask:
    """Hop Limit 0, Next Header numbers, and what is behind the outermost packet."""
    mask = batch.none
    chunk = batch.chunk
    seen = batch.none
    unnamed = np.ones(256, np.bool_)
    unnamed[sorted(ASSIGNED)] = False
    unnamed[sorted(OTHER_VERSION)] = True
    for part in batch.parts(IPv6):
        head = part.head
        length = head.plen.astype(np.int64)
        wrong = (head.hlim == 0) | unnamed[head.nxt] | (head.nxt == NO_NEXT) & (length > 0)
        end = part.at + HEADER + length
        behind = chunk.start[part.rows] + chunk.original[part.rows] - end
        wrong |= ~seen[part.rows] & (behind > 0)
        seen[part.rows] = True
        mask[part.rows[wrong]] = True
    for name, field in NEXT_FIELDS.items():
        if name != "ipv6":
            mask |= batch.where(field, lambda nxt: unnamed[nxt] | (nxt == 0) | (nxt == NO_NEXT))
    for part in batch.parts(IPv4):
        mask[part.rows[part.head.p == ICMPV6]] = True
    return mask


@suspects("IP6-007")
def returning(batch: Batch) -> Mask:
    """Packets that come again."""
    return batch.returning

"""The IPv4 header (RFC 791, RFC 1122) and its fragments (RFC 1858)."""

from __future__ import annotations

import numpy as np

from dissect.lint.addresses import LIMITED_BROADCAST
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.fragments import LONGEST, Pieces, overlap
from dissect.lint.gathered import Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.words import expected, ip
from dissect.protocols.ipv4 import IPv4
from dissect.verdict import Level

LOOPBACK = 127
DF, MF, RESERVED = 2, 1, 4
LINKS_INSIDE = (0, 108, 113, 276)
"""Link types of captures that loopback may be in: BSD's loopback, and Linux's "any"."""


def inside(at: At) -> bool:
    """Whether a capture may be of a host's own loopback."""
    frame = at.link
    if at.packet.link_type in LINKS_INSIDE:
        return True
    header = frame.header if frame is not None else None
    return header is not None and header.src == header.dst == bytes(6)


@rule(
    "IP4-001", Level.ERROR, "RFC 791, section 3.1", "Impossible length in the IPv4 header",
    why="The header has at least 5 words, and the datagram ends within the frame.  Receivers drop "
        "what says otherwise, or read past it.",
    fix="Set IHL and Total Length by what is sent.",
    on="ip", field="ip.len",
)  # fmt: skip
def lengths(at: At) -> Hits:
    """By the length on the wire, not the captured one."""
    for note in at.notes("ip.bogus_header_length", "ip.bogus_ip_length"):
        octets = at.data[at.layer.offset :][:4]
        field = "ip.hdr_len" if note.note.name == "ip.bogus_header_length" else "ip.len"
        ihl, total = octets[0] & 15, int.from_bytes(octets[2:4], "big")
        available = max(at.layer.stop, at.layer.end) - at.layer.offset
        yield Hit(
            f"IPv4 length impossible: IHL {ihl}, total {total}, available {available}", field=field
        )


@rule(
    "IP4-002", Level.ERROR, "RFC 1122, section 3.2.1.2", "Wrong IPv4 header checksum",
    why="A host drops a datagram whose header checksum is wrong, without telling anybody.",
    fix="Compute the checksum after the last change to the header; see CAP-002 for captures on "
        "the sending host.",
    on="ip", field="ip.checksum",
)  # fmt: skip
def checksum(at: At) -> Hits:
    """Noted by the decoder where the header is captured."""
    for note in at.notes("ip.checksum_bad.expert"):
        right = expected(note.text)
        yield Hit(
            f"IPv4 header checksum {at.header.sum:#06x}, expected {right}",
            sender=at.mac,
        )


@rule(
    "IP4-003", Level.ERROR, "RFC 1122, section 3.2.1.3", "Source that no IPv4 datagram may have",
    why="A group, the broadcast address, class E or loopback is no address of a sender on a link; "
        "nor can a host be another end of itself.  Answers to it go nowhere, or everywhere.",
    fix="Find who sends it by the MAC address; filter such sources at the edge (RFC 2827).",
    on="ip", field="ip.src",
)  # fmt: skip
def source(at: At) -> Hits:
    """Loopback is allowed in captures of it."""
    header = at.header
    if header is None:
        return
    src, dst = header.src, header.dst
    if 224 <= src[0] < 240:
        yield Hit(f"IPv4 source {ip(src)} is a multicast group")
    elif src == LIMITED_BROADCAST:
        yield Hit("IPv4 source is the broadcast address 255.255.255.255")
    elif src[0] >= 240:
        yield Hit(f"IPv4 source {ip(src)} is of class E")
    elif src[0] == LOOPBACK and not inside(at):
        yield Hit(f"IPv4 source {ip(src)} is a loopback address, on a link")
    elif src == dst and src[0] != LOOPBACK and not inside(at):
        yield Hit(f"IPv4 source {ip(src)} is the destination, too")


@rule(
    "IP4-004", Level.WARNING, "RFC 791, section 3.1; RFC 6864, section 4",
    "IPv4 flags that contradict each other",
    why="The first flag must be 0, and a datagram that must not be fragmented is no fragment.  "
        "Firewalls drop such datagrams as attacks.",
    fix="Clear the reserved bit; clear DF in fragments.",
    on="ip", field="ip.flags",
)  # fmt: skip
def flags(at: At) -> Hits:
    """Both in one message."""
    header = at.header
    if header is None:
        return
    part = header.flags & MF or header.off
    if header.flags & RESERVED:
        yield Hit(f"IPv4 reserved flag set (flags {header.flags:#x}, offset {8 * header.off})")
    elif header.flags & DF and part:
        yield Hit(f"IPv4 fragment with DF set (flags {header.flags:#x}, offset {8 * header.off})")


@rule(
    "IP4-005", Level.ERROR, "RFC 791, section 3.2; RFC 1858, section 4",
    "IPv4 fragments that overlap with other octets, or are too long",
    why="Hosts put together different datagrams from fragments that contradict each other, which "
        "is how attacks pass a firewall; past 65535 octets they overflow a buffer.",
    fix="Drop them.  If a host sends them, its stack writes wrong offsets.",
    on="ip", field="ip.frag_offset",
)  # fmt: skip
class Fragments:
    """Fragments of datagrams that are not complete, or just were."""

    def __init__(self) -> None:
        self.pieces = Pieces()

    def __call__(self, at: At) -> Hits:
        """Each fragment with those before it."""
        header = at.header
        if header is None or not (header.flags & MF or header.off):
            return
        start, head = 8 * header.off, 4 * header.ihl
        octets = at.payload[head : header.len]
        size = max(header.len - head, 0)
        if start + size + head > LONGEST:
            yield Hit(f"IPv4 fragment {header.id:#06x} ends at {start + size + head} octets, "
                      f"past {LONGEST}")  # fmt: skip
        if len(octets) < size:
            return
        key = (at.wire, header.src, header.dst, header.p, header.id)
        datagram = self.pieces.of(key, at.time)
        for one in datagram.pieces:
            both = overlap(one, start, octets)
            if both is not None and not both.same:
                yield Hit(f"IPv4 fragments {header.id:#06x} overlap at octets {both.start}-"
                          f"{both.end - 1} with other contents")  # fmt: skip
                break
        self.pieces.add(datagram, start, octets, at.packet.number)


@suspects("IP4")
def headers(batch: Batch) -> Mask:
    """Wrong checksums, sources and flags; broken headers and fragments are unsure anyway."""
    mask = batch.none
    rows, right = batch.summed_headers
    mask[rows[~right]] = True
    for part in batch.parts(IPv4):
        head = part.head
        first = head.src[:, 0]
        wrong = (first >= 224) | (first == LOOPBACK) | (head.flags_off_word & 0x8000 != 0)
        wrong |= (head.src == head.dst).all(axis=1) | (head.ihl > 5)
        mask[part.rows[np.asarray(wrong)]] = True
    return mask

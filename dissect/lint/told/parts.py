"""Fragments, as far as columns tell of them: a part of a datagram and what stands before it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.api import Capture
from dissect.columns import chunks
from dissect.columns.chunk import Chunk, Flag, Mask
from dissect.engine.header import plan_of
from dissect.engine.packet import Packet
from dissect.engine.reassembly import Outcome, Piece, Reassembly
from dissect.engine.session import Session
from dissect.engine.tree import Layer
from dissect.lint.fragments import MOST_OCTETS
from dissect.protocols.ethernet import EthernetII
from dissect.protocols.fragment import FRAGMENTS, MAX_PAYLOAD, Fragment, holds_headers
from dissect.protocols.ipv6 import IPv6

ETHERNET = 1
PART = "eth:ethertype:ipv6:ipv6.fraghdr:data"
LAYERS = ("eth", "ipv6", "ipv6.fraghdr")
"""Those before the part."""
FRAME, NEXT, FRAGMENT = 14, 20, 44
"""Octets of an Ethernet header, where Next Header stands then, and the Fragment header's number."""
HEADER, BEHIND = FRAME + 40, FRAME + 48
"""Where the Fragment header stands, and what is behind it."""
PACKETS = 32768
"""In a chunk: memory is proportional to it, and more are judged no faster."""
MOST = 4096
"""Fragments of a chunk that are kept; where there are more, all are asked about as trees."""
LEAVES = frozenset((
    "babel", "bfd", "bfd_echo", "dhcpv6.bulk_leasequery", "dhcpv6.failover", "isakmp", "ospf",
    "pw_oam", "rtcp", "rtp", "rtpevent", "snmp", "tic", "wg",
))  # fmt: skip
"""Protocols without vector readers that carry no others, and about which there are no rules."""
READ = tuple(plan_of(header).read for header in (EthernetII, IPv6, Fragment))

Parts = dict[int, Packet]


def with_parts(capture: Capture) -> Iterator[tuple[Chunk, Parts]]:
    """The chunks of a capture, with the packets of their fragments, by row.

    In a chunk columns are sure of the plain fragments that complete no datagram: before their
    Fragment header is nothing but IPv6's and Ethernet's.  Raises as ``chunks``.
    """
    session = capture.session(Session)
    if session.fragments is not None:
        session.fragments = Reassembly(MOST_OCTETS)
    # chunks of records: fragments are to be put together, whatever the capture says
    for chunk in chunks(capture.records, size=PACKETS):
        _trust_leaves(chunk)
        fragments = chunk.flags & Flag.FRAGMENT != 0
        parts = {
            row: capture.packet(chunk.stretch.record(row), session)
            for row in np.flatnonzero(fragments).tolist()
        }
        if parts and len(parts) <= MOST and session.fragments is not None:
            plain = _plain(chunk, fragments)
            for row in np.flatnonzero(plain).tolist():
                plain[row] = not _completes(parts[row], session.fragments)
            chunk.flags[plain] &= ~np.uint16(Flag.UNSURE)
            chunk.chain[plain] = chunk.chains.number(PART)
        yield chunk, parts


def _trust_leaves(chunk: Chunk) -> None:
    """Be sure of what is right but for a leaf that only trees tell of: it breaks no rule."""
    leaves = chunk.chains.where("leaves", lambda names: bool(names) and names[-1] in LEAVES)
    rows = np.flatnonzero(leaves[chunk.unread])
    chunk.flags[rows] &= ~np.uint16(Flag.UNSURE)
    chunk.chain[rows] = chunk.unread[rows]


def _plain(chunk: Chunk, fragments: Mask) -> Mask:
    """The fragments right behind an IPv6 header that is right behind Ethernet's."""
    mask = fragments & (chunk.link_type == ETHERNET) & (chunk.captured == chunk.original)
    rows = np.flatnonzero(mask)
    start, octets = chunk.start[rows], chunk.octets
    mask[rows] = (octets[start + 12] == 0x86) & (octets[start + 13] == 0xDD)
    mask[rows] &= octets[start + NEXT] == FRAGMENT
    found: Mask = mask
    return found


def _completes(packet: Packet, known: Reassembly) -> bool:
    """Whether a plain fragment makes its datagram whole.

    It arrives here, as in ``protocols.fragment``, which finds what came of it when the packet is
    decoded.
    """
    data = packet.data
    end = HEADER + int.from_bytes(data[FRAME + 4 : FRAME + 6], "big")
    header, octets = READ[-1](data, HEADER), data[BEHIND:end]
    start = 8 * header.offset
    outcome: Outcome | None = None
    if (
        octets and end <= len(data) and not (header.more and len(octets) % 8)
        and start + len(octets) <= MAX_PAYLOAD
    ):  # fmt: skip
        key = data[FRAME + 8 : FRAME + 24], data[FRAME + 24 : HEADER], header.ident
        piece = Piece(packet.number, start, octets, header.nxt, last=not header.more)
        outcome = FRAGMENTS.take(known, LAYERS, key, piece, packet.time_ns)
        packet.state[LAYERS[-1], HEADER] = outcome
    return outcome is not None and outcome.whole is not None


def layers_of(packet: Packet) -> list[Layer] | None:
    """The layers of a plain fragment; None if there would be more to say about it."""
    data = packet.data
    eth, ip, header = (
        read(data, at) for read, at in zip(READ, (0, FRAME, HEADER), strict=True)
    )  # fmt: skip
    end, size = HEADER + ip.plen, len(data)
    if end != size or end == BEHIND or (
        not header.offset and not holds_headers(data[BEHIND:end], header.nxt)
    ):  # fmt: skip
        return None
    return [
        Layer("frame", "Frame", 0, 0, size, listed=False),
        Layer("eth", "Ethernet", 0, FRAME, size, header=eth),
        Layer("ethertype", "", FRAME, FRAME, FRAME, nested=True),
        Layer("ipv6", "IPv6", FRAME, BEHIND, end, header=ip),
        Layer("ipv6.fraghdr", "Fragment", HEADER, BEHIND, end, nested=True, header=header),
        Layer("data", "Data", BEHIND, end, end),
    ]

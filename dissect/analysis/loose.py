"""Fragments of IPv6 in Ethernet that can't make their datagram whole: its end isn't known yet.

No more can be told of one than what its own headers say, which needs no tree.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from dissect.analysis.analysis import Link, Place
from dissect.analysis.probes import MOST_HOPS
from dissect.engine.reassembly import Piece, Reassembly
from dissect.protocols.fragment import FRAGMENTS, MAX_PAYLOAD

if TYPE_CHECKING:
    from dissect.capture.record import Record

HEADERS = Struct(">12sHIHBB16s16sBxHI")
"""Of Ethernet, IPv6 (RFC 8200, section 3) and the fragment (section 4.5)."""
BEFORE = 54
"""Octets before the Fragment header."""
ETHERNET, IPV6, FRAGMENT = 1, 0x86DD, 44
"""Link type, EtherType, Next Header."""
LAYERS = ("eth", "ethertype", "ipv6", "ipv6.fraghdr", "data")
"""What the tree reader finds in such packets."""


class Loose(NamedTuple):
    """A fragment, and what its headers say.

    name      of the interface; None where the file has none
    original  octets of the packet, and ``size`` those of IPv6
    macs      the receiver's and the sender's
    start     of ``payload`` in the datagram's; ``last``: none is behind it
    """

    at: Place
    name: str | None
    original: int
    macs: bytes
    source: bytes
    destination: bytes
    size: int
    protocol: int
    number: int
    start: int
    last: bool
    payload: bytes


def loose(record: Record, form: str, file: int, known: Reassembly | None) -> Loose | None:
    """The fragment in a record, if it is one of these; it is among the known ones from now on.

    Those that something is wrong or special with are the tree reader's, and so are those with few
    hops, which may be a traceroute's.
    """
    data = record.data
    if known is None or record.link_type != ETHERNET or len(data) <= HEADERS.size:
        return None
    macs, kind, word, plen, following, hops, source, destination, protocol, field, number = (
        HEADERS.unpack_from(data)
    )
    if kind != IPV6 or word >> 28 != 6 or following != FRAGMENT or hops <= MOST_HOPS:
        return None
    start, more, payload = field & 0xFFF8, field & 1, data[HEADERS.size :]
    is_part = start or more
    is_sound = not (more and len(payload) % 8) and start + len(payload) <= MAX_PAYLOAD
    if not (is_part and is_sound) or not record.original == len(data) == BEFORE + plen:
        return None
    key = source, destination, number
    others = known.datagrams.get(FRAGMENTS.key(LAYERS, key))
    if others is not None and (others.length is not None or not more):
        return None
    piece = Piece(record.number, start, payload, protocol, last=not more)
    FRAGMENTS.take(known, LAYERS, key, piece, record.time_ns)
    interface = record.interface if form == "pcapng" else None
    link = Link(file) if interface is None else Link(file, interface.id, interface.name)
    return Loose(
        Place(record.number, record.time_ns or 0, link), None if interface is None else link.name,
        record.original, macs, source, destination, 40 + plen, protocol, number, start, not more,
        payload,
    )  # fmt: skip

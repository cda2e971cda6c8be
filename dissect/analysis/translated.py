"""One side of a translation: what of a packet is compared with its twin in the other IP version.

A packet's ``key`` is what a translator leaves as it is (RFC 7915): the transport's numbers and its
payload, but not addresses, ports and checksums.  Datagrams that came in fragments are compared as
a whole, for a translator may put them together or cut them again.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from dissect.analysis.analysis import Place
from dissect.analysis.icmp import ERRORS, EXTENSIONS, FRAGMENT, QUOTE, Message, Quote, quote_in
from dissect.engine.checksum import ones_sum

if TYPE_CHECKING:
    from dissect.engine.packet import Packet

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
SYN = 2
ECHOES = {(6, 128): False, (6, 129): True, (4, 8): False, (4, 0): True}
"""By IP version and type: whether an echo is a reply."""
NO_PORTS = (0, 0)
RIGHT = 0xFFFF


class Side(NamedTuple):
    """A packet or datagram of one IP version.

    mark            Traffic Class or Type of Service
    identification  None in an IPv6 packet without a Fragment header
    whole           may be cut no further: Don't Fragment, or no Fragment header
    header          octets of the IP header with options; extension headers count, but for Fragment
    size            octets behind it, from the transport's header on
    pieces          in which it came; ``largest`` of them, or of the packet, in octets
    protocol        ICMPv6 is 1, as ICMP
    ports           of an echo: its identifier twice
    sound           whether the checksum is right; None where that can't be told
    kind            an ICMP message's type and code; ``value`` what follows its checksum
    """

    at: Place
    version: int
    source: bytes
    destination: bytes
    hops: int
    mark: int
    identification: int | None
    whole: bool
    header: int
    size: int
    pieces: int
    largest: int
    protocol: int
    ports: tuple[int, int]
    sum: int
    sound: bool | None
    kind: tuple[int, int] | None
    value: int
    quote: Quote | None
    payload: int
    key: tuple[Any, ...]
    loose: tuple[Any, ...]

    @property
    def total(self) -> int:
        """Octets of the packet; without a Fragment header in IPv6."""
        return self.header + self.size


def side_of(
    place: Place, octets: bytes, *, pieces: int = 1, largest: int = 0, length: int | None = None,
) -> Side | None:  # fmt: skip
    """From an IP packet's octets; ``length`` of a whole datagram.  None if too little is there."""
    if len(octets) < 20:
        return None
    if octets[0] >> 4 == 4:
        mark, total, number, flags, hops, protocol = struct.unpack_from(">xBHHHBB", octets)
        header = 4 * (octets[0] & 15)
        source, destination = octets[12:16], octets[16:20]
        identification, whole = number, bool(flags & 0x4000)
        start, version = header, 4
    else:
        if len(octets) < 40:
            return None
        word, payload, protocol, hops = struct.unpack_from(">IHBB", octets)
        mark, total, version = word >> 20 & 0xFF, 40 + payload, 6
        source, destination = octets[8:24], octets[24:40]
        protocol, start, identification = _chain(octets, protocol)
        whole = identification is None
        header = start - (0 if whole else 8)
    size = (total if length is None else length) - start
    if size < 0:
        return None
    transport = octets[start : start + size]
    protocol = ICMP if protocol == ICMPV6 else protocol
    read = _read(place, version, (source, destination), protocol, transport, size)
    if read is None:
        return None
    sound = None
    if len(transport) == size and protocol in (ICMP, TCP, UDP):
        sound = _is_sound(version, source + destination, protocol, transport)
    return Side(place, version, source, destination, hops, mark, identification, whole, header,
                size, pieces, largest or total, protocol, read.ports, read.sum, sound, read.kind,
                read.value, read.quote, read.payload, read.key, read.loose)  # fmt: skip


class _Read(NamedTuple):
    ports: tuple[int, int]
    sum: int
    kind: tuple[int, int] | None
    value: int
    quote: Quote | None
    payload: int
    key: tuple[Any, ...]
    loose: tuple[Any, ...]


def _chain(octets: bytes, protocol: int) -> tuple[int, int, int | None]:
    """Past the extension headers: the transport, where it begins, and the Identification."""
    at, identification = 40, None
    while protocol in EXTENSIONS or protocol == FRAGMENT:
        head = octets[at : at + 8]
        if len(head) < 8:
            break
        if protocol == FRAGMENT:
            identification = int.from_bytes(head[4:])
        at += 8 if protocol == FRAGMENT else 8 * head[1] + 8
        protocol = head[0]
    return protocol, at, identification


def _read(
    place: Place, version: int, ends: tuple[bytes, bytes], protocol: int, transport: bytes,
    size: int,
) -> _Read | None:  # fmt: skip
    """What a transport leaves the same, ``key``, and what must be the same at least, ``loose``."""
    loose: tuple[Any, ...]
    key: tuple[Any, ...]
    if protocol == TCP and len(transport) >= 20:
        sent, got, numbers, offset, flags, window, total = struct.unpack_from(
            ">HH8sBBHH", transport
        )
        head = 4 * (offset >> 4)
        payload = crc32(transport[head:])
        # a translator may lower the MSS in a segment with SYN
        options = 0 if flags & SYN else crc32(transport[20:head])
        loose = (TCP, numbers, size)
        key = (*loose, flags, window, options, payload)
        return _Read((sent, got), total, None, 0, None, payload, key, loose)
    if protocol == UDP and len(transport) >= 8:
        sent, got, total = struct.unpack_from(">HHxxH", transport)
        payload = crc32(transport[8:])
        loose = (UDP, size)
        return _Read((sent, got), total, None, 0, None, payload, (*loose, payload), loose)
    if protocol == ICMP and len(transport) >= 8:
        kind, code, total, value = struct.unpack_from(">BBHI", transport)
        is_reply = ECHOES.get((version, kind))
        if is_reply is not None:
            number = value >> 16
            payload = crc32(transport[8:])
            loose = (ICMP, is_reply, value & 0xFFFF, size)
            key = (*loose, payload)
            return _Read((number, number), total, (kind, code), 0, None, payload, key, loose)
        name = "icmpv6" if version == 6 else "icmp"
        if kind not in ERRORS[name]:
            return None
        quote = quote_in(Message(place, version, *ends, 0, transport[: QUOTE + 256]))
        if quote is None:
            return None
        loose = ("error", *_quoted(quote))
        return _Read(NO_PORTS, total, (kind, code), value, quote, 0, loose, loose)
    if protocol in (TCP, UDP, ICMP):
        return None
    payload = crc32(transport)
    return _Read(NO_PORTS, 0, None, 0, None, payload, (protocol, size, payload), (protocol, size))


def _quoted(quote: Quote) -> tuple[Any, ...]:
    """What of a quoted packet a translator leaves as it is."""
    protocol = ICMP if quote.protocol == ICMPV6 else quote.protocol
    head = quote.transport[:8]
    if quote.behind or len(head) < 8:
        return protocol, b"", quote.identification & 0xFFFF
    if protocol == TCP:
        return TCP, head[4:8]
    if protocol == ICMP:
        return ICMP, head[6:8]
    return protocol, head[4:6] if protocol == UDP else head


def ports_in(quote: Quote) -> tuple[int, int] | None:
    """The ports of a quoted packet; of an echo its identifier twice."""
    head = quote.transport[:8]
    if quote.behind or len(head) < 8:
        return None
    if quote.protocol in (TCP, UDP):
        return int.from_bytes(head[:2]), int.from_bytes(head[2:4])
    if (quote.version, head[0]) in ECHOES:
        return int.from_bytes(head[4:6]), int.from_bytes(head[4:6])
    return None


def _is_sound(version: int, ends: bytes, protocol: int, transport: bytes) -> bool:
    """Whether the checksum over the transport is right (RFC 1071); one that is not there is."""
    if protocol == UDP and version == 4 and transport[6:8] == b"\0\0":
        return True
    if protocol == ICMP and version == 4:
        return ones_sum(transport) == RIGHT
    number = ICMPV6 if protocol == ICMP else protocol
    return ones_sum(ends + struct.pack(">II", len(transport), number) + transport) == RIGHT


def side_in(packet: Packet, place: Place) -> Side | None:
    """From a packet that the tree reader has read, with its fragments if it completes them.

    None for packets in tunnels, fragments of what is not complete, and what isn't compared.
    """
    outer = [layer for layer in packet.layers if layer.name in ("ip", "ipv6") and not layer.quoted]
    if len(outer) != 1 or outer[0].header is None or not hasattr(outer[0].header, "src"):
        return None
    (layer,) = outer
    octets = packet.data[layer.offset : layer.stop]
    if not packet.reassembled:
        header = layer.header
        if layer.name == "ip":
            parted = bool(header.off or header.flags & 1)
        else:
            heads = [one.header for one in packet.layers if one.name == "ipv6.fraghdr"]
            parted = any(one and (one.offset or one.more) for one in heads[:1])
        return None if parted else side_of(place, octets)
    source = packet.reassembled[0]
    if layer.name == "ip":
        start = 4 * layer.header.ihl
    else:
        fragment = packet.layer("ipv6.fraghdr")
        start = fragment.end - layer.offset if fragment is not None else 48
    return side_of(
        place, octets[:start] + source.data, pieces=len(source.pieces),
        largest=start + max(source.pieces, default=0), length=start + len(source.data),
    )  # fmt: skip

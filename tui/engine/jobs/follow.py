"""What two ends said to each other: TCP's and UDP's payload, data of echo messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from dissect.engine.packet import Packet
from dissect.engine.tree import Layer
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from tui.engine.server import Engine

CARRIERS = ("tcp", "udp")
ECHO = {"icmpv6": (128, 129), "icmp": (8, 0)}
MOST = 4 << 20
"""Octets that are told; what comes behind is left out."""
ECHO_HEAD = 8


class Piece(NamedTuple):
    """What one packet added.

    back   it came from the end that did not begin
    again  it was sent before
    """

    number: int
    back: bool
    octets: bytes
    again: bool = False


class Ends(NamedTuple):
    """Whose conversation it is, in words and as a display filter."""

    words: str
    filter: str


def run(engine: Engine, number: int) -> Iterator[Ends | list[Piece] | str]:
    """The ends, the pieces in the order of the octets, then a remark if something is missing."""
    from dissect.api import open_capture
    from dissect.filter import compile_filter
    from dissect.filter.passing import passing

    packet = engine.reader.packet(number)
    ends = None if packet is None else ends_of(packet)
    if ends is None:
        yield "nothing to follow: no TCP, no UDP, no echo in this packet"
        return
    yield ends
    pieces: list[Piece] = []
    taken = 0
    first: tuple[bytes, int] | None = None
    streams: dict[bool, Stream] = {}
    with open_capture(engine.reader.path) as capture:
        for one in passing(capture, compile_filter(ends.filter), fields=("_ws.col",)):
            said = said_in(one)
            if said is None:
                continue
            sender, sequence, octets = said
            first = first or sender
            back = sender != first
            stream = streams.setdefault(back, Stream())
            octets, again = stream.take(sequence, octets)
            if octets or again:
                pieces.append(Piece(one.number, back, octets, again))
                taken += len(octets)
            if taken > MOST:
                break
    yield pieces
    if taken > MOST:
        yield f"only the first {MOST >> 20} MiB are shown"
    elif any(stream.holes for stream in streams.values()):
        yield "some octets are missing in the capture"


class Stream:
    """One direction of a TCP connection: octets by sequence number; others are taken as they are.

    holes  something was missing before what came
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self.holes = 0

    def take(self, sequence: int | None, octets: bytes) -> tuple[bytes, bool]:
        """What is new of a segment, and whether it was sent before."""
        from dissect.analysis.tcp_runs import step

        if sequence is None or not octets:
            return octets, False
        if self._next is None:
            self._next = sequence
        ahead = step(sequence, self._next)
        if ahead > 0:
            self.holes += 1
        elif -ahead >= len(octets):
            return b"", True
        octets = octets[-ahead:] if ahead < 0 else octets
        self._next = sequence + max(-ahead, 0) + len(octets) & 0xFFFF_FFFF
        return octets, False


def ends_of(packet: Packet) -> Ends | None:
    """The conversation of the innermost transport header."""
    found = transport_of(packet)
    if found is None:
        return None
    ip, layer = found
    name = "ipv6" if len(ip.src) == 16 else "ip"
    a, b = address_text(ip.src), address_text(ip.dst)
    both = f"{name}.addr == {a} && {name}.addr == {b}"
    if layer.name in CARRIERS:
        sport, dport = layer.header.sport, layer.header.dport
        ports = f"{layer.name}.port == {sport} && {layer.name}.port == {dport}"
        return Ends(f"{layer.name.upper()} {a} {sport} ⇄ {b} {dport}", f"{both} && {ports}")
    kinds = ", ".join(map(str, ECHO[layer.name]))
    return Ends(f"echo {a} ⇄ {b}", f"{both} && {layer.name}.type in {{{kinds}}}")


def transport_of(packet: Packet) -> tuple[Any, Layer] | None:
    """The innermost header that can be followed, and the IP header before it."""
    from dissect.analysis.transports import carried

    found = None
    for ip, layer in carried(packet, (*CARRIERS, *ECHO)):
        if layer.name in CARRIERS or layer.header.type in ECHO[layer.name]:
            found = ip, layer
    return found


def said_in(packet: Packet) -> tuple[tuple[bytes, int], int | None, bytes] | None:
    """Who said something, where in the stream (None: not by numbers), and what."""
    found = transport_of(packet)
    if found is None:
        return None
    ip, layer = found
    data = packet.data if layer.source is None else layer.source.data
    if layer.name == "tcp":
        head = layer.header
        syn = bool(head.flags & 2)
        octets = data[layer.end : layer.stop]
        return (ip.src, head.sport), head.seq + syn & 0xFFFF_FFFF, octets
    if layer.name == "udp":
        return (ip.src, layer.header.sport), None, data[layer.end : layer.stop]
    return (ip.src, 0), None, data[layer.offset + ECHO_HEAD : max(layer.stop, layer.end)]

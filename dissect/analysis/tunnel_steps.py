"""What carries what: the steps from one IP header to the next, by the protocols between them.

Here are the steps in a packet that the tree reader has read, or by what is given of its headers;
``tunnel_columns`` finds those of many packets at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dissect.address.tunnels import is_ds_lite, six_in_four
from dissect.analysis.analysis import Place
from dissect.analysis.icmp import EXTENSIONS, FRAGMENT

if TYPE_CHECKING:
    from dissect.engine.packet import Packet

CARRIERS = {
    "gre": "GRE", "erspan": "ERSPAN", "vxlan": "VXLAN", "geneve": "Geneve", "gtp": "GTP-U",
    "teredo": "Teredo", "ayiya": "AYIYA", "sixscope.tsp": "TSP", "mpls": "MPLS", "l2tp": "L2TP",
    "pppoes": "PPPoE", "lisp-data": "LISP", "nsh": "NSH", "gue": "GUE", "fou": "FOU",
    "wg": "WireGuard", "esp": "ESP", "udpencap": "UDP",
}  # fmt: skip
"""Protocols that carry others, by the names of their layers."""
OPAQUE = frozenset(("esp", "wg", "vxlan", "geneve", "gre", "erspan", "nsh", "lisp-data"))
"""Those that are tunnels though nothing is seen inside."""
BELOW = ("mpls", "pppoes")
"""Those that carry IP on a link, between MAC addresses."""
QUOTING = ("icmp", "icmpv6")
GRE_KEY, GRE_CHECKSUM = 0x2000, 0x8000
REMEMBERED = 1_024
"""Packets' layers of which it is kept whether they are a tunnel's."""
Ends = tuple[bytes, bytes]
"""The addresses of source and destination."""


class Step(NamedTuple):
    """From an IP packet (or a frame) to the one inside it.

    outer, inner  their source and destination; ``inner`` is None where nothing is seen inside
    ports         of UDP between them, (0, 0) without
    number        that the carrier tells its tunnels apart by: a key, labels, an SPI
    overhead      octets from the outer header to the inner one
    size          of the outer packet, the largest
    """

    kind: str
    outer: Ends
    ports: tuple[int, int]
    number: str
    inner: Ends | None
    overhead: int
    size: int


class Carried(NamedTuple):
    """Packets of the same steps, outermost first.

    latest  the number of the last packet
    pieces  fragments of the outer packet
    """

    at: Place
    latest: int
    steps: tuple[Step, ...]
    packets: int
    octets: int
    pieces: int = 1
    largest_piece: int = 0


class Head(NamedTuple):
    """An IP header, and all octets up to the next one."""

    source: bytes
    destination: bytes
    size: int
    octets: bytes


def segments(protocols: Sequence[str]) -> list[list[str]]:
    """What is before the first IP header, and behind each one, up to what an error quotes."""
    found: list[list[str]] = [[]]
    for name in protocols:
        if name in QUOTING:
            break
        if name in ("ip", "ipv6"):
            found.append([])
        else:
            found[-1].append(name)
    return found


def is_tunnel(protocols: Sequence[str]) -> bool:
    """Whether something is carried in something by these layers."""
    before, *behind = segments(protocols)
    if len(behind) == 1:
        return any(name in BELOW for name in before) or any(name in OPAQUE for name in behind[0])
    return len(behind) > 1


@lru_cache(maxsize=REMEMBERED)
def _is_known_tunnel(protocols: tuple[str, ...]) -> bool:
    """``is_tunnel``: many packets have the same layers."""
    return is_tunnel(protocols)


class Part(NamedTuple):
    """Layers from one IP header to the next: the carriers among them, and what is known by those.

    kind     of tunnel; empty where addresses tell
    opaque   it is a tunnel though nothing is seen inside
    is_near  no header stands before ports and what the first carrier says
    """

    carriers: tuple[str, ...]
    kind: str
    opaque: bool
    has_udp: bool
    is_near: bool


class Parts(NamedTuple):
    """A packet's layers: before the first IP header, which of them carry it, and behind each."""

    before: list[str]
    below: tuple[str, ...]
    behind: tuple[Part, ...]


def parts_of(protocols: Sequence[str]) -> Parts:
    """The layers as ``segments`` finds them, up to what an error quotes."""
    before, *behind = segments(protocols)
    return Parts(before, tuple(name for name in before if name in BELOW), tuple(map(_part, behind)))


def _part(names: list[str]) -> Part:
    carriers = tuple(name for name in names if name in CARRIERS)
    kind = " / ".join(dict.fromkeys(CARRIERS[name] for name in carriers))
    if carriers == ("udpencap", "esp"):
        kind = "ESP in UDP"
    first = [*(["udp"] if "udp" in names else []), *carriers[:1]]
    is_near = names[: len(first)] == first and "mpls" not in carriers
    return Part(carriers, kind, any(name in OPAQUE for name in carriers), "udp" in names, is_near)


def steps_of(parts: Parts, below: bytes, heads: list[Head]) -> list[Step]:
    """The steps; ``below``: the octets before the first header."""
    found = []
    if parts.below and heads:
        name = parts.below[0]
        macs = (below[6:12], below[:6]) if parts.before[0] == "eth" else (b"", b"")
        first = heads[0].source, heads[0].destination
        number, overhead = on_link(name, below[12:])
        found.append(Step(CARRIERS[name], macs, (0, 0), number, first, overhead,
                          heads[0].size + overhead))  # fmt: skip
    last = len(heads) - 1
    for place, (source, destination, size, octets) in enumerate(heads):
        part = parts.behind[place]
        if place == last and not part.opaque:
            break
        outer, inner, overhead = (source, destination), None, 0
        if place < last:
            inner, overhead = heads[place + 1][:2], len(octets)
        ports, number = (0, 0), ""
        if part.carriers or part.has_udp:
            at = payload_at(octets)
            if part.has_udp:
                ports = int.from_bytes(octets[at : at + 2]), int.from_bytes(octets[at + 2 : at + 4])
                at += 8
            number = _number(part.carriers, octets[at:])
        kind = part.kind or kind_of(outer, inner)
        found.append(Step(kind, outer, ports, number, inner, overhead, size))
    return found


def kind_of(outer: Ends, inner: Ends | None) -> str:
    """What the mechanism is called that carries IP in IP."""
    assert inner is not None
    sizes = len(outer[0]), len(inner[0])
    if sizes == (4, 16):
        return six_in_four(outer, inner)
    if sizes == (16, 4):
        return "DS-Lite" if is_ds_lite(inner) else "4in6"
    return "6in6" if sizes[0] == 16 else "4in4"


def payload_at(octets: bytes) -> int:
    """Where an IP packet's payload begins, behind extension headers."""
    if octets[:1] and octets[0] >> 4 == 4:
        return 4 * (octets[0] & 15)
    at = 40
    following = octets[6] if len(octets) > 6 else 59
    while (following in EXTENSIONS or following == FRAGMENT) and at + 8 <= len(octets):
        size = 8 if following == FRAGMENT else 8 * octets[at + 1] + 8
        following = octets[at]
        at += size
    return at


def _number(carriers: Sequence[str], octets: bytes) -> str:
    name = carriers[0] if carriers else ""
    if len(octets) < 8:
        return ""
    if name == "gre":
        flags = int.from_bytes(octets[:2])
        at = 8 if flags & GRE_CHECKSUM else 4
        return f"key {int.from_bytes(octets[at : at + 4])}" if flags & GRE_KEY else ""
    if name in ("vxlan", "geneve"):
        return f"VNI {int.from_bytes(octets[4:7])}"
    if name == "gtp":
        return f"TEID 0x{octets[4:8].hex()}"
    if name in ("esp", "udpencap"):
        return f"SPI 0x{octets[:4].hex()}"
    return labels(octets) if name == "mpls" else ""


def labels(octets: bytes) -> str:
    """A stack of labels (RFC 3032, section 2.1)."""
    found = []
    for at in range(0, len(octets) - 3, 4):
        word = int.from_bytes(octets[at : at + 4])
        found.append(str(word >> 12))
        if word & 0x100:
            break
    return f"label {', '.join(found)}"


@lru_cache(maxsize=REMEMBERED)
def on_link(name: str, types: bytes) -> tuple[str, int]:
    """What a carrier on a link says of its tunnel, and the octets that it takes.

    types  all between MAC addresses and the first header: EtherTypes and tags first
    """
    at = 2
    while types[at - 2 : at] in (b"\x81\x00", b"\x88\xa8", b"\x91\x00"):
        at += 4
    octets = types[at:]
    number = labels(octets) if name == "mpls" else f"session 0x{octets[2:4].hex()}"
    return number, len(octets)


# --- one packet ----------------------------------------------------------------------------------


def carried_in(packet: Packet, place: Place) -> Iterator[Carried]:
    """The steps in a packet that the tree reader has read."""
    names: list[str] = []
    found = []
    for layer in packet.layers:
        if layer.quoted:
            break
        if layer.name in ("ip", "ipv6"):
            if layer.header is None or not hasattr(layer.header, "src"):
                break
            found.append(layer)
        if layer.listed:
            names.append(layer.name)
    if not _is_known_tunnel(tuple(names)):
        return
    heads = []
    for layer, following in zip(found, [*found[1:], None], strict=True):
        data = packet.data if layer.source is None else layer.source.data
        stop = layer.stop if following is None else following.offset
        if following is not None and following.source is not layer.source:
            assert following.source is not None
            octets = data[layer.offset : layer.end] + following.source.data[: following.offset]
        else:
            octets = data[layer.offset : stop]
        header = layer.header
        size = header.plen + 40 if layer.name == "ipv6" else header.len
        if following is not None and following.source is not layer.source:
            assert following.source is not None
            size = layer.end - layer.offset + len(following.source.data)
        heads.append(Head(header.src, header.dst, size, octets[:512]))
    below = packet.data[: found[0].offset] if found else b""
    steps = tuple(steps_of(parts_of(names), below, heads))
    if steps:
        outer = len(found) > 1 and found[1].source is not found[0].source
        pieces, largest = _pieces(packet, found[0].name) if outer else (1, 0)
        yield Carried(place, place.number, steps, 1, packet.original, pieces, largest)


def _pieces(packet: Packet, name: str) -> tuple[int, int]:
    """In how many fragments the outer packet came, and the octets of the largest."""
    packet.decode(detail=True)
    pieces = [node.length for node in packet.fields(f"{name}.fragment")]
    return len(pieces), max(pieces, default=0) + (20 if name == "ip" else 48)

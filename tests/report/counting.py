"""The same counts from trees, packet by packet: what tables must be equal to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dissect import Packet

IP = ("ip", "ipv6")
PORTS = {"tcp": "tcp", "udp": "udp", "udplite": "udp", "sctp": "sctp"}


def headers(packet: Packet) -> list[tuple[str, object]]:
    return [
        (layer.name, layer.header) for layer in packet.layers
        if not layer.quoted and layer.header is not None
    ]  # fmt: skip


def paths(packets: Iterable[Packet]) -> Counter[str]:
    """Packets by each beginning of their path: the listed layers at the top of the tree."""
    found: Counter[str] = Counter()
    for packet in packets:
        top = [id(node) for node in packet.tree.children or ()]
        names = [one.name for one in packet.layers if one.listed and id(one.node) in top]
        found.update(":".join(names[:end]) for end in range(1, len(names) + 1))
    return found


def ends(packets: Iterable[Packet]) -> dict[str, Counter[tuple[bytes, ...]]]:
    """Octets by source and destination, for each kind of end."""
    found: dict[str, Counter[tuple[bytes, ...]]] = {
        kind: Counter() for kind in ("eth", "ipv4", "ipv6", "tcp", "udp", "sctp")
    }
    for packet in packets:
        latest = None
        for name, header in headers(packet):
            if name == "eth":
                found["eth"][header.src, header.dst] += packet.original
            elif name in IP and hasattr(header, "src"):
                latest = header
                kind = "ipv6" if len(header.src) == 16 else "ipv4"
                found[kind][header.src, header.dst] += packet.original
            elif name in PORTS and latest is not None:
                ports = [port.to_bytes(2) for port in (header.sport, header.dport)]
                pair = latest.src + ports[0], latest.dst + ports[1]
                found[PORTS[name]][pair] += packet.original
    return found


def both_ways(octets: Counter[tuple[bytes, ...]]) -> Counter[tuple[bytes, ...]]:
    """Octets by pair, whichever way they went."""
    found: Counter[tuple[bytes, ...]] = Counter()
    for pair, count in octets.items():
        found[tuple(sorted(pair))] += count
    return found


def messages(packets: Iterable[Packet], name: str) -> Counter[tuple[int, int]]:
    return Counter(
        (header.type, header.code)
        for packet in packets for one, header in headers(packet) if one == name
    )  # fmt: skip


def hops(packets: Iterable[Packet]) -> Counter[tuple[str, int]]:
    return Counter(
        ("IPv6", header.hlim) if name == "ipv6" else ("IPv4", header.ttl)
        for packet in packets for name, header in headers(packet)
        if name in IP and hasattr(header, "src")
    )  # fmt: skip


def options(packets: Iterable[Packet]) -> Counter[int]:
    """IPv6 options by type, those in quotes left out."""
    found: Counter[int] = Counter()
    for packet in packets:
        packet.decode(detail=True)
        for layer in packet.layers:
            if layer.name in ("ipv6.hopopts", "ipv6.dstopts") and not layer.quoted:
                found.update(
                    node.value for node in layer.node.walk() if node.field.name == "ipv6.opt.type"
                )
    return found

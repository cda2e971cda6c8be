"""Names of ours that are no fields: what is known about a packet's addresses and tunnels.

``addr.kind == "teredo"`` looks at both ends of every IP layer, quoted ones too; ``src`` and
``dst`` at one of them.  The words are those of ``sixscope addr``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, get_args

from dissect.address.interface import Kind, identifier_of
from dissect.address.multicast import SCOPES, group_of
from dissect.address.special import IPV4, IPV6, block_of
from dissect.engine.packet import Packet
from dissect.filter.types import INTEGER, STRING, Known

ENDS = {"addr": ("src", "dst"), "src": ("src",), "dst": ("dst",)}
"""Which attributes of a header hold the addresses asked for."""

BLOCKS = (*IPV6, *IPV4)


def _kind(address: bytes) -> str:
    return block_of(address).kind


def _scope(address: bytes) -> str:
    block = block_of(address)
    if block.scope == "multicast" and len(address) == 16:
        return group_of(address).scope_name
    return block.scope


def _identifier(address: bytes) -> str:
    """What the lower half was made from; nothing where it is no interface identifier."""
    if len(address) == 16 and block_of(address).has_interface:
        return identifier_of(address[8:]).kind
    return ""


SUBJECTS: dict[str, tuple[Callable[[bytes], str], Iterable[str]]] = {
    "kind": (_kind, (block.kind for block in BLOCKS)),
    "scope": (_scope, (*(block.scope for block in BLOCKS), *SCOPES.values())),
    "iid": (_identifier, get_args(Kind)),
}
"""What can be asked about an address, and the answers that there are."""


def _addresses(packet: Packet, ends: tuple[str, ...]) -> Iterator[bytes]:
    """The IP addresses at these ends of the layers."""
    for layer in packet.layers:
        for end in ends:
            address = getattr(layer.header, end, None)
            if isinstance(address, bytes) and len(address) in (4, 16):
                yield address


def _asker(ask: Callable[[bytes], str], ends: tuple[str, ...]) -> Callable[[Packet], list[Any]]:
    return lambda packet: [
        word.encode() for address in _addresses(packet, ends) if (word := ask(address))
    ]


def _depth(packet: Packet) -> list[Any]:
    """IP headers inside another one, quotes not counted; nothing without an IP header."""
    headers = sum(layer.name in ("ip", "ipv6") and not layer.quoted for layer in packet.layers)
    return [headers - 1] if headers else []


@cache
def known_names() -> dict[str, Known]:
    """All of these names."""
    names = {"tunnel.depth": Known(INTEGER, "tunnel.depth", _depth)}
    for subject, (ask, words) in SUBJECTS.items():
        allowed = frozenset(words)
        for end, attributes in ENDS.items():
            name = f"{end}.{subject}"
            fields = tuple(f"{family}.{one}" for family in ("ipv6", "ip") for one in attributes)
            names[name] = Known(STRING, name, _asker(ask, attributes), allowed, fields, ask)
    return names

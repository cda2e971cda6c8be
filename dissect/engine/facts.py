"""What outer layers tell inner ones."""

from __future__ import annotations

from typing import Any, NamedTuple


class Tunnel(NamedTuple):
    """What a packet is carried in.

    kind                 the mechanism (``6to4``) or the carrier's protocol (``GRE``)
    source, destination  the ends of the tunnel: the addresses of the outer packet
    ports                of the outer packet's UDP header, (0, 0) without one
    """

    kind: str
    source: bytes
    destination: bytes
    ports: tuple[int, int]


class Facts:
    """What outer layers tell inner ones: addresses for pseudo-headers, ports, link ends."""

    __slots__ = (
        "version", "source", "destination", "final", "fragment", "ports", "link_source",
        "link_destination", "ip", "jumbo", "tunnel", "limit",
    )  # fmt: skip

    def __init__(self) -> None:
        self.version = 0
        """IP version of the innermost network layer, 0 without one."""
        self.source = b""
        self.destination = b""
        self.final = b""
        """The last address of a Routing header, for the pseudo-header; empty: the destination."""
        self.fragment = False
        """This is a fragment: what follows is a part of a datagram."""
        self.ports = (0, 0)
        self.link_source = b""
        self.link_destination = b""
        self.ip: Any = None
        """The innermost IP header's named tuple."""
        self.jumbo = False
        """The innermost IPv6 header's options give its length (RFC 2675)."""
        self.tunnel: Tunnel | None = None
        """What carries the innermost IP packet, if another one does."""
        self.limit: int | None = None
        """The innermost IPv6 packet's Tunnel Encapsulation Limit (RFC 2473), if it has one."""

    def copy(self) -> Facts:
        """The same facts, to be changed inside a quoted packet or a tunnel."""
        other = Facts()
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        return other

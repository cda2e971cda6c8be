"""What outer layers tell inner ones."""

from __future__ import annotations

from typing import Any


class Facts:
    """What outer layers tell inner ones: addresses for pseudo-headers, ports, link ends."""

    __slots__ = (
        "version", "source", "destination", "final", "fragment", "ports", "link_source",
        "link_destination", "ip", "jumbo",
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

    def copy(self) -> Facts:
        """The same facts, to be changed inside a quoted packet or a tunnel."""
        other = Facts()
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        return other

"""Multicast groups and their sources as socket options want them (RFC 3678, section 5)."""

from __future__ import annotations

import socket
import struct

JOIN_GROUP, BLOCK_SOURCE, JOIN_SOURCE, LEAVE_SOURCE = 42, 43, 46, 47


def storage(address: str) -> bytes:
    """A sockaddr_storage."""
    if ":" in address:
        octets = socket.inet_pton(socket.AF_INET6, address)
        head = struct.pack("=H6x", socket.AF_INET6) + octets
    else:
        head = struct.pack("=H2x", socket.AF_INET) + socket.inet_aton(address)
    return head.ljust(128, b"\0")


def request(interface: int, group: str, source: str = "") -> bytes:
    """A group_req, or with a source a group_source_req."""
    value = struct.pack("=I4x", interface) + storage(group)
    return value + storage(source) if source else value

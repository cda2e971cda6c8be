"""Join groups, add and block sources, leave: ``groups.py INTERFACE`` (RFC 3678's socket options).

IPv6: any source of ff15::1234, then all but one; three sources of ff35::8000:1, then two.
IPv4: the same with 239.1.2.3 and 232.1.1.1.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

JOIN_GROUP, BLOCK_SOURCE, LEAVE_GROUP, JOIN_SOURCE, LEAVE_SOURCE = 42, 43, 45, 46, 47
PAUSE = 0.6


def storage(address: str) -> bytes:
    """A sockaddr_storage."""
    if ":" in address:
        octets = socket.inet_pton(socket.AF_INET6, address)
        head = struct.pack("=H6x", socket.AF_INET6) + octets
    else:
        head = struct.pack("=H2x", socket.AF_INET) + socket.inet_aton(address)
    return head.ljust(128, b"\0")


class Member:
    """A socket that listens to one group."""

    def __init__(self, interface: int, group: str) -> None:
        family = socket.AF_INET6 if ":" in group else socket.AF_INET
        self.level = socket.IPPROTO_IPV6 if ":" in group else socket.IPPROTO_IP
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.head = struct.pack("=I4x", interface) + storage(group)

    def do(self, option: int, source: str = "") -> None:
        """Set one of the options, and give the report time to go out alone."""
        value = self.head + (storage(source) if source else b"")
        self.socket.setsockopt(self.level, option, value)
        time.sleep(PAUSE)


def main() -> None:
    """Both families, one after the other; then everything is left."""
    interface = socket.if_nametoindex(sys.argv[1])
    members = []
    for group, chosen, sources in (
        ("ff15::1234", "ff35::8000:1", ("2001:db8::a", "2001:db8::b", "2001:db8::c")),
        ("239.1.2.3", "232.1.1.1", ("192.0.2.10", "192.0.2.11", "192.0.2.12")),
    ):
        any_source, some = Member(interface, group), Member(interface, chosen)
        any_source.do(JOIN_GROUP)
        for source in sources:
            some.do(JOIN_SOURCE, source)
        any_source.do(BLOCK_SOURCE, sources[0])
        some.do(LEAVE_SOURCE, sources[0])
        members += [any_source, some]
    time.sleep(1)
    for member in members:
        member.socket.close()
        time.sleep(PAUSE)
    time.sleep(1.5)  # the querier asks whether anybody is left


main()

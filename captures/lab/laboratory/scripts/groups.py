"""Join groups, add and block sources, leave: ``groups.py INTERFACE`` (RFC 3678's socket options).

IPv6: any source of ff15::1234, then all but one; three sources of ff35::8000:1, then two.
IPv4: the same with 239.1.2.3 and 232.1.1.1.
"""

from __future__ import annotations

import socket
import sys
import time

from membership import BLOCK_SOURCE, JOIN_GROUP, JOIN_SOURCE, LEAVE_SOURCE, request

PAUSE = 0.6


class Member:
    """A socket that listens to one group."""

    def __init__(self, interface: int, group: str) -> None:
        family = socket.AF_INET6 if ":" in group else socket.AF_INET
        self.level = socket.IPPROTO_IPV6 if ":" in group else socket.IPPROTO_IP
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.interface, self.group = interface, group

    def do(self, option: int, source: str = "") -> None:
        """Set one of the options, and give the report time to go out alone."""
        self.socket.setsockopt(self.level, option, request(self.interface, self.group, source))
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

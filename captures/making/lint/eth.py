"""Cases of Ethernet's rules."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import (
    ALL_NODES,
    HOST,
    HOST4,
    HOST_LOCAL,
    HOST_MAC,
    OTHER,
    OTHER_MAC,
    ROUTER_LOCAL,
    ethernet,
    icmpv6_packet,
    ipv4,
    multicast_mac,
    nd_option,
    ping,
)
from making.lint import Case, broken, near

TO_ALL = icmpv6_packet(128, 0, b"\x60\x06\0\1sixscope", HOST, ALL_NODES, hlim=1)
GROUP = multicast_mac(ALL_NODES)


def cases() -> Iterator[Case]:
    """Frames that are addressed wrongly, or carry another version than they say."""
    yield broken("ETH-001", ethernet(TO_ALL, dst=bytes.fromhex("333300000002")))
    yield broken("ETH-001", ethernet(TO_ALL, dst=b"\xff" * 6))
    yield near("ETH-001", "the group's own MAC address", ethernet(TO_ALL, dst=GROUP))
    yield near("ETH-001", "one host's MAC address, RFC 6085", ethernet(TO_ALL, dst=OTHER_MAC))
    yield broken("ETH-002", ethernet(ping(), dst=b"\xff" * 6))
    yield near("ETH-002", "a group's packet", ethernet(TO_ALL, dst=GROUP))
    yield broken("ETH-003", ethernet(ping(), src=bytes.fromhex("015e00005301")))
    yield near(
        "ETH-003", "a local MAC address", ethernet(ping(), src=bytes.fromhex("025e00005301"))
    )
    yield broken("ETH-004", ethernet(ipv4(bytes(8), 253), 0x86DD))
    yield broken("ETH-004", ethernet(ping(), 0x0800))
    yield near("ETH-004", "IPv4 as such", ethernet(ipv4(bytes(8), 253, HOST4), 0x0800))

    def solicit(option: bytes = b"", hlim: int = 255) -> bytes:
        return icmpv6_packet(135, 0, bytes(4) + OTHER + option, HOST_LOCAL, ROUTER_LOCAL, hlim)

    yield broken("ETH-005", ethernet(solicit(), src=OTHER_MAC))
    yield near("ETH-005", "the frame is the host's", ethernet(solicit(), src=HOST_MAC))
    yield near("ETH-005", "the option tells the MAC address of the identifier, as a proxy's does",
               ethernet(solicit(nd_option(1, HOST_MAC)), src=OTHER_MAC))  # fmt: skip
    yield near("ETH-005", "it may come from elsewhere", ethernet(solicit(hlim=64), src=OTHER_MAC))

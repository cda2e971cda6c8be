"""Colour rules: the first filter that a packet passes gives its line a colour."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule; ``color`` is a name of the palette or any that CSS has."""

    name: str
    filter: str
    color: str


DEFAULT = (
    Rule("Malformed", "_ws.malformed", "error"),
    Rule("Errors", "icmpv6.type in {1..4} or icmp.type in {3, 4, 5, 11, 12}", "warning"),
    Rule("TCP reset", "tcp.flags.reset == 1", "error"),
    Rule("Tunnels", "tunnel.depth > 0", "#b39ddb"),
    Rule("Neighbor Discovery", "icmpv6.type in {133..137}", "success"),
    Rule("Multicast listeners", "icmpv6.type in {130..132, 143} or igmp", "#8fbc8f"),
    Rule("DHCP", "dhcpv6 or dhcp", "#d7b56d"),
    Rule("Names", "dns or mdns or llmnr", "#7fb8d6"),
    Rule("TCP begins, ends", "tcp.flags.syn == 1 or tcp.flags.fin == 1", "secondary"),
    Rule("Routing", "ospf or pim or ripng or babel or bgp", "#c79a7b"),
)

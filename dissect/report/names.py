"""The tables of a report by name, for those who choose: no heavy library is imported for it."""

from __future__ import annotations

from typing import NamedTuple

ENDS = {
    "eth": "Ethernet", "ipv4": "IPv4", "ipv6": "IPv6", "tcp": "TCP", "udp": "UDP", "sctp": "SCTP",
}  # fmt: skip
"""What has endpoints and conversations."""


class Named(NamedTuple):
    """A table that there is: its title, what it tells, and the collector that it is made by."""

    title: str
    words: str
    collector: str


TABLES = {
    "files": Named("Files", "the files, their formats and what they say about themselves", "facts"),
    "interfaces": Named("Interfaces", "packets and drops by interface", "facts"),
    "capture": Named("Capture", "packets, octets, first and last time, rates, of all", "facts"),
    "hierarchy": Named("Protocol hierarchy", "packets and octets by protocol and what carries it",
                       "chains"),
    "chains": Named("Header chains", "packets and octets by their whole chain of headers",
                    "chains"),
    **{
        f"endpoints-{name}": Named(f"{words} endpoints", f"who sent and got how much: {words}",
                                   "links" if name == "eth" else "flows")
        for name, words in ENDS.items()
    },
    **{
        f"conversations-{name}": Named(f"{words} conversations", f"between whom, how much: {words}",
                                       "links" if name == "eth" else "flows")
        for name, words in ENDS.items()
    },
    "ports": Named("Ports", "the lower port of each conversation, what servers listen on", "flows"),
    "kinds": Named("Kinds of addresses", "how many addresses of each kind, and their traffic",
                   "flows"),
    "lengths": Named("Packet lengths", "packets by their size, in tshark's classes", "lengths"),
    "rates": Named("Rates", "packets and octets over time", "rates"),
    "extensions": Named("Extension headers", "IPv6 extension headers", "extensions"),
    "options": Named("Options", "IPv6 options by their header and type", "extensions"),
    "icmpv6": Named("ICMPv6 messages", "by type and code", "messages"),
    "icmp": Named("ICMP messages", "by type and code", "messages"),
    "fragments": Named("Fragments", "first, middle, last and atomic fragments", "fragments"),
    "hops": Named("Hop limits", "Hop Limit and Time To Live", "hops"),
    "notes": Named("Notes", "what the tree reader has remarked, by name", "notes"),
}  # fmt: skip
"""In the order of a report."""

GROUPS = ("endpoints", "conversations")
"""The beginning of several names stands for all of them."""


def chosen(text: str) -> list[str]:
    """The names in ``NAME[,NAME]``; raises ValueError with a sentence about one that is none."""
    names: list[str] = []
    for name in filter(None, map(str.strip, text.split(","))):
        found = [one for one in TABLES if name == one or one.startswith(f"{name}-")]
        if not found:
            raise ValueError(f"there is no table {name!r}")
        names += [one for one in found if one not in names]
    if not names:
        raise ValueError("no table is named")
    return names

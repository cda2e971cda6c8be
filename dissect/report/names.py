"""The tables of a report by name, for those who choose: no heavy library is imported for it."""

from __future__ import annotations

from dissect.analysis.names import ANALYSES, Named

ENDS = {
    "eth": "Ethernet", "ipv4": "IPv4", "ipv6": "IPv6", "tcp": "TCP", "udp": "UDP", "sctp": "SCTP",
}  # fmt: skip
"""What has endpoints and conversations."""


def _maker(module: str) -> str:
    """The collector in a file of ``tables``, which is called after it."""
    return f"dissect.report.tables.{module}:{module.title()}"


TABLES = {
    "files": Named("Files", "the files, their formats and what they say about themselves",
                   _maker("facts")),
    "interfaces": Named("Interfaces", "packets and drops by interface", _maker("facts")),
    "capture": Named("Capture", "packets, octets, first and last time, rates, of all",
                     _maker("facts")),
    "hierarchy": Named("Protocol hierarchy", "packets and octets by protocol and what carries it",
                       _maker("chains")),
    "chains": Named("Header chains", "packets and octets by their whole chain of headers",
                    _maker("chains")),
    **{
        f"endpoints-{name}": Named(f"{words} endpoints", f"who sent and got how much: {words}",
                                   _maker("links" if name == "eth" else "flows"))
        for name, words in ENDS.items()
    },
    **{
        f"conversations-{name}": Named(f"{words} conversations", f"between whom, how much: {words}",
                                       _maker("links" if name == "eth" else "flows"))
        for name, words in ENDS.items()
    },
    "ports": Named("Ports", "the lower port of each conversation, what servers listen on",
                   _maker("flows")),
    "kinds": Named("Kinds of addresses", "how many addresses of each kind, and their traffic",
                   _maker("flows")),
    "lengths": Named("Packet lengths", "packets by their size, in tshark's classes",
                     _maker("lengths")),
    "rates": Named("Rates", "packets and octets over time", _maker("rates")),
    "extensions": Named("Extension headers", "IPv6 extension headers", _maker("extensions")),
    "options": Named("Options", "IPv6 options by their header and type", _maker("extensions")),
    "icmpv6": Named("ICMPv6 messages", "by type and code", _maker("messages")),
    "icmp": Named("ICMP messages", "by type and code", _maker("messages")),
    "fragments": Named("Fragments", "first, middle, last and atomic fragments",
                       _maker("fragments")),
    "hops": Named("Hop limits", "Hop Limit and Time To Live", _maker("hops")),
    "notes": Named("Notes", "what the tree reader has remarked, by name", _maker("notes")),
    **ANALYSES,
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

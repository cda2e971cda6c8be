"""The tables of the analyses by name, for those who choose: no heavy library is imported for it."""

from __future__ import annotations

from typing import NamedTuple


class Named(NamedTuple):
    """A table that there is: its title, what it tells, and the class that makes it."""

    title: str
    words: str
    made_by: str


ANALYSES = {
    "pings": Named("Pings", "echo requests and replies of two addresses: round trips, loss",
                   "dissect.analysis.ping:Ping"),
    "paths": Named("Paths", "routers on the way to a destination, by Time Exceeded",
                   "dissect.analysis.traceroute:Traceroute"),
    "datagrams": Named("Datagrams in fragments", "which became whole, which overlap or timed out",
                       "dissect.analysis.datagrams:Datagrams"),
    "identifications": Named("Identifications", "how senders number their datagrams",
                             "dissect.analysis.datagrams:Datagrams"),
    "path-mtus": Named("Path MTUs", "reports that packets are too large, their effect",
                       "dissect.analysis.path_mtu:PathMtu"),
    "tunnels": Named("Tunnels", "encapsulations by their ends: overhead, MTU, roles, consistency",
                     "dissect.analysis.tunnels:Tunnels"),
    "nestings": Named("What is nested in what", "packets by the tunnels that they are in",
                      "dissect.analysis.tunnels:Tunnels"),
    "translators": Named("Translators", "prefixes of translators between IPv6 and IPv4, their use",
                         "dissect.analysis.translators:Translators"),
    "translations": Named("Translated flows", "flows on both sides of a translator, with a verdict",
                          "dissect.analysis.translators:Translators"),
    "ip-chains": Named("Header chains by IP header", "extension headers in their order",
                       "dissect.analysis.ip_chains:IpChains"),
    "scopes": Named("Addresses by kind, scope and role", "how many, and who is there most",
                    "dissect.analysis.scopes:Scopes"),
    "scope-mismatches": Named("Scopes that do not fit", "pairs of addresses that must not be",
                              "dissect.analysis.scopes:Scopes"),
}  # fmt: skip
"""In the order of a report."""

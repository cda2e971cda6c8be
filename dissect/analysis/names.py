"""The tables of the analyses by name, for those who choose: no heavy library is imported for it."""

from __future__ import annotations

from typing import NamedTuple


class Named(NamedTuple):
    """A table that there is: its title, what it tells, and the class that makes it."""

    title: str
    words: str
    made_by: str


NEIGHBOURS = "dissect.analysis.neighbours:Neighbours"
ADDRESSES = "dissect.analysis.addresses:Addresses"
HOSTS = "dissect.analysis.hosts:Hosts"
DHCPV6, DHCP = "dissect.analysis.dhcp:Dhcpv6", "dissect.analysis.dhcp:Dhcp"
GROUPS = "dissect.analysis.groups:Groups"
ROUTERS = "dissect.analysis.routers:Routers"

ANALYSES = {
    "hosts": Named("Hosts", "hosts of the link: MACs, addresses, roles, traffic", HOSTS),
    "host-conversations": Named("Whom hosts talk to most", "each host's traffic by partner", HOSTS),
    "host-events": Named("What happened to hosts", "the timeline of the link's hosts", HOSTS),
    "neighbours": Named("Neighbours", "addresses on the link, their MACs, whether they are unique",
                        NEIGHBOURS),
    "neighbour-macs": Named("MACs of addresses", "how long an address was at which MAC",
                            NEIGHBOURS),
    "neighbour-events": Named("What happened to addresses", "conflicts and moves, in time",
                              NEIGHBOURS),
    "address-checks": Named("Checks for duplicate addresses", "who asked, what came of it",
                            NEIGHBOURS),
    "routers": Named("Routers", "routers of the link and what they advertise", ROUTERS),
    "router-parameters": Named("What routers say", "each parameter and its values over time",
                               ROUTERS),
    "router-disagreements": Named("Routers that disagree", "what two routers say differently",
                                  ROUTERS),
    "redirects": Named("Redirects", "who was told of a better first hop", ROUTERS),
    "prefixes": Named("Prefixes", "prefixes that routers advertise, and their lifetimes",
                      ADDRESSES),
    "addresses": Named("Addresses", "addresses of the link, their origin, identifier, and life",
                       ADDRESSES),
    "privacy-verdicts": Named("What addresses give away", "whether a host can be followed",
                              ADDRESSES),
    "dhcpv6-exchanges": Named("DHCPv6 exchanges", "what clients asked, who answered, how soon",
                              DHCPV6),
    "dhcpv6-leases": Named("DHCPv6 leases", "addresses that servers lent", DHCPV6),
    "dhcpv6-prefixes": Named("Delegated prefixes", "prefixes that DHCPv6 servers lent", DHCPV6),
    "dhcpv6-servers": Named("DHCPv6 servers", "who answers, and how soon", DHCPV6),
    "dhcpv6-messages": Named("DHCPv6 messages", "of clients and servers, by type", DHCPV6),
    "dhcp-exchanges": Named("DHCP exchanges", "what clients asked, who answered, how soon", DHCP),
    "dhcp-leases": Named("DHCP leases", "IPv4 addresses that servers lent", DHCP),
    "dhcp-servers": Named("DHCP servers", "who answers, and how soon", DHCP),
    "dhcp-messages": Named("DHCP messages", "by type", DHCP),
    "groups": Named("Multicast groups", "groups by link: members, leaves, versions", GROUPS),
    "group-members": Named("Members of groups", "who listens to a group, to which sources",
                           GROUPS),
    "queriers": Named("Queriers of groups", "who asks for listeners, and how often", GROUPS),
    "tunnels": Named("Tunnels", "encapsulations by their ends: overhead, MTU, roles, consistency",
                     "dissect.analysis.tunnels:Tunnels"),
    "nestings": Named("What is nested in what", "packets by the tunnels that they are in",
                      "dissect.analysis.tunnels:Tunnels"),
    "translators": Named("Translators", "prefixes of translators between IPv6 and IPv4, their use",
                         "dissect.analysis.translators:Translators"),
    "translations": Named("Translated flows", "flows on both sides of a translator, with a verdict",
                          "dissect.analysis.translators:Translators"),
    "pings": Named("Pings", "echo requests and replies of two addresses: round trips, loss",
                   "dissect.analysis.ping:Ping"),
    "paths": Named("Paths", "routers on the way to a destination, by Time Exceeded",
                   "dissect.analysis.traceroute:Traceroute"),
    "path-mtus": Named("Path MTUs", "reports that packets are too large, their effect",
                       "dissect.analysis.path_mtu:PathMtu"),
    "datagrams": Named("Datagrams in fragments", "which became whole, which overlap or timed out",
                       "dissect.analysis.datagrams:Datagrams"),
    "identifications": Named("Identifications", "how senders number their datagrams",
                             "dissect.analysis.datagrams:Datagrams"),
    "ip-chains": Named("Header chains by IP header", "extension headers in their order",
                       "dissect.analysis.ip_chains:IpChains"),
    "scopes": Named("Addresses by kind, scope and role", "how many, and who is there most",
                    "dissect.analysis.scopes:Scopes"),
    "scope-mismatches": Named("Scopes that do not fit", "pairs of addresses that must not be",
                              "dissect.analysis.scopes:Scopes"),
    "tcp-connections": Named("TCP connections", "how each began and ended, round trips, losses",
                             "dissect.analysis.tcp:Tcp"),
    "lookups": Named("Lookups", "who asks DNS what, and what comes of it",
                     "dissect.analysis.lookups:Lookups"),
    "names": Named("Names", "names that were asked for, and the IP versions that they have",
                   "dissect.analysis.lookups:Lookups"),
    "rtp-streams": Named("RTP streams", "media streams: lost packets, jitter",
                         "dissect.analysis.media:Rtp"),
    "sip-calls": Named("SIP calls", "who called whom, how long, and how it ended",
                       "dissect.analysis.calls:Calls"),
}  # fmt: skip
"""In the order of a report."""

"""The tables of the page by subject, in its order."""

from __future__ import annotations

from collections.abc import Iterable

from dissect.analysis.names import ANALYSES

OTHERS = "What happened"
"""Analyses that no subject below has."""
SUBJECTS = {
    "Hosts": ("host",),
    "On the link": ("neighbour", "address", "router", "redirect", "prefix", "privacy"),
    "Leases": ("dhcp", "lease", "delegated"),
    "Multicast": ("group", "querier"),
    "Tunnels": ("tunnel", "nesting"),
    "Translation": ("transl",),
    "Paths": ("ping", "path", "datagram", "identification"),
    "Applications": ("tcp-", "lookups", "names", "rtp-", "sip-"),
    OTHERS: tuple(ANALYSES),
    "Traffic": ("hierarchy", "chains", "ports", "kinds", "lengths", "rates", "hops", "fragments"),
    "Headers and messages": ("extensions", "options", "icmpv6", "icmp", "notes"),
    "Endpoints": ("endpoints-",),
    "Conversations": ("conversations-",),
    "Capture": ("capture", "files", "interfaces"),
}
"""What the names of a subject's tables begin with: a name belongs to the first that has it."""


def by_subject(names: Iterable[str]) -> dict[str, list[str]]:
    """Names of tables, each subject's in their own order; subjects without any are left out."""
    found: dict[str, list[str]] = {title: [] for title in SUBJECTS}
    for name in names:
        subject = (
            title for title, beginnings in SUBJECTS.items()
            if any(name == one or (one not in ANALYSES and name.startswith(one))
                   for one in beginnings)
        )  # fmt: skip
        found[next(subject, OTHERS)].append(name)
    return {title: mine for title, mine in found.items() if mine}

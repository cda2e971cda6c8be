"""The tables of the page by subject, in its order."""

from __future__ import annotations

from collections.abc import Iterable

OTHERS = "What happened"
"""What no other subject has."""
SUBJECTS = {
    "Hosts": ("host",),
    "On the link": ("neighbour", "address", "router", "redirect", "prefix", "privacy"),
    "Leases": ("dhcp", "lease", "delegated"),
    "Multicast": ("group", "querier"),
    "Tunnels": ("tunnel", "nesting"),
    "Translation": ("transl",),
    "Paths": ("ping", "path", "datagram", "identification"),
    "Applications": ("tcp-", "lookups", "names", "rtp-", "sip-"),
    OTHERS: (),
    "Traffic": (
        "hierarchy", "chains", "ip-chains", "ports", "kinds", "scope", "lengths", "rates", "hops",
        "fragments",
    ),
    "Headers and messages": ("extensions", "options", "icmp", "notes"),
    "Endpoints": ("endpoints-",),
    "Conversations": ("conversations-",),
    "Capture": ("capture", "files", "interfaces"),
}  # fmt: skip
"""What the names of a subject's tables begin with: a name belongs to the first that has it."""


def by_subject(names: Iterable[str]) -> dict[str, list[str]]:
    """Names of tables, each subject's in their own order; subjects without any are left out."""
    found: dict[str, list[str]] = {title: [] for title in SUBJECTS}
    for name in names:
        mine = (title for title, beginnings in SUBJECTS.items() if name.startswith(beginnings))
        found[next(mine, OTHERS)].append(name)
    return {title: mine for title, mine in found.items() if mine}

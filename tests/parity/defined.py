"""The fields that tshark defines, and the protocols that are measured by them."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

DEEP_COVERED, DEEP_AGREED, WIDE_AGREED = 95.0, 99.9, 99.0


class Family(NamedTuple):
    """Protocols of tshark's that are measured as one, and what is demanded of them.

    protocols  their abbreviations, with ``*``
    covered    percent of their fields that must be exercised or have a reason not to be
    agreed     percent of the fields' instances that must agree
    """

    name: str
    protocols: tuple[str, ...]
    covered: float = 0
    agreed: float = WIDE_AGREED


def _deep(name: str, *protocols: str) -> Family:
    return Family(name, protocols or (name,), DEEP_COVERED, DEEP_AGREED)


def _wide(name: str, *protocols: str) -> Family:
    return Family(name, protocols or (name,))


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        _deep("ipv6", "ipv6", "ipv6.*"), _deep("icmpv6"), _deep("dhcpv6", "dhcpv6", "dhcpv6.*"),
        _deep("mip6", "mipv6", "mip6.*"), _deep("mpls"), _deep("teredo"), _deep("ayiya"),
        _wide("eth"), _wide("vlan", "vlan", "ieee8021ad"), _wide("arp"), _wide("ip", "ip", "ip.*"),
        _wide("icmp"), _wide("igmp"), _wide("udp"), _wide("tcp", "tcp", "tcp.*"), _wide("gre"),
        _wide("vxlan"), _wide("geneve"), _wide("ah"), _wide("esp"),
        _wide("ppp", "ppp", "ppp_hdlc", "pppoe*", "lcp*", "ipcp*", "ipv6cp*", "ccp*"),
        _wide("sll"), _wide("dhcp", "dhcp", "dhcp.*"), _wide("dns"), _wide("ospf"), _wide("pim"),
        _wide("ripng"), _wide("sctp"),
    )
}  # fmt: skip


def family(name: str) -> Family:
    """A family of the table, or any protocol of tshark's, of which nothing is demanded."""
    return FAMILIES.get(name) or Family(name, (name,), 0, 0)


@lru_cache(maxsize=1)
def fields() -> dict[str, frozenset[str]]:
    """Protocol and the names of the fields that tshark declares for it, expert infos included.

    Raises FileNotFoundError without tshark.
    """
    out = subprocess.run(
        ["tshark", "-G", "fields"], capture_output=True, text=True, errors="replace", check=True
    ).stdout
    found: dict[str, set[str]] = defaultdict(set)
    for line in out.splitlines():
        kind, _, name, _, protocol, *_ = f"{line}\t\t\t".split("\t")
        if kind == "F":
            found[protocol].add(name)
    return {protocol: frozenset(names) for protocol, names in found.items()}


def fields_of(measured: Family) -> frozenset[str]:
    """All fields of a family."""
    return frozenset[str]().union(
        *(
            names
            for protocol, names in fields().items()
            if any(fnmatchcase(protocol, pattern) for pattern in measured.protocols)
        )
    )

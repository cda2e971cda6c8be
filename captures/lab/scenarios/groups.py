"""Multicast groups: MLD 2 with IGMP 3 on one link, MLD 1 with IGMP 2 on another.

    querier ── modern
        └───── old       forced to speak the older versions

The queriers are two of the kernel's bridges.  It is recorded on their ports, for what a bridge
asks of one port never appears on the bridge itself.
"""

from __future__ import annotations

from laboratory.lab import Lab

PACKAGES = ()

IPV4 = ("192.0.2", "198.51.100")
SOURCES_6 = ["2001:db8::a", "2001:db8::b", "2001:db8::c"]
SOURCES_4 = ["192.0.2.10", "192.0.2.11", "192.0.2.12"]
BRIDGE = {
    "mcast_snooping": 1, "mcast_querier": 1, "mcast_query_interval": 300,
    "mcast_query_response_interval": 50, "mcast_last_member_interval": 50,
    "mcast_startup_query_interval": 100,
}  # fmt: skip
"""Intervals in hundredths of a second."""


def record(lab: Lab) -> None:
    """Join, choose sources, drop one, leave; twice at the same time."""
    querier, modern, old = (lab.host(name) for name in ("querier", "modern", "old"))
    for number, (host, mld) in enumerate(((modern, 2), (old, 1))):
        options = BRIDGE | {"mcast_mld_version": mld, "mcast_igmp_version": mld + 1}
        words = [str(word) for option in options.items() for word in option]
        querier.ip("link", "add", f"br{number}", "type", "bridge", *words)
        lab.link(host, "eth0", querier, f"port{number}")
        querier.ip("link", "set", f"port{number}", "master", f"br{number}")
        querier.address(f"br{number}", f"{IPV4[number]}.1/24")
        host.address("eth0", f"{IPV4[number]}.2/24")
        querier.up(f"br{number}", f"port{number}")
    lab.record(querier, "port0", "port1")
    old.kernel(ipv6__conf__eth0__force_mld_version=1, ipv4__conf__eth0__force_igmp_version=2)
    for host in (modern, old):
        host.up("eth0")
        host.route("default", "dev", "eth0")
        host.settle()
    running = [host.start_python("groups", "eth0") for host in (modern, old)]
    for process in running:
        process.wait(30)
    lab.truth |= {
        "members": {
            "modern": {"link_local": modern.link_local("eth0"), "ipv4": f"{IPV4[0]}.2",
                       "mld": 2, "igmp": 3},
            "old": {"link_local": old.link_local("eth0"), "ipv4": f"{IPV4[1]}.2",
                    "mld": 1, "igmp": 2},
        },
        "queriers": {
            "modern": {"link_local": querier.link_local("br0")},
            "old": {"link_local": querier.link_local("br1")},
        },
        "any_source": {"ipv6": "ff15::1234", "ipv4": "239.1.2.3"},
        "chosen": {"ipv6": {"group": "ff35::8000:1", "sources": SOURCES_6},
                   "ipv4": {"group": "232.1.1.1", "sources": SOURCES_4}},
        "blocked": {"ipv6": SOURCES_6[0], "ipv4": SOURCES_4[0]},
        "query_seconds": 3,
    }  # fmt: skip
    lab.stop()

"""Stateless autoconfiguration: radvd with every option it knows, two hosts, a duplicate address.

router ── switch ── stable     interface identifiers that tell nothing (RFC 7217)
            └────── changing   temporary addresses (RFC 8981) beside those made of its MAC
"""

from __future__ import annotations

import time

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("radvd",)

ROUTER = "2001:db8:1::1"
PARAMETERS = {
    "hop_limit": 63, "managed": True, "other": True, "home_agent": True, "preference": "high",
    "reachable_ms": 30000, "retrans_ms": 1000, "mtu": 1480, "home_agent_preference": 10,
    "home_agent_lifetime": 1000, "interval_ms": 4000,
}  # fmt: skip
PREFIXES = [
    {"prefix": "2001:db8:1::/64", "on_link": True, "autonomous": True, "router_address": True,
     "valid": 3600, "preferred": 1800},
    {"prefix": "2001:db8:2::/64", "on_link": False, "autonomous": True, "router_address": False,
     "valid": 86400, "preferred": 0},
]  # fmt: skip
ROUTES = [{"prefix": "2001:db8:ffff::/48", "preference": "low", "lifetime": 600}]
RESOLVERS = {"addresses": ["2001:db8:1::53", "2001:db8:1::54"], "lifetime": 600}
SEARCH = {"domains": ["example.net", "corp.example.org"], "lifetime": 600}
CONTEXT = {"length": 64, "id": 4, "compression": True, "lifetime": 1000}
BORDER = {"address": ROUTER, "version_high": 2, "version_low": 10, "valid": 2}

RADVD = """
interface eth0 {
    AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; MinDelayBetweenRAs 3;
    AdvManagedFlag on; AdvOtherConfigFlag on; AdvDefaultPreference high;
    AdvCurHopLimit 63; AdvReachableTime 30000; AdvRetransTimer 1000; AdvLinkMTU 1480;
    AdvHomeAgentFlag on; AdvHomeAgentInfo on; HomeAgentLifetime 1000; HomeAgentPreference 10;
    AdvMobRtrSupportFlag on; AdvIntervalOpt on;
    prefix 2001:db8:1::/64 {
        AdvOnLink on; AdvAutonomous on; AdvRouterAddr on;
        AdvValidLifetime 3600; AdvPreferredLifetime 1800;
    };
    prefix 2001:db8:2::/64 { AdvOnLink off; AdvAutonomous on; AdvPreferredLifetime 0; };
    route 2001:db8:ffff::/48 { AdvRoutePreference low; AdvRouteLifetime 600; };
    RDNSS 2001:db8:1::53 2001:db8:1::54 { AdvRDNSSLifetime 600; };
    DNSSL example.net corp.example.org { AdvDNSSLLifetime 600; };
    abro 2001:db8:1::1 { AdvVersionLow 10; AdvVersionHigh 2; AdvValidLifeTime 2; };
    lowpanco {
        AdvContextLength 64; AdvContextCompressionFlag on; AdvContextID 4; AdvLifeTime 1000;
    };
};
"""


def record(lab: Lab) -> None:
    """Let two hosts find their addresses, and one of them take the other's."""
    switch = lab.switch("link1")
    router, changing, stable = (lab.host(name) for name in ("router", "changing", "stable"))
    for host in (router, changing, stable):
        lab.plug(host, "eth0", switch, up=False)
    lab.record(lab.wires, switch)

    router.forward()
    router.up("eth0")
    router.address("eth0", f"{ROUTER}/64", dad=True)
    config = router.file("radvd.conf", RADVD)
    pid = str(router.folder / "radvd.pid")
    radvd = router.start("radvd", "-n", "-C", str(config), "-p", pid, "-m", "stderr", "-d", "3")
    changing.kernel(ipv6__conf__eth0__use_tempaddr=2)
    changing.up("eth0")
    stable.kernel(ipv6__conf__eth0__addr_gen_mode=3)
    stable.up("eth0")
    for host in (changing, stable):
        host.until(lambda host=host: len(_global(host)) >= 2, 15, "two global addresses")
        host.settle("eth0")

    taken = next(a["local"] for a in _global(changing) if a.get("mngtmpaddr"))
    stable.address("eth0", f"{taken}/64", dad=True)
    stable.until(lambda: "dadfailed" in stable.ip("-6", "addr"), 5, "a duplicate address")
    stable.ping(ROUTER)
    changing.ping("ff02::1%eth0")
    lab.truth |= _truth(router, {"changing": changing, "stable": stable}, taken)
    radvd.end()  # it says good-bye: a router lifetime of 0
    time.sleep(0.3)
    lab.stop()


def _global(host: Host) -> list[dict[str, object]]:
    return [
        a for a in host.addresses("eth0")
        if a["scope"] == "global" and not a.get("tentative") and not a.get("dadfailed")
    ]  # fmt: skip


def _truth(router: Host, hosts: dict[str, Host], taken: str) -> dict[str, object]:
    return {
        "router": {"mac": router.mac("eth0"), "link_local": router.link_local("eth0"),
                   "address": ROUTER, **PARAMETERS},
        "prefixes": PREFIXES, "routes": ROUTES, "resolvers": RESOLVERS, "search": SEARCH,
        "context": CONTEXT, "border_router": BORDER,
        "hosts": {
            name: {
                "mac": host.mac("eth0"), "link_local": host.link_local("eth0"),
                "addresses": {
                    str(a["local"]): "temporary" if a.get("temporary") else "lasting"
                    for a in _global(host)
                },
            }
            for name, host in hosts.items()
        },
        "duplicate": {"address": taken, "owner": "changing", "refused": "stable"},
    }  # fmt: skip

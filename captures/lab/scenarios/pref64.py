"""Router advertisements with a NAT64 prefix and a captive portal, by radvd 2.20.

    router ── switch ── host

Debian 12 has radvd 2.19, which knows neither; its backports have 2.20.
"""

from __future__ import annotations

import time

from laboratory import newer
from laboratory.lab import Lab

PACKAGES = ()

PORTAL = "https://portal.example.net/api"
PREF64, LIFETIME = "64:ff9b::/96", 1800

RADVD = f"""
interface eth0 {{
    AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; MinDelayBetweenRAs 3;
    AdvCaptivePortalAPI "{PORTAL}";
    prefix 2001:db8:1::/64 {{ }};
    nat64prefix {PREF64} {{ AdvValidLifetime {LIFETIME}; }};
}};
"""


def record(lab: Lab) -> None:
    """Two advertisements, and the good-bye."""
    radvd = newer.fetch("bookworm-backports", "radvd") / "usr/sbin/radvd"
    router, host = lab.host("router"), lab.host("host")
    switch = lab.switch("link1")
    for each in (router, host):
        lab.plug(each, "eth0", switch, up=False)
    lab.record(lab.wires, switch)
    router.forward()
    router.up("eth0")
    router.address("eth0", "2001:db8:1::1/64", dad=True)
    host.up("eth0")
    config, pid = router.file("radvd.conf", RADVD), str(router.folder / "radvd.pid")
    daemon = router.start(str(radvd), "-n", "-C", str(config), "-p", pid, "-m", "stderr")
    time.sleep(6)
    lab.truth |= {
        "router": router.link_local("eth0"), "portal": PORTAL,
        "pref64": PREF64, "lifetime": LIFETIME,
    }  # fmt: skip
    daemon.end()
    time.sleep(0.3)
    lab.stop()

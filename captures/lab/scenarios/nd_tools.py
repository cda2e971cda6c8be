"""Neighbor Discovery asked by hand: ndisc6's tools, redirects, proxies, node information.

host1 ─┐
       link1 ── router ── link2 ── far
host2 ─┘
"""

from __future__ import annotations

import time

from laboratory.lab import Lab

PACKAGES = ("ndisc6", "ndppd", "radvd", "traceroute", "mtr-tiny", "iputils-tracepath")

HOST1, HOST2, FAR = "2001:db8:1::11", "2001:db8:1::12", "2001:db8:2::9"
ROUTER = ("2001:db8:1::1", "2001:db8:2::1")
ABSENT, PROXIED, PROXIED_RANGE = "2001:db8:1::99", "2001:db8:1::77", "2001:db8:1:0:aaaa::/80"
BEHIND_HOST2, ON_LINK = "2001:db8:8::1", "2001:db8:7::11"
NEW_MAC = "02:00:5e:00:00:42"

RADVD = """
interface eth0 {
    AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;
    prefix 2001:db8:1::/64 { };
};
"""
NDPPD = """
proxy eth0 {
    router yes
    timeout 500
    rule 2001:db8:1:0:aaaa::/80 {
        iface eth1
    }
}
"""


def record(lab: Lab) -> None:
    """Solicit, trace, be redirected, ask proxies, change a MAC address."""
    links = [lab.switch("link1"), lab.switch("link2")]
    router, host1, host2, far = (lab.host(name) for name in ("router", "host1", "host2", "far"))
    lab.plug(router, "eth0", "link1")
    lab.plug(router, "eth1", "link2")
    for host, link in ((host1, "link1"), (host2, "link1"), (far, "link2")):
        lab.plug(host, "eth0", link)
    lab.record(lab.wires, *links)
    router.forward()
    router.kernel(ipv6__conf__all__proxy_ndp=1)
    router.address("eth0", f"{ROUTER[0]}/64")
    router.address("eth1", f"{ROUTER[1]}/64")
    far.address("eth0", f"{FAR}/64")
    far.route("default", "via", ROUTER[1])
    host1.address("eth0", f"{HOST1}/64", f"{ON_LINK}/64")
    host2.address("eth0", f"{HOST2}/64")
    for host in (host1, host2):
        host.route("default", "via", ROUTER[0])
    config = router.file("radvd.conf", RADVD)
    pid = str(router.folder / "radvd.pid")
    router.start("radvd", "-n", "-C", str(config), "-p", pid, "-m", "stderr")
    for host in (router, host1, host2, far):
        host.settle()

    host1.run("rdisc6", "-1", "eth0", check=False)
    host1.run("ndisc6", HOST2, "eth0", check=False)
    host1.run("ndisc6", "-1", "-r1", "-w500", ABSENT, "eth0", check=False)
    for program in ("rltraceroute6", "tracert6"):
        host1.run(program, "-n", "-q1", "-w1", "-m3", FAR, check=False)
    host1.run("tcptraceroute6", "-n", "-q1", "-w1", "-m3", FAR, "80", check=False)
    host1.run("tracepath", "-6", "-n", "-m3", FAR, check=False)
    host1.run("mtr", "-6", "-n", "-c2", "-i.2", "--report", FAR, check=False)
    # towards what is behind host2, and towards host1 itself: the router knows a better way
    host2.forward()
    host2.address("lo", f"{BEHIND_HOST2}/64")
    local = host2.link_local("eth0")  # a redirect names a router by no other (RFC 4861, 8)
    router.route("2001:db8:8::/64", "via", local, "dev", "eth0")
    router.route(f"{ON_LINK}/128", "dev", "eth0")
    answers = {
        "behind_host2": host1.ping(BEHIND_HOST2, count=4, interval=0.5),
        "on_link": host2.ping(ON_LINK),
    }
    for question in ("name", "ipv6-all", "ipv4-all"):
        host1.run("ping", "-6", "-c1", "-W1", "-N", question, HOST2, check=False)
    router.ip("-6", "neigh", "add", "proxy", PROXIED, "dev", "eth0")
    host1.run("ndisc6", "-1", "-r1", "-w1500", PROXIED, "eth0", check=False)
    proxy = router.file("ndppd.conf", NDPPD)
    far.address("eth0", "2001:db8:1:0:aaaa::9/128")
    router.route(PROXIED_RANGE, "dev", "eth1")
    router.start("ndppd", "-c", str(proxy))
    time.sleep(0.6)
    answers["proxied"] = host1.ping("2001:db8:1:0:aaaa::9", count=3, interval=0.5)
    old_mac = host2.mac("eth0")
    host2.kernel(ipv6__conf__eth0__ndisc_notify=1)
    host2.ip("link", "set", "eth0", "down")
    host2.ip("link", "set", "eth0", "address", NEW_MAC)
    host2.ip("link", "set", "eth0", "up")
    time.sleep(1.8)
    lab.truth |= {
        "router": {"link_local": router.link_local("eth0"), "addresses": ROUTER,
                   "mac": router.mac("eth0")},
        "host1": {"address": HOST1, "mac": host1.mac("eth0")},
        "host2": {"address": HOST2, "mac": old_mac, "link_local": local, "new_mac": NEW_MAC,
                  "new_link_local": host2.link_local("eth0")},
        "far": FAR, "absent": ABSENT, "proxied": PROXIED, "answers": answers,
        "redirects": {BEHIND_HOST2: {"target": local, "to": host1.mac("eth0")},
                      ON_LINK: {"target": ON_LINK, "to": old_mac}},
    }  # fmt: skip
    lab.stop()

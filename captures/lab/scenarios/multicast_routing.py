"""Multicast routing: PIM for IPv6 by FRR 10, with a rendezvous point, and MLD towards a listener.

    source ── r1 ── r2 (rendezvous point) ── r3 ── listener

Recorded on r2's links and on the listener's.  Debian 12's FRR has no PIM for IPv6, Debian 13's
has; it runs with its own libraries.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from laboratory import newer
from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("frr",)  # for its user and group

FRR = (
    "frr", "libc6", "libyang3", "libjson-c5", "libcap2", "libprotobuf-c1", "libcrypt1",
    "libpcre2-8-0", "libunwind8", "liblzma5", "libxxhash0", "liblua5.3-0", "libgcc-s1",
)  # fmt: skip
INTERFACES = {1: ("e12", "lan1"), 2: ("e21", "e23"), 3: ("e32", "lan3")}
ADDRESSES = {
    (1, "lan1"): "2001:db8:1::1", (1, "e12"): "2001:db8:12::1", (2, "e21"): "2001:db8:12::2",
    (2, "e23"): "2001:db8:23::2", (3, "e32"): "2001:db8:23::3", (3, "lan3"): "2001:db8:3::1",
}  # fmt: skip
SOURCE, LISTENER, RENDEZVOUS = "2001:db8:1::10", "2001:db8:3::10", "2001:db8:ff::2"
ANY_SOURCE, CHOSEN = "ff15::77", "ff35::9"
HELLO, HOLD, JOIN_PRUNE, QUERY = 2, 6, 5, 4
ROUTES = {
    1: (("2001:db8:3::/64", "2001:db8:12::2"), ("2001:db8:23::/64", "2001:db8:12::2"),
        (f"{RENDEZVOUS}/128", "2001:db8:12::2")),
    2: (("2001:db8:1::/64", "2001:db8:12::1"), ("2001:db8:3::/64", "2001:db8:23::3")),
    3: (("2001:db8:1::/64", "2001:db8:23::2"), ("2001:db8:12::/64", "2001:db8:23::2"),
        (f"{RENDEZVOUS}/128", "2001:db8:23::2")),
}  # fmt: skip
CONFIG = f"""
interface %s
 ipv6 pim
 ipv6 pim hello {HELLO} {HOLD}
 ipv6 mld
 ipv6 mld query-interval {QUERY}
 ipv6 mld query-max-response-time 10
!
interface %s
 ipv6 pim
 ipv6 pim hello {HELLO} {HOLD}
 ipv6 mld
 ipv6 mld query-interval {QUERY}
 ipv6 mld query-max-response-time 10
!
router pim6
 rp {RENDEZVOUS} ff00::/8
 join-prune-interval {JOIN_PRUNE}
!
"""


def record(lab: Lab) -> None:
    """A listener joins two groups, a source sends to both, the listener leaves."""
    frr = newer.fetch("trixie", *FRR)
    routers = {number: lab.host(f"r{number}") for number in INTERFACES}
    source, listener = lab.host("source"), lab.host("listener")
    lab.link(routers[1], "e12", routers[2], "e21")
    lab.link(routers[2], "e23", routers[3], "e32")
    lab.link(routers[1], "lan1", source, "eth0")
    lab.link(routers[3], "lan3", listener, "eth0")
    for host, address, router in (
        (source, SOURCE, "2001:db8:1::1"), (listener, LISTENER, "2001:db8:3::1"),
    ):  # fmt: skip
        host.up("eth0")
        host.address("eth0", f"{address}/64")
        host.route("default", "via", router)
    for number, router in routers.items():
        router.up(*INTERFACES[number])
        router.forward()
        router.address("lo", f"2001:db8:ff::{number}/128")
    for (number, interface), address in ADDRESSES.items():
        routers[number].address(interface, f"{address}/64")
    for number, routes in ROUTES.items():
        for prefix, via in routes:
            routers[number].route(prefix, "via", via)
        routers[number].settle()
    lab.record(routers[2], "e21", "e23")
    for number, router in routers.items():
        _start(router, frr, CONFIG % INTERFACES[number])
    time.sleep(3)
    listening = listener.start_python("listen", "eth0", "9", f"{CHOSEN},{SOURCE}", ANY_SOURCE)
    time.sleep(3)
    source.python("talk", "eth0", "16", ANY_SOURCE, CHOSEN)
    listening.wait(12)
    time.sleep(2)
    lab.truth |= {
        "routers": {
            str(number): {i: router.link_local(i) for i in INTERFACES[number]}
            for number, router in routers.items()
        },
        "addresses": {f"{number} {name}": a for (number, name), a in ADDRESSES.items()},
        "rendezvous": RENDEZVOUS, "source": SOURCE, "listener": LISTENER,
        "groups": {"any_source": ANY_SOURCE, "chosen": CHOSEN},
        "hello": HELLO, "hold": HOLD, "join_prune": JOIN_PRUNE,
    }  # fmt: skip
    lab.stop()


def _start(router: Host, frr: Path, text: str) -> None:
    config = router.file("frr.conf", text)
    run = router.folder / "run"
    run.mkdir()
    for path in (router.folder, run, config):
        shutil.chown(path, "frr", "frr")
    loader = newer.own_loader(frr, f"{newer.LIBRARIES}/frr")
    for name in ("mgmtd", "zebra", "pim6d"):
        router.start(
            *loader, str(frr / "usr/lib/frr" / name), "-f", str(config),
            "-i", str(run / f"{name}.pid"), "-z", str(run / "zserv.api"),
            "--vty_socket", str(run), "--log", "stdout", log=name,
        )  # fmt: skip
        time.sleep(0.5)

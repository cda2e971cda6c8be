"""Routing daemons of FRR: RIPng, OSPFv3, IS-IS, BGP, BFD, LDP over IPv6.

r1 ── r2 ── r3 ── host        recorded on r2's two links
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("frr",)

DAEMONS = Path("/usr/lib/frr")
AS_NUMBERS = {1: 65001, 2: 65002}
INTERFACES = {1: ("e12",), 2: ("e21", "e23"), 3: ("e32", "lan")}
NUMBERS = {
    (1, "e12"): ("2001:db8:12::1/64", "10.0.12.1/24"),
    (2, "e21"): ("2001:db8:12::2/64", "10.0.12.2/24"),
    (2, "e23"): ("2001:db8:23::2/64", "10.0.23.2/24"),
    (3, "e32"): ("2001:db8:23::3/64", "10.0.23.3/24"),
    (3, "lan"): ("2001:db8:3::1/64", "10.0.3.1/24"),
}
HELLO, DEAD, BGP_HOLD = 1, 4, 9

PER_INTERFACE = f"""
interface %s
 ipv6 ospf6 area 0.0.0.0
 ipv6 ospf6 hello-interval {HELLO}
 ipv6 ospf6 dead-interval {DEAD}
 ipv6 ospf6 network broadcast
 ip router isis 1
 ipv6 router isis 1
 isis hello-interval 1
 isis network point-to-point
 no ipv6 nd suppress-ra
 ipv6 nd ra-interval 3
 ipv6 nd home-agent-config-flag
 ipv6 nd adv-interval-option
 ipv6 nd mtu 1500
!
"""
PER_ROUTER = """
router ripng
 network lo
%(ripng)s
 redistribute connected
 timers basic 5 30 20
!
router ospf6
 ospf6 router-id 10.255.0.%(number)d
 redistribute connected
!
router isis 1
 net 49.0001.0000.0000.000%(number)d.00
 is-type level-1-2
 topology ipv6-unicast
!
mpls ldp
 router-id 10.255.0.%(number)d
 dual-stack transport-connection prefer ipv6
 address-family ipv6
  discovery transport-address 2001:db8:ff::%(number)d
  discovery hello interval 2
%(ldp)s
 exit-address-family
!
"""
BGP = f"""
router bgp %(own)d
 bgp router-id 10.255.0.%(number)d
 no bgp ebgp-requires-policy
 neighbor %(neighbor)s remote-as %(its)d
 neighbor %(neighbor)s bfd
 neighbor %(neighbor)s timers 3 {BGP_HOLD}
 neighbor %(neighbor)s timers connect 1
 neighbor %(neighbor)s capability extended-nexthop
 address-family ipv4 unicast
  neighbor %(neighbor)s activate
  redistribute connected
 exit-address-family
 address-family ipv6 unicast
  neighbor %(neighbor)s activate
  redistribute connected
 exit-address-family
!
"""


def record(lab: Lab) -> None:
    """Let three routers meet, exchange what they know, and settle."""
    routers = {number: lab.host(f"r{number}") for number in INTERFACES}
    host = lab.host("host")
    lab.link(routers[1], "e12", routers[2], "e21")
    lab.link(routers[2], "e23", routers[3], "e32")
    lab.link(routers[3], "lan", host, "eth0")
    host.up("eth0")
    for (number, interface), addresses in NUMBERS.items():
        routers[number].up(interface)
        routers[number].address(interface, *addresses)
    for number, router in routers.items():
        router.forward()
        router.address("lo", f"2001:db8:ff::{number}/128", f"10.255.0.{number}/32")
    lab.record(routers[2], "e21", "e23")
    for number, router in routers.items():
        _start(number, router)
    _wait_for_routes(routers)
    time.sleep(5)  # the slower protocols have not said all when the first has found the routes
    lab.truth |= {
        "routers": {
            str(number): {
                "id": f"10.255.0.{number}", "loopback": f"2001:db8:ff::{number}",
                "link_locals": {i: router.link_local(i) for i in INTERFACES[number]},
                "as": AS_NUMBERS.get(number),
            }
            for number, router in routers.items()
        },
        "ospf": {"hello": HELLO, "dead": DEAD, "area": "0.0.0.0"},
        "bgp_hold": BGP_HOLD,
        "prefixes": sorted({_prefix(pair[0]) for pair in NUMBERS.values()}),
    }  # fmt: skip
    lab.stop()


def _prefix(address: str) -> str:
    """The /64 of an address that ends in ``::N/64``."""
    return address.rpartition("::")[0] + "::/64"


def _start(number: int, router: Host) -> None:
    """All daemons of one router, as the user that they want to be."""
    text = f"hostname r{number}\n" + "".join(PER_INTERFACE % i for i in INTERFACES[number])
    text += PER_ROUTER % {
        "number": number,
        "ripng": "\n".join(f" network {i}" for i in INTERFACES[number]),
        "ldp": "\n".join(f"  interface {i}" for i in INTERFACES[number] if i != "lan"),
    }
    if number in AS_NUMBERS:
        other = 3 - number
        text += BGP % {
            "own": AS_NUMBERS[number], "its": AS_NUMBERS[other], "number": number,
            "neighbor": f"2001:db8:12::{other}",
        }  # fmt: skip
    config = router.file("frr.conf", text)
    run = router.folder / "run"
    run.mkdir()
    for path in (router.folder, run, config):
        shutil.chown(path, "frr", "frr")
    names = ["zebra", "ripngd", "ospf6d", "isisd", "bfdd", "ldpd", *(["bgpd"] * (number < 3))]
    for name in names:
        own = {"ldpd": ["--ctl_socket", str(run)], "bfdd": ["--bfdctl", str(run / "bfdd.sock")]}
        router.start(
            str(DAEMONS / name), "-f", str(config), "-i", str(run / f"{name}.pid"),
            "-z", str(run / "zserv.api"), "--vty_socket", str(run), "--log", "stdout",
            *own.get(name, []), log=name,
        )  # fmt: skip
        if name == "zebra":
            router.until((run / "zserv.api").exists, 5, "zebra")


def _wait_for_routes(routers: dict[int, Host]) -> None:
    """Until the ends know each other's networks."""
    for number, wanted in ((1, "2001:db8:3::/64"), (3, "2001:db8:12::/64")):
        router = routers[number]
        router.until(
            lambda r=router, w=wanted: w in r.ip("-6", "route"), 25, f"a route to {wanted}"
        )

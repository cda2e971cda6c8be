"""DHCP for IPv4: dnsmasq, ISC's relay and client, and dhcpcd, which probes before it takes.

client ── link1 ── relay ── link2 ── server
                              └───── careful   (dhcpcd: RFC 5227)
"""

from __future__ import annotations

import json
import time

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("dnsmasq-base", "isc-dhcp-relay", "isc-dhcp-client", "dhcpcd-base")

NETWORKS = {"client": "198.51.100", "server": "192.0.2"}
SERVER, RELAY = "192.0.2.1", "198.51.100.1"
TIMES = {"valid": 120, "t1": 4, "t2": 100}
NAME = "alpha"

SCRIPT = """#!/bin/sh
# Set the address of the interface, and touch nothing else of the machine.
case "$reason" in
PREINIT) ip link set "$interface" up ;;
BOUND | RENEW | REBIND | REBOOT)
    ip addr replace "$new_ip_address/24" dev "$interface"
    ip route replace default via "$new_routers" ;;
RELEASE | EXPIRE | STOP) ip addr flush dev "$interface" ;;
esac
exit 0
"""
DHCPCD = """
ipv4only
noipv6
hostname careful
nohook resolv.conf
script /bin/true
"""


def record(lab: Lab) -> None:
    """A lease over the relay, renewed and released; another one on the server's own link."""
    links = [lab.switch(f"link{number}") for number in (1, 2)]
    client, relay, server, careful = (
        lab.host(name) for name in ("client", "relay", "server", "careful")
    )
    for host, interface, link in (
        (client, "eth0", 0), (relay, "dn0", 0), (relay, "up0", 1), (server, "eth0", 1),
        (careful, "eth0", 1),
    ):  # fmt: skip
        lab.plug(host, interface, links[link])
    lab.record(lab.wires, *links)
    relay.forward()
    relay.address("dn0", f"{RELAY}/24")
    relay.address("up0", "192.0.2.2/24")
    server.address("eth0", f"{SERVER}/24")
    server.route("198.51.100.0/24", "via", "192.0.2.2")
    _dnsmasq(server)
    relay.start("dhcrelay", "-4", "-d", "--no-pid", "-id", "dn0", "-iu", "up0", SERVER)
    time.sleep(1)

    script = client.file("script", SCRIPT)
    script.chmod(0o755)
    config = client.file("dhclient.conf", f'send host-name "{NAME}";\n')
    words = ("-4", "-v", "-cf", str(config), "-lf", str(client.folder / "leases"),
             "-pf", str(client.folder / "pid"), "-sf", str(script), "eth0")  # fmt: skip
    dhclient = client.start("dhclient", "-d", *words)
    _dhcpcd(careful)
    for host in (client, careful):
        host.until(lambda host=host: bool(_addresses(host)), 20, "an address")
    lab.truth |= {
        "server": SERVER, "relay": RELAY, "times": TIMES,
        "pools": {"client": ["198.51.100.100", "198.51.100.150"],
                  "careful": ["192.0.2.100", "192.0.2.150"]},
        "clients": {
            host.name: {"mac": host.mac("eth0"), "address": _addresses(host)[0]}
            for host in (client, careful)
        },
        "names": {"client": NAME, "careful": "careful"},
    }  # fmt: skip
    time.sleep(TIMES["t1"] + 2)  # the renewal, past the relay
    dhclient.end()
    client.run("dhclient", "-r", *words, check=False)
    lab.stop(after=0.5)


def _addresses(host: Host) -> list[str]:
    said = json.loads(host.ip("-j", "-4", "addr", "show", "dev", "eth0"))
    return [one["local"] for one in (said[0].get("addr_info", []) if said else [])]


def _dnsmasq(server: Host) -> None:
    ranges = [f"{network}.100,{network}.150,255.255.255.0,{TIMES['valid']}"
              for network in NETWORKS.values()]  # fmt: skip
    server.start(
        "dnsmasq", "-d", "-C", "/dev/null", "--user=root", "--group=root", "--pid-file=",
        "--no-resolv", "--no-hosts", "--port=0", "--interface=eth0", "--bind-interfaces",
        *(f"--dhcp-range={one}" for one in ranges),
        f"--dhcp-option=option:T1,{TIMES['t1']}", f"--dhcp-option=option:T2,{TIMES['t2']}",
        f"--dhcp-leasefile={server.folder / 'leases'}", "--dhcp-authoritative", "--log-dhcp",
    )  # fmt: skip


def _dhcpcd(host: Host) -> None:
    config = host.file("dhcpcd.conf", DHCPCD)
    private = {}
    for place in ("/var/lib/dhcpcd", "/run/dhcpcd"):
        folder = host.folder / place.strip("/").replace("/", "-")
        folder.mkdir()
        private[place] = folder
    host.start(
        "timeout", "40", "dhcpcd", "-4", "-B", "-d", "--nohook", "resolv.conf", "-c", "/bin/true",
        "-f", str(config), "eth0", private=private, log="dhcpcd",
    )  # fmt: skip

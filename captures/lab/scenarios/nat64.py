"""NAT64 by tayga, recorded on its IPv6 side, its IPv4 side and in between.

    client ── v6side, gateway, v4side ── server
                     nat64 (TUN)

One host has a mapping of its own (SIIT), the others get addresses from a pool.
"""

from __future__ import annotations

import time

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("tayga", "dnsmasq-base", "curl", "bind9-dnsutils", "traceroute")

PREFIX = "2001:db8:64::/96"
CLIENT, MAPPED = "2001:db8:1::2", "192.0.2.100"
SERVER = "198.51.100.2"
SERVER_6 = f"2001:db8:64::{SERVER}"
ABSENT = "2001:db8:64::198.51.100.77"
V4_MTU = 1400

TAYGA = f"""
tun-device nat64
ipv4-addr 192.0.2.254
ipv6-addr 2001:db8:1:ffff::1
prefix {PREFIX}
dynamic-pool 192.0.2.0/24
map {MAPPED} {CLIENT}
data-dir %s
"""
DATAGRAM = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
socket.socket(family, socket.SOCK_DGRAM).sendto(bytes(3000), (sys.argv[1], 5555))
"""


def record(lab: Lab) -> None:
    """Pings both ways, HTTP, DNS, a traceroute, errors, datagrams that are too large."""
    client, gateway, server = (lab.host(name) for name in ("client", "gateway", "server"))
    _join(lab, client, gateway, server)
    config = gateway.file("tayga.conf", TAYGA % gateway.folder)
    gateway.run("tayga", "-c", str(config), "--mktun")
    gateway.up("nat64")
    gateway.route("192.0.2.0/24", "dev", "nat64")
    gateway.route(PREFIX, "dev", "nat64")
    gateway.address("nat64", "198.51.100.1/32", "2001:db8:1:ffff::2/128")
    gateway.start("tayga", "-d", "-c", str(config))
    server.start(
        "dnsmasq", "-d", "-C", "/dev/null", "--user=root", "--pid-file=", "--no-resolv",
        "--no-hosts", f"--address=/v4only.example/{SERVER}", f"--listen-address={SERVER}",
        "--bind-interfaces", "--port=53",
    )  # fmt: skip
    page = server.file("www/page", "translated\n" * 100)
    server.start("python3", "-m", "http.server", "-d", str(page.parent), "--bind", SERVER, "80")
    time.sleep(1)
    lab.record(gateway, "v6side", "v4side", "nat64")

    answers = {
        "client_to_server": client.ping(SERVER_6),
        "server_to_client": server.ping(MAPPED),
    }
    client.run("curl", "-6", "-s", "-m", "5", "-o", "/dev/null", f"http://[{SERVER_6}]/page")
    client.run("dig", "+tries=1", "+time=2", f"@{SERVER_6}", "v4only.example", "A")
    client.run("traceroute", "-n", "-6", "-q1", "-w1", "-m4", SERVER_6, check=False)
    client.run("bash", "-c", f"echo x > /dev/udp/{SERVER_6}/9")
    answers["packet_too_big"] = client.ping(SERVER_6, interval=0.3, size=1440)
    client.ping(SERVER_6, count=1, size=3000)
    server.ping(MAPPED, count=1, size=3000)
    server.ping(MAPPED, count=1, size=V4_MTU - 28, options=("-M", "do"))
    for host, target in ((client, SERVER_6), (server, MAPPED)):
        host.run("python3", "-c", DATAGRAM, target)
        time.sleep(0.2)
    client.ping(ABSENT, count=1)
    time.sleep(2.5)  # so long does the gateway ask for a MAC address
    lab.truth |= {
        "prefix": PREFIX, "client": CLIENT, "mapped": MAPPED, "server": SERVER,
        "server_6": "2001:db8:64::c633:6402", "absent": "198.51.100.77",
        "translator": {"ipv4": "192.0.2.254", "ipv6": "2001:db8:1:ffff::1"},
        "v4_mtu": V4_MTU, "answers": answers,
        "sides": {"ipv6": "v6side", "ipv4": "v4side", "both": "nat64"},
    }  # fmt: skip
    lab.stop()


def _join(lab: Lab, client: Host, gateway: Host, server: Host) -> None:
    lab.link(client, "eth0", gateway, "v6side")
    lab.link(server, "eth0", gateway, "v4side")
    for host in (client, server):
        host.up("eth0")
    gateway.up("v6side", "v4side")
    gateway.forward()
    client.address("eth0", f"{CLIENT}/64")
    gateway.address("v6side", "2001:db8:1::1/64")
    client.route("default", "via", "2001:db8:1::1")
    server.address("eth0", f"{SERVER}/24")
    gateway.address("v4side", "198.51.100.1/24")
    server.route("192.0.2.0/24", "via", "198.51.100.1")
    for host, interface in ((server, "eth0"), (gateway, "v4side")):
        host.ip("link", "set", interface, "mtu", str(V4_MTU))

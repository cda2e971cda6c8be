"""Stateless translation (SIIT) by tayga, recorded on both sides and in between.

    client ── v6side, gateway, v4side ── server
                     siit (TUN)

Both hosts have IPv4-translatable addresses behind a prefix of 64 bits (RFC 6052, section 2.2), so
that no state is needed: the client is seen from outside as its own IPv4 address.
"""

from __future__ import annotations

import time

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("tayga", "curl", "traceroute")

PREFIX = "2001:db8:1:64::/64"
CLIENT, CLIENT_4 = "2001:db8:1:64:c0:2:2100:0", "192.0.2.33"
SERVER, SERVER_6 = "198.51.100.2", "2001:db8:1:64:c6:3364:200:0"
GATEWAY_6 = "2001:db8:2::1"
V6_MTU = 1380
CLASS = 0xB8
UNKNOWN_PROTOCOL = 253

TAYGA = f"""
tun-device siit
ipv4-addr 192.0.2.254
ipv6-addr 2001:db8:2:ffff::1
prefix {PREFIX}
data-dir %s
"""
DATAGRAM = """
import socket, sys
address, size, checked = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sender = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
if not checked:
    sender.setsockopt(socket.SOL_SOCKET, 11, 1)  # SO_NO_CHECK
if ":" not in address:
    sender.setsockopt(socket.SOL_IP, 10, 0)  # IP_MTU_DISCOVER: may be fragmented
sender.sendto(bytes(range(256)) * (size // 256) + bytes(size % 256), (address, 5555))
"""
UNKNOWN = f"""
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
raw = socket.socket(family, socket.SOCK_RAW, {UNKNOWN_PROTOCOL})
raw.sendto(b"nobody speaks this", (sys.argv[1], 0))
"""


def record(lab: Lab) -> None:
    """Pings, HTTP, traceroutes, errors of both families, datagrams whole and in fragments."""
    client, gateway, server = (lab.host(name) for name in ("client", "gateway", "server"))
    _join(lab, client, gateway, server)
    config = gateway.file("tayga.conf", TAYGA % gateway.folder)
    gateway.run("tayga", "-c", str(config), "--mktun")
    gateway.up("siit")
    gateway.route("192.0.2.0/24", "dev", "siit")
    gateway.route(PREFIX, "dev", "siit")
    gateway.start("tayga", "-d", "-c", str(config))
    page = server.file("www/page", "translated\n" * 200)
    server.start("python3", "-m", "http.server", "-d", str(page.parent), "--bind", SERVER, "80")
    time.sleep(1)
    lab.record(gateway, "v6side", "v4side", "siit")

    answers = {
        "client_to_server": client.ping(SERVER_6),
        "server_to_client": server.ping(CLIENT_4),
        "marked": client.ping(SERVER_6, count=1, options=("-Q", hex(CLASS))),
    }
    client.run("curl", "-6", "-s", "-m", "5", "-o", "/dev/null", f"http://[{SERVER_6}]/page")
    client.run("traceroute", "-n", "-6", "-q1", "-w1", "-m5", SERVER_6, check=False)
    server.run("traceroute", "-n", "-4", "-q1", "-w1", "-m5", CLIENT_4, check=False)
    for host, target in ((client, SERVER_6), (server, CLIENT_4)):
        host.run("bash", "-c", f"echo x > /dev/udp/{target}/9")
        host.run("python3", "-c", UNKNOWN, target)
        for size in (100, 1100, 1300, 3000):
            host.run("python3", "-c", DATAGRAM, target, str(size), "1")
            time.sleep(0.1)
    server.run("python3", "-c", DATAGRAM, CLIENT_4, "64", "0")
    answers["packet_too_big"] = server.ping(
        CLIENT_4, interval=0.3, size=1400, options=("-M", "do")
    )  # fmt: skip
    time.sleep(0.5)
    lab.truth |= {
        "prefix": PREFIX, "client": CLIENT, "client_4": CLIENT_4, "server": SERVER,
        "server_6": SERVER_6, "gateway_6": GATEWAY_6, "v6_mtu": V6_MTU, "class": CLASS,
        "translator": {"ipv4": "192.0.2.254", "ipv6": "2001:db8:2:ffff::1"}, "answers": answers,
        "sides": {"ipv6": "v6side", "ipv4": "v4side", "both": "siit"},
    }  # fmt: skip
    lab.stop()


def _join(lab: Lab, client: Host, gateway: Host, server: Host) -> None:
    lab.link(client, "eth0", gateway, "v6side")
    lab.link(server, "eth0", gateway, "v4side")
    for host in (client, server):
        host.up("eth0")
    gateway.up("v6side", "v4side")
    gateway.forward()
    client.address("eth0", f"{CLIENT}/128", "2001:db8:2::2/64")
    gateway.address("v6side", f"{GATEWAY_6}/64")
    client.route("default", "via", GATEWAY_6, "src", CLIENT)
    gateway.route(f"{CLIENT}/128", "via", "2001:db8:2::2")
    server.address("eth0", f"{SERVER}/24")
    gateway.address("v4side", "198.51.100.1/24")
    server.route("192.0.2.0/24", "via", "198.51.100.1")
    for host, interface in ((client, "eth0"), (gateway, "v6side")):
        host.ip("link", "set", interface, "mtu", str(V6_MTU))
    for host in (client, gateway, server):
        host.kernel(ipv6__icmp__ratelimit=0, ipv4__icmp_ratelimit=0)

"""DHCPv6 through two relays: kea, ISC's relays and client; address, prefix, renewal, release.

client ─ link1 ─ relay1 ─ link2 ─ relay2 ─ link3 ─ server
"""

from __future__ import annotations

import json
import re
import time

from laboratory.dhclient import SCRIPT
from laboratory.host import Host
from laboratory.lab import Lab
from laboratory.process import Process

PACKAGES = ("kea-dhcp6-server", "isc-dhcp-relay", "isc-dhcp-client")

LINKS = {"client": "2001:db8:c::", "middle": "2001:db8:b::", "server": "2001:db8:a::"}
SERVER = "2001:db8:a::3"
TIMES = {"preferred": 30, "valid": 60, "t1": 4, "t2": 20}
POOL = ["2001:db8:c::1000", "2001:db8:c::1fff"]
PREFIX_POOL = {"prefix": "2001:db8:d000::", "length": 40, "delegated": 56}
OPTIONS = {
    "dns_servers": ["2001:db8::53", "2001:db8::54"],
    "domain_search": ["example.net", "corp.example.org"],
    "sntp_servers": ["2001:db8::123"],
    "sip_domains": ["sip.example.net"],
    "sip_servers": ["2001:db8::5060"],
    "nis_servers": ["2001:db8::1"],
    "refresh": 86400,
    "preference": 255,
    "unicast": SERVER,
    "max_rt": 3600,
}
"""What the client asks for and the server has."""
CLIENT_NAME = "client1.example.net."

CLIENT_CONF = f"""
send fqdn.fqdn "{CLIENT_NAME}"; send fqdn.server-update on;
option dhcp6.vclass code 16 = string; send dhcp6.vclass 00:00:0d:e9:00:05:68:65:6c:6c:6f;
option dhcp6.uclass code 15 = string; send dhcp6.uclass 00:03:6c:61:62;
also request dhcp6.sntp-servers, dhcp6.sip-servers-names, dhcp6.sip-servers-addresses,
    dhcp6.info-refresh-time, dhcp6.nis-servers;
"""


def record(lab: Lab) -> None:
    """Lease, renewal, release; then a client that asks only for information."""
    links = [lab.switch(f"link{number}") for number in (1, 2, 3)]
    client, relay1, relay2, server = (
        lab.host(name) for name in ("client", "relay1", "relay2", "server")
    )
    for host, interface, link in (
        (client, "eth0", 0), (relay1, "dn0", 0), (relay1, "up0", 1),
        (relay2, "dn0", 1), (relay2, "up0", 2), (server, "eth0", 2),
    ):  # fmt: skip
        lab.plug(host, interface, links[link])
    lab.record(lab.wires, *links)
    _number(relay1, relay2, server)
    for host in (client, relay1, relay2, server):
        host.settle()

    kea = _kea(server)
    for relay, towards in ((relay1, "2001:db8:b::2"), (relay2, SERVER)):
        relay.start("dhcrelay", "-6", "-d", "--no-pid", "-I", "-l", "dn0", "-u", f"{towards}%up0")
    server.until(lambda: "DHCP6_STARTED" in kea.output, 8, "kea")
    time.sleep(1)

    words = _client_words(client, "leases")
    dhclient = client.start("dhclient", "-6", "-d", "-1", "-N", "-P", *words)
    leases = client.folder / "leases"
    client.until(lambda: leases.exists() and "iaprefix" in leases.read_text(), 15, "a lease")
    text = leases.read_text()
    lab.truth |= {
        "server": SERVER, "times": TIMES, "options": OPTIONS, "client_name": CLIENT_NAME,
        "links": LINKS, "pool": POOL, "prefix_pool": PREFIX_POOL,
        "lease": re.search(r"iaaddr (\S+)", text)[1],
        "prefix": re.search(r"iaprefix (\S+)", text)[1],
        "client": {"mac": client.mac("eth0"), "link_local": client.link_local("eth0")},
        "relays": [
            {"link_address": "2001:db8:c::1", "peer": client.link_local("eth0")},
            {"link_address": "2001:db8:b::2", "peer": "2001:db8:b::1"},
        ],
    }  # fmt: skip
    time.sleep(TIMES["t1"] + 1.5)  # the renewal
    dhclient.end()
    client.run("dhclient", "-6", "-r", "-N", "-P", *words)
    client.run("dhclient", "-6", "-S", "-1", *_client_words(client, "information"))
    client.run("pkill", "-F", str(client.folder / "information.pid"), check=False)
    lab.stop()


def _number(relay1: Host, relay2: Host, server: Host) -> None:
    """Addresses and routes."""
    relay1.forward()
    relay2.forward()
    relay1.address("dn0", "2001:db8:c::1/64")
    relay1.address("up0", "2001:db8:b::1/64")
    relay2.address("dn0", "2001:db8:b::2/64")
    relay2.address("up0", "2001:db8:a::2/64")
    server.address("eth0", f"{SERVER}/64")
    server.route("default", "via", "2001:db8:a::2")
    relay2.route("2001:db8:c::/64", "via", "2001:db8:b::1")
    relay1.route("2001:db8:a::/64", "via", "2001:db8:b::2")


def _kea(server: Host) -> Process:
    """The server with all its options."""
    data = [
        {"name": "dns-servers", "data": ", ".join(OPTIONS["dns_servers"])},
        {"name": "domain-search", "data": ", ".join(OPTIONS["domain_search"])},
        {"name": "sntp-servers", "data": OPTIONS["sntp_servers"][0]},
        {"name": "sip-server-dns", "data": OPTIONS["sip_domains"][0]},
        {"name": "sip-server-addr", "data": OPTIONS["sip_servers"][0]},
        {"name": "nis-servers", "data": OPTIONS["nis_servers"][0]},
        {"name": "new-posix-timezone", "data": "EST5EDT4\\,M3.2.0/02:00\\,M11.1.0/02:00"},
        {"name": "new-tzdb-timezone", "data": "Europe/Zurich"},
        {"name": "information-refresh-time", "data": "86400", "always-send": True},
        {"name": "preference", "data": "255", "always-send": True},
        {"name": "unicast", "data": SERVER},
        {"name": "bootfile-url", "data": "tftp://[2001:db8::69]/boot.efi"},
        {"name": "aftr-name", "data": "aftr.example.net"},
        # kea 2.2 knows no names for SOL_MAX_RT and INF_MAX_RT
        *({"code": code, "csv-format": False, "data": "00000E10", "always-send": True}
          for code in (82, 83)),
    ]  # fmt: skip
    subnet = {
        "id": 1, "subnet": "2001:db8:c::/64", "pools": [{"pool": "-".join(POOL)}],
        "pd-pools": [{"prefix": PREFIX_POOL["prefix"], "prefix-len": PREFIX_POOL["length"],
                      "delegated-len": PREFIX_POOL["delegated"]}],
    }  # fmt: skip
    own = {"id": 2, "subnet": "2001:db8:a::/64", "interface": "eth0",
           "pools": [{"pool": "2001:db8:a::1000-2001:db8:a::1fff"}]}  # fmt: skip
    config = {
        "Dhcp6": {
            "interfaces-config": {"interfaces": [f"eth0/{SERVER}"]},  # for what relays send to it
            "lease-database": {"type": "memfile", "persist": False},
            "server-id": {"type": "LLT", "persist": False},
            "preferred-lifetime": TIMES["preferred"], "valid-lifetime": TIMES["valid"],
            "renew-timer": TIMES["t1"], "rebind-timer": TIMES["t2"],
            "option-data": data, "subnet6": [subnet, own],
            "loggers": [{"name": "kea-dhcp6", "severity": "INFO",
                         "output_options": [{"output": "stdout"}]}],
        }
    }  # fmt: skip
    path = server.file("kea.json", json.dumps(config))
    folder = f"KEA_PIDFILE_DIR={server.folder}"
    return server.start("env", "KEA_LOCKFILE_DIR=none", folder, "kea-dhcp6", "-c", str(path))


def _client_words(client: Host, name: str) -> list[str]:
    """The client's files: nothing of the machine's own is touched."""
    script = client.file("script", SCRIPT)
    script.chmod(0o755)
    config = client.file("dhclient.conf", CLIENT_CONF)
    folder = client.folder
    return [
        "-v", "-cf", str(config), "-lf", str(folder / name), "-pf", str(folder / f"{name}.pid"),
        "-sf", str(script), "eth0",
    ]  # fmt: skip

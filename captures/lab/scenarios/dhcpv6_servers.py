"""DHCPv6 by four other servers and clients, each pair on a link of its own.

dnsmasq ── dhcpcd, dhclient (-S)     router advertisements, stateful, stateless, rapid commit
dibbler ── dibbler                   address, temporary address, prefix; every option it knows
WIDE    ── WIDE                      delayed authentication (HMAC-MD5), prefix
ISC     ── ISC                       Decline, Renew unanswered, Rebind, Confirm
"""

from __future__ import annotations

import struct
import time

from laboratory import dibbler
from laboratory.dhclient import SCRIPT
from laboratory.host import Host
from laboratory.lab import Lab
from laboratory.process import Process

PACKAGES = (
    "dnsmasq-base", "dhcpcd-base", "isc-dhcp-client", "dibbler-server", "dibbler-client",
    "wide-dhcpv6-server", "wide-dhcpv6-client", "isc-dhcp-server",
)  # fmt: skip

SERVERS = {"dnsmasq": 1, "dibbler": 2, "wide": 3, "isc": 4}
"""Each has 2001:db8:N::1."""

DIBBLER_SERVER = """
log-level 7
log-mode short
preference 20
iface "eth0" {
    t1 3
    t2 20
    preferred-lifetime 30
    valid-lifetime 60
    rapid-commit yes
    unicast 2001:db8:2::1
    class { pool 2001:db8:2:0:a::/100 }
    ta-class { pool 2001:db8:2:0:b::/100 }
    pd-class {
        pd-pool 2001:db8:2000::/40
        pd-length 56
    }
    option dns-server 2001:db8:2::1
    option domain example.com
    option ntp-server 2001:db8:2::2
    option time-zone CET
    option sip-server 2001:db8:2::5
    option sip-domain sip.example.com
    option nis-server 2001:db8:2::6
    option nis-domain nis.example.com
    option nis+-server 2001:db8:2::7
    option nis+-domain nisplus.example.com
    option lifetime 600
    option vendor-spec 3561-1-0x48656c6c6f
    option aftr aftr.example.com
}
"""
DIBBLER_CLIENT = """
log-level 7
log-mode short
duid-type duid-en 3561 0x0102030405060708
iface "eth0" {
    rapid-commit yes
    ia
    ta
    pd
    option dns-server
    option domain
    option ntp-server
    option time-zone
    option sip-server
    option sip-domain
    option nis-server
    option nis-domain
    option nis+-server
    option nis+-domain
    option vendor-spec
    option aftr
    option fqdn host.example.com
}
"""
KEY = 'keyinfo kame { realm "kame.net"; keyid 1; secret "5pvW2g48OHPvkYMJSw0vZA=="; };\n'
WIDE_DUID = bytes.fromhex("000100010f5b297f00045a351ea1")
WIDE_SERVER = f"""
option domain-name-servers 2001:db8:3::35;
option domain-name "wide.example";
option ntp-servers 2001:db8:3::7b;
option refreshtime 900;
{KEY}
host cl {{
    duid {WIDE_DUID.hex(":")};
    prefix 2001:db8:3100::/48 infinity;
    address 2001:db8:3::180 60 120;
    delayedkey kame;
}};
"""
WIDE_CLIENT = f"""
interface eth0 {{
    send ia-pd 0; send ia-na 0; send rapid-commit; send authentication kame;
    request domain-name-servers; request domain-name; request ntp-servers;
}};
id-assoc na 0 {{ }};
id-assoc pd 0 {{ prefix-interface lan0 {{ sla-id 1; sla-len 16; }}; }};
authentication kame {{ protocol delayed; algorithm hmac-md5; rdm monocounter; }};
{KEY}
"""
ISC_SERVER = """
default-lease-time 60; preferred-lifetime 30;
option dhcp-renewal-time 3; option dhcp-rebinding-time 6;
option dhcp6.name-servers 2001:db8:4::1; option dhcp6.domain-search "isc.example";
option dhcp6.preference 255; option dhcp6.rapid-commit; option dhcp6.info-refresh-time 21600;
subnet6 2001:db8:4::/64 {
    range6 2001:db8:4::1000 2001:db8:4::10ff;
    range6 2001:db8:4::2000/120 temporary;
    prefix6 2001:db8:4100:: 2001:db8:41ff:: /56;
}
"""
DECLINE_ONCE = """#!/bin/sh
# Say of the first address that somebody else has it.
case "$reason" in
PREINIT6) ip link set "$interface" up; sleep 1.2 ;;
BOUND6) [ -e "%(mark)s" ] || { touch "%(mark)s"; exit 3; } ;;
esac
exit 0
"""
DHCPCD = """
duid
slaac private
ipv6only
noipv4
option rapid_commit
option dhcp6_name_servers, dhcp6_domain_search, dhcp6_ntp_servers, dhcp6_sntp_servers
option dhcp6_bootfile_url, dhcp6_info_refresh_time
hostname client-dhcpcd
fqdn both
require dhcp6_server_id
script /bin/true
interface eth0
    ia_na 1
"""


def record(lab: Lab) -> None:
    """All four pairs at the same time."""
    for name in SERVERS:
        lab.switch(f"{name}-link")
    servers = {name: lab.host(f"{name}-s") for name in SERVERS}
    clients = {name: lab.host(f"{name}-c") for name in (*SERVERS, "asking")}
    for name, server in servers.items():
        lab.plug(server, "eth0", f"{name}-link")
        server.address("eth0", f"2001:db8:{SERVERS[name]}::1/64")
    for name, client in clients.items():
        link = "dnsmasq" if name == "asking" else name
        lab.plug(client, "eth0", f"{link}-link", up=link != "dnsmasq")
    lab.record(lab.wires, *(f"{name}-link" for name in SERVERS))
    for server in servers.values():
        server.settle()
    _dnsmasq(servers["dnsmasq"])
    dibbler.start(servers["dibbler"], "server", DIBBLER_SERVER)
    _wide_server(servers["wide"])
    isc = _isc_server(servers["isc"])
    time.sleep(1)

    _dhcpcd(clients["dnsmasq"])
    dibbler_client = dibbler.start(clients["dibbler"], "client", DIBBLER_CLIENT)
    wide = _wide_client(clients["wide"])
    dhclient = _declining(clients["isc"])
    clients["asking"].up("eth0")
    clients["asking"].settle()
    _dhclient(clients["asking"], "-S", "-1")
    time.sleep(7)
    isc.end()
    time.sleep(12)  # Renew has no answer, Rebind begins
    dhclient.end()
    _isc_server(servers["isc"])
    time.sleep(1)
    for _ in range(2):  # the second time it has a lease to confirm
        _dhclient(clients["isc"], seconds=5)
    lab.truth |= {
        "servers": {
            name: {"address": f"2001:db8:{number}::1", "link_local":
                   servers[name].link_local("eth0"), "link": f"{name}-link"}
            for name, number in SERVERS.items()
        },
        "dnsmasq": {"pool": ["2001:db8:1::100", "2001:db8:1::1ff"], "mtu": 1400,
                    "ntp": "2001:db8:1::7b", "refresh": 600, "client_name": "client-dhcpcd"},
        "dibbler": {"pool": "2001:db8:2:0:a::/100", "temporary": "2001:db8:2:0:b::/100",
                    "prefixes": "2001:db8:2000::/40", "preference": 20,
                    "duid": {"enterprise": 3561, "identifier": "0102030405060708"},
                    "aftr": "aftr.example.com", "t1": 3, "t2": 20},
        "wide": {"address": "2001:db8:3::180", "prefix": "2001:db8:3100::/48",
                 "duid": WIDE_DUID.hex(":"), "realm": "kame.net"},
        "isc": {"pool": ["2001:db8:4::1000", "2001:db8:4::10ff"], "search": "isc.example"},
    }  # fmt: skip
    dibbler_client.end()
    wide.end()
    lab.stop(after=1)


def _dnsmasq(server: Host) -> None:
    server.forward()
    server.start(
        "dnsmasq", "-d", "-C", "/dev/null", "--user=root", "--group=root", "--pid-file=",
        "--no-resolv", "--no-hosts", "--interface=eth0", "--bind-interfaces", "--port=53",
        "--enable-ra", "--ra-param=eth0,mtu:1400,high,4,12",
        "--dhcp-range=::100,::1ff,constructor:eth0,slaac,64,2m",
        "--dhcp-option=option6:dns-server,[2001:db8:1::1]",
        "--dhcp-option=option6:domain-search,lan.example",
        "--dhcp-option=option6:ntp-server,[2001:db8:1::7b]",
        "--dhcp-option=option6:sntp-server,[2001:db8:1::7b]",
        "--dhcp-option=option6:information-refresh-time,600",
        "--dhcp-option=option6:bootfile-url,tftp://[2001:db8:1::1]/x.efi",
        f"--dhcp-leasefile={server.folder / 'leases'}", "--domain=lan.example", "--dhcp-fqdn",
        "--dhcp-authoritative", "--dhcp-rapid-commit", "--log-dhcp", "--quiet-ra",
    )  # fmt: skip


def _dhcpcd(client: Host) -> None:
    client.up("eth0")
    config = client.file("dhcpcd.conf", DHCPCD)
    private = {"/etc": dibbler.private_etc(client)}
    for place in ("/var/lib/dhcpcd", "/run/dhcpcd"):
        folder = client.folder / place.strip("/").replace("/", "-")
        folder.mkdir()
        private[place] = folder
    client.start(
        "timeout", "20", "dhcpcd", "-6", "-B", "-d", "--nohook", "resolv.conf", "-c", "/bin/true",
        "-f", str(config), "eth0", private=private, log="dhcpcd",
    )  # fmt: skip


def _wide_server(server: Host) -> None:
    config = server.file("wide/dhcp6s.conf", WIDE_SERVER)
    words = ("-f", "-Dd", "-c", str(config), "-P", str(config.with_name("pid")), "eth0")
    server.start("dhcp6s", *words, private={"/var/lib/dhcpv6": config.parent})


def _wide_client(client: Host) -> Process:
    client.ip("link", "add", "lan0", "type", "veth", "peer", "name", "lan1")
    client.up("lan0", "lan1")
    client.settle("eth0")
    config = client.file("wide/dhcp6c.conf", WIDE_CLIENT)
    duid = struct.pack("=H", len(WIDE_DUID)) + WIDE_DUID  # its length in the machine's byte order
    config.with_name("dhcp6c_duid").write_bytes(duid)
    words = ("-f", "-Dd", "-c", str(config), "-p", str(config.with_name("pid")), "eth0")
    return client.start("dhcp6c", *words, private={"/var/lib/dhcpv6": config.parent})


def _isc_server(server: Host) -> Process:
    config = server.file("dhcpd.conf", ISC_SERVER)
    leases = server.folder / "leases"
    leases.touch()
    words = ("-6", "-f", "-d", "-cf", str(config), "-lf", str(leases), "--no-pid", "eth0")
    return server.start("dhcpd", *words)


def _declining(client: Host) -> Process:
    script = client.file("decline", DECLINE_ONCE % {"mark": client.folder / "declined"})
    script.chmod(0o755)
    return client.start(
        "dhclient", "-6", "-d", "-N", "-T", "-P", "-v", "--decline-wait-time", "1",
        "-lf", str(client.folder / "leases1"), "-pf", str(client.folder / "pid1"),
        "-sf", str(script), "-cf", "/dev/null", "eth0",
    )  # fmt: skip


def _dhclient(client: Host, *words: str, seconds: int = 10) -> None:
    """ISC's client for some seconds at most; without ``words`` it wants an address."""
    script = client.file("script", SCRIPT)
    script.chmod(0o755)
    asked = words or ("-N",)
    client.run(
        "timeout", str(seconds), "dhclient", "-6", "-d", *asked, "-v",
        "-lf", str(client.folder / "leases2"), "-pf", str(client.folder / "pid2"),
        "-sf", str(script), "-cf", "/dev/null", "eth0", check=False,
    )  # fmt: skip

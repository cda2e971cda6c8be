"""DHCPv6 through relays of two other makes, and a leasequery by hand with a genuine answer.

client ─ link1 ─ WIDE ─ link2 ─ dibbler ─ link3 ─ ISC's server
"""

from __future__ import annotations

import re
import time

from laboratory import dibbler
from laboratory.dhclient import SCRIPT
from laboratory.lab import Lab

PACKAGES = ("wide-dhcpv6-relay", "dibbler-relay", "isc-dhcp-server", "isc-dhcp-client")

SERVER, RELAY1, RELAY2 = "2001:db8:a::3", "2001:db8:b::1", "2001:db8:b::2"
INTERFACE_ID, REMOTE_ID = 5020, {"enterprise": 3561, "id": "0a0b0c0d"}
QUERY_CLIENT = "00030001020000000001"

DIBBLER = f"""
log-level 7
log-mode short
interface-id-order before
option remote-id {REMOTE_ID["enterprise"]}-0x{REMOTE_ID["id"]}
iface "dn0" {{
    client multicast yes
    client unicast {RELAY2}
    interface-id {INTERFACE_ID}
}}
iface "up0" {{
    server unicast {SERVER}
}}
"""
ISC = """
default-lease-time 60; preferred-lifetime 30; allow leasequery;
option dhcp6.name-servers 2001:db8:4::1;
subnet6 2001:db8:c::/64 { range6 2001:db8:c::1000 2001:db8:c::10ff; }
subnet6 2001:db8:a::/64 { }
"""


def record(lab: Lab) -> None:
    """A lease through both relays; then the second relay asks whose address that is."""
    links = [lab.switch(f"link{number}") for number in (1, 2, 3)]
    client, relay1, relay2, server = (
        lab.host(name) for name in ("client", "relay1", "relay2", "server")
    )
    for host, interface, link, addresses in (
        (client, "eth0", 0, ()),
        (relay1, "dn0", 0, ("2001:db8:c::1/64",)),
        (relay1, "up0", 1, (f"{RELAY1}/64",)),
        (relay2, "dn0", 1, (f"{RELAY2}/64",)),
        (relay2, "up0", 2, ("2001:db8:a::2/64",)),
        (server, "eth0", 2, (f"{SERVER}/64",)),
    ):
        lab.plug(host, interface, links[link])
        host.address(interface, *addresses)
    relay1.forward()
    relay2.forward()
    server.route("default", "via", "2001:db8:a::2")
    relay2.route("2001:db8:c::/64", "via", RELAY1)
    relay1.route("2001:db8:a::/64", "via", RELAY2)
    for host in (client, relay1, relay2, server):
        host.settle()
    lab.record(lab.wires, *links)
    dibbler.start(relay2, "relay", DIBBLER)
    pid = str(relay1.folder / "relay.pid")
    relay1.start("dhcp6relay", "-f", "-D", "-p", pid, "-s", RELAY2, "-r", "up0", "dn0")
    config, leases = server.file("dhcpd.conf", ISC), server.file("leases", "")
    words = ("-6", "-f", "-d", "-cf", str(config), "-lf", str(leases), "--no-pid", "eth0")
    server.start("dhcpd", *words)
    time.sleep(1)

    script = client.file("script", SCRIPT)
    script.chmod(0o755)
    leased = client.folder / "leases"
    client.run(
        "timeout", "6", "dhclient", "-6", "-d", "-N", "-v", "-lf", str(leased),
        "-pf", str(client.folder / "pid"), "-sf", str(script), "-cf", "/dev/null", "eth0",
        check=False,
    )  # fmt: skip
    found = re.findall(r"iaaddr (\S+)", leased.read_text())
    address = found[-1]
    relay2.python("leasequery", "2001:db8:a::2", SERVER, address, QUERY_CLIENT)
    lab.truth |= {
        "server": SERVER, "lease": address, "interface_id": INTERFACE_ID, "remote_id": REMOTE_ID,
        "query": {"client": QUERY_CLIENT, "from": "2001:db8:a::2"},
        "links": ["2001:db8:c::1", RELAY2],
    }  # fmt: skip
    lab.stop()

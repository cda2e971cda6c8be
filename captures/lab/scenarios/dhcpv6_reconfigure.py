"""DHCPv6 Reconfigure: dibbler's server changes its mind, and tells its client so with a key.

server ── switch ── client
"""

from __future__ import annotations

import time

from laboratory import dibbler
from laboratory.lab import Lab

PACKAGES = ("dibbler-server", "dibbler-client")

POOLS = ("2001:db8:2:0:1::/80", "2001:db8:2:0:2::/80")
RESOLVERS = ("2001:db8:2::1", "2001:db8:2::2")

AUTHENTICATION = """
log-level 8
log-mode short
auth-protocol reconfigure-key
auth-replay monotonic
auth-methods digest-hmac-md5
"""
SERVER = AUTHENTICATION + """
auth-required 0
reconfigure-enabled 1
iface "eth0" {
    t1 1000
    t2 2000
    preferred-lifetime 3000
    valid-lifetime 4000
    class { pool %s }
    option dns-server %s
}
"""  # fmt: skip
CLIENT = AUTHENTICATION + """
reconfigure-accept 1
iface "eth0" {
    ia
    option dns-server
}
"""  # fmt: skip


def record(lab: Lab) -> None:
    """A lease from the first pool; the server comes back with another."""
    switch = lab.switch("link1")
    server, client = lab.host("server"), lab.host("client")
    for host in (server, client):
        lab.plug(host, "eth0", switch)
        host.settle()
    server.address("eth0", "2001:db8:2::1/64")
    lab.record(lab.wires, switch)
    first = dibbler.start(server, "server", SERVER % (POOLS[0], RESOLVERS[0]))
    time.sleep(1.5)
    dibbler.start(client, "client", CLIENT)
    time.sleep(4)
    first.end()
    time.sleep(1)
    dibbler.start(server, "server", SERVER % (POOLS[1], RESOLVERS[1]))
    time.sleep(4)
    lab.truth |= {
        "pools": POOLS, "resolvers": RESOLVERS, "t1": 1000, "t2": 2000,
        "preferred": 3000, "valid": 4000,
        "server": server.link_local("eth0"), "client": client.link_local("eth0"),
    }  # fmt: skip
    lab.stop()

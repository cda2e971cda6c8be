"""Teredo: miredo's server and relay, two clients behind address translators, a native host.

client_a ─ lan_a ─ nat_a ─┐                ┌─ server ─┐
                          inet4 (IPv4) ────┤          inet6 (IPv6) ─ native
client_b ─ lan_b ─ nat_b ─┘                └─ relay ──┘
"""

from __future__ import annotations

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("miredo", "miredo-server", "nftables")

SERVER, SERVER_2, RELAY = "203.0.113.1", "203.0.113.2", "203.0.113.10"
NATS = {"a": "203.0.113.20", "b": "203.0.113.30"}
NATIVE = "2001:db8:6::100"
RELAY_6 = "2001:db8:6::10"

NAT = """
table ip nat {
    chain out { type nat hook postrouting priority 100; oifname "wan" masquerade; };
}
table ip filter {
    chain in { type filter hook input priority 0; iifname "wan" ct state new drop; };
}
"""
"""What was not asked for is dropped: without that the translator would answer for its clients."""

SERVER_CONF = f"""
ServerBindAddress {SERVER}
ServerBindAddress2 {SERVER_2}
Prefix 2001:0::
InterfaceMTU 1280
"""
RELAY_CONF = f"""
RelayType cone
InterfaceName teredo
Prefix 2001:0::
InterfaceMTU 1280
BindAddress {RELAY}
BindPort 3545
"""
CLIENT_CONF = f"""
RelayType client
InterfaceName teredo
ServerAddress {SERVER}
ServerAddress2 {SERVER_2}
"""


def record(lab: Lab) -> None:
    """Let both clients qualify, then ping the native host, each other, and back."""
    for switch in ("inet4", "inet6", "lan_a", "lan_b"):
        lab.switch(switch)
    server, relay, native = (lab.host(name) for name in ("server", "relay", "native"))
    for host in (server, relay):
        lab.plug(host, "e4", "inet4")
        lab.plug(host, "e6", "inet6")
        host.forward()
    lab.plug(native, "e6", "inet6")
    clients = {side: _behind_nat(lab, side, number) for number, side in enumerate(NATS, 1)}
    lab.record(lab.wires, "inet4", "inet6", "lan_a")

    server.address("e4", f"{SERVER}/24", f"{SERVER_2}/24")
    server.address("e6", "2001:db8:6::1/64")
    relay.address("e4", f"{RELAY}/24")
    relay.address("e6", f"{RELAY_6}/64")
    native.address("e6", f"{NATIVE}/64")
    for host in (native, server):
        host.route("2001::/32", "via", RELAY_6)
    _start(server, "miredo-server", SERVER_CONF)
    _start(relay, "miredo", RELAY_CONF)
    relay.until(lambda: "teredo" in relay.ip("link"), 5, "the relay's interface")
    for client in clients.values():
        _start(client, "miredo", CLIENT_CONF)
    for client in clients.values():
        client.until(lambda client=client: bool(_teredo_address(client)), 25, "qualification")
    addresses = {side: _teredo_address(client) for side, client in clients.items()}

    answers = {
        "a_to_native": clients["a"].ping(NATIVE, count=3, interval=0.5),
        "a_to_b": clients["a"].ping(addresses["b"], count=4, interval=0.8),
        "native_to_b": native.ping(addresses["b"], interval=0.5),
    }
    lab.truth |= {
        "server": SERVER, "server_2": SERVER_2, "relay": RELAY, "relay_port": 3545,
        "native": NATIVE, "answers": answers,
        "clients": {
            side: {"address": addresses[side], "nat": NATS[side]} for side in clients
        },
    }  # fmt: skip
    lab.stop()


def _behind_nat(lab: Lab, side: str, number: int) -> Host:
    """A client, and the translator before it."""
    nat, client = lab.host(f"nat_{side}"), lab.host(f"client_{side}")
    lab.plug(nat, "wan", "inet4")
    lab.plug(nat, "lan", f"lan_{side}")
    lab.plug(client, "eth0", f"lan_{side}")
    nat.address("wan", f"{NATS[side]}/24")
    nat.address("lan", f"192.168.{number}.1/24")
    client.address("eth0", f"192.168.{number}.2/24")
    client.route("default", "via", f"192.168.{number}.1")
    nat.forward()
    nat.run("nft", "-f", "-", text=NAT)
    return client


def _start(host: Host, program: str, text: str) -> None:
    config = host.file(f"{program}.conf", text)
    pid = str(host.folder / f"{program}.pid")
    host.start(program, "-f", "-c", str(config), "-u", "nobody", "-p", pid)


def _teredo_address(client: Host) -> str:
    """The client's Teredo address, or nothing before it is qualified."""
    if "teredo" not in client.ip("link"):
        return ""
    found = [a["local"] for a in client.addresses("teredo") if a["local"].startswith("2001:")]
    return found[0] if found else ""

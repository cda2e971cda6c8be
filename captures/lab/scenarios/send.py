"""Secure Neighbor Discovery: solicitations with CGA, RSA signature, timestamp and nonce.

    attacker ── switch ── victim

By thc-ipv6's sendpees6, which signs them to keep the receiver busy; six are enough.
"""

from __future__ import annotations

from laboratory.lab import Lab

PACKAGES = ("thc-ipv6",)

VICTIM = "2001:db8:1::1"
WANTED = 6
SIGNED = "icmp6 and ip6[40] == 135 and greater 200"


def record(lab: Lab) -> None:
    """Record until there are enough."""
    switch = lab.switch("link1")
    attacker, victim = lab.host("attacker"), lab.host("victim")
    for host in (attacker, victim):
        lab.plug(host, "eth0", switch)
    attacker.address("eth0", "2001:db8:1::66/64")
    victim.address("eth0", f"{VICTIM}/64")
    for host in (attacker, victim):
        host.settle()
    lab.record(lab.wires, switch, only=SIGNED, packets=WANTED)
    words = ("atk6-sendpeesmp6", "eth0", "1024", "2001:db8:1::", VICTIM)
    sender = attacker.start(*words)
    lab.wait(15)
    sender.end()
    lab.truth |= {
        "victim": VICTIM, "packets": WANTED, "prefix": "2001:db8:1::/64", "key_bits": 1024,
    }  # fmt: skip
    lab.stop()

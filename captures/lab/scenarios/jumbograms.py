"""Jumbograms: the kernel's BIG TCP over a wire, and over a loopback interface with a large MTU.

    sender ── receiver

On the wire the frames are larger than its MTU, for the kernel cuts them only in hardware, which
is not there.
"""

from __future__ import annotations

import time

from laboratory.lab import Lab

PACKAGES = ()

SENDER, RECEIVER = "2001:db8:1::1", "2001:db8:1::2"
GSO, LOOPBACK_MTU, ECHO_OCTETS = 190_000, 100_000, 70_000


def record(lab: Lab) -> None:
    """Half a megabyte over both; an echo of 70,000 octets; a jumbogram that breaks the rules."""
    sender, receiver = lab.host("sender"), lab.host("receiver")
    lab.link(sender, "eth0", receiver, "eth0", offload=True)
    size = ("gso_max_size", str(GSO), "gro_max_size", str(GSO))
    for host, address in ((sender, SENDER), (receiver, RECEIVER)):
        host.up("eth0")
        host.address("eth0", f"{address}/64")
        host.ip("link", "set", "eth0", *size)
    sender.ip("link", "set", "lo", "mtu", str(LOOPBACK_MTU), *size)
    lab.record(sender, "eth0", "lo")
    for host, target in ((receiver, RECEIVER), (sender, "::1")):
        sink = host.start_python("bulk", "receive")
        time.sleep(0.5)
        sender.python("bulk", "send", target)
        sink.wait(10)
    sender.python("jumbo_echo", str(ECHO_OCTETS))
    lab.truth |= {
        "ends": [SENDER, RECEIVER], "octets": 1 << 19, "largest": GSO, "echo": ECHO_OCTETS,
        "interfaces": {"wire": "eth0", "loopback": "lo"},
    }  # fmt: skip
    lab.stop(after=1)

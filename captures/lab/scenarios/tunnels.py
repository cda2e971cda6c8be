"""Tunnels of nine kinds between two hosts, with fragments and a traceroute in each.

    a ── b

6in4, 6to4, ISATAP, 6over4, GRE over IPv4 and IPv6 and IPv6 in IPv6 by a program of ours over TUN
(``laboratory/scripts/tunnel.py``: inner packets and outer headers are the kernel's), VXLAN over
both by the kernel.
"""

from __future__ import annotations

from typing import NamedTuple

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("traceroute",)

IPV4 = ("192.0.2.1", "192.0.2.2")
IPV6 = ("2001:db8:f::1", "2001:db8:f::2")


class Tunnel(NamedTuple):
    """One kind of tunnel: its ends outside, and its addresses inside."""

    kind: str
    outer: tuple[str, str]
    inner: tuple[str, str]
    length: int = 64


TUNNELS = (
    Tunnel("sit", IPV4, ("2001:db8:1::1", "2001:db8:1::2")),
    Tunnel("6to4", IPV4, ("2002:c000:201::1", "2002:c000:202::1"), 16),
    Tunnel("isatap", IPV4, ("fe80::5efe:c000:201", "fe80::5efe:c000:202")),
    Tunnel("6over4", IPV4, ("fe80::c000:201", "fe80::c000:202")),
    Tunnel("gre4", IPV4, ("2001:db8:2::1", "2001:db8:2::2")),
    Tunnel("gre6", IPV6, ("2001:db8:3::1", "2001:db8:3::2")),
    Tunnel("ip6ip6", IPV6, ("2001:db8:4::1", "2001:db8:4::2")),
)
VXLANS = (
    Tunnel("vxlan4", IPV4, ("2001:db8:44::1", "2001:db8:44::2")),
    Tunnel("vxlan6", IPV6, ("2001:db8:66::1", "2001:db8:66::2")),
)
VNI = {"vxlan4": 44, "vxlan6": 66}


def record(lab: Lab) -> None:
    """One tunnel after the other: every raw socket of protocol 41 hears all of them."""
    a, b = lab.host("a"), lab.host("b")
    lab.link(a, "eth0", b, "eth0")
    for end, host in enumerate((a, b)):
        host.up("eth0")
        host.address("eth0", f"{IPV4[end]}/24", f"{IPV6[end]}/64")
        host.route("239.0.0.0/8", "dev", "eth0")
        host.route("default", "dev", "eth0")
    lab.record(a, "eth0")
    answers = {}
    for tunnel in TUNNELS:
        answers[tunnel.kind] = _through(tunnel, a, b)
    for tunnel in VXLANS:
        answers[tunnel.kind] = _vxlan(tunnel, a, b)
    lab.truth |= {
        "tunnels": {
            t.kind: {"outer": t.outer, "inner": t.inner, "answers": answers[t.kind]}
            | ({"vni": VNI[t.kind]} if t.kind in VNI else {})
            for t in (*TUNNELS, *VXLANS)
        },
        "gre_key": 42,
        "macs": [a.mac("eth0"), b.mac("eth0")],
    }  # fmt: skip
    lab.stop()


def _through(tunnel: Tunnel, a: Host, b: Host) -> int:
    """Set one up, ping through it, take it down; hands back how many pings were answered."""
    device = f"t-{tunnel.kind}"
    ends = []
    for end, host in enumerate((a, b)):
        outer = (tunnel.outer[end], tunnel.outer[1 - end])
        ends.append(host.start_python("tunnel", tunnel.kind, device, *outer))
        host.until(lambda host=host: device in host.ip("link"), 5, device)
        setting = f"ipv6__conf__{device}__addr_gen_mode"
        host.kernel(**{setting: 1})  # none of its own
        host.ip("link", "set", device, "up", "mtu", "1400")
        host.address(device, f"{tunnel.inner[end]}/{tunnel.length}")
    target = tunnel.inner[1]
    if target.startswith("fe80"):
        target += f"%{device}"
    answered = a.ping(target)
    a.ping(target, count=1, size=1800)
    a.run("traceroute", "-n", "-6", "-q1", "-m2", "-w1", target, check=False)
    for process in ends:
        process.end()
    return answered


def _vxlan(tunnel: Tunnel, a: Host, b: Host) -> int:
    for end, host in enumerate((a, b)):
        local, remote = tunnel.outer[end], tunnel.outer[1 - end]
        host.ip(
            "link", "add", tunnel.kind, "type", "vxlan", "id", str(VNI[tunnel.kind]),
            "local", local, "remote", remote, "dstport", "4789", "dev", "eth0",
        )  # fmt: skip
        host.up(tunnel.kind)
        host.address(tunnel.kind, f"{tunnel.inner[end]}/64")
    return a.ping(tunnel.inner[1])

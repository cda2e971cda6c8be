"""The kernel's fragments, ICMPv6 errors, extension headers and segment routing.

source ── left, router, right ── target
"""

from __future__ import annotations

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("traceroute", "nftables")

SOURCE, TARGET = "2001:db8:1::1", "2001:db8:2::1"
LEFT, RIGHT = "2001:db8:1::ff", "2001:db8:2::ff"
BEHIND, SEGMENT = "2001:db8:b::1", "2001:db8:e::1"
MTU = 1280
ABSENT = "2001:db8:2::77"

UNREACHABLE = {
    "2001:db8:dead::1": 0,  # no route
    "2001:db8:dead:2::1": 1,  # prohibited
    "2001:db8:dead:1::1": 0,  # a route of the kernel's that says so
    "2001:db8:2::66": 5,  # source address failed policy
    "2001:db8:2::67": 6,  # reject route
    "2001:db8:2::69": 1,
}
"""Destination, and the code that the router answers with."""
FIREWALL = """
table ip6 filter {
    chain forward {
        type filter hook forward priority 0;
        ip6 daddr 2001:db8:2::66 reject with icmpv6 type policy-fail
        ip6 daddr 2001:db8:2::67 reject with icmpv6 type reject-route
        ip6 daddr 2001:db8:2::68 tcp dport 80 reject with tcp reset
        ip6 daddr 2001:db8:2::69 reject with icmpv6 type admin-prohibited
    };
}
"""
SEGMENTS = {
    "encap": ("encap", f"{SEGMENT},{TARGET}"),
    "inline": ("inline", SEGMENT),
    "encap_hmac": ("encap", f"{SEGMENT},{TARGET} hmac 17"),
    "encap_reduced": ("encap.red", f"{SEGMENT},{TARGET}"),
    "l2encap": ("l2encap", f"{SEGMENT},{TARGET}"),
}
FLOW_LABEL, TRAFFIC_CLASS = 0xABCDE, 0xB8


def record(lab: Lab) -> None:
    """Everything that a router and a host can say, one after the other."""
    source, router, target = (lab.host(name) for name in ("source", "router", "target"))
    _join(lab, source, router, target)
    lab.record(router, "left", "right")
    for host in (source, router, target):
        host.settle()
    source.ping(TARGET, count=1, size=4000)
    source.ping(TARGET, count=1, size=20000)
    for host, interface in ((router, "right"), (target, "eth0")):
        host.ip("link", "set", interface, "mtu", str(MTU))
    source.ping(TARGET, size=1400, options=("-M", "do"))
    source.ping(TARGET, size=1400)
    source.ping(TARGET, count=1, options=("-t", "1"))
    source.run("traceroute", "-n", "-6", "-w1", "-q1", TARGET)
    router.route("unreachable", "2001:db8:dead:1::/64")
    router.route("prohibit", "2001:db8:dead:2::/64")
    router.run("nft", "-f", "-", text=FIREWALL)
    for address in UNREACHABLE:
        source.ping(address, count=1)
    late = source.start("ping", "-6", "-n", "-c1", "-W3", ABSENT)  # 3 s of asking for its MAC
    for words in (f"/dev/udp/{TARGET}/9", f"/dev/tcp/{TARGET}/9", "/dev/tcp/2001:db8:2::68/80"):
        source.run("timeout", "2", "bash", "-c", f"echo x > {words}", check=False)
    target.kernel(ipv6__ip6frag_time=1)  # its time for reassembly, in seconds
    source.python("extension_headers", SOURCE, TARGET, LEFT)
    answers = _segment_routing(source, router, target)
    late.wait(5)
    marks = ("-F", hex(FLOW_LABEL), "-Q", hex(TRAFFIC_CLASS))
    answers["marked"] = source.ping(TARGET, count=1, options=marks)
    lab.truth |= {
        "source": SOURCE, "target": TARGET, "router": {"left": LEFT, "right": RIGHT},
        "mtu": MTU, "unreachable": UNREACHABLE, "absent": ABSENT, "answers": answers,
        "segment": SEGMENT, "behind": BEHIND, "hmac_key_id": 17,
        "marked": {"flow": FLOW_LABEL, "class": TRAFFIC_CLASS},
    }  # fmt: skip
    lab.stop(after=1)


def _join(lab: Lab, source: Host, router: Host, target: Host) -> None:
    lab.link(source, "eth0", router, "left")
    lab.link(router, "right", target, "eth0")
    source.up("eth0")
    router.up("left", "right")
    target.up("eth0")
    router.forward()
    source.address("eth0", f"{SOURCE}/64")
    router.address("left", f"{LEFT}/64")
    router.address("right", f"{RIGHT}/64")
    target.address("eth0", f"{TARGET}/64")
    source.route("default", "via", LEFT)
    target.route("default", "via", RIGHT)
    for host, interfaces in ((source, ("eth0",)), (router, ("left", "right")), (target, ("eth0",))):
        host.kernel(ipv6__icmp__ratelimit=0)
        for interface in ("all", "lo", *interfaces):
            host.kernel(**{f"ipv6__conf__{interface}__seg6_enabled": 1})


def _segment_routing(source: Host, router: Host, target: Host) -> dict[str, int]:
    """A destination behind the target, by one kind of encapsulation after the other."""
    target.address("lo", f"{BEHIND}/64")
    router.address("lo", f"{SEGMENT}/128")
    router.route("2001:db8:b::/64", "via", TARGET)
    source.ip("sr", "tunsrc", "set", SOURCE)
    for host in (source, router, target):
        host.run("ip", "sr", "hmac", "set", "17", "sha256", text="s3cr3tkeys3cr3t\n")
    answers = {}
    for name, (mode, segments) in SEGMENTS.items():
        words = f"encap seg6 mode {mode} segs {segments} dev eth0 via {LEFT}".split()
        source.ip("-6", "route", "replace", "2001:db8:b::/64", *words)
        answers[name] = source.ping(BEHIND)
    return answers

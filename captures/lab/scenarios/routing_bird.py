"""Routing by bird: Babel, RIPng, OSPFv3, BGP with flow specifications, BFD; VRRP by keepalived.

r1 ── switch ── r2
"""

from __future__ import annotations

import time

from laboratory.lab import Lab

PACKAGES = ("bird2", "keepalived")

AS_NUMBERS = {1: 65101, 2: 65102}
VRRP = {"id": 51, "address": "2001:db8:9::51", "link_local": "fe80::51"}
VRRP_4 = {"id": 52, "address": "192.0.2.51"}

BIRD = """
flow6 table flowtab6;
router id 10.0.0.%(number)d;
log stderr all;
protocol device {}
protocol direct { ipv6; ipv4; interface "lo", "eth0"; }
protocol kernel { ipv6 { export all; }; }
protocol static { ipv6; route 2001:db8:a%(number)d::/48 blackhole; }
protocol babel {
    ipv6 { import all; export all; };
    interface "eth0" {
        type wired; hello interval 1 s; authentication mac;
        password "labsecret" { algorithm hmac sha256; };
    };
}
protocol rip ng { ipv6 { import all; export all; }; interface "eth0" { update time 3; }; }
protocol ospf v3 {
    ipv6 { import all; export all; };
    area 0 {
        interface "eth0" {
            type broadcast; hello 1; dead 4; authentication cryptographic;
            password "ospfsecret" { algorithm hmac sha256; };
        };
    };
}
protocol bfd {
    interface "eth0" { min rx interval 200 ms; min tx interval 200 ms; };
    neighbor 2001:db8:9::%(other)d dev "eth0" local 2001:db8:9::%(number)d;
}
protocol bgp {
    local 2001:db8:9::%(number)d as %(own)d; neighbor 2001:db8:9::%(other)d as %(its)d;
    connect delay time 1; hold time 6; graceful restart on;
    ipv6 { import all; export all; };
    ipv4 { import all; export all; extended next hop; };
    flow6 { table flowtab6; import all; export all; };
}
protocol static {
    flow6 { table flowtab6; };
    route flow6 {
        dst 2001:db8:a%(number)d::/48; next header 17; dport 53; length 1..1280;
        fragment is_fragment;
    };
}
"""
ADVERTISE = """
protocol radv {
    interface "eth0" {
        min ra interval 3; max ra interval 4;
        prefix 2001:db8:9::/64 { preferred lifetime 100; valid lifetime 200; };
        rdnss 2001:db8::53; dnssl "bird.example"; link mtu 1450; managed;
        default preference low;
    };
}
"""
KEEPALIVED = """
global_defs {
    vrrp_version 3
    vrrp_garp_master_repeat 1
    enable_script_security
}
vrrp_instance V6 {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority %(priority)d
    advert_int 0.5
    virtual_ipaddress {
        fe80::51
        2001:db8:9::51/64
    }
}
vrrp_instance V4 {
    state BACKUP
    interface eth0
    virtual_router_id 52
    priority %(priority)d
    version 2
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass lab
    }
    virtual_ipaddress {
        192.0.2.51/24
    }
}
"""


def record(lab: Lab) -> None:
    """Two routers meet; the master of the virtual address goes, the other takes over."""
    switch = lab.switch("link1")
    routers = {number: lab.host(f"r{number}") for number in (1, 2)}
    for number, router in routers.items():
        lab.plug(router, "eth0", switch)
        router.forward()
        router.address("eth0", f"2001:db8:9::{number}/64", f"192.0.2.{number}/24")
        router.address("lo", f"2001:db8:ee::{number}/128")
    lab.record(lab.wires, switch)
    masters, link_locals = {}, {}
    for number, router in routers.items():
        router.settle()
        link_locals[number] = router.link_local("eth0")  # before it has the virtual one too
        values = {
            "number": number, "other": 3 - number,
            "own": AS_NUMBERS[number], "its": AS_NUMBERS[3 - number],
        }  # fmt: skip
        text = BIRD % values + (ADVERTISE if number == 1 else "")
        config = router.file("bird.conf", text)
        files = ("-s", str(router.folder / "ctl"), "-P", str(router.folder / "bird.pid"))
        router.start("bird", "-f", "-c", str(config), *files)
        config = router.file("keepalived.conf", KEEPALIVED % {"priority": 100 + number})
        pids = [str(router.folder / f"{name}.pid") for name in ("all", "vrrp", "checkers")]
        masters[number] = router.start(
            "keepalived", "-n", "-l", "-D", "-f", str(config),
            "-p", pids[0], "-r", pids[1], "-c", pids[2],
        )  # fmt: skip
    time.sleep(8)
    masters[2].end()
    time.sleep(2.5)
    lab.truth |= {
        "routers": {
            str(number): {
                "id": f"10.0.0.{number}", "address": f"2001:db8:9::{number}",
                "link_local": link_locals[number], "as": AS_NUMBERS[number],
                "prefix": f"2001:db8:a{number}::/48", "priority": 100 + number,
            }
            for number in routers
        },
        "vrrp": VRRP, "vrrp_ipv4": VRRP_4, "master_first": 2,
        "advertiser": {"router": 1, "mtu": 1450, "preferred": 100, "valid": 200},
    }  # fmt: skip
    lab.stop()

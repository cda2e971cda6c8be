"""Tags and overlays by Open vSwitch: VXLAN, GPE, GRE, ERSPAN, Geneve, GTP-U, VLANs, MPLS.

    host_a ── a ══ b ── host_b

Two switches with a wire between them, which is recorded; the same two pings through one overlay
after the other.  ERSPAN and GTP-U work one way only.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = ("openvswitch-switch",)

UNDERLAY_4, UNDERLAY_6 = ("198.18.0.1", "198.18.0.2"), ("2001:db8:100::1", "2001:db8:100::2")
INSIDE = ("2001:db8:aa::1", "2001:db8:aa::2")
HOST_PORT, PATCH_PORT = 1, 20

OVERLAYS: dict[str, tuple[int, tuple[str, str], dict[str, str]]] = {
    "vxlan4": (10, UNDERLAY_4, {"type": "vxlan", "key": "100"}),
    "vxlan6": (11, UNDERLAY_6, {"type": "vxlan", "key": "106"}),
    "gre4": (12, UNDERLAY_4, {"type": "gre", "key": "7", "csum": "true"}),
    "gre6": (13, UNDERLAY_6, {"type": "gre", "key": "8", "seq": "true"}),
    "geneve6": (14, UNDERLAY_6, {"type": "geneve", "key": "77"}),
    "erspan6": (15, UNDERLAY_6, {"type": "erspan", "key": "5", "erspan_ver": "2",
                                 "erspan_dir": "0", "erspan_hwid": "4"}),
    "gtp4": (16, UNDERLAY_4, {"type": "gtpu", "key": "0x1234", "packet_type": "legacy_l3"}),
    "gpe4": (17, UNDERLAY_4, {"type": "vxlan", "key": "200", "exts": "gpe", "dst_port": "4790"}),
}  # fmt: skip
"""Name: OpenFlow port, the ends, and Open vSwitch's options."""
ETHERNET = ("vxlan4", "vxlan6", "gre4", "gre6", "geneve6", "erspan6", "gpe4")

TAGS: dict[str, tuple[str, str, Sequence[str]]] = {
    "vlan": (
        "push_vlan:0x8100,set_field:4196->vlan_vid,set_field:5->vlan_pcp",
        "dl_vlan=100",
        ("in_port=20,dl_vlan=100,actions=pop_vlan,output:1",),
    ),
    "qinq": (
        "push_vlan:0x8100,set_field:4196->vlan_vid,push_vlan:0x88a8,set_field:4296->vlan_vid",
        "dl_vlan=200",
        ("table=0,in_port=20,dl_vlan=200,actions=pop_vlan,goto_table:1",
         "table=1,dl_vlan=100,actions=pop_vlan,output:1"),
    ),
    "mpls": (
        "push_mpls:0x8847,set_field:1016->mpls_label,set_field:3->mpls_tc,"
        "push_mpls:0x8847,set_field:2016->mpls_label",
        "dl_type=0x8847",
        ("table=0,in_port=20,dl_type=0x8847,mpls_bos=0,actions=pop_mpls:0x8847,goto_table:1",
         "table=1,dl_type=0x8847,mpls_bos=1,actions=pop_mpls:0x86dd,output:1"),
    ),
}  # fmt: skip
"""Name: what the sender pushes, what the receiver's wire matches, what it pops."""


class Switch:
    """Open vSwitch on one host, with its database and daemon."""

    def __init__(self, host: Host, end: int) -> None:
        self.host = host
        self.end = end
        self.folder: Path = host.folder / "ovs"
        self.folder.mkdir()
        database = self.folder / "conf.db"
        schema = "/usr/share/openvswitch/vswitch.ovsschema"
        host.run("ovsdb-tool", "create", str(database), schema)
        self._start("ovsdb-server", str(database), f"--remote=punix:{self._socket}")
        host.until(self._socket.exists, 5, "the database")
        self.configure("init", wait=False)
        self.configure("set", "Open_vSwitch", ".", "other_config:vlan-limit=2", wait=False)
        self._start("ovs-vswitchd", f"unix:{self._socket}", "--disable-system")

    @property
    def _socket(self) -> Path:
        return self.folder / "db.sock"

    def _start(self, program: str, *words: str) -> None:
        control = f"--unixctl={self.folder / program}.ctl"
        self.host.start("env", f"OVS_RUNDIR={self.folder}", program, *words, control, log=program)

    def configure(self, *words: str, wait: bool = True) -> None:
        """ovs-vsctl."""
        patience = ("-t", "10") if wait else ("--no-wait",)
        self.host.run("ovs-vsctl", *patience, f"--db=unix:{self._socket}", *words)

    def bridge(self, name: str, port: str, number: int, *options: str) -> None:
        """A bridge in user space with one port of the host's."""
        self.configure(
            "add-br", name, "--", "set", "bridge", name, "datapath_type=netdev", *options,
            "--", "add-port", name, port, "--", "set", "interface", port,
            f"ofport_request={number}",
        )  # fmt: skip

    def flows(self, bridge: str, *flows: str) -> None:
        """Let these be all the flows of a bridge."""
        words = ("env", f"OVS_RUNDIR={self.folder}", "ovs-ofctl", "-O", "OpenFlow15")
        self.host.run(*words, "del-flows", bridge)
        for flow in flows:
            self.host.run(*words, "add-flow", bridge, flow)


def record(lab: Lab) -> None:
    """Ping through everything, one after the other."""
    a, b, host_a, host_b = (lab.host(name) for name in ("a", "b", "host_a", "host_b"))
    lab.link(a, "wire", b, "wire")
    lab.link(host_a, "eth0", a, "inside")
    lab.link(host_b, "eth0", b, "inside")
    for host, interfaces in ((a, ("wire", "inside")), (b, ("wire", "inside"))):
        for interface in interfaces:
            host.kernel(**{f"ipv6__conf__{interface}__disable_ipv6": 1})
        host.up(*interfaces)
    for end, host in enumerate((host_a, host_b)):
        host.up("eth0")
        host.address("eth0", f"{INSIDE[end]}/64")
    switches = [Switch(a, 0), Switch(b, 1)]
    for switch in switches:
        _set_up(switch)
    lab.record(a, "wire")

    answers = {}
    for name in ETHERNET:
        port = OVERLAYS[name][0]
        for switch in switches:
            to, back = f"in_port=1,actions=output:{port}", f"in_port={port},actions=output:1"
            switch.flows("br-int", to, back)
        answers[name] = _ping(host_a)
    answers |= _without_ethernet(switches, host_a, host_b)
    answers |= _tagged(switches, host_a)
    lab.truth |= {
        "inside": INSIDE,
        "overlays": {
            name: {"ends": ends, **options, "answers": answers[name]}
            for name, (_, ends, options) in OVERLAYS.items()
        },
        "tags": {
            "vlan": {"ids": [100], "priority": 5, "answers": answers["vlan"]},
            "qinq": {"ids": [200, 100], "answers": answers["qinq"]},
            "mpls": {"labels": [2016, 1016], "answers": answers["mpls"]},
        },
        "bare_gre": answers["bare_gre6"],
    }  # fmt: skip
    lab.stop()


def _set_up(switch: Switch) -> None:
    host, end = switch.host, switch.end
    switch.bridge("br-int", "inside", HOST_PORT, "fail_mode=secure")
    switch.bridge("br-phy", "wire", 1)
    host.address("br-phy", f"{UNDERLAY_4[end]}/24", f"{UNDERLAY_6[end]}/64")
    host.up("br-phy")
    for name, (port, ends, options) in OVERLAYS.items():
        words = [f"options:{key}={value}" for key, value in options.items() if key != "type"]
        switch.configure(
            "add-port", "br-int", name, "--", "set", "interface", name,
            f"type={options['type']}", f"options:remote_ip={ends[1 - end]}",
            f"ofport_request={port}", *words,
        )  # fmt: skip
    host.until(lambda: "br-phy" in host.ip("link"), 5, "br-phy")


def _ping(host: Host) -> int:
    host.ip("neigh", "flush", "dev", "eth0")
    return host.ping(INSIDE[1])


def _without_ethernet(switches: list[Switch], host_a: Host, host_b: Host) -> dict[str, int]:
    """IPv6 directly in GRE and GTP-U: the switch takes the Ethernet header off and puts one on."""
    macs = (host_a.mac("eth0"), host_b.mac("eth0"))
    for end, host in enumerate((host_a, host_b)):
        peer = INSIDE[1 - end]
        host.ip("neigh", "replace", peer, "lladdr", macs[1 - end], "dev", "eth0")
    for switch in switches:
        switch.configure("set", "interface", "gre6", "options:packet_type=legacy_l3")
    answers = {}
    for name, port in (("bare_gre6", OVERLAYS["gre6"][0]), ("gtp4", OVERLAYS["gtp4"][0])):
        for end, switch in enumerate(switches):
            rewrite = f"set_field:{macs[end]}->eth_dst,set_field:{macs[1 - end]}->eth_src"
            switch.flows(
                "br-int", f"in_port=1,actions=output:{port}",
                f"in_port={port},actions={rewrite},output:1",
            )  # fmt: skip
        answers[name] = host_a.ping(INSIDE[1])
    return answers


def _tagged(switches: list[Switch], host_a: Host) -> dict[str, int]:
    """Tags and labels on the wire itself."""
    patch = str(PATCH_PORT)
    for switch in switches:
        switch.configure(
            "add-port", "br-int", "pi", "--", "set", "interface", "pi", "type=patch",
            "options:peer=pp", f"ofport_request={patch}", "--", "add-port", "br-phy", "pp",
            "--", "set", "interface", "pp", "type=patch", "options:peer=pi",
            f"ofport_request={patch}",
        )  # fmt: skip
    answers = {}
    for name, (push, match, pop) in TAGS.items():
        for switch in switches:
            switch.flows(
                "br-phy", "priority=1,actions=NORMAL",
                f"priority=100,in_port={patch},actions=output:1",
                f"priority=90,in_port=1,{match},actions=output:{patch}",
            )  # fmt: skip
            switch.flows("br-int", f"in_port=1,actions={push},output:{patch}", *pop)
        answers[name] = _ping(host_a)
    return answers

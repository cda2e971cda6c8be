"""Encrypted tunnels over IPv6 in user space: WireGuard, and IKEv2 with ESP in UDP by strongSwan.

a ── b
"""

from __future__ import annotations

import time
from pathlib import Path

from laboratory.host import Host
from laboratory.lab import Lab

PACKAGES = (
    "wireguard-go", "wireguard-tools", "strongswan", "strongswan-swanctl",
    "libcharon-extra-plugins",
)  # fmt: skip

ENDS = ("2001:db8:1::1", "2001:db8:1::2")
WIREGUARD_PORT = 51820
INSIDE = ("fd00:77::1", "fd00:77::2")
NETWORKS = ("2001:db8:10::1", "2001:db8:20::1")
SECRET = "labsecretlabsecret"

CHARON = """
charon {
    load = random nonce aes sha1 sha2 hmac kdf gmp openssl pem pkcs1 x509 pubkey kernel-libipsec \
kernel-netlink socket-default vici updown
    piddir = %(folder)s/run
    plugins { vici { socket = unix://%(folder)s/run/vici } }
    filelog { f { path = %(folder)s/charon.txt
        default = 1 } }
}
swanctl {
    load = pem pkcs1 x509 pubkey
    socket = unix://%(folder)s/run/vici
}
"""
CONNECTION = """
connections {
    lab {
        local_addrs = %(own)s
        remote_addrs = %(its)s
        version = 2
        encap = yes
        proposals = aes128-sha256-modp2048
        local { auth = psk
            id = %(name)s.lab }
        remote { auth = psk
            id = %(other)s.lab }
        children { net {
            local_ts = %(own_net)s/64
            remote_ts = %(its_net)s/64
            esp_proposals = aes128-sha256
        } }
    }
}
secrets { ike-1 {
    id-a = a.lab
    id-b = b.lab
    secret = "%(secret)s"
} }
"""


def record(lab: Lab) -> None:
    """One after the other."""
    hosts = [lab.host("a"), lab.host("b")]
    lab.link(hosts[0], "eth0", hosts[1], "eth0")
    for end, host in enumerate(hosts):
        host.up("eth0")
        host.address("eth0", f"{ENDS[end]}/64")
        host.address("lo", f"{NETWORKS[end]}/64")
        host.settle()
    lab.record(hosts[0], "eth0")
    answers = {"wireguard": _wireguard(hosts), "esp": _ikev2(hosts)}
    lab.truth |= {
        "ends": ENDS, "port": WIREGUARD_PORT, "inside": INSIDE, "networks": NETWORKS,
        "answers": answers,
    }  # fmt: skip
    lab.stop()


def _wireguard(hosts: list[Host]) -> int:
    Path("/run/wireguard").mkdir(exist_ok=True)  # what is put in its place needs a place
    keys, public = [], []
    for host in hosts:
        keys.append(host.run("wg", "genkey").strip())
        public.append(host.run("wg", "pubkey", text=keys[-1]).strip())
    for end, host in enumerate(hosts):
        name = f"wg{host.name}"
        run = host.folder / "wireguard"
        run.mkdir()
        private = {"/run/wireguard": run}
        foreground = ("env", "WG_PROCESS_FOREGROUND=1")
        host.start(*foreground, "wireguard-go", "-f", name, private=private)
        host.until((run / f"{name}.sock").exists, 5, "wireguard-go")
        key = host.file("key", keys[end])
        host.run(
            "wg", "set", name, "listen-port", str(WIREGUARD_PORT), "private-key", str(key),
            "peer", public[1 - end], "endpoint", f"[{ENDS[1 - end]}]:{WIREGUARD_PORT}",
            "allowed-ips", "::/0", "persistent-keepalive", "1", private=private,
        )  # fmt: skip
        host.address(name, f"{INSIDE[end]}/64")
        host.up(name)
    return hosts[0].ping(INSIDE[1], count=3, interval=0.3)


def _ikev2(hosts: list[Host]) -> int:
    for end, host in enumerate(hosts):
        folder = host.folder / "swan"
        for name in ("run", "x509", "x509ca", "private", "conf.d"):
            (folder / name).mkdir(parents=True)
        config = host.file("swan/strongswan.conf", CHARON % {"folder": folder})
        values = {
            "own": ENDS[end], "its": ENDS[1 - end], "name": host.name,
            "other": hosts[1 - end].name, "own_net": NETWORKS[end],
            "its_net": NETWORKS[1 - end], "secret": SECRET,
        }  # fmt: skip
        host.file("swan/swanctl.conf", CONNECTION % values)
        charon = ("env", f"STRONGSWAN_CONF={config}", "/usr/lib/ipsec/charon")
        host.start(*charon, private={"/var/run": folder / "run"})
        host.until((folder / "run" / "vici").exists, 8, "charon")
        _swanctl(host, "--load-all")
    _swanctl(hosts[0], "--initiate", "--child", "net")
    answered = hosts[0].ping(NETWORKS[1], count=3, interval=0.3, options=("-I", NETWORKS[0]))
    _swanctl(hosts[0], "--terminate", "--ike", "lab")
    time.sleep(0.3)
    return answered


def _swanctl(host: Host, *words: str) -> None:
    folder = host.folder / "swan"
    settings = (f"STRONGSWAN_CONF={folder / 'strongswan.conf'}", f"SWANCTL_DIR={folder}")
    socket = ("--uri", f"unix://{folder / 'run' / 'vici'}")
    host.run("env", *settings, "swanctl", *words, *socket, seconds=10)

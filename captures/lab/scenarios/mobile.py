"""GPRS tunnelling: osmo-ggsn gives a mobile station an IPv6 prefix, and carries its packets.

sgsn (with the station in it) ── ggsn
"""

from __future__ import annotations

from laboratory.lab import Lab

PACKAGES = ("osmo-ggsn",)

SGSN, GGSN = "192.0.2.1", "192.0.2.2"
APN, IMSI, MSISDN = "inet6", "262011234567890", "49123456789"
PREFIXES = "2001:db8:44:2000::/56"
RESOLVER = "2001:db8:1::53"

GGSN_CONF = f"""
log stderr
 logging filter all 1
line vty
 no login
ggsn ggsn0
 gtp state-dir %s
 gtp bind-ip {GGSN}
 apn {APN}
  gtpu-mode tun
  tun-device tun6
  type-support v6
  ipv6 prefix dynamic {PREFIXES}
  ipv6 dns 0 {RESOLVER}
  ipv6 ifconfig {PREFIXES}
  no shutdown
 no shutdown ggsn
"""


def record(lab: Lab) -> None:
    """Create a context, autoconfigure inside, ping the gateway, delete it."""
    sgsn, ggsn = lab.host("sgsn"), lab.host("ggsn")
    lab.link(sgsn, "eth0", ggsn, "eth0")
    for host, address in ((sgsn, SGSN), (ggsn, GGSN)):
        host.up("eth0")
        host.address("eth0", f"{address}/24")
    lab.record(sgsn, "eth0")
    config = ggsn.file("ggsn.cfg", GGSN_CONF % ggsn.folder)
    ggsn.start("osmo-ggsn", "-c", str(config))
    ggsn.until(lambda: "tun6" in ggsn.ip("link"), 5, "the gateway's interface")
    state = sgsn.file("state/empty", "").parent
    station = sgsn.start(
        "env", "-C", str(state), "timeout", "8", "sgsnemu", "--statedir", str(state),
        "--listen", SGSN, "--remote", GGSN, "--timelimit", "6", "--apn", APN, "--pdp-type", "v6",
        "--imsi", IMSI, "--msisdn", MSISDN, "--createif", "--tun-device", "gtun",
    )  # fmt: skip
    sgsn.until(lambda: "gtun" in sgsn.ip("link"), 5, "the station's interface")
    sgsn.until(
        lambda: any(a["scope"] == "global" for a in sgsn.addresses("gtun")), 4, "its address"
    )
    sgsn.ping("ff02::2", options=("-I", "gtun"))
    gateway = next(a["local"] for a in ggsn.addresses("tun6") if a["scope"] == "global")
    answers = sgsn.ping(gateway, options=("-I", "gtun"))
    own = next(a["local"] for a in sgsn.addresses("gtun") if a["scope"] == "global")
    station.wait(9)
    lab.truth |= {
        "sgsn": SGSN, "ggsn": GGSN, "apn": APN, "imsi": IMSI, "msisdn": MSISDN,
        "prefixes": PREFIXES, "station": own, "gateway": gateway, "answers": answers,
    }  # fmt: skip
    lab.stop()

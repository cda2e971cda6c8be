"""Write a capture of any size, of traffic as it is found: ``python -m tests.bench.make_capture``.

    --packets N   how many (1,000,000)
    --mix NAME    ipv6: most of it TCP and UDP over IPv6, some Neighbor Discovery, MLD, DHCPv6,
                  echo, errors, fragments, tunnels; mixed: half IPv4, VLANs, MPLS, GRE, VXLAN

The templates are packets of ``captures/lab``; addresses, ports, labels, identifiers and payloads
vary, always in the same way.  About 375 octets on average.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dissect.capture.open import open_records
from dissect.capture.pcap import FileHeader, RecordHeader
from tests.bench.templates import Numbers, Octets, Template
from tests.captures_list import ROOT

BEGIN = 1_767_225_600
BLOCK = 50_000
"""Packets that are made at once."""
FLOWS = 20_000
RECORD = RecordHeader.__hdr_len__
SIZES = ((0, 0.40), (31, 0.10), (93, 0.12), (271, 0.12), (640, 0.10), (1228, 0.16))
"""Payloads of connections, in octets, and their shares."""
HTTPS, TUNNEL = 443, 4500


@cache
def lab() -> dict[str, list[Template]]:
    """The recorded packets on Ethernet by their chain of protocols, all different."""
    found: dict[str, dict[bytes, Template]] = {}
    for path in sorted((ROOT / "captures" / "lab").rglob("*.pcap*")):
        with open_records(path) as records:
            for record in records:
                if record.link_type == 1 and record.captured == record.original < 1515:
                    template = Template.of(record.data)
                    chain = ":".join(name for name, _ in template.layers)
                    found.setdefault(chain, {})[record.data] = template
    return {chain: list(templates.values()) for chain, templates in found.items()}


@dataclass
class Kind:
    """A kind of traffic: its share, its templates, and the server's port in connections."""

    share: float
    templates: list[Template]
    server: int = 0


def _any(*chains: str, most: int = 20) -> list[Template]:
    """Templates of some chains, those that begin with ``…`` behind anything."""
    return [
        template
        for chain, templates in lab().items()
        if any(chain == c or (c[0] == "…" and chain.endswith(c[1:])) for c in chains)
        for template in templates[:most]
    ]


def _sized(base: Template, least: int = 0) -> list[Template]:
    """A template with payloads of all sizes, as often as each is to come."""
    return [
        base.with_payload(bytes(size))
        for size, share in SIZES
        for _ in range(round(50 * share) if size >= least else 0)
    ]


VXLAN, GRE = "eth:ip:udp:vxlan:eth:ipv6:icmpv6", "eth:ip:gre:ipv6:icmpv6"
CUSTOMER_TAG, SERVICE_TAG = b"\x81\0\0\x64", b"\x88\xa8\1\0"


def _tcp(ip: str) -> Template:
    """A segment with timestamps, of a connection that goes on."""
    found = lab()[f"eth:{ip}:tcp"]
    return next(t for t in found if t.octets[t.layers[-1][1] + 12] == 0x80 and t.ordinary)


def _udp(ip: str) -> Template:
    return next(t for t in lab()[f"eth:{ip}:udp"] if t.ordinary)


def _messages(*types: int) -> list[Template]:
    """ICMPv6 messages of some types."""
    found = _any("eth:ipv6:icmpv6", most=400)
    return [t for t in found if t.octets[t.layers[-1][1]] in types]


def _tagged(template: Template, tag: bytes) -> Template:
    """A frame with four octets more before its type."""
    head = Template(template.octets[:12] + tag)
    return head.carrying(template, 12)


def _labelled(template: Template) -> Template:
    """A packet behind an MPLS label instead of an EtherType."""
    return Template(template.octets[:12] + b"\x88\x47\0\x06\x41\x40").carrying(template, 14)


def ipv6() -> list[Kind]:
    """Traffic of an IPv6 network."""
    return [
        Kind(0.55, _sized(_tcp("ipv6")), HTTPS),
        Kind(0.20, _sized(_udp("ipv6"), 1), HTTPS),
        Kind(0.03, _sized(_udp("ipv6"), 1)[:11], TUNNEL),
        Kind(0.05, _any("eth:ipv6:udp:dns", "eth:ipv6:udp:mdns")),
        Kind(0.035, _messages(128, 129)),
        Kind(0.05, _messages(133, 134, 135, 136)),
        Kind(0.015, _any("eth:ipv6:ipv6.hopopts:icmpv6")),
        Kind(0.005, _any("eth:ipv6:udp:dhcpv6")),
        Kind(0.01, _messages(1, 2, 3)),
        Kind(0.005, _any("eth:ipv6:ipv6.fraghdr", "eth:ipv6:ipv6.fraghdr:icmpv6")),
        Kind(0.01, _any("eth:ipv6:ipv6.dstopts:udp", "eth:ipv6:ipv6.routing:udp",
                        "eth:ipv6:ipv6.hopopts:udp")),
        Kind(0.02, _any("…ip:ipv6:icmpv6", "…ipv6:ipv6:icmpv6", "…gre:ipv6:icmpv6",
                        "…teredo:ipv6:icmpv6", VXLAN, "…gtp:ipv6:icmpv6")),
        Kind(0.015, _any("eth:ipv6:udp", "eth:ipv6:udp:ripng", most=400)),
        Kind(0.005, _any("eth:ipv6:tcp:bgp", "eth:ipv6:udp:snmp", "eth:ipv6:udp:sip")),
    ]  # fmt: skip


def mixed() -> list[Kind]:
    """Half of it IPv4, and what a provider sees between its routers."""
    tcp6, tcp4 = _sized(_tcp("ipv6")), _sized(_tcp("ip"))
    vxlan, gre = lab()[VXLAN][0].before("eth"), lab()[GRE][0].before("ipv6")
    tagged = [_tagged(t, CUSTOMER_TAG) for t in tcp4 + tcp6]
    half = [Kind(0.5 * kind.share, kind.templates, kind.server) for kind in ipv6()[1:]]
    return [
        *half,
        Kind(0.15, tcp6, HTTPS),
        Kind(0.22, tcp4, HTTPS),
        Kind(0.10, _sized(_udp("ip"), 1), HTTPS),
        Kind(0.03, _any("eth:ip:udp:dns", "eth:ip:udp:mdns")),
        Kind(0.02, _any("eth:arp", "eth:ip:icmp", "eth:ip:igmp")),
        Kind(0.10, tagged, HTTPS),
        Kind(0.02, [_tagged(t, SERVICE_TAG) for t in tagged], HTTPS),
        Kind(0.05, [_labelled(t) for t in tcp4 + tcp6], HTTPS),
        Kind(0.03, [gre.carrying(t, 14) for t in tcp6], HTTPS),
        Kind(0.05, [vxlan.carrying(t) for t in tcp4 + tcp6], HTTPS),
    ]  # fmt: skip


MIXES = {"ipv6": ipv6, "mixed": mixed}


def blocks(mix: str, packets: int) -> Iterator[bytes]:
    """The records of a capture, block by block."""
    chance = np.random.default_rng(6006)
    kinds = MIXES[mix]()
    every = [(kind, template) for kind in kinds for template in kind.templates]
    sizes = np.array([len(template.octets) for _, template in every])
    for first in range(0, packets, BLOCK):
        number = np.arange(first, min(first + BLOCK, packets))
        chosen = _choose(kinds, len(number), chance)
        flow = (FLOWS * chance.random(len(number)) ** 2).astype(np.int64)
        captured = sizes[chosen]
        at = np.cumsum(captured + RECORD) - captured
        octets = np.zeros(int((captured + RECORD).sum()), np.uint8)
        _scatter(octets, at - RECORD, _record_headers(number, captured))
        for place in np.unique(chosen).tolist():
            mine = np.flatnonzero(chosen == place)
            _scatter(octets, at[mine], _copies(*every[place], flow[mine], number[mine], chance))
        yield octets.tobytes()


def _choose(kinds: list[Kind], count: int, chance: np.random.Generator) -> Numbers:
    """A template for each packet, by its number among all: the kinds by their shares."""
    shares = np.array([kind.share for kind in kinds])
    counts = np.array([len(kind.templates) for kind in kinds])
    kind = chance.choice(len(kinds), count, p=shares / shares.sum())
    within = (chance.random(count) * counts[kind]).astype(np.int64)
    return (np.cumsum(counts) - counts)[kind] + within


def _record_headers(number: Numbers, captured: Numbers) -> Octets:
    """A hundred thousand packets a second."""
    seconds, fraction = BEGIN + number // 100_000, number % 100_000 * 10
    words = np.stack([seconds, fraction, captured, captured], 1).astype("<u4")
    return words.view(np.uint8).reshape(-1, RECORD)


def _copies(
    kind: Kind, template: Template, flow: Numbers, number: Numbers, chance: np.random.Generator
) -> Octets:
    """Packets of a template, made different; what isn't ordinary stays as it was recorded."""
    rows = template.copies(len(flow))
    if kind.server or template.ordinary:
        template.vary(rows, flow, number)
        if kind.server:
            _connect(template, rows, kind.server, flow, chance)
        template.complete(rows)
    return rows


def _connect(
    template: Template, rows: Octets, server: int, flow: Numbers, chance: np.random.Generator
) -> None:
    """Packets of connections with a server, and payloads as encryption leaves them."""
    payload = template.payload
    count, size = len(rows), rows.shape[1] - payload
    rows[:, payload:] = chance.integers(0, 256, (count, size), np.uint8)
    if size > 5:
        tcp = template.layers[-1][0] == "tcp"
        record = b"\x17\x03\x03" + (size - 5).to_bytes(2, "big") if tcp else b"\x40"
        starts = chance.random(count) < (0.4 if tcp else 0.9)
        rows[starts, payload : payload + len(record)] = np.frombuffer(record, np.uint8)
    template.direct(rows, server, 32768 + flow, chance.random(count) < 0.5)


def _scatter(octets: Octets, at: Numbers, rows: Octets) -> None:
    """Write each row at its place."""
    size = rows.shape[1]
    everywhere = np.ndarray((len(octets) - size + 1,), f"V{size}", octets, 0, (1,))
    everywhere[at] = np.ascontiguousarray(rows).view(f"V{size}").reshape(-1)


def write(path: Path, packets: int, mix: str = "ipv6") -> None:
    """Write a pcap file."""
    with path.open("wb") as stream:
        stream.write(bytes(FileHeader()))
        for block in blocks(mix, packets):
            stream.write(block)


def main() -> None:
    """As the module says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.make_capture")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--mix", choices=sorted(MIXES), default="ipv6")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    write(options.out, options.packets, options.mix)


if __name__ == "__main__":
    main()

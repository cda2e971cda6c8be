"""Hierarchy, endpoints, conversations and lengths are tshark's, for every capture that there is.

Compared are the packets that tshark reads to their end and all of whose IP headers it counts: it
counts none that a fragment, mobility or no header follows, and takes the final destination and the
home address for the ends of a connection, where a report has the addresses in the IP header.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dissect.analysis.options import Options
from dissect.columns import scan
from dissect.report.summary import Plan, Summary
from tests.captures_list import OURS, name, some
from tests.report.tshark import KINDS, Counts, Statistics, rounded, statistics

pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        shutil.which("tshark") is None and os.environ.get("CI") != "true", reason="no tshark"
    ),
]

COMPARED = (
    "!(_ws.malformed || _ws.unreassembled || _ws.short || ip.flags.mf == 1 || ip.frag_offset > 0"
    " || ipv6.fraghdr || ipv6.routing || ip.opt.type || mipv6 || ipv6.opt.mipv6.home_address"
    " || ipv6.nxt == 59)"
)
TABLES = (
    "hierarchy", "lengths",
    *(f"{what}-{kind}" for what in ("endpoints", "conversations") for kind in KINDS),
)  # fmt: skip

KNOWN: dict[str, tuple[tuple[str, ...], str]] = {
    "applications.pcapng": (
        ("eth:ipv6:udp:data", "eth:ipv6:udp:rtp", "eth:ipv6:udp:rtcp"),
        "streams that SIP has announced: a report takes each packet by itself",
    ),
    "ayiya.pcapng": (("eth:ip:udp:ayiya",), "a signature of no length: known.py"),
    "babel.pcapng": (("eth:ipv6:udp:babel",), "tshark leaves a layer out that it has refused"),
    "dccp_broken.pcapng": (("eth:ipv6:dccp",), "options that lie: known.py"),
    "encapsulations.pcapng": (("eth:ipv6:udp",), "GUE, FOU and WireGuard, which tshark guesses"),
    "gre.pcapng": (("eth:ipv6:gre",), "ERSPAN, Frame Relay and PPP further than, or not as tshark"),
    "ipv6_extension_headers.pcapng": (("eth:ipv6",), "an empty header: known.py"),
    "ipv6_transport.pcapng": ((), "a header that lies is no connection's in tshark"),
    "l2tp.pcapng": (("eth:ipv6:udp",), "a message that tshark refuses"),
    "l2tp_sessions.pcapng": (("eth:ipv6",), "sessions whose messages came before"),
    "link_types.pcapng": (("data", "user_dlt"), "a link type of the user's own"),
    "lisp.pcapng": (("eth:ip:udp:lisp",), "an encapsulated message that isn't one"),
    "lisp_broken.pcapng": (("eth:ip:udp:lisp",), "data behind a broken message"),
    "mpls.pcapng": (("eth:mpls",), "pseudowires, whose layers have other names, and known.py"),
    "overlays.pcapng": (("eth:ipv6:udp:geneve",), "Geneve's control packets: known.py"),
    "sctp.pcapng": (("eth:ipv6:sctp:data",), "chunks behind data, which are below it in tshark"),
    "tunnel_setup.pcapng": (("eth:ipv6:tcp", "eth:ip:udp"), "TIC and TSP, data in tshark"),
    "pim.pcapng": (("eth:ip:igmp", "eth:ip:pim"), "PIM 1 is in IGMP, which tshark doesn't list"),
    "ppp_broken.pcapng": (
        ("eth:pppoes:ppp:ip", "eth:pppoes:ppp:data"), "EtherTypes for protocols: known.py",
    ),
    **dict.fromkeys(("ppp_multilink.pcapng", "ppp_multilink_short.pcapng"), (
        ("eth:pppoes:ppp:mp",), "fragments: a report takes each packet by itself",
    )),
    "rtp.pcapng": (("eth:ipv6:udp:rtcp",), "a compound's packets are one below the other there"),
    "ppp_frames.pcapng": (("ppp", "chdlc"), "a frame of Cisco HDLC on a PPP link"),
}  # fmt: skip
"""Paths of the hierarchy below which it differs, and why."""

OTHER_ENDS = frozenset((
    "ayiya.pcapng", "encapsulations.pcapng", "gre.pcapng", "ipv6_extension_headers.pcapng",
    "ipv6_transport.pcapng", "l2tp_sessions.pcapng", "overlays.pcapng", "ppp_multilink.pcapng",
    "tunnel_setup.pcapng",
))  # fmt: skip
"""Those of them in which one of the two reads an IP or transport header that the other doesn't."""

NAMES = {"dhcpfo": "dhcpv6.failover"}
UNREAD = ("http", "telnet", "clnp", "stp", "ldp", "isis")
"""What is data here."""
REPEATED = (
    "mpls", "bfd", "mplstp_fm", "mplstp_lock", "pw_oam", "sctp", "bgp", "dhcpv6.failover",
    "dhcpv6.bulk_leasequery",
)  # fmt: skip
"""Layers that are named once for each of their parts, by tshark or here."""


class Chosen(Summary):
    """A summary of the packets of some numbers."""

    numbers: list[int] = []

    def _wanted(self, chunk):
        return np.isin(chunk.number, self.numbers)


@cache
def theirs(path: Path) -> Statistics:
    return statistics(path, COMPARED)


@cache
def ours(path: Path) -> dict[str, list[dict[str, object]]]:
    def made() -> Chosen:
        found = Chosen(Plan(TABLES, Options()))
        found.numbers = theirs(path).numbers
        return found

    tables = scan(path, made).result.tables()
    return {
        table.name: [
            dict(zip((column.name for column in table.columns), row, strict=True))
            for row in table.rows
        ]
        for table in tables
    }


def comparable(path: str) -> str:
    """A path without what tshark alone calls a protocol; empty below an ICMP message.

    What an error quotes is a part of the message, but tshark has its payload at the top.
    """
    names: list[str] = []
    for one in path.split(":"):
        one = NAMES.get(one, one)
        if one == "text" or one.startswith("_ws.") or (one in REPEATED and names[-1:] == [one]):
            continue
        if names and names[-1] in ("icmp", "icmpv6"):
            return ""
        if one in UNREAD:
            names.append("data")
            break
        names.append(one)
    return ":".join(names)


def known(path: Path, layer: str) -> bool:
    below, _ = KNOWN.get(path.name, ((), ""))
    return layer.startswith(below)


@pytest.mark.parametrize("path", OURS, ids=name)
def test_hierarchy(path):
    rows = ours(path)["hierarchy"]
    found = _compared({row["path"]: Counts(row["packets"], row["octets"]) for row in rows})
    wanted = _compared(theirs(path).hierarchy)
    for layer in found.keys() | wanted.keys():
        if not known(path, layer):
            assert found.get(layer) == wanted.get(layer), layer


def _compared(hierarchy: dict[str, Counts]) -> dict[str, Counts]:
    found: dict[str, list[tuple[str, Counts]]] = {}
    for layer, counts in hierarchy.items():
        if short := comparable(layer):
            found.setdefault(short, []).append((layer, counts))
    return {short: _together(counts) for short, counts in found.items()}


def _together(found: list[tuple[str, Counts]]) -> Counts:
    """The counts of several paths, but of a path only once what is below it."""
    top = [
        (layer, counts) for layer, counts in found
        if not any(layer.startswith(f"{other}:") for other, _ in found)
    ]  # fmt: skip
    return Counts(sum(one.frames for _, one in top), sum(one.octets for _, one in top))


def address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def end(row: dict[str, object], side: str = "") -> str:
    port = row.get(f"{side}port")
    return address(str(row[f"{side}address"])) + ("" if port is None else f":{port}")


@pytest.mark.parametrize("path", some([p for p in OURS if p.name not in OTHER_ENDS], 6), ids=name)
def test_endpoints(path):
    for kind in KINDS:
        found = {
            end(row): (
                Counts(row["sent"], row["sent_octets"]),
                Counts(row["received"], row["received_octets"]),
            )
            for row in ours(path)[f"endpoints-{kind}"]
        }
        assert found == theirs(path).endpoints[kind]


@pytest.mark.parametrize("path", some([p for p in OURS if p.name not in OTHER_ENDS], 6), ids=name)
def test_conversations(path):
    """tshark tells connections between the same ends apart, and rounds what is large."""
    for kind in KINDS:
        found = {}
        for row in ours(path)[f"conversations-{kind}"]:
            a, b = end(row, "a_"), end(row, "b_")
            found[a, b] = Counts(row["a_to_b"], row["a_to_b_octets"])
            if a != b:
                found[b, a] = Counts(row["b_to_a"], row["b_to_a_octets"])
        wanted = theirs(path).conversations[kind]
        assert found.keys() == wanted.keys()
        for pair, ways in wanted.items():
            assert found[pair].frames == sum(way.frames for way in ways), pair
            if len(ways) == 1:
                assert rounded(found[pair].octets) == ways[0].octets, pair


@pytest.mark.parametrize("path", some(OURS, 6), ids=name)
def test_lengths(path):
    found = {row["length"].split("-")[0]: row["packets"] for row in ours(path)["lengths"]}
    assert found == theirs(path).lengths

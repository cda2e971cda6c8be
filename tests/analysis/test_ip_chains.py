"""Chains of headers, each IP header's own, as trees have them."""

from __future__ import annotations

from collections import Counter

import pytest

from dissect import open_capture
from dissect.analysis.ip_chains import chains_in, wrongs
from tests.analysis.lab import LAB, rows, tables
from tests.captures_list import ROOT

HEADERS = ROOT / "captures" / "ipv6_extension_headers.pcapng"


@pytest.mark.parametrize(
    ("protocols", "chains"),
    [
        ("eth:ethertype:ipv6:tcp", ["IPv6 > tcp"]),
        ("eth:ethertype:ipv6:ipv6.hopopts:ipv6.dstopts:udp:data",
         ["IPv6 > Hop-by-Hop > Destination > udp"]),
        ("ip:ipv6:icmpv6:data", ["IPv4 > IPv6", "IPv6 > icmpv6"]),
        ("ipv6:esp", ["IPv6 > ESP > ?"]),
        ("ipv6:ipv6.fraghdr:data", ["IPv6 > Fragment > ?"]),
        ("ipv6", ["IPv6 > nothing"]),
        ("ipv6:data", ["IPv6 > unknown"]),
        ("ipv6:icmpv6:ipv6:ah", ["IPv6 > icmpv6", "quoted IPv6 > AH > ?"]),
    ],
)  # fmt: skip
def test_what_is_behind_each_ip_header(protocols, chains):
    found = chains_in(protocols.split(":"))
    assert [("quoted " if q else "") + " > ".join(headers) for headers, q in found] == chains


def test_a_broken_off_packet_hides_what_follows():
    assert list(chains_in(["ipv6", "ipv6.hopopts"], cut=True)) == [
        (("IPv6", "Hop-by-Hop", "?"), False)
    ]


@pytest.mark.parametrize(
    ("extensions", "rules"),
    # the order is that of RFC 8200, section 4.1
    [(["Hop-by-Hop", "Destination", "Routing", "Fragment", "AH", "ESP"], []),
     (["Hop-by-Hop", "Routing", "Fragment", "Destination"], []),
     (["Destination", "Hop-by-Hop"], ["EXT-001"]), (["Fragment", "Routing"], ["EXT-002"]),
     (["Hop-by-Hop", "Hop-by-Hop"], ["EXT-001"]),
     (["Routing", "Routing"], ["EXT-003"]), (["Destination"] * 3, ["EXT-003"]),
     (["Destination", "Routing", "Destination"], [])],
)  # fmt: skip
def test_the_recommended_order(extensions, rules):
    assert [rule for rule, _, _ in wrongs(extensions)] == rules


def test_made_captures_are_in_the_order_that_they_were_made():
    found, findings = tables(("ip-chains",), HEADERS)
    by_rule = {row["rules"]: row["first"].number for row in found[0] if row["rules"]}
    assert by_rule == {"EXT-001": 4, "EXT-002": 3, "EXT-003": 12}
    assert {finding.rule for finding in findings} == set(by_rule)
    assert max(row["extensions"] for row in found[0]) == 31


@pytest.mark.parametrize("name", ["extension_headers", "overlays", "siit"])
def test_columns_count_what_trees_do(name):
    counted: Counter[tuple[str, str | None]] = Counter()
    with open_capture(LAB / f"{name}.pcapng") as capture:
        for packet in capture:
            cut = any(one.note.name == "_ws.malformed" for one in packet.findings)
            names = [one.name for one in packet.layers if one.listed]
            for headers, quoted in chains_in(names, cut=cut):
                counted[" > ".join(headers), "quoted" if quoted else None] += 1
    found = {(row["chain"], row["quoted"]): row["headers"] for row in rows("ip-chains", name)}
    assert found == counted

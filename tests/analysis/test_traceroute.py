"""Paths are those that the recordings' traceroutes printed."""

from __future__ import annotations

from dissect.analysis import traceroute
from tests.analysis.lab import rows, told, truth


def path(name, link, destination):
    """Who answers at each hop, and how."""
    return {
        row["hop"]: (row["routers"], row["answer"]) for row in rows("paths", name)
        if (row["link"], row["destination"]) == (link, destination)
    }  # fmt: skip


def test_through_a_translator():
    known = truth("nat64")
    assert path("nat64", "v6side", known["server_6"]) == {
        1: ("2001:db8:1::1", "time exceeded"),
        2: (known["translator"]["ipv6"], "time exceeded"),
        3: ("2001:db8:64::c633:6401", "time exceeded"),  # the gateway's IPv4 address, embedded
        4: (known["server_6"], "port unreachable"),
    }


def test_from_within_the_way_hops_are_counted_from_there():
    known = truth("nat64")
    beyond = path("nat64", "nat64", known["server"])
    assert list(beyond) == [1, 2]
    assert beyond[2] == (known["server"], "port unreachable")


def test_through_a_router_to_the_target():
    known = truth("extension_headers")
    found = path("extension_headers", "left", known["target"])
    assert found[1] == (known["router"]["left"], "time exceeded")
    assert {hop[0] for number, hop in found.items() if number > 1} == {known["target"]}


def test_pings_that_trace_end_with_a_reply():
    known = truth("nd_tools")
    found = path("nd_tools", "link1", known["far"])
    assert found[1][0] in known["router"]["addresses"]
    assert found[3] == (known["far"], "reply")


def test_a_router_that_does_not_answer_is_a_hop_all_the_same():
    known = truth("siit")
    assert path("siit", "v4side", known["client_4"])[3] == (None, None)


def test_packets_with_few_hops_alone_are_no_path():
    # BFD, OSPF and the like are sent with a hop limit of 1, and no router says that it was too few
    assert rows("paths", "routing_frr") == []


def probe(hops: int, port: int) -> bytes:
    """A UDP datagram (IPv6, no link layer)."""
    ends = bytes.fromhex("20010db8" + 23 * "0" + "1" + "20010db8" + 23 * "0" + "2")
    head = b"\x60\0\0\0\0\x08\x11" + bytes([hops])
    return head + ends + b"\x9c\x40" + port.to_bytes(2) + b"\0\x08\0\0"


def exceeded(quote: bytes, router: int) -> bytes:
    """Time Exceeded from a router."""
    source = bytes.fromhex("20010db8ffff") + bytes(8) + router.to_bytes(2)
    body = b"\x03\0\0\0\0\0\0\0" + quote
    head = b"\x60\0\0\0" + len(body).to_bytes(2) + b"\x3a\x40"
    return head + source + quote[8:24] + body


def test_a_circle_is_told(tmp_path):
    packets = []
    for hops, router in ((1, 1), (2, 2), (3, 3), (4, 2)):
        sent = probe(hops, 33433 + hops)
        packets += [sent, exceeded(sent[:7] + b"\1" + sent[8:], router)]
    found, findings, _ = told("paths", tmp_path, *packets, link_type=101, step_ms=2)
    assert [row["routers"] for row in found] == [f"2001:db8:ffff::{n}" for n in (1, 2, 3, 2)]
    assert {row["mean"] for row in found} == {0.002}
    (finding,) = findings
    assert "hops 2 and 4" in finding.words
    assert [ref.number for ref in finding.packets] == [4, 8]


def test_what_is_kept_of_probes_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(traceroute, "PROBES", 10)
    probes = [probe(1, port) for port in range(1000, 1040)]
    found, _, table = told("paths", tmp_path, *probes, exceeded(probes[-1], 1), link_type=101)
    assert [(row["sent"], row["answered"]) for row in found] == [(40, 1)]
    assert any("30 probes were forgotten" in remark for remark in table.remarks)

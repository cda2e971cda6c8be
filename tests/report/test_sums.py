"""Tables are what counting trees one by one gives, for any packets; and sums stay bounded."""

from __future__ import annotations

import io
import pickle
import random
import socket
from collections import Counter
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect import Packet, open_capture
from dissect.analysis.options import Options
from dissect.capture.write import PcapWriter
from dissect.columns import scan
from dissect.columns.sums import Sums
from dissect.report.names import TABLES
from dissect.report.summary import Plan, Summary
from dissect.report.tables.flows import Flows
from tests.captures_list import OURS
from tests.report import counting
from tests.test_hostile import different_packets

ALL = Plan(tuple(TABLES))


@cache
def samples() -> list[bytes]:
    """Ethernet packets of our captures, all different in kind."""
    return [
        octets for path in OURS for octets, link_type in different_packets(path)
        if link_type == 1 and len(octets) < 2000
    ]  # fmt: skip


def summary(packets: list[bytes], plan: Plan = ALL, size: int = 7) -> dict[str, list[dict]]:
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=1)
    for number, octets in enumerate(packets):
        writer.packet(octets, 1_700_000_000_000_000_000 + 1_000_000 * number)
    with open_capture(io.BytesIO(stream.getvalue()), reassemble=False) as capture:
        found = scan(capture, lambda: Summary(plan), size=size).result
        found.facts.close(capture.records, None)
    return rows(found)


def rows(found: Summary) -> dict[str, list[dict]]:
    return {
        table.name: [
            dict(zip((column.name for column in table.columns), row, strict=True))
            for row in table.rows
        ]
        for table in found.tables()
    }


def octets_of(row: dict, side: str, kind: str) -> bytes:
    text = row[f"{side}address"]
    if kind == "eth":
        return bytes.fromhex(text.replace(":", ""))
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    port = row.get(f"{side}port")
    return socket.inet_pton(family, text) + (b"" if port is None else port.to_bytes(2))


def agree(packets: list[bytes]) -> None:
    tables = summary(packets)
    trees = [Packet(octets, 1, strict=True) for octets in packets]
    assert {row["path"]: row["packets"] for row in tables["hierarchy"]} == counting.paths(trees)
    assert {row["chain"]: row["packets"] for row in tables["chains"]} == Counter(
        tree.chain or "(nothing)" for tree in trees
    )
    for kind, octets in counting.ends(trees).items():
        found = {
            tuple(sorted((octets_of(row, "a_", kind), octets_of(row, "b_", kind)))): row["octets"]
            for row in tables[f"conversations-{kind}"]
        }
        assert found == counting.both_ways(octets)
        assert sum(row["sent_octets"] for row in tables[f"endpoints-{kind}"]) == octets.total()
    for name in ("icmpv6", "icmp"):
        found = {(row["type"], row["code"]): row["packets"] for row in tables[name]}
        assert found == counting.messages(trees, name)
    found = {(row["version"], row["limit"]): row["headers"] for row in tables["hops"]}
    assert found == counting.hops(trees)
    found = Counter()
    for row in tables["options"]:
        found[row["type"]] += row["options"]
    assert found == counting.options(trees)
    whole = tables["capture"][0]
    assert (whole["packets"], whole["octets"]) == (len(packets), sum(map(len, packets)))
    for name in ("lengths", "rates", "interfaces", "chains"):
        assert sum(row["packets"] for row in tables[name]) == len(packets)
        assert sum(row["octets"] for row in tables[name]) == whole["octets"]


def test_every_packet_of_our_captures():
    agree(samples())


@settings(max_examples=40)
@given(data=st.data())
def test_any_packets(data):
    agree(data.draw(st.lists(st.sampled_from(samples()), min_size=1, max_size=30)))


@settings(max_examples=40)
@given(data=st.data())
def test_any_broken_packets(data):
    packets = []
    for octets in data.draw(st.lists(st.sampled_from(samples()), min_size=1, max_size=12)):
        changed = bytearray(octets)
        for _ in range(data.draw(st.integers(0, 3))):
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
        packets.append(bytes(changed[: data.draw(st.integers(1, len(changed)))]))
    agree(packets)


@settings(max_examples=25)
@given(data=st.data())
def test_merged_summaries_are_one_summary(data):
    """As with several processes, or several files."""
    packets = data.draw(st.lists(st.sampled_from(samples()), min_size=2, max_size=30))
    size = data.draw(st.integers(1, len(packets)))
    plan = Plan(tuple(name for name in TABLES if name not in ("files", "interfaces")))
    assert summary(packets, plan, size) == summary(packets, plan, len(packets))


def test_tunnels_of_as_many_packets_are_in_the_order_of_their_first_ones():
    geneve = next(octets for octets in samples() if octets[56:58] == b"\x17\xc1")
    mpls = next(octets for octets in samples() if octets[12:14] == b"\x08\0" and octets[23] == 137)
    for size in range(1, 5):
        found = summary([geneve, mpls, geneve, mpls], Plan(("tunnels", "nestings")), size)
        assert [row["first"].number for row in found["nestings"]] == [1, 2]
        assert [row["first"].number for row in found["tunnels"]] == [1, 2]


def test_a_summary_can_go_to_another_process():
    found = Summary(ALL)
    assert rows(pickle.loads(pickle.dumps(found))) == rows(found)


# --- bounds -------------------------------------------------------------------------------------


def test_too_many_keys_leave_out_the_smallest_and_say_how_much():
    sums = Sums(1, most=100)
    chance = random.Random(1)
    for _ in range(50):
        keys = np.array([[1], [2], *([chance.randrange(2**60)] for _ in range(50))], np.uint64)
        octets = np.array([1000, 900, *[10] * 50], np.int64)
        sums.add(keys, octets, np.zeros(52, np.int64))
    found = sums.result()
    assert len(found) <= 100
    kept = dict(zip(found.keys[:, 0].tolist(), found.sums.tolist(), strict=True))
    assert kept[1] == [50, 50_000]
    assert kept[2] == [50, 45_000]
    assert (found.sums.sum(axis=0) + sums.others).tolist() == [50 * 52, 50 * (1900 + 500)]
    assert sums.folded


def test_a_port_scan_costs_ports_but_no_addresses():
    flows = Flows(Options(), most=200)
    one, two = (socket.inet_pton(socket.AF_INET6, f"2001:db8::{end}") for end in (1, 2))
    for port in range(1, 5001):
        key = bytes((6, 6, 0, 0)) + (40000).to_bytes(2) + port.to_bytes(2) + one + two
        flows._sums.one(key, 80, None)
    table = flows.table("conversations-ipv6")
    (row,) = table.rows
    assert row[:4] == ("2001:db8::1", "2001:db8::2", 5000, 400_000)
    assert table.remarks == ["too many for all to be kept apart"]
    table = flows.table("conversations-tcp")
    assert table.total <= 200
    told = sum(row[4] for row in table.rows)
    assert table.remarks[-1] == (
        f"ports not kept apart: of {5000 - told:,} packets, {80 * (5000 - told):,} octets"
    )


@pytest.mark.parametrize("spread", [1, 10**6, 10**9, 10**12, 10**15, 10**18])
def test_rates_keep_few_intervals_however_long_it_took(spread):
    from dissect.report.tables.rates import KEPT, SHOWN, Rates

    whole, parts = Rates(Options()), []
    chance = random.Random(spread)
    for _ in range(20):
        part = Rates(Options())
        times = [chance.randrange(-spread, spread) for _ in range(50)]
        part._count(np.array(times, np.int64), np.full(50, 100))
        parts.append(part)
    for part in parts:
        whole.merge(part)
        assert len(whole._counts) <= KEPT
    table = whole.table("rates")
    assert len(table.rows) <= SHOWN
    assert sum(row[1] for row in table.rows) == 1000
    assert sum(row[2] for row in table.rows) == 100_000

"""The table of packets beside their trees, and frames that are made of a part of it."""

from __future__ import annotations

import ipaddress
from typing import Any

import polars as pl
import pytest

from dissect import open_capture
from dissect.engine.session import Session
from dissect.export.fields import value
from dissect.filter import compile_filter
from dissect.filter.chosen import Chosen
from dissect.table import COLUMNS, Build, Captures, packets, query
from dissect.table.plain import plain
from dissect.table.schema import _different
from tests.captures_list import OURS, ROOT, name, some

TOUR = str(ROOT / "captures" / "tour.pcapng")
FIELDS = ("ipv6.hlim", "ipv6.addr", "tcp.stream", "icmpv6.opt.type", "udp.port", "frame.time",
          "ipv6.src#2", "sixscope.addr.kind", "data.data", "eth.src", "tcp.flags.syn")  # fmt: skip


def table(path, build: Build | None = None, **chosen: Any) -> pl.DataFrame:
    captures = Captures([str(path)], build or Build(), Chosen(**chosen))
    return pl.concat([*captures.frames()], how="vertical")


@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_row_says_what_its_tree_says(path):
    with open_capture(path) as capture:
        for row, record in zip(table(path).iter_rows(named=True), capture.records, strict=True):
            packet = capture.packet(record, None)
            assert row["number"] == packet.number
            assert row["chain"] == packet.chain
            assert (row["length"], row["captured"]) == (packet.original, len(packet.data))
            assert row["link_type"] == packet.link_type
            ips = [
                layer.header for layer in packet.layers
                if not layer.quoted and type(layer.header).__name__ in ("IPv4", "IPv6")
            ]  # fmt: skip
            assert row["depth"] == max(len(ips) - 1, 0)
            for prefix, at in (("", -1), ("outer_", 0)):
                for end in ("src", "dst"):
                    octets = getattr(ips[at], end) if ips else None
                    text = None if octets is None else ipaddress.ip_address(octets)
                    ours = row[f"{prefix}{end}"]
                    assert (None if ours is None else ipaddress.ip_address(ours)) == text
                    padded = octets and (octets if len(octets) == 16 else
                                         bytes(10) + b"\xff\xff" + octets)  # fmt: skip
                    assert row[f"{prefix}{end}_octets"] == padded
            assert row["hops"] == (getattr(ips[-1], "hlim", None) or
                                   getattr(ips[-1], "ttl", 0) if ips else None)  # fmt: skip


@pytest.mark.parametrize("path", some(OURS, 6), ids=name)
def test_fields_are_those_of_trees_read_one_after_the_other(path):
    frame = table(path, Build(["number"], FIELDS))
    assert [frame.schema[field] for field in FIELDS[:3]] == [
        pl.List(pl.UInt64), pl.List(pl.String), pl.List(pl.UInt64),
    ]  # fmt: skip
    with open_capture(path) as capture:
        for row, packet in zip(frame.iter_rows(named=True), capture, strict=True):
            for field in FIELDS:
                nodes = packet.fields(field)
                found = row[field]
                if field == "frame.time":
                    assert len(found) == len(nodes)
                elif frame.schema[field] == pl.List(pl.String):
                    assert found == [value(node) for node in nodes]
                else:
                    assert found == [node.value for node in nodes]


def test_times_are_exact_to_the_nanosecond_and_absent_where_the_file_has_none():
    path = ROOT / "captures" / "pcapng_blocks.pcapng"
    with open_capture(path) as capture:
        times = [record.time_ns for record in capture.records]
    assert None in times
    frame = table(path)
    assert frame["time"].dtype == pl.Datetime("ns", "UTC")
    assert frame["time"].to_physical().to_list() == times


def test_only_pcapng_has_interfaces():
    assert table(ROOT / "captures" / "pcap_nanoseconds.pcap")["interface"].null_count() > 0
    assert table(TOUR)["interface"].null_count() == 0


def test_octets_of_zero_are_an_address_and_no_address_is_null():
    frame = table(TOUR)
    assert (frame["src"] == "::").any()
    assert frame.filter(pl.col("link_type") == 101)["link_src"].null_count() == 2


def test_two_addresses_with_the_same_key_stay_two():
    """The keys that addresses are sorted by first: high * constant ^ low, modulo 2**64."""
    import numpy as np

    constant = 0x9E3779B97F4A7C15
    one = np.array([1, 0], "<u8").tobytes()
    other = np.array([0, constant], "<u8").tobytes()
    octets = np.frombuffer(one + other + one, np.uint8).reshape(3, 16)
    different, places = _different(octets)
    assert [different[place] for place in places] == [one, other, one]


@pytest.mark.parametrize("text", ["ipv6.hlim == 255", "tcp", "udp.stream == 0", "frame.number > 30",
                                  "dns.qry.name", "ipv6.src == 2001:db8::/32"])  # fmt: skip
@pytest.mark.parametrize("path", OURS[::6], ids=name)
def test_a_filter_leaves_the_rows_that_pass_when_all_are_read_in_order(path, text):
    test = compile_filter(text)
    with open_capture(path) as capture:
        session, expected = capture.session(Session), []
        for record in capture.records:
            packet = capture.packet(record, session)
            if test(packet):
                expected.append(packet.number)
            packet.decode()
    captures = Captures([str(path)], Build(["number"]), Chosen(test))
    numbers = [number for frame in captures.frames() for number in frame["number"]]
    assert numbers == expected


def test_numbers_and_count():
    numbers = table(TOUR, ranges=[(3, 5), (9, 9), (12, float("inf"))], count=6)["number"]
    assert numbers.to_list() == [3, 4, 5, 9, 12, 13]


def test_a_query_makes_only_the_columns_that_it_mentions(monkeypatch):
    def never(*arguments):
        raise AssertionError("not asked for")

    for column in set(COLUMNS) - {"length", "number"}:
        monkeypatch.setitem(COLUMNS, column, COLUMNS[column]._replace(make=never))
    monkeypatch.setattr("dissect.columns.Chunk.packet", never)
    frame = packets([TOUR]).filter(pl.col("length") > 100).select("number")
    assert frame.collect().height == 11
    assert query.query(Captures([TOUR]), "select count(number) from packets").item() == 40


def test_several_processes_make_the_same_table():
    captures = Captures([TOUR], Build(), jobs=2)
    assert pl.concat(captures.frames()).equals(table(TOUR))


def test_an_unknown_field_is_an_error():
    with pytest.raises(ValueError, match=r"no\.such"):
        Build(more=["no.such"])


def test_plain_frames_have_numbers_and_text_only():
    frame = pl.DataFrame({
        "text": ["=1+1", "a\x1b[2J\nb", None], "octets": [b"\0\xff", b"", None],
        "several": [["-x", "y"], [], None], "bits": [[True], [False, None], []],
        "many": [[b"\1"], [b"\2", b"\3"], None],
    })  # fmt: skip
    cells = plain(frame, lists=False, cells=True)
    assert cells["text"].to_list() == ["'=1+1", "a\\x1b[2J\\nb", None]
    assert cells["octets"].to_list() == ["00ff", "", None]
    assert cells["several"].to_list() == ["'-x,y", "", None]
    assert cells["many"].to_list() == ["01", "02,03", None]
    assert plain(frame)["text"].to_list() == ["=1+1", "a\\x1b[2J\\nb", None]
    assert plain(frame)["bits"].to_list() == [[True], [False, None], []]

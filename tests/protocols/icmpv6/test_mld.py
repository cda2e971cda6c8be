"""Multicast Listener Discovery."""

from __future__ import annotations

import struct

import pytest

from dissect.protocols.icmpv6.mld import Query, Record, Report, query_interval, response_delay
from tests.protocols.icmpv6.message import HEAD, address, notes, read, same_without_tree, shows

GROUP, SOURCE = address("ff02::1:3"), address("2001:db8::1")


@pytest.mark.parametrize(
    ("code", "milliseconds"), [(0, 0), (0x7FFF, 32767), (0x8000, 32768), (0xFFFF, 8387584)]
)
def test_response_code_is_a_small_float(code, milliseconds):
    assert response_delay(code) == milliseconds


@pytest.mark.parametrize(("code", "seconds"), [(125, 125), (128, 128), (255, 31744)])
def test_query_interval_code_is_a_small_float(code, seconds):
    assert query_interval(code) == seconds


def test_query_of_twenty_octets_is_version_1():
    packet = read(130, 0, struct.pack(">HH", 10000, 0) + GROUP)
    assert shows(packet, "icmpv6.mld.maximum_response_delay") == ["10000"]
    assert not packet.fields("icmpv6.mld.flag")


def test_query_of_version_2_lists_its_sources():
    query = Query(code=0x8ABC, group=GROUP, flags=0x0A, interval=0xAB, sources=2)
    packet = read(130, 0, bytes(query) + SOURCE + SOURCE)
    assert shows(packet, "icmpv6.mld.maximum_response_code") == ["54752"]
    assert shows(packet, "icmpv6.mld.qqi") == ["864"]
    assert shows(packet, "icmpv6.mld.flag.qrv") == ["2"]
    assert len(shows(packet, "icmpv6.mld.source_address")) == 2


def test_query_with_fewer_sources_than_promised_keeps_them():
    packet = read(130, 0, bytes(Query(group=GROUP, sources=3)) + SOURCE)
    assert len(packet.fields("icmpv6.mld.source_address")) == 1
    assert notes(packet) == ["_ws.malformed"]


def test_records_have_their_sources_and_auxiliary_data():
    record = bytes(Record(type=2, aux=1, sources=1, group=GROUP)) + SOURCE + b"AUXD"
    packet = read(143, 0, bytes(Report(records=2)) + record + bytes(Record(group=GROUP)))
    first, second = packet.fields("icmpv6.mldr.mar")
    assert (first.offset, first.length) == (HEAD + 8, 40)
    assert first.line == "Multicast Address Record Exclude: ff02::1:3"
    assert second.line == "Multicast Address Record Changed to exclude: ff02::1:3"
    assert shows(packet, "icmpv6.mldr.mar.auxiliary_data") == ["41:55:58:44"]


def test_octets_behind_the_last_record_are_not_a_record():
    packet = read(143, 0, bytes(Report(records=1)) + bytes(Record(group=GROUP)) + bytes(20))
    assert len(packet.fields("icmpv6.mldr.mar")) == 1
    assert not packet.findings


def test_missing_records_are_noted():
    packet = read(143, 0, bytes(Report(records=3)) + bytes(Record(group=GROUP)))
    assert notes(packet) == ["sixscope.mld.records_missing"]
    assert packet.findings[0].text == "2 records are missing"
    assert same_without_tree(packet)

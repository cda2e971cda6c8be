"""Reading only what a filter needs shows the same packets, with the same fields, as reading all."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from dissect.api import open_capture
from dissect.engine.packet import Packet
from dissect.export.base import View
from dissect.export.columns import Columns
from dissect.filter import compile_filter
from dissect.filter.passing import COLUMNS, FEEDERS, Alone, passing
from tests.captures_list import OURS, name

FILTERS = (
    "udp", "icmpv6", "not ipv6", "icmpv6.type == 134", "tcp.flags.syn == 1", "tcp.stream == 1",
    "tcp.seq > 100", "udp.stream > 2", "dns.qry.name", "dns.response_to", "rtp.ssrc", "snmp",
    "icmpv6.resptime", "icmpv6.resp_to", "icmpv6.opt.prefix", "arp.duplicate-address-detected",
    "ipv6.fraghdr", "frame.time_delta > 0.5",
    '_ws.expert.severity == "Error"', "addr.kind == \"link-local\"", "tunnel.depth > 0",
    "frame.number in {2..5, 9}", "sctp.assoc_index", "udp.payload contains 00",
)  # fmt: skip

SHOWN = ("frame.number", "frame.time_relative", "frame.time_delta", "ipv6.src", "udp.stream",
         "tcp.stream", "dns.response_to", "udp.srcport", "rtp.setup-frame")  # fmt: skip


def short_way(path: Path, text: str, fields: tuple[str, ...] | None) -> list[Packet]:
    with open_capture(str(path)) as capture:
        return list(passing(capture, compile_filter(text), fields=fields, last=LAST))


def everything(packet: Packet) -> object:
    """All that any format could show of a packet."""
    packet.decode(detail=True)
    rows = [(node.name, node.offset, node.length, node.line) for node in packet.tree.walk()]
    return packet.number, packet.protocol, packet.info, rows


def some(packet: Packet) -> object:
    return [
        (node.name, node.show)
        for node in packet.tree.walk() if node.name in SHOWN
    ]  # fmt: skip


NAMES = ("tour", "icmp.", "arp", "ipv6_fragments", "pcapng_blocks", "dhcpv6_relays", "teredo",
         "applications", "vpn")  # fmt: skip
"""Captures with requests and answers, streams, fragments, packets without a time."""

LAST = 500
"""Packets of each file that are looked at."""

SMALL = [path for path in OURS if path.name.startswith(NAMES)]


@pytest.mark.parametrize("path", SMALL, ids=name)
def test_what_is_shown_does_not_depend_on_the_way_that_is_taken(path: Path) -> None:
    wanted = [compile_filter(text) for text in FILTERS]
    with open_capture(str(path)) as capture:
        packets = list(islice(capture, LAST))
    for text, test in zip(FILTERS, wanted, strict=True):
        columns, theirs = Columns(View()), Columns(View())
        expected = [packet for packet in packets if test(packet)]
        found = short_way(path, text, None)
        assert [*map(everything, found)] == [*map(everything, expected)], text
        found = short_way(path, text, (COLUMNS,))
        assert [*map(columns.texts, found)] == [*map(theirs.texts, expected)], text
        found = short_way(path, text, SHOWN)
        assert [*map(some, found)] == [*map(some, expected)], text


@pytest.mark.parametrize("path", OURS, ids=name)
def test_only_known_protocols_fill_the_tables_of_a_session(path: Path) -> None:
    """FEEDERS says whose packets have to be decoded for a table: no other packet looks into it."""
    session = Alone(frozenset(), relative_seq=True)
    with open_capture(str(path)) as capture:
        for packet in (capture[number] for number in range(len(capture))):
            session.asked.clear()
            packet.session = session
            protocols = {layer.name for layer in packet.layers}
            for family in session.asked:
                assert protocols & {*FEEDERS.get(family, (family,))}, family


def test_a_stream_has_the_number_that_it_has_in_all_of_the_file() -> None:
    path = next(path for path in OURS if path.name == "applications.pcapng")
    with open_capture(str(path)) as capture:
        expected = {packet.number: packet.fields("tcp.stream") for packet in capture}
    with open_capture(str(path)) as capture:
        found = list(passing(capture, compile_filter("tcp.stream in {2, 3}")))
    assert len(found) == 26
    for packet in found:
        assert packet["tcp.stream"] == expected[packet.number][0].value


def test_a_packet_that_does_not_pass_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(path for path in OURS if path.name == "tour.pcapng")
    decoded = []
    decode = Packet.decode

    def counted(packet: Packet, *, detail: bool = False) -> Packet:
        decoded.append(packet.number)
        return decode(packet, detail=detail)

    monkeypatch.setattr(Packet, "decode", counted)
    shown = short_way(path, "icmpv6.type == 134", (COLUMNS,))
    assert [packet.number for packet in shown] == [5]
    assert len(set(decoded)) < 20  # of forty


@pytest.mark.parametrize("last", [1, 5, 39])
def test_nothing_is_read_behind_the_last_packet_wanted(last: int) -> None:
    path = next(path for path in OURS if path.name == "tour.pcapng")
    with open_capture(str(path)) as capture:
        numbers = [packet.number for packet in passing(capture, compile_filter(""), last=last)]
    assert numbers == [*range(1, last + 1)]

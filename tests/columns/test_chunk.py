"""What a chunk answers: fields, layers, columns, flags, and what it doesn't claim to know."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from dissect.columns import Flag, chunks
from dissect.engine.checksum import checksum
from tests.captures_list import ROOT
from tests.columns.agree import chunks_of

CAPTURES = ROOT / "captures"
ONE, TWO, THREE = (bytes.fromhex("20010db8" + "00" * 11) + bytes((n,)) for n in (1, 2, 3))
ETHERNET = bytes(12) + b"\x86\xdd"
ICMP, IPV6, UDP, TCP, FRAGMENT, NO_NEXT = 1, 41, 17, 6, 44, 59


def ipv6(payload: bytes, nxt: int, src: bytes = ONE, dst: bytes = TWO, hops: int = 64) -> bytes:
    return struct.pack(">IHBB", 6 << 28 | 0xB9 << 20 | 0x12345, len(payload), nxt, hops) + (
        src + dst + payload
    )


def udp(payload: bytes, sport: int = 4000, dport: int = 5000) -> bytes:
    return struct.pack(">HHHH", sport, dport, 8 + len(payload), 0xFFFF) + payload


def one(packet: bytes, original: int | None = None, *, reassemble: bool = True):
    """The chunk of a packet behind an Ethernet header."""
    frame = ETHERNET + packet
    (chunk,) = chunks_of([(frame, original or len(frame))], reassemble=reassemble)
    return chunk


def chain(chunk, row: int = 0) -> str:
    return chunk.chains.text(int(chunk.chain[row]))


def test_a_field_of_nested_headers_occurs_once_for_each_outermost_first():
    chunk = one(ipv6(ipv6(udp(b"x"), UDP, TWO, THREE, hops=7), IPV6))
    assert chain(chunk) == "eth:ethertype:ipv6:ipv6:udp:data"
    hops = chunk.field("ipv6.hlim")
    assert hops.rows.tolist() == [0, 0]
    assert hops.values.tolist() == [64, 7]
    assert hops.instances.tolist() == [1, 2]
    assert chunk.field("ipv6.hlim", instance=2).values.tolist() == [7]
    assert [v.tobytes() for v in chunk.field("ipv6.addr").values] == [ONE, TWO, TWO, THREE]
    assert chunk.field("ipv6.addr").instances.tolist() == [1, 2, 3, 4]


def test_bits_of_a_header_by_their_name_and_converted_as_the_tree_shows_them():
    chunk = one(ipv6(udp(b"x"), UDP))
    for name, value in (("ipv6.tclass", 0xB9), ("ipv6.tclass.dscp", 0x2E), ("ipv6.tclass.ecn", 1),
                        ("ipv6.flow", 0x12345), ("ip.version", 6)):  # fmt: skip
        assert chunk.field(name).values.tolist() == [value]
    segment = struct.pack(">HHIIHHHH", 1, 2, 3, 4, 0x5012, 5, 0, 0)
    chunk = one(ipv6(segment, TCP))
    assert chunk.field("tcp.hdr_len").values.tolist() == [20]
    assert chunk.field("tcp.flags.syn").values.tolist() == [1]
    assert chunk.field("tcp.port").values.tolist() == [1, 2]


def test_a_field_that_nothing_in_the_row_can_have_is_known_to_be_absent():
    chunk = one(ipv6(udp(b"x"), UDP))
    assert len(chunk.field("dns.qry.name")) == 0
    assert chunk.known("dns.qry.name").tolist() == [True]
    assert chunk.known("tcp.srcport").tolist() == [True]


@pytest.mark.parametrize("name", ["ip.addr", "ip.ttl", "ip.version", "eth.src", "mptcp.checksum",
                                  "arp.opcode", "icmpv6.type", "sip.Method"])  # fmt: skip
def test_a_common_filter_is_decided_for_ordinary_packets(name):
    segment = struct.pack(">HHIIHHHH", 1, 2, 3, 4, 0x5012, 5, 0, 0)
    tagged = bytes(12) + b"\x81\0\0\1\x86\xdd" + ipv6(segment, TCP)
    for frame in (ETHERNET + ipv6(segment, TCP), tagged, ETHERNET + ipv6(udp(b"x"), UDP)):
        (chunk,) = chunks_of([(frame, len(frame))])
        assert chunk.known(name).tolist() == [True]


def test_a_field_behind_the_fixed_headers_is_not_known():
    chunk = one(ipv6(udp(b"\0" * 12, dport=53), UDP))
    assert chain(chunk) == "eth:ethertype:ipv6:udp:dns"
    assert chunk.known("dns.qry.name").tolist() == [False]
    assert chunk.known("udp.dstport").tolist() == [True]
    assert chunk.known("udp.stream").tolist() == [False]  # a session numbers it


@pytest.mark.parametrize("name", ["tcp.seq", "tcp.ack", "tcp.flags.ece", "frame.time_delta",
                                  "_ws.expert", "ipv6.plen_zero"])  # fmt: skip
def test_what_a_session_or_the_tree_alone_can_tell_is_not_known(name):
    segment = struct.pack(">HHIIHHHH", 1, 2, 3, 4, 0x5012, 5, 0, 0)
    assert one(ipv6(segment, TCP)).known(name).tolist() == [False]


def test_an_unknown_port_is_open_to_what_a_session_was_told():
    chunk = one(ipv6(udp(b"x" * 40), UDP))
    assert chunk.flags.tolist() == [Flag.OPEN]
    assert chunk.layers("rtp").tolist() == []
    assert chunk.known_layers("rtp").tolist() == [False]
    assert chunk.known_layers("dns").tolist() == [True]
    assert chunk.known("rtp.seq").tolist() == [False]


def test_a_row_that_is_not_sure_is_known_for_nothing_but_its_frame():
    chunk = one(ipv6(udp(b"x"), UDP)[:-9], original=80)
    assert chunk.unsure.tolist() == [True]
    assert chunk.flags.tolist() == [Flag.UNSURE | Flag.TRUNCATED]
    assert len(chunk.field("ipv6.hlim")) == 0
    for name in ("ipv6.hlim", "dns.qry.name"):
        assert chunk.known(name).tolist() == [False]
    assert chunk.layers("ipv6").tolist() == []
    assert chunk.known_layers("ipv6").tolist() == [False]
    assert chunk.known("frame.len").tolist() == [True]
    assert chunk.field("frame.len").values.tolist() == [80]


def test_a_packet_cut_behind_its_headers_is_sure():
    chunk = one(ipv6(udp(b"x" * 40), UDP)[:-30], original=14 + 40 + 8 + 40)
    assert chain(chunk) == "eth:ethertype:ipv6:udp:data"
    assert chunk.flags.tolist() == [Flag.TRUNCATED | Flag.OPEN]


def fragment(offset: int, more: int) -> bytes:
    return ipv6(struct.pack(">BBHI", UDP, 0, offset << 3 | more, 77) + udp(b"x" * 16), FRAGMENT)


@pytest.mark.parametrize(("offset", "more", "flagged"), [(0, 0, 0), (0, 1, 1), (5, 0, 1)])
def test_a_fragment_is_flagged_unless_it_is_a_whole_packet(offset, more, flagged):
    chunk = one(fragment(offset, more))
    assert bool(chunk.flags[0] & Flag.FRAGMENT) == flagged
    assert chunk.unsure.tolist() == [bool(flagged)]
    chunk.resolve()
    assert bool(chunk.flags[0] & Flag.FRAGMENT) == flagged
    assert chunk.column("fragment_offset").tolist() == [8 * offset]
    assert chunk.column("fragment_id").tolist() == [77]


def test_behind_a_later_fragment_is_data_where_none_are_put_together():
    chunk = one(fragment(5, 0), reassemble=False)
    assert chunk.flags.tolist() == [Flag.FRAGMENT]
    assert chain(chunk) == "eth:ethertype:ipv6:ipv6.fraghdr:data"


@pytest.mark.parametrize(
    ("protocol", "behind", "sure"), [(ICMP, "icmp:data", True), (UDP, "udp:data", False)]
)
def test_what_a_first_fragment_of_ipv4_has_of_a_message(protocol, behind, sure):
    """Of ICMP's it can be read; the length in UDP's header promises what is not in it."""
    payload = struct.pack(">BBHHH", 8, 0, 0, 1, 1) if protocol == ICMP else udp(b"x" * 100)[:8]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 36, 77, 1 << 13, 64, protocol, 0)
    frame = ETHERNET[:12] + b"\x08\x00" + head + ONE[-4:] + TWO[-4:] + payload + b"x" * 8
    (chunk,) = chunks_of([(frame, len(frame))])
    assert chunk.flags.tolist() == [Flag.FRAGMENT | Flag.UNSURE * (not sure)]
    chunk.resolve()
    assert chain(chunk) == f"eth:ethertype:ip:{behind}"


def error(quote: bytes) -> bytes:
    """Port unreachable."""
    body = struct.pack(">BBHI", 1, 4, 0, 0) + quote
    pseudo = TWO + ONE + struct.pack(">II", len(body), 58)
    total = checksum(body, sum(struct.unpack(f">{len(pseudo) // 2}H", pseudo)))
    return ipv6(body[:2] + total.to_bytes(2, "big") + body[4:], 58, TWO, ONE)


def test_what_an_error_quotes_has_fields_but_is_none_of_the_packets_columns():
    chunk = one(error(ipv6(udp(b"x", 9, 10), UDP, hops=1)))
    assert chain(chunk) == "eth:ethertype:ipv6:icmpv6:ipv6:udp:data"
    assert chunk.field("ipv6.hlim").values.tolist() == [64, 1]
    assert chunk.field("udp.port").values.tolist() == [9, 10]
    assert chunk.layers("udp").tolist() == [0]
    assert chunk.column("hops").tolist() == [64]
    assert chunk.column("sport").tolist() == [-1]
    assert chunk.column("icmp_type").tolist() == [1]
    assert chunk.column("src")[0].tobytes() == TWO
    assert chunk.column("depth").tolist() == [0]


def test_columns_are_the_innermost_headers_and_outer_ones_the_outermost():
    chunk = one(ipv6(ipv6(udp(b"x"), UDP, TWO, THREE), IPV6))
    assert chunk.column("src")[0].tobytes() == TWO
    assert chunk.column("outer_src")[0].tobytes() == ONE
    assert chunk.column("depth").tolist() == [1]
    with pytest.raises(KeyError):
        chunk.column("no such column")


def test_an_ipv4_address_is_mapped_into_ipv6():
    (chunk,) = chunks(CAPTURES / "ipv4_header.pcapng")
    row = int(chunk.layers("ip")[0])
    packet = chunk.packet(row)
    assert chunk.column("version")[row] == 4
    assert chunk.column("src")[row].tobytes() == bytes(10) + b"\xff\xff" + packet["ip.src"]


def test_resolving_gives_unsure_rows_what_sure_ones_have():
    for chunk in chunks(CAPTURES / "ipv6_fragments.pcapng"):
        unsure = np.flatnonzero(chunk.unsure)
        assert len(unsure)
        assert (chunk.chain[unsure] == 0).all()
        assert (chunk.column("version")[unsure] == -1).all()
        chunk.resolve()
        assert (chunk.column("version")[unsure] == 6).all()
        assert (chunk.flags[unsure] & Flag.RESOLVED != 0).all()
        assert not (chunk.flags & Flag.RESOLVED)[~chunk.unsure].any()


def test_a_packet_that_lies_is_flagged_malformed_once_it_is_resolved():
    chunk = one(ipv6(udp(b"")[:6], UDP))
    assert not chunk.flags[0] & Flag.MALFORMED
    chunk.resolve()
    assert chunk.flags[0] & Flag.MALFORMED


def test_tunnels_deeper_than_the_tree_reader_goes_are_left_to_it():
    packet = ipv6(b"", NO_NEXT)
    for _ in range(80):
        packet = ipv6(packet, IPV6)
    frames = [ETHERNET + packet, ETHERNET + ipv6(udp(b"x"), UDP)]
    (chunk,) = chunks_of([(frame, len(frame)) for frame in frames])
    assert chunk.unsure.tolist() == [True, False]


SNMP = bytes.fromhex("302b 020101 0406 7075626c6963 a21e 020434813168 020100 020100"
                     "3010 300e 06082b06010201010500 0402766d")  # fmt: skip
REPORT = bytes.fromhex("81c90007") + bytes(28)


@pytest.mark.parametrize(
    ("payload", "port", "sure"),
    [
        (SNMP, 161, True),
        (b"\x30\x81" + SNMP[1:], 161, True),
        (SNMP + b"x", 161, False),
        (SNMP[:4] + b"\x03" + SNMP[5:], 161, False),
        (REPORT, 5000, True),
        (REPORT + b"x", 5000, True),
    ],
    ids=["SNMP", "length in two octets", "more behind it", "version 3", "RTCP", "no whole words"],
)
def test_messages_whose_chain_their_first_octets_tell_are_sure(payload, port, sure):
    chunk = one(ipv6(udp(payload, dport=port), UDP))
    assert chunk.unsure.tolist() == [not sure]
    if sure:
        assert chain(chunk) == chunk.packet(0).chain

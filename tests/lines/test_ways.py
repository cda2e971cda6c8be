"""Lines of packets whose ends an extension header gives: not those of the IPv6 header count."""

from __future__ import annotations

import io

import pytest

from dissect import open_capture
from dissect.columns import chunks
from dissect.engine.checksum import checksum
from dissect.engine.session import Session
from dissect.export.base import View
from dissect.lines import Listing
from dissect.lines.kinds import Places
from dissect.lines.listing import KINDS
from tests.lines.test_listing import differ, made
from tests.protocols.ipv6_packets import DESTINATION, SOURCE, address, extension, ipv6

RAW_IPV6 = 229
FINAL, HOME = "2001:db8::f", "2001:db8::c"
TCP, UDP, ICMPV6 = 6, 17, 58
LISTED, TAGGED = 43, 60
"""Next Header of a Routing header, and of Destination Options."""


def routing(nxt: int, kind: int, left: int) -> bytes:
    """With one address (RFC 8200, 6275, 8754: the list begins behind eight octets)."""
    return extension(nxt, bytes([kind, left, 0, 0, 0, 0]) + address(FINAL))


def home(nxt: int) -> bytes:
    """RFC 6275, section 6.3: the option after PadN of two octets, so that it is aligned."""
    return extension(nxt, b"\1\2\0\0\xc9\x10" + address(HOME))


WAYS = {
    "SRH on its way": (LISTED, lambda nxt: routing(nxt, 4, 1), SOURCE, FINAL),
    "SRH at its end": (LISTED, lambda nxt: routing(nxt, 4, 0), SOURCE, DESTINATION),
    "type 0": (LISTED, lambda nxt: routing(nxt, 0, 1), SOURCE, FINAL),
    "type 2": (LISTED, lambda nxt: routing(nxt, 2, 1), SOURCE, FINAL),
    "unknown type": (LISTED, lambda nxt: routing(nxt, 200, 1), SOURCE, DESTINATION),
    "home address": (TAGGED, home, HOME, DESTINATION),
    "both": (LISTED, lambda nxt: routing(TAGGED, 2, 1) + home(nxt), HOME, FINAL),
    "padding": (TAGGED, lambda nxt: extension(nxt, b"\1\4"), SOURCE, DESTINATION),
}  # fmt: skip


def summed(nxt: int, source: str, destination: str, octets: bytes, at: int) -> bytes:
    """With its checksum (RFC 8200, section 8.1)."""
    pseudo = address(source) + address(destination) + len(octets).to_bytes(4, "big") + bytes([nxt])
    total = checksum(pseudo[:-1] + b"\0\0\0" + pseudo[-1:] + octets)
    return octets[:at] + total.to_bytes(2, "big") + octets[at + 2 :]


def upper(source: str, destination: str) -> list[tuple[int, bytes]]:
    """Segments of a stream that has begun, a datagram, and a ping."""
    head = bytes.fromhex("c3500050 00000065 000000c9 50100100 0000 0000")
    more = bytes.fromhex("c3500050 00000069 000000c9 50180100 0000 0000") + b"data"
    datagram = bytes.fromhex("c3500009 000c 0000") + b"data"
    ping = bytes.fromhex("8000 0000 0001 0001") + b"data"
    pieces = [(TCP, head, 16), (TCP, more, 16), (UDP, datagram, 6), (ICMPV6, ping, 2)]
    return [(nxt, summed(nxt, source, destination, octets, at)) for nxt, octets, at in pieces]


INFOS = [
    "50000 → 80 [ACK] Seq=1 Ack=1 Win=256 Len=0",
    "50000 → 80 [PSH, ACK] Seq=5 Ack=1 Win=256 Len=4",
    "50000 → 9 Len=4",
    "Echo (ping) request id=0x0001, seq=1, hop limit=64",
]


@pytest.mark.parametrize("way", WAYS)
def test_ends_are_those_that_extension_headers_give(way):
    first, between, source, destination = WAYS[way]
    packets = [
        ipv6(first, between(nxt) + octets, hlim=64) for nxt, octets in upper(source, destination)
    ]
    octets = made(packets, link_type=RAW_IPV6)
    with open_capture(io.BytesIO(octets)) as capture:
        lines = list(Listing(capture, View()))
    assert [(line[2], line[3], line[6]) for line in lines] == [
        (source, destination, info) for info in INFOS
    ]
    assert differ(packets, link_type=RAW_IPV6) == []
    assert written(octets) == len(packets)


def test_wrong_checksums_and_outermost_ends():
    """With the header's own addresses the checksums of what is on its way are wrong."""
    packets = [
        ipv6(LISTED, routing(nxt, 4, 1) + octets, hlim=64)
        for nxt, octets in upper(SOURCE, DESTINATION)
    ]
    octets = made(packets, link_type=RAW_IPV6)
    with open_capture(io.BytesIO(octets)) as capture:
        lines = list(Listing(capture, View(outer=True)))
    assert [line[2:4] for line in lines] == [(SOURCE, DESTINATION)] * 4
    assert ["INCORRECT" in line[6] for line in lines[:3]] == [True] * 3
    assert differ(packets, link_type=RAW_IPV6) == []


@pytest.mark.parametrize("option", ["c2 04 00 00 00 00", "07 04 00 00 00 00", "c9 04 00000000"])
def test_options_that_may_say_more_are_left_to_the_tree_reader(option):
    """A jumbo payload, CALIPSO, and a Home Address that is none."""
    packets = [
        ipv6(TAGGED, extension(nxt, bytes.fromhex(option)) + octets)
        for nxt, octets in upper(SOURCE, DESTINATION)
    ]
    assert differ(packets, link_type=RAW_IPV6) == []
    assert written(made(packets, link_type=RAW_IPV6)) == 0


def written(octets: bytes) -> int:
    """So many lines are written from columns."""
    count = 0
    with open_capture(io.BytesIO(octets)) as capture:
        for chunk in chunks(capture):
            places, session = Places(chunk), Session()
            count += sum(len(kind.group(places, session)) for kind in KINDS)
    return count

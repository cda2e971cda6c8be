"""Queries, their responses, and repetitions."""

import pytest

from dissect.engine.packet import Packet
from dissect.engine.session import Session
from making.dns import RESPONSE, head, over_udp, question

RAW = 101
SECOND = 1_000_000_000
ASKED = over_udp(head(1) + question("www.example"))


def answered(number=0x1234):
    """The response, from the same address to the same: only the ports tell the direction."""
    message = head(1, flags=RESPONSE, number=number) + question("www.example")
    packet = bytearray(over_udp(message, ports=(53, 40000)))
    packet[8:40] = packet[24:40] + packet[8:24]
    return bytes(packet)


@pytest.fixture
def read():
    """Decode one packet after the other."""
    session = Session()
    number = 0

    def read(octets, seconds):
        nonlocal number
        number += 1
        packet = Packet(
            octets, RAW, number=number, time_ns=seconds * SECOND, session=session, strict=True
        )
        return packet.decode(detail=True)

    return read


def test_response_names_its_query_and_the_time_since(read):
    read(ASKED, 1)
    packet = read(answered(), 3)
    assert packet["dns.response_to"] == 1
    assert packet["dns.time"] == 2 * SECOND


def test_response_nobody_asked_for(read):
    read(ASKED, 1)
    assert packet_has(read(answered(0x9999), 2), "dns.unsolicited")


def packet_has(packet, name):
    """Whether it has a field."""
    return bool(packet.fields(name))


def test_second_response_is_a_retransmission(read):
    read(ASKED, 1)
    read(answered(), 2)
    packet = read(answered(), 3)
    assert packet["dns.retransmit_response_in"] == 2
    assert not packet_has(packet, "dns.response_to")


def test_query_again_within_five_seconds_is_a_retransmission(read):
    read(ASKED, 1)
    packet = read(ASKED, 4)
    assert packet["dns.retransmit_request_in"] == 1
    assert packet.findings[-1].note.name == "dns.retransmit_request"
    assert packet.findings[-1].text.endswith("in frame 1")


def test_query_again_later_is_new(read):
    read(ASKED, 1)
    assert not packet_has(read(ASKED, 6), "dns.retransmission")
    assert read(answered(), 7)["dns.response_to"] == 2


def test_decoding_again_gives_the_same(read):
    read(ASKED, 1)
    packet = read(answered(), 2)
    packet._walked = False
    packet._root = None
    assert packet.decode(detail=True)["dns.response_to"] == 1

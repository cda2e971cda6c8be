import struct

import pytest

from dissect.engine.session import Session
from tests.protocols.ipv4_packets import (
    DST,
    SRC,
    decoded,
    ipv4,
    notes,
    same_without_tree,
    shows,
    summed,
    udp,
)

SECOND = 1_000_000_000


def icmp(kind, code, body):
    return summed(bytes([kind, code, 0, 0]) + body)


def echo(kind, number=9, sequence=1, data=b"payload"):
    return icmp(kind, 0, struct.pack(">HH", number, sequence) + data)


ORIGINAL = ipv4(17, udp(b"A" * 40), ttl=1)


def extensions(objects):
    return summed(b"\x20\x00\x00\x00" + objects)


# one label stack object (RFC 4950): label 16, exp 5, not the last, TTL 3; label 17, last, TTL 4
LABELS = struct.pack(">HBBII", 12, 1, 1, 16 << 12 | 5 << 9 | 3, 17 << 12 | 0x100 | 4)


def test_echo_request_in_both_byte_orders():
    packet = decoded(ipv4(1, echo(8)))
    assert packet.info == "Echo (ping) request  id=0x0009, seq=1/256, ttl=64"
    assert shows(packet, "icmp.ident_le") == ["2304"]
    assert shows(packet, "icmp.seq_le") == ["256"]
    assert shows(packet, "icmp.checksum.status") == ["1"]
    (data,) = [n for n in packet.layer("icmp").node.children if n.name == "data"]
    assert data.offset == 28


def test_reply_finds_its_request():
    session = Session()
    decoded(ipv4(1, echo(8)), session, number=1, time_ns=SECOND)
    reply = ipv4(1, echo(0), src=DST, dst=SRC)
    packet = decoded(reply, session, number=2, time_ns=SECOND + 1_234_567)
    assert shows(packet, "icmp.resp_to") == ["1"]
    assert packet.fields("icmp.resptime")[0].line == "Response time: 1.235 ms"
    assert packet.info.endswith("ttl=64 (request in 1)")
    again = decoded(reply, session, number=3, time_ns=2 * SECOND)
    assert shows(again, "icmp.resp_to") == []


@pytest.mark.parametrize(
    "reply",
    [
        ipv4(1, echo(0, sequence=2), src=DST, dst=SRC),
        ipv4(1, echo(0, number=8), src=DST, dst=SRC),
        ipv4(1, echo(0, data=b"other"), src=DST, dst=SRC),
        ipv4(1, echo(0), src=bytes([10, 0, 0, 3]), dst=SRC),
    ],
)
def test_reply_to_something_else(reply):
    session = Session()
    decoded(ipv4(1, echo(8)), session, number=1, time_ns=SECOND)
    packet = decoded(reply, session, number=2, time_ns=SECOND)
    assert shows(packet, "icmp.resp_to") == []


@pytest.mark.parametrize("order", "<>")
def test_time_of_sending_in_the_data(order):
    data = struct.pack(f"{order}II", 1_700_000_000, 500_000) + b"rest"
    packet = decoded(ipv4(1, echo(8, data=data)), time_ns=1_700_000_001 * SECOND)
    assert shows(packet, "icmp.data_time_relative") == ["0.500000000"]
    assert shows(packet, "data.data") == ["72:65:73:74"]


def test_data_that_is_no_time():
    data = struct.pack("<II", 1_700_086_402, 0)
    packet = decoded(ipv4(1, echo(8, data=data)), time_ns=1_700_000_001 * SECOND)
    assert shows(packet, "icmp.data_time") == []
    assert shows(packet, "data.len") == ["8"]


def test_quoted_packet_stands_inside_and_writes_no_columns():
    packet = decoded(ipv4(1, icmp(3, 3, bytes(4) + ORIGINAL)))
    assert packet.info == "Destination unreachable (Port unreachable)"
    assert packet.protocol == "ICMP"
    assert packet.chain.endswith("ip:icmp:ip:udp:data")
    assert [n.name for n in packet.layer("icmp").node.children][-3:] == ["ip", "udp", "data"]


def test_quoted_packet_that_is_cut_is_no_trouble():
    packet = decoded(ipv4(1, icmp(11, 0, bytes(4) + ORIGINAL[:28])))
    assert packet.info == "Time-to-live exceeded (Time to live exceeded in transit)"
    assert notes(packet) == ["ip.ttl.too_small"]
    assert shows(packet, "udp.dstport") == ["2000"]


def test_next_mtu():
    packet = decoded(ipv4(1, icmp(3, 4, b"\0\0\x05\xdc" + ORIGINAL)))
    assert shows(packet, "icmp.mtu") == ["1500"]
    assert shows(packet, "icmp.unused") == ["00:00"]


def test_extensions_behind_a_length():
    # RFC 4884, section 4.1: the length counts 32-bit words
    padded = ORIGINAL.ljust(128, b"\0")
    packet = decoded(ipv4(1, icmp(11, 0, b"\0\x20\0\0" + padded + extensions(LABELS))))
    assert shows(packet, "icmp.length") == ["32"]
    assert shows(packet, "icmp.length.original_datagram") == ["128"]
    assert shows(packet, "icmp.mpls.label") == ["16", "17"]
    assert shows(packet, "icmp.ext.checksum.status") == ["1"]


def test_extensions_behind_a_datagram_that_was_longer_than_its_quotation():
    # RFC 4884, section 4: the original datagram field may hold only the beginning
    long = ipv4(17, udp(b"B" * 1400), ttl=1)
    packet = decoded(ipv4(1, icmp(11, 0, b"\0\x20\0\0" + long[:128] + extensions(LABELS))))
    assert shows(packet, "icmp.mpls.label") == ["16", "17"]


def test_extensions_of_old_routers_give_no_length():
    # RFC 4884, section 5.1
    padded = ORIGINAL.ljust(128, b"\0")
    packet = decoded(ipv4(1, icmp(3, 1, bytes(4) + padded + extensions(LABELS))))
    assert shows(packet, "icmp.mpls.ttl") == ["3", "4"]


def test_redirect_and_parameter_problem():
    packet = decoded(ipv4(1, icmp(5, 1, bytes([10, 0, 0, 9]) + ORIGINAL)))
    assert shows(packet, "icmp.redir_gw") == ["10.0.0.9"]
    packet = decoded(ipv4(1, icmp(12, 0, b"\x09\0\0\0" + ORIGINAL)))
    assert shows(packet, "icmp.pointer") == ["9"]


def test_timestamps_in_words():
    stamps = struct.pack(">HHIII", 5, 6, 3_600_000, 0x80000001, 86_399_999)
    packet = decoded(ipv4(1, icmp(13, 0, stamps)))
    lines = [
        packet.fields(f"icmp.{n}_timestamp")[0].line.split("(")[1]
        for n in ("originate", "receive", "transmit")
    ]
    assert lines == [
        "1 hour after midnight UTC)",
        "0.001 seconds after midnight UTC)",
        "23 hours, 59 minutes, 59.999 seconds after midnight UTC)",
    ]


def test_router_advertisement_with_mobility_extensions():
    body = struct.pack(">BBH4si", 1, 2, 1800, SRC, -2)
    agent = struct.pack(">BBHHH4s", 16, 10, 1, 100, 0xA000, DST)
    packet = decoded(ipv4(1, icmp(9, 16, body + agent + b"\x13\x01\x18" + b"\0")))
    assert packet.info == "Mobile IP Advertisement (Does not route common traffic)"
    assert shows(packet, "icmp.pref_level") == ["-2"]
    assert packet.fields("icmp.lifetime")[0].line == "Lifetime: 1800 (30 minutes)"
    assert shows(packet, "icmp.mip.coa") == ["10.0.0.2"]
    assert shows(packet, "icmp.mip.prefixlength") == ["24"]
    assert shows(packet, "icmp.mip.type") == ["16", "19", "0"]


def test_wrong_checksum():
    good = echo(8)
    packet = decoded(ipv4(1, good[:2] + b"\x12\x34" + good[4:]))
    assert notes(packet) == ["icmp.checksum_bad"]
    assert packet.findings[0].text == f"Bad checksum [should be 0x{good[2:4].hex()}]"


def test_checksum_of_a_first_fragment_is_left_open():
    packet = decoded(ipv4(1, echo(8), flags=1))
    assert shows(packet, "icmp.checksum.status") == ["2"]
    assert notes(packet) == []


def test_unknown_type_and_code():
    assert decoded(ipv4(1, icmp(99, 0, bytes(4)))).info == "Unknown ICMP (obsolete or malformed?)"
    packet = decoded(ipv4(1, icmp(11, 7, bytes(4))))
    assert packet.info == "Time-to-live exceeded (Unknown code: 7)"


@pytest.mark.parametrize("kind", [0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 42, 43, 99])
@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 9, 20, 140])
def test_any_length_of_any_type(kind, size):
    body = (bytes([0, 0x20, 0, 0]) + ORIGINAL).ljust(200, b"\x45")[:size]
    assert same_without_tree(ipv4(1, icmp(kind, 0, body)))

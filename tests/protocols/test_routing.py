import pytest

from tests.protocols.ipv6_packets import (
    DESTINATION,
    SOURCE,
    UDP,
    address,
    decoded,
    ipv6,
    notes,
    same_without_tree,
    shows,
)

A, B = address("2001:db8::a"), address("2001:db8::b")
ZERO = bytes(4)


def routing(kind, left, data, *, units=None, nxt=59, rest=b"", **fields):
    units = (4 + len(data)) // 8 - 1 if units is None else units
    return ipv6(43, bytes([nxt, units, kind, left]) + data + rest, **fields)


def test_source_route_is_deprecated_and_ends_at_its_last_address():
    packet = decoded(routing(0, 1, ZERO + A + B))
    assert notes(packet) == ["ipv6.routing.deprecated"]
    assert shows(packet, "ipv6.routing.src.addr") == ["2001:db8::a", "2001:db8::b"]
    assert packet.fields("ipv6.routing.src.addr")[1].line == "Address[2]: 2001:db8::b"
    assert packet.destination == "2001:db8::b"
    assert shows(packet, "ipv6.routing.len_oct") == ["40"]


def test_at_the_end_of_the_way_the_destination_is_the_header_s():
    assert decoded(routing(0, 0, ZERO + A)).destination == DESTINATION


def test_more_segments_left_than_addresses():
    assert "ipv6.routing.invalid_segleft" in notes(decoded(routing(0, 3, ZERO + A + B)))


def test_source_route_of_half_an_address():
    packet = decoded(routing(0, 1, ZERO + A + bytes(8)))
    assert "ipv6.routing.invalid_length" in notes(packet)
    assert packet.info == "IPv6 no next header"


def test_multicast_on_the_way():
    packet = decoded(routing(0, 2, ZERO + address("ff02::1") + A))
    assert "ipv6.src_route_list.multicast_addr" in notes(packet)


def test_home_address():
    packet = decoded(routing(2, 1, ZERO + A))
    assert notes(packet) == []
    assert shows(packet, "ipv6.routing.mipv6.home_address") == ["2001:db8::a"]
    assert packet.destination == "2001:db8::a"


@pytest.mark.parametrize(
    ("left", "data", "expected"),
    [
        (0, ZERO + A, ["ipv6.routing.invalid_segleft"]),
        (1, ZERO + A + B, ["ipv6.routing.invalid_length"]),
        (1, ZERO, ["ipv6.routing.invalid_length"]),
    ],
)
def test_home_address_of_a_wrong_form(left, data, expected):
    assert notes(decoded(routing(2, left, data))) == expected


# UDP 1000 -> 9, length 12, "data"; pseudo-header with destination 2001:db8::a, by hand:
# 0x03e8+0x0009+0x000c+0x6461+0x7461+2*(0x2001+0x0db8)+0x0001+0x000a+0x000c+0x0011
# = 0x13859 -> 0x385a -> checksum 0xc7a5
@pytest.mark.parametrize("kind", [0, 2, 4])
def test_checksum_is_made_with_the_final_destination(kind):
    udp = bytes.fromhex("03e80009000cc7a5") + b"data"
    packet = decoded(routing(kind, 1, ZERO + A, nxt=17, rest=udp))
    assert shows(packet, "udp.checksum.status") == ["1"]
    packet = decoded(routing(kind, 0, ZERO + A, nxt=17, rest=udp))
    assert shows(packet, "udp.checksum.status") == ["0"]


def rpl(inner, final, pad, data, left=1, reserved=0, **fields):
    word = inner << 28 | final << 24 | pad << 20 | reserved
    return routing(3, left, word.to_bytes(4, "big") + data, **fields)


def test_compressed_addresses_are_filled_up_from_the_destination():
    packet = decoded(rpl(14, 15, 5, b"\x12\x34" + b"\x0b" + bytes(5), left=2))
    assert shows(packet, "ipv6.routing.rpl.addr_count") == ["2"]
    assert shows(packet, "ipv6.routing.rpl.address") == ["12:34", "0b"]
    assert shows(packet, "ipv6.routing.rpl.full_address") == ["2001:db8::1234", "2001:db8::b"]
    assert packet.destination == "2001:db8::b"
    assert notes(packet) == []


def test_rpl_padding_that_leaves_no_room_for_the_last_address():
    # RFC 6554, section 3: ((8 * 2 - 15) - 16) / 16 + 1 rounds down to no address
    packet = decoded(rpl(0, 0, 15, A, left=0))
    assert shows(packet, "ipv6.routing.rpl.addr_count") == ["0"]
    assert "ipv6.routing.rpl.address" not in packet


def test_rpl_with_less_than_no_addresses():
    packet = decoded(rpl(15, 0, 0, A[:8]))
    assert "ipv6.routing.rpl.addr_count_ge0" in notes(packet)
    assert packet.info == "IPv6 no next header"


@pytest.mark.parametrize(
    ("octets", "note"),
    [
        (rpl(0, 0, 0, A, reserved=1), "ipv6.routing.rpl.reserved_not0"),
        (rpl(0, 0, 5, A + bytes(8)), "ipv6.routing.rpl.cmprI_cmprE_pad"),
        (rpl(0, 0, 0, A, dst="ff02::5"), "ipv6.dst_addr.not_multicast"),
        (rpl(0, 0, 0, address(SOURCE)), "ipv6.src_route_list.src_addr"),
        (rpl(0, 0, 0, address(DESTINATION)), "ipv6.src_route_list.dst_addr"),
        (rpl(0, 0, 0, A, left=2), "ipv6.routing.invalid_segleft"),
    ],
)
def test_rpl_oddities(octets, note):
    assert note in notes(decoded(octets))


def segments(last, addresses, tlvs=b"", left=1, flags=0):
    data = bytes([last, flags, 0x12, 0x34]) + b"".join(addresses) + tlvs
    return routing(4, left, data)


def test_segments_are_numbered_from_0_and_the_first_is_the_last():
    packet = decoded(segments(1, [A, B]))
    assert [node.line for node in packet.fields("ipv6.routing.srh.addr")] == [
        "Address[0]: 2001:db8::a", "Address[1]: 2001:db8::b",
    ]  # fmt: skip
    assert shows(packet, "ipv6.routing.srh.tag") == ["12:34"]
    assert packet.destination == "2001:db8::a"
    assert notes(packet) == []


def test_tlvs_are_no_addresses():
    hmac = b"\x05\x26" + bytes(38)
    packet = decoded(segments(1, [A, B], hmac + b"\x04\x06" + bytes(6)))
    assert len(packet.fields("ipv6.routing.srh.addr")) == 2
    assert shows(packet, "sixscope.srh.tlv.type") == ["5", "4"]
    assert [node.length for node in packet.fields("sixscope.srh.tlv")] == [40, 8]


def test_hmac_tlv_is_taken_apart():
    # RFC 8754, section 2.1.2: D and 15 reserved bits, the key's number, the HMAC
    tlv = bytes.fromhex("0526 8000 00000006") + bytes(range(32))
    packet = decoded(segments(0, [A], tlv))
    assert packet["sixscope.srh.hmac.d"] == 1
    assert packet["sixscope.srh.hmac.key_id"] == 6
    assert packet["sixscope.srh.hmac.value"] == bytes(range(32))


def test_hmac_tlv_without_room_for_a_key_is_octets():
    packet = decoded(segments(0, [A], b"\5\4abcd" + b"\4\0"))
    assert packet["sixscope.srh.tlv.value"] == b"abcd"
    assert not packet.fields("sixscope.srh.hmac.key_id")


def test_tlv_longer_than_the_header():
    packet = decoded(segments(0, [A], b"\x7c\xff" + bytes(6)))
    assert notes(packet) == ["sixscope.srh.tlv_overrun"]
    assert packet.info == "IPv6 no next header"


def test_last_entry_past_the_header_reads_what_is_there():
    # RFC 8754, section 4.3.1.1: Last Entry must not exceed Hdr Ext Len / 2 - 1
    packet = decoded(segments(5, [A, B]))
    assert notes(packet) == ["sixscope.srh.last_entry"]
    assert len(packet.fields("ipv6.routing.srh.addr")) == 2


def test_compact_routing_shows_the_current_segment():
    packet = decoded(routing(5, 1, bytes.fromhex("0001000200030004") + ZERO))
    (current,) = packet.fields("ipv6.routing.crh16.current_sid")
    assert (current.offset, current.value) == (46, 2)


def test_compact_routing_without_that_segment():
    packet = decoded(routing(6, 7, bytes.fromhex("00000001")))
    assert notes(packet) == ["ipv6.routing.invalid_length"]


@pytest.mark.parametrize(("kind", "name"), [(253, "Experiment 1"), (7, "Unknown type 7")])
def test_types_that_nobody_knows(kind, name):
    packet = decoded(routing(kind, 1, ZERO))
    assert notes(packet) == ["ipv6.routing.undecoded"]
    assert packet.fields("ipv6.routing")[0].line == f"Routing Header for IPv6 ({name})"


def test_header_longer_than_the_packet_keeps_its_addresses():
    packet = decoded(routing(0, 1, ZERO + A, units=200, rest=UDP))
    assert "_ws.malformed" in notes(packet)
    assert shows(packet, "ipv6.routing.src.addr") == ["2001:db8::a"]


@pytest.mark.parametrize(
    "octets",
    [
        routing(0, 3, ZERO + A + B),
        routing(0, 1, ZERO + A, units=200),
        rpl(14, 15, 5, b"\x12\x34\x0b" + bytes(5), left=2),
        segments(5, [A, B]),
        segments(0, [A], b"\x7c\xff" + bytes(6)),
        routing(5, 7, bytes(4)),
        routing(9, 0, ZERO),
    ],
)
def test_without_a_tree_all_else_is_the_same(octets):
    same_without_tree(octets)

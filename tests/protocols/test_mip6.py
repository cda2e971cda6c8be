"""Mobility Header: broken lengths, checksum, what follows; where tshark is wrong."""

import struct

import pytest

from making import mip6
from making.mip6 import ADDRESS, mobility, option, update
from tests.protocols.beside_tshark import columns, needs_tshark
from tests.protocols.ipv6_packets import UDP, decoded, notes, same_without_tree, shows

CASES = [
    packet
    for cases in (mip6.messages, mip6.options, mip6.where_tshark_is_wrong)
    for packet, _ in cases()
]


@pytest.mark.tshark
@needs_tshark
def test_columns_agree_with_tshark(tmp_path):
    # After one mobile router tshark calls all bindings NEMO.
    packets = [packet for packet, words in mip6.messages() if "Localized" not in words]
    ordered = sorted(packets, key=lambda packet: decoded(packet).protocol)
    ours, theirs = columns(tmp_path / "mip6.pcap", ordered)
    assert ours == theirs


def test_same_without_tree():
    for packet in CASES:
        same_without_tree(packet)


@pytest.mark.parametrize(("kind", "data"), mip6.LONGER)
def test_length_of_an_option_counts_its_data_alone(kind, data):  # RFC 6275, section 6.2.1
    packet = decoded(update(option(kind, data)))
    start = 40 + 6 + 6 + 2
    inside = [node for node in packet.tree.walk() if start <= node.offset < start + len(data)]
    assert max(node.offset + node.length for node in inside) == start + len(data)


def test_localized_routing_is_read_behind_the_head():
    packet = decoded(mobility(17, bytes.fromhex("00070000003c")))
    assert [(n.offset, n.value) for n in packet.fields("mip6.lri.sequence")] == [(46, 7)]
    assert packet["mip6.lri.lifetime"] == 60
    packet = decoded(mobility(18, bytes.fromhex("00078080003c")))
    assert (packet["mip6.lra.sequence"], packet["mip6.lra.status"]) == (7, 128)
    assert packet["mip6.lri.unsolicited"]


def test_ntp_timestamp_of_1970_and_fraction():
    packet = decoded(update(option(10, struct.pack(">II", 2_208_988_800, 1 << 31))))
    assert shows(packet, "mip6.mseg_id.timestamp") == ["Jan  1, 1970 00:00:00.500000000 UTC"]


def test_options_behind_home_agents_are_found():
    packet = decoded(mobility(12, b"\1\0" + ADDRESS + option(28, b"\0\0\0\7")))
    assert shows(packet, "mip6.has.address") == ["2001:db8::7"]
    assert packet["mip6.rc"] == 7


def test_more_home_agents_than_there_are_octets():
    packet = decoded(mobility(12, b"\3\0" + ADDRESS))
    assert shows(packet, "mip6.has.address") == ["2001:db8::7"]
    assert "_ws.malformed" in notes(packet)


def test_checksum_is_verified():
    assert decoded(mobility(1, bytes(10))).fields("mip6.csum")[0].suffix == " [correct]"
    packet = decoded(mobility(1, bytes(10), good=False))
    assert notes(packet) == ["sixscope.mip6.checksum"]


def test_message_shorter_than_its_fixed_part():
    packet = decoded(mobility(3, b"\0\1", behind=bytes(16)))
    assert packet["mip6.hot.nindex"] == 1
    assert "mip6.hot.cookie" not in packet
    assert "_ws.malformed" in notes(packet)


def test_header_length_past_the_packet_keeps_what_was_read():
    packet = decoded(mobility(5, bytes.fromhex("000100000004"), units=9, good=False))
    assert packet["mip6.bu.seqnr"] == 1
    assert "_ws.malformed" in notes(packet)


def test_option_too_short_keeps_its_octets():
    packet = decoded(update(option(3, b"abcd"), option(28, b"\0\0\0\7")))
    assert packet["mip6.options.acoa"] == b"\x03\x04abcd"
    assert "mip6.opt.len.invalid" in notes(packet)
    assert "mip6.rc" not in packet


def test_option_past_the_end_ends_the_options():
    packet = decoded(update(option(28, b"\0\0\0\7"), option(20, b"abc", 200)))
    assert packet["mip6.rc"] == 7
    assert notes(packet) == ["mip6.opt.len.invalid"]


def test_payload_behind_the_header():
    packet = decoded(mobility(10, b"\0\0", proto=17, behind=UDP))
    assert packet.chain == "ipv6:mipv6:udp:data"
    packet = decoded(mobility(10, b"\0\0", behind=UDP))
    assert packet.chain == "ipv6:mipv6"


def test_mobile_router_is_nemo():
    packet = decoded(mobility(5, bytes.fromhex("000104000004")))
    assert (packet.protocol, packet.info) == ("NEMO", "Binding Update")


def test_lifetimes_of_fast_handover_are_seconds():  # tshark: 4 seconds (RFC 5568, section 6.2.2)
    packet = decoded(mobility(8, bytes.fromhex("0001f0000005")))
    assert packet.fields("mip6.fbu.lifetime")[0].line == "Lifetime: 5 seconds"
    packet = decoded(mobility(9, bytes.fromhex("808000010005")))
    assert packet.fields("mip6.fback.lifetime")[0].line == "Lifetime: 5 seconds"


def test_flags_of_handover_between_gateways():  # RFC 5949, section 6.1
    packet = decoded(mobility(14, bytes.fromhex("00013003")))
    assert (packet["sixscope.mip6.hi.p_flag"], packet["sixscope.mip6.hi.f_flag"]) == (1, 1)
    packet = decoded(mobility(15, bytes.fromhex("00014005")))
    assert (packet["sixscope.mip6.hack.u_flag"], packet["sixscope.mip6.hack.p_flag"]) == (0, 1)
    assert packet["mip6.hack.code"] == 5


@pytest.mark.parametrize(
    ("octets", "field", "line"),
    [
        (mobility(16, bytes.fromhex("028400018000")), "mip6.bri_status",
         "Status: Revocation Failed - MN is Attached (132)"),
        (mobility(6, bytes.fromhex("900000010004")), "mip6.ba.status",
         "Status: MIPV6-ID-MISMATCH (144)"),
        (update(option(9, b"\1\0\0\0\3d")), "mip6.auth.subtype",
         "Subtype: MN-HA mobility message authentication option (1)"),
        (update(option(9, b"\1\0\0\0\3d")), "mip6.auth.mobility_spi",
         "Mobility SPI: HMAC_SHA1_SPI (3)"),
    ],
)  # fmt: skip
def test_numbers_have_the_names_of_the_rfc(octets, field, line):
    # RFC 5846, section 5.2; RFC 4285, section 8
    assert decoded(octets).fields(field)[0].line == line


@pytest.mark.parametrize("told", [option(3, ADDRESS), option(20, b"\7service")])
def test_cut_capture_is_no_malformed_packet(told):
    octets = update(told)
    for size in range(50, octets.index(told) + len(told)):
        packet = decoded(octets[:size], original=len(octets))
        assert "_ws.short" in notes(packet)
        assert "_ws.malformed" not in notes(packet)

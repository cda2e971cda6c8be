"""Mobility Header: messages, options, broken lengths, checksum, what follows; beside tshark."""

import struct

import pytest

from dissect.protocols.mip6 import MobilityHeader
from tests.protocols.beside_tshark import (
    columns,
    defined,
    differences,
    names_of,
    needs_tshark,
    summed,
)
from tests.protocols.ipv6_packets import decoded, ipv6, notes, same_without_tree, shows

ADDRESS = bytes.fromhex("20010db8000000000000000000000007")
IPV4 = bytes([192, 0, 2, 1])
UDP = bytes.fromhex("03e80009000c0000") + b"data"


def mobility(kind, body, *, units=None, proto=59, behind=b"", good=True):
    """An IPv6 packet with one message, filled up to 8 octets with Pad1."""
    body += bytes(-(6 + len(body)) % 8)
    units = (6 + len(body)) // 8 - 1 if units is None else units
    octets = bytes(MobilityHeader(proto=proto, len=units, type=kind)) + body
    octets = summed(octets, 4, 135) if good else octets
    return ipv6(135, octets + behind)


def option(kind, data, length=None):
    return bytes([kind, len(data) if length is None else length]) + data


def update(*options):
    """A Binding Update with options."""
    return mobility(5, bytes.fromhex("000180000004") + b"".join(options))


def suboptions(*each):
    return option(52, b"".join(option(kind, data) for kind, data in each))


def vendor(subtype, data, more=0):
    return option(19, struct.pack(">IBB", 10415, subtype, more) + data)


OCTETS = bytes(range(0x41, 0x41 + 24))
EXACT = {
    2: 2, 3: 16, 4: 4, 6: 18, 22: 18, 23: 2, 24: 2, 26: 16, 27: 8, 28: 4, 29: 6, 30: 6, 31: 6,
    32: 6, 34: 18, 36: 6, 37: 6, 38: 6, 39: 2, 46: 2, 48: 18, 49: 4, 50: 6,
}  # fmt: skip
"""Options of one length."""

MESSAGES = [
    mobility(0, b"\1\2" + option(1, b"\0\0\0\0")),
    mobility(1, bytes(2) + OCTETS[:8]),
    mobility(2, bytes(2) + OCTETS[:8]),
    mobility(3, OCTETS[:18]),
    mobility(4, OCTETS[:18]),
    mobility(5, bytes.fromhex("0001ffc00004") + option(1, b"")),
    mobility(5, bytes.fromhex("000100000004")),
    mobility(6, bytes.fromhex("00f800010004")),
    mobility(6, bytes.fromhex("850000010004")),
    mobility(7, b"\1\0" + ADDRESS),
    mobility(8, bytes.fromhex("0001f0000004")),
    mobility(9, bytes.fromhex("808000010004")),
    mobility(10, b"ab"),
    mobility(11, OCTETS[:10]),
    mobility(13, bytes.fromhex("000300000001")),
    mobility(14, bytes.fromhex("0001c003")),
    mobility(15, bytes.fromhex("00010003")),
    mobility(16, bytes.fromhex("01010001e001")),
    mobility(16, bytes.fromhex("020200018000")),
    mobility(19, OCTETS[:10]),
]

AGREED = [
    *MESSAGES,
    *(update(option(kind, OCTETS[:size])) for kind, size in EXACT.items()),
    *(update(option(kind, OCTETS[: size + 2])) for kind, size in EXACT.items()),
    *(update(option(kind, b"")) for kind in EXACT),
    update(option(5, OCTETS[:12])),
    update(option(7, b"\2" + OCTETS[:6])),
    update(option(7, b"\2")),
    update(option(8, b"\1node@example.org")),
    update(option(8, b"\1")),
    update(option(9, b"\1\0\0\0\5d")),
    update(option(11, b"")),
    update(option(12, b"p")),
    update(option(13, b"s")),
    update(option(14, b"k")),
    update(option(15, b"")),
    update(option(16, b"t")),
    update(option(17, b"\x80\x80n")),
    update(option(18, b"d")),
    update(option(19, struct.pack(">IB", 10415, 7))),
    update(option(20, b"internet")),
    update(option(21, b"\0\0\0\5a")),
    update(option(23, b"\0\4"), option(24, b"\0\x08")),
    update(option(25, bytes(2) + OCTETS[:6])),
    update(option(27, bytes.fromhex("00005f0000008000"))),
    update(option(27, bytes.fromhex("ff015f000000ffff"))),
    update(option(31, b"\x80\0" + b"\xff" * 4)),
    update(option(33, OCTETS[:2])),
    update(option(33, OCTETS[:6])),
    update(option(35, OCTETS[:4])),
    update(option(35, b"\0\1\0\x80" + IPV4)),
    update(option(35, b"\0\1\0\0" + ADDRESS)),
    update(option(40, b"\0\0" + option(2, b"") + option(3, b"ab"))),
    update(option(40, b"\0\0" + option(19, struct.pack(">IB", 10415, 7)))),
    update(option(40, b"\0\0" + option(2, b"", 9))),
    update(option(41, b"\1\0" + ADDRESS)),
    update(option(41, b"\2\0" + IPV4)),
    update(option(41, b"\3\0" + IPV4)),
    update(option(47, b"\x80\0" + ADDRESS)),
    update(option(47, b"\x40\0" + IPV4)),
    update(option(47, b"\xc0\0" + ADDRESS + IPV4)),
    update(suboptions((1, b"\x80\3net\2ap"), (1, b"\0\3net\2ap"), (4, b"abc"))),
    update(suboptions((2, b"\1\2\3\x81\2\3"), (3, b"\1\0\0\1"))),
    update(option(55, b"\x80\x18" + IPV4)),
    update(option(55, b"\0\x40" + ADDRESS)),
    update(option(55, b"\0\x40" + OCTETS[:7])),
    update(vendor(2, b"\x41")),
    update(vendor(3, IPV4)),
    update(vendor(3, ADDRESS)),
    update(vendor(4, b"\1")),
    update(vendor(6, b"\1\x10")),
    update(vendor(7, IPV4)),
    update(vendor(9, b"apn")),
    update(vendor(10, b"\1\2")),
    update(vendor(11, bytes.fromhex("21436587f9"))),
    update(vendor(12, bytes.fromhex("21436587f9"))),
    update(vendor(14, b"\1")),
    update(vendor(15, b"\2")),
    update(vendor(16, bytes.fromhex("21436587f9"))),
    update(vendor(17, b"\x35")),
    update(vendor(19, b"\1")),
    update(vendor(2, b"\x41", more=1)),
    update(option(20, b"abcde", 60)),
    update(option(1, b"\0\0\0") + b"\0\0\0\x14"),
    update(option(99, b"abcdef", 60)),
]  # fmt: skip
"""Packets on all of whose fields tshark and we agree."""

CLAUSE = "RFC 6275, section 6.2.1: an option's length does not count its first two octets"
TSHARK_WRONG = [
    (CLAUSE, option(9, b"\1\0\0\0\5" + OCTETS), {"mip6.auth.auth_data"}),
    (CLAUSE, option(12, OCTETS), {"mip6.cgar.cga_par"}),
    (CLAUSE, option(13, OCTETS), {"mip6.sign.sign"}),
    (CLAUSE, option(14, OCTETS[:8]), {"mip6.phkt.phkt"}),
    (CLAUSE, option(16, OCTETS[:8]), {"mip6.mocot.co_keygen_tok"}),
    (CLAUSE, option(17, b"\0\0" + OCTETS), {"mip6.dnsu.mn_id"}),
    (CLAUSE, option(18, OCTETS), {"mip6.em.data"}),
    (CLAUSE, option(19, b"\0\0\0\x09\1" + OCTETS[:9]), {"mip6.vsm.data"}),
    (CLAUSE, option(21, b"\0\0\0\5" + OCTETS), {"mip6.badff.auth"}),
    ("RFC 6275, section 6.2.1: the length stands behind the type", option(42, OCTETS),
     {"mip6.mobility_opt.len"}),
    ("RFC 4285, section 6: an NTP timestamp", option(10, bytes.fromhex("e300000080000000")),
     {"mip6.mseg_id.timestamp"}),
    ("RFC 6705: the address follows two octets, which makes 18",
     option(51, b"\0\x80" + ADDRESS), {"mip6.opt.len.invalid"}),
    ("3GPP TS 29.282: the subtype stands there once", vendor(3, b""), {"mip6.vsm.subtype"}),
]  # fmt: skip
"""Clause, option, and the fields that tshark 4.0 reads wrongly."""

NOT_EXERCISED = {
    "mip6.bogus_header_length": "no header was found that makes tshark 4.0 say so",
    "mip6.lri.sequence": "tshark reads the message from the start of the Mobility Header",
    "mip6.lri.reserved": "the same",
    "mip6.lri.lifetime": "the same",
    "mip6.lri.unsolicited": "the same",
    "mip6.lra.sequence": "the same",
    "mip6.lra.reserved": "the same",
    "mip6.lra.status": "the same",
    "mip6.lra.lifetime": "the same",
}
"""Fields for which there is nothing to agree on."""


@pytest.mark.tshark
@needs_tshark
def test_every_message_and_option_agrees_with_tshark(tmp_path):
    found = differences(tmp_path / "mip6.pcap", AGREED, "mip6.")
    apart = {AGREED[i].hex(): names for i, d in enumerate(found) if (names := names_of(d))}
    assert apart == {}
    wrong = differences(tmp_path / "b.pcap", [update(o) for _, o, _ in TSHARK_WRONG], "mip6.")
    assert [names_of(d) for d in wrong] == [names for _, _, names in TSHARK_WRONG]
    switch = [mobility(12, b"\1\5" + ADDRESS)]  # tshark looks for its options elsewhere
    found += differences(tmp_path / "c.pcap", switch, "mip6.has.")
    assert names_of(found[-1]) == set()
    seen = {row.name for d in found + wrong for row in d.agreed}
    seen |= {name for _, _, names in TSHARK_WRONG for name in names}
    everything = defined("mipv6")
    assert everything - seen == NOT_EXERCISED.keys()
    assert len(seen & everything) >= 0.95 * len(everything)


@pytest.mark.tshark
@needs_tshark
def test_columns_agree_with_tshark(tmp_path):
    # After one mobile router tshark calls all bindings NEMO.
    ordered = sorted(MESSAGES, key=lambda packet: decoded(packet).protocol)
    ours, theirs = columns(tmp_path / "mip6.pcap", ordered)
    assert ours == theirs


@pytest.mark.parametrize("packet", AGREED)
def test_same_without_tree(packet):
    same_without_tree(packet)


@pytest.mark.parametrize(("clause", "data", "names"), TSHARK_WRONG)
def test_same_without_tree_where_tshark_is_wrong(clause, data, names):
    same_without_tree(update(data))


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
    assert decoded(MESSAGES[1]).fields("mip6.csum")[0].suffix == " [correct]"
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


def test_cut_capture_is_no_malformed_packet():
    octets = update(option(3, ADDRESS))
    packet = decoded(octets[:60], original=len(octets))
    assert "_ws.short" in notes(packet)
    assert "_ws.malformed" not in notes(packet)

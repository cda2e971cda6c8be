"""PPP's control protocols: options by RFC 1661 and others, texts and bounds as tshark has them."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import dissect

PPP = 9
LCP, IPCP, IPV6CP, CCP = 0xC021, 0x8021, 0x8057, 0x80FD


def control(protocol, code, body, length=None):
    size = 4 + len(body) if length is None else length
    head = struct.pack(">HBBH", protocol, code, 1, size)
    return dissect(head + body, PPP, strict=True)


def option(kind, value):
    return bytes((kind, 2 + len(value))) + value


def asked(protocol, *options):
    return control(protocol, 1, b"".join(options))


@pytest.mark.parametrize(
    ("protocol", "kind", "value", "name", "show"),
    [
        (LCP, 1, b"\x05\xd4", "lcp.opt.mru", "1492"),
        (LCP, 2, b"\0\x0a\0\0", "lcp.opt.asyncmap", "0x000a0000"),
        (LCP, 3, b"\xc2\x23\x05", "lcp.opt.algorithm", "5"),
        (LCP, 4, b"\xc0\x25\0\0\0\x64", "lcp.opt.reporting_period", "100"),
        (LCP, 5, b"\1\2\3\4", "lcp.opt.magic_number", "0x01020304"),
        (LCP, 13, b"\x03+49", "lcp.opt.message", "2b:34:39"),
        (LCP, 19, b"\2\xc0\0\2\1", "lcp.opt.ip_address", "192.0.2.1"),
        (LCP, 26, b"\1\2ab\2\0", "lcp.opt.class", "1"),
        (IPCP, 3, b"\xc0\0\2\1", "ipcp.opt.ip_address", "192.0.2.1"),
        (IPCP, 129, b"\xc0\0\2\1", "ipcp.opt.pri_dns_address", "192.0.2.1"),
        (IPCP, 2, b"\0\x2d\x0f\1", "ipcp.opt.max_slot_id", "15"),
        (IPV6CP, 1, bytes(range(8)), "ipv6cp.interface_identifier", "00:01:02:03:04:05:06:07"),
        (CCP, 18, b"\1\0\0\x40", "ccp.opt.supported_bits.s", "1"),
        (CCP, 26, b"\x78\0", "ccp.opt.window", "7"),
    ],
)  # fmt: skip
def test_options(protocol, kind, value, name, show):
    packet = asked(protocol, option(kind, value))
    assert packet.fields(name)[0].show == show
    assert not packet.findings


def test_line_names_all_options():
    packet = asked(LCP, option(1, b"\x05\xd4"), option(7, b""), option(99, b"ab"))
    lines = [node.line for node in packet.layer("lcp").node.children]
    assert lines[3] == "Options: (10 bytes), Maximum Receive Unit, Protocol Field Compression"


def test_options_within_a_compression():
    profiles = option(1, struct.pack(">HH", 0, 2))
    value = b"\0\3" + struct.pack(">HHH", 15, 0, 168) + profiles
    packet = asked(IPCP, option(2, value))
    assert [n.show for n in packet.fields("ipcp.opt.rohc.profile")] == ["0x0000", "0x0002"]


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"\1\3\5", "Maximum Receive Unit (with option length = 3 bytes; should be 4)"),
        (b"\3\2", "Authentication Protocol (with option length = 2 bytes; should be at least 4)"),
        (b"\x12\7", "Multilink Short Sequence Number Header "
         "(option length = 7 bytes says option goes past end of options)"),
        (b"\5\1", "Magic Number (with too-short option length = 1 byte)"),
        (b"\x77\0", "Unknown (0x77) (with too-short option length = 0 bytes)"),
        (b"\5", "Magic Number (length byte past end of options)"),
    ],
)  # fmt: skip
def test_lengths_that_cannot_be(octets, text):
    (finding,) = asked(LCP, octets).findings
    assert (finding.note.name, finding.text) == ("ppp.opt.len.invalid", text)


def test_value_past_its_option_is_malformed():
    assert [f.note.name for f in asked(IPCP, option(2, b"\0\x2d\x0f")).findings] == [
        "_ws.malformed"
    ]


def test_rejected_packet_is_decoded_as_a_quote():
    inner = struct.pack(">HBBH", IPV6CP, 1, 1, 14) + option(1, bytes(8))
    packet = control(LCP, 8, inner)
    assert packet.chain == "ppp:lcp:ipv6cp"
    assert packet.info == "Protocol Reject"
    assert packet.layers[-1].quoted


def test_rejected_packet_is_decoded_where_the_length_passes_the_end():
    inner = struct.pack(">HBBH", IPV6CP, 1, 1, 14) + option(1, bytes(8))
    packet = control(LCP, 8, inner, 255)
    assert packet.chain == "ppp:lcp:ipv6cp"
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]


@pytest.mark.parametrize(
    ("code", "body", "name", "show"),
    [
        (0, b"\0\0\0\6\0\0\x5e\1ab", "ppp.oui", "94"),
        (5, b"bye", "ppp.data", "62:79:65"),
        (12, b"\0\0\0\6six", "lcp.message", "six"),
        (13, b"\0\0\0\6\0\0\2\x58", "lcp.secs_remaining", "600"),
    ],
)  # fmt: skip
def test_other_codes(code, body, name, show):
    assert control(LCP, code, body).fields(name)[0].show == show


def test_message_past_the_end_keeps_its_options():
    packet = control(LCP, 1, option(1, b"\x05\xd4"), 40)
    assert packet["lcp.opt.mru"] == 1492
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]


@pytest.mark.parametrize(
    ("value", "noted"),
    [
        ("00", False), ("00 01", True), ("01" + 20 * "61", False), ("01" + 21 * "61", True),
        ("02 c0000201", False), ("02 c000020101", True), ("03 00005e005301", False),
        ("04" + 20 * "01", False), ("04" + 6 * "01", True), ("05" + 16 * "31", True),
        ("06" + 99 * "61", False),
    ],
)  # fmt: skip
def test_endpoint_of_a_length_that_its_class_does_not_have(value, noted):
    """RFC 1990, section 5.1.3."""
    packet = asked(LCP, option(19, bytes.fromhex(value)))
    assert ("sixscope.lcp.endpoint" in [f.note.name for f in packet.findings]) is noted

"""PPP with and without its optional octets, its control protocols, and PPP over Ethernet."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import Packet, dissect

IPV4 = bytes.fromhex("450000140001000040fd00000a0000010a000002")
ADDRESSES = bytes.fromhex("02000000000102000000000a")
PPP, PPPOE = 9, 51
DISCOVERY, SESSION = b"\x88\x63", b"\x88\x64"


def decoded(data: bytes, link: int = PPP) -> Packet:
    return dissect(data, link, strict=True)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("ff030021", [("ppp.address", 0, 1), ("ppp.control", 1, 1), ("ppp.protocol", 2, 2)]),
        ("0021", [("ppp.protocol", 0, 2)]),
        ("21", [("ppp.protocol", 0, 1)]),
        ("ff0321", [("ppp.address", 0, 1), ("ppp.control", 1, 1), ("ppp.protocol", 2, 1)]),
    ],
)
def test_optional_octets(head: str, expected: list[tuple[str, int, int]]) -> None:
    packet = decoded(bytes.fromhex(head) + IPV4)
    nodes = packet.layer("ppp").node.children or ()
    assert [(n.name, n.offset, n.length) for n in nodes] == expected
    assert packet.fields("ppp.protocol")[0].show == "0x0021"
    assert packet.chain == "ppp:ip"


def test_nothing_behind_an_unknown_protocol_is_no_data() -> None:
    assert decoded(b"\xff\x03\xbe\xef").chain == "ppp"
    assert decoded(b"\xff\x03\xbe\xefa").chain == "ppp:data"


def test_unknown_protocol_is_in_the_columns() -> None:
    packet = decoded(b"\xff\x03\xbe\xefabc")
    assert (packet.source, packet.protocol) == ("N/A", "0xbeef")
    assert packet.info == "PPP Unknown (0xbeef)"


def test_direction_octet() -> None:
    packet = decoded(b"\0\xff\x03\0\x21" + IPV4, 204)
    assert packet["ppp.direction"] == 1
    assert packet.layer("ip").offset == 5
    assert decoded(b"\1\xff\x03\0\x21" + IPV4, 204)["ppp.direction"] == 0


def test_cisco_hdlc_on_a_ppp_link() -> None:
    assert decoded(b"\x0f\0\x08\0" + IPV4).chain == "ppp:chdlc:ip"


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\x03", b"\xff\x03\0"])
def test_ppp_that_ends_early_is_malformed(data: bytes) -> None:
    assert [f.note.name for f in decoded(data).findings] == ["_ws.malformed"]


# --- control protocols -------------------------------------------------------------------------


def test_echo_request() -> None:
    packet = decoded(bytes.fromhex("c02109240008e7e18ff6"))
    assert (packet.protocol, packet.info) == ("PPP LCP", "Echo Request")
    assert packet.fields("lcp.magic_number")[0].show == "0xe7e18ff6"
    assert packet.fields("ppp.identifier")[0].line == "Identifier: 36 (0x24)"


def test_interface_identifier_of_ipv6cp() -> None:
    packet = decoded(bytes.fromhex("80570101000e010ac8010efffe880008"))
    assert packet.protocol == "PPP IPV6CP"
    assert packet["ipv6cp.interface_identifier"] == bytes.fromhex("c8010efffe880008")
    option = packet.fields("ipv6cp.opt.interface_identifier")[0]
    assert (option.offset, option.length) == (6, 10)


@pytest.mark.parametrize("option", ["0100", "01ff00000000", "0101"])
def test_option_length_that_can_t_be_ends_the_options(option: str) -> None:
    octets = bytes.fromhex(option)
    head = struct.pack(">HBBH", 0x8057, 1, 1, 4 + len(octets))
    packet = decoded(head + octets)
    assert [f.note.name for f in packet.findings] == ["ppp.opt.len.invalid"]


# --- PPP over Ethernet -------------------------------------------------------------------------


def over_ethernet(kind: bytes, code: int, payload: bytes, length: int | None = None) -> Packet:
    size = len(payload) if length is None else length
    head = struct.pack(">BBHH", 0x11, code, 1, size)
    return dissect(ADDRESSES + kind + head + payload, strict=True)


def tag(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value


def test_session_carries_ppp() -> None:
    packet = over_ethernet(SESSION, 0, b"\0\x21" + IPV4)
    assert packet.chain == "eth:ethertype:pppoes:ppp:ip"
    assert packet["pppoe.payload_length"] == 22


# tshark 4.0: short payloads may be padded, four octets more may be a check sequence
@pytest.mark.parametrize(
    ("actual", "length", "noted"),
    [(40, 30, False), (41, 30, True), (60, 60, False), (60, 59, True), (60, 56, False),
     (60, 61, True), (40, 41, False)],
)  # fmt: skip
def test_payload_length_that_is_not_the_payload_s(actual: int, length: int, noted: bool) -> None:
    packet = over_ethernet(SESSION, 0, b"\xbe\xef" + bytes(actual - 2), length)
    assert ("pppoe.payload_length.bad" in [f.note.name for f in packet.findings]) == noted


def test_session_on_its_own_link_type() -> None:
    data = struct.pack(">BBHH", 0x11, 0, 1, 22) + b"\0\x21" + IPV4
    assert decoded(data, PPPOE).chain == "pppoes:ppp:ip"


def test_discovery_tags() -> None:
    tags = tag(0x0101, b"") + tag(0x0102, b"ac1") + tag(0x0103, b"abcd") + tag(0, b"")
    packet = over_ethernet(DISCOVERY, 0x07, tags + tag(0x0101, b"after the end"))
    assert packet.info == "Active Discovery Offer (PADO) AC-Name='ac1'"
    names = [n.name for n in packet.fields("pppoed.tags")[0].children or ()]
    assert names == ["pppoed.tags.ac_name", "pppoed.tags.host_uniq"]


def test_unknown_tag_shows_its_own_octets() -> None:
    packet = over_ethernet(DISCOVERY, 0x09, tag(0x9999, b"abc"))
    data = packet.fields("pppoed.tag.unknown_data")[0]
    assert (data.offset, data.value) == (24, b"abc")


def test_tags_of_the_broadband_forum() -> None:
    value = struct.pack(">I", 3561) + b"\1\3eth" + b"\x81\4\0\0\4\0" + b"\x81\1\0"
    packet = over_ethernet(DISCOVERY, 0x09, tag(0x0105, value))
    assert packet["pppoed.tags.circuit_id"] == "eth"
    assert packet["pppoed.tags.act_data_rate_up"] == 1024
    assert [f.note.name for f in packet.findings] == ["pppoed.tag_length.invalid"]


def test_credits_and_metrics() -> None:
    # RFC 5578, section 8
    metrics = struct.pack(">HBBHHH", 0x0001, 99, 88, 5, 100, 1000)
    packet = over_ethernet(DISCOVERY, 0x0C, tag(0x0106, b"\0\6\0\7") + tag(0x0107, metrics))
    assert packet["pppoed.tags.credits.bcn"] == 7
    assert packet["pppoed.tags.metrics.max_drate"] == 1000
    assert packet["pppoed.tags.metrics.r"] == 1


def test_tag_longer_than_the_packet_keeps_the_tags_before() -> None:
    packet = over_ethernet(DISCOVERY, 0x09, tag(0x0103, b"abcd") + b"\1\1\0\x20abc")
    assert packet["pppoed.tags.host_uniq"] == b"abcd"
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]


def test_octets_behind_the_tags_are_nobody_s() -> None:
    data = over_ethernet(DISCOVERY, 0x09, tag(0x0103, b"abcd") + bytes(40), 8)
    assert "eth.padding" not in data  # as in tshark 4.0, which shows none behind PPPoE
    assert not data.findings

"""Link types with little or no header: raw IP, BSD loopback, Cisco HDLC."""

from __future__ import annotations

import pytest

import dissect.protocols
from dissect.engine.packet import Packet, dissect

IPV4 = bytes.fromhex("450000140001000040fd00000a0000010a000002")
IPV6 = bytes.fromhex("6000000000003b40") + bytes(15) + b"\1" + bytes(15) + b"\2"
RAW, NULL, LOOP, CHDLC = 101, 0, 108, 104


def decoded(data: bytes, link: int) -> Packet:
    return dissect(data, link, strict=True)


# --- raw ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [12, 14, RAW])
def test_version_nibble_says_what_it_is(link: int) -> None:
    assert decoded(IPV4, link).chain == "raw:ip"
    assert decoded(IPV6, link).chain.startswith("raw:ipv6")


def test_raw_layer_is_the_whole_packet() -> None:
    assert decoded(IPV6, RAW).layer("raw").end == len(IPV6)


def test_link_types_of_one_version_have_no_raw_layer() -> None:
    assert decoded(IPV4, 228).chain == "ip"
    assert decoded(IPV6, 229).chain.startswith("ipv6")


def test_remains_of_ppp_and_zeros_before_the_packet() -> None:
    assert decoded(b"\xff\x03\0\x21" + IPV4, RAW).chain.startswith("raw:ppp:ip")
    assert decoded(bytes(10) + IPV4, RAW).layer("ip").offset == 10


def test_raw_packet_of_another_version_is_data() -> None:
    packet = decoded(b"\x50" + bytes(19), RAW)
    assert packet.chain == "raw:data"
    assert (packet.source, packet.protocol, packet.info) == ("N/A", "N/A", "Raw packet data")


@pytest.mark.parametrize("data", [b"", b"\x45", b"\x60" * 9])
def test_raw_packet_too_short_to_tell(data: bytes) -> None:
    assert [f.note.name for f in decoded(data, RAW).findings] == ["_ws.malformed"]


# --- null and loop -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "name", "show", "chain"),
    [
        ("02000000", "null.family", "2", "null:ip"),
        ("00000002", "null.family", "2", "null:ip"),
        ("18000000", "null.family", "24", "null:ipv6"),
        ("0000001c", "null.family", "28", "null:ipv6"),
        ("1e000000", "null.family", "30", "null:ipv6"),
        ("00020000", "null.family", "2", "null:ip"),
        ("dd860000", "null.type", "0x86dd", "null:ipv6"),
        ("00000800", "null.type", "0x0800", "null:ip"),
        ("63000000", "null.family", "99", "null:data"),
    ],
)
def test_family_in_either_byte_order(head: str, name: str, show: str, chain: str) -> None:
    payload = IPV6 if "ipv6" in chain else IPV4
    packet = decoded(bytes.fromhex(head) + payload, NULL)
    assert [(n.name, n.show) for n in packet.layer("null").node.children or ()] == [(name, show)]
    assert packet.chain.startswith(chain)


def test_loop_is_in_network_byte_order_only() -> None:
    assert decoded(bytes.fromhex("00000002") + IPV4, LOOP).chain == "null:ip"
    packet = decoded(bytes.fromhex("02000000") + IPV4, LOOP)
    assert packet["null.family"] == 0x02000000
    assert packet.chain == "null:data"


def test_half_a_family_is_malformed() -> None:
    assert [f.note.name for f in decoded(b"\2\0", NULL).findings] == ["_ws.malformed"]


# --- Cisco HDLC --------------------------------------------------------------------------------


def test_chdlc_carries_ip_without_an_ethertype_layer() -> None:
    packet = decoded(b"\x0f\0\x86\xdd" + IPV6, CHDLC)
    assert packet.chain.startswith("chdlc:ipv6")
    assert packet.fields("chdlc.address")[0].show == "0x0f"


def test_keepalive_in_words() -> None:
    data = bytes.fromhex("8f0080350000000200000005000000020000")
    packet = decoded(data, CHDLC)
    assert packet.protocol == "SLARP"
    assert packet.info == "Line keepalive, outgoing sequence 5, returned sequence 2"
    assert [f.note.name for f in packet.findings] == ["slarp.reliability.invalid"]


def test_address_request_in_words() -> None:
    packet = decoded(bytes.fromhex("8f008035") + bytes(14), CHDLC)
    assert packet.info == "Request, from 0.0.0.0, mask 0.0.0.0"


def test_osi_has_an_octet_of_padding() -> None:
    packet = decoded(bytes.fromhex("8f00fefe03") + b"\x83abc", CHDLC)
    assert packet["chdlc.clns_padding"] == 3
    assert packet["data.data"] == b"\x83abc"


def test_unknown_link_type_is_noted_and_data() -> None:
    packet = decoded(b"abc", 147)
    assert [f.note.name for f in packet.findings] == ["sixscope.link_unknown"]
    assert packet["data.data"] == b"abc"

"""GTP-U: optional octets, extension headers, what a user packet is."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet, dissect
from dissect.protocols.gtp import Gtp

IP = bytes.fromhex("4500001400010000403b66ac0a0000010a000002")
IPV6 = bytes.fromhex("6000000000003b40") + bytes(32)
ETHERNET = bytes.fromhex("020000000001020000000002" + "0800")


def read(options: str, payload: bytes, kind: int = 0xFF, **flags: int) -> Packet:
    body = bytes.fromhex(options) + payload
    header = bytes(Gtp(version=1, pt=1, kind=kind, len=len(body), teid=7, **flags))
    return dissect(header + body, "gtp", strict=True)


@pytest.mark.parametrize(
    ("payload", "chain"),
    [(IP, "gtp:ip"), (IPV6, "gtp:ipv6"), (ETHERNET + IP, "gtp:eth:ethertype:ip")],
)
def test_user_packet_by_its_first_octets(payload: bytes, chain: str) -> None:
    packet = read("", payload)
    assert packet.chain == chain
    assert packet["gtp.teid"] == 7


def test_unknown_user_packet_is_shown_as_octets() -> None:
    assert read("", b"\x00\x11\x22")["gtp.tpdu_data"] == b"\x00\x11\x22"


def test_any_flag_brings_four_octets_but_only_its_field() -> None:
    packet = read("00000500", IP, pn=1)
    assert packet["gtp.npdu_number"] == 5
    assert "gtp.seq_number" not in packet
    assert "gtp.ext_hdr.next" not in packet
    assert packet.chain == "gtp:ip"


def test_chain_of_extension_headers() -> None:
    options = "000111c0" + "01123485" + "01100540" + "01cafe00"
    packet = read(options, IP, e=1, s=1, pn=1)
    nexts = [(node.offset, node.value) for node in packet.fields("gtp.ext_hdr.next")]
    assert nexts == [(11, 0xC0), (15, 0x85), (19, 0x40), (23, 0)]
    assert packet["gtp.ext_hdr.pdcp_sn"] == 0x1234
    assert packet["gtp.ext_hdr.pdu_ses_con.qos_flow_id"] == 5
    assert packet["gtp.ext_hdr.udp_port"] == 0xCAFE
    assert packet.chain == "gtp:ip"


def test_unknown_extension_header_is_passed_by() -> None:
    packet = read("000000f7" + "0211223344556600", IP, e=1)
    assert packet["sixscope.gtp.ext_hdr.content"] == bytes.fromhex("112233445566")
    assert packet.chain == "gtp:ip"


def test_extension_header_of_zero_length_ends_the_chain() -> None:
    packet = read("00000085" + "00100900", IP, e=1)
    assert [finding.note.name for finding in packet.findings] == ["gtp.ext_length.invalid"]
    assert packet.chain == "gtp"


def test_extension_header_past_the_end_keeps_its_length() -> None:
    packet = read("00000085" + "ff100900", IP, e=1)
    assert packet["gtp.ext_hdr.length"] == 255
    assert "_ws.malformed" in [finding.note.name for finding in packet.findings]


def test_other_versions_are_data() -> None:
    assert dissect(b"\x48" + bytes(20), "gtp", strict=True).chain == "gtp:data"

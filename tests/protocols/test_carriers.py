"""Small link layers and tags that carry IP."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet, dissect
from dissect.protocols.ipnet import Ipnet
from dissect.protocols.ipv6 import IPv6

IP = bytes.fromhex("4500001400010000403b66ac0a0000010a000002")
IPV6 = bytes.fromhex("6000000000003b40") + bytes(32)
MACS = bytes.fromhex("020000000001020000000002")
BSD_ARCNET, LINUX_ARCNET, IPNET, IPOIB = 7, 129, 226, 242


def read(octets: bytes, link_type: int | str) -> Packet:
    return dissect(octets, link_type, strict=True)


def test_ipnet_goes_on_by_family() -> None:
    assert read(bytes(Ipnet(family=26)) + IPV6, IPNET).chain == "ipnet:ipv6"
    assert read(bytes(Ipnet(family=2)) + IP, IPNET).chain == "ipnet:ip"
    assert read(bytes(Ipnet(family=9)) + IP, IPNET).chain == "ipnet:data"


@pytest.mark.parametrize(
    ("octets", "link_type", "chain"),
    [
        ("0102" + "0608" + "f0", LINUX_ARCNET, "arcnet:ip"),  # RFC 1051: no split flag
        ("0102" + "0608" + "d4" + "000005", LINUX_ARCNET, "arcnet:ip"),
        ("0102" + "d4" + "000005", BSD_ARCNET, "arcnet:ip"),
        ("0102" + "d4" + "ffffff" + "000005", BSD_ARCNET, "arcnet:ip"),  # exception packet
        ("0102" + "d4" + "030005", BSD_ARCNET, "arcnet:ip"),  # the first of several parts
        ("0102" + "d4" + "020005", BSD_ARCNET, "arcnet:data"),  # the second
    ],
)
def test_arcnet_headers(octets: str, link_type: int, chain: str) -> None:
    assert read(bytes.fromhex(octets) + IP, link_type).chain == chain


def test_ipoib_with_an_address_and_with_a_route() -> None:
    gid = bytes(range(16))
    address = read(bytes(20) + b"\x80\x00\x05\x50" + gid + b"\x08\x00\0\0" + IP, IPOIB)
    assert address["ipoib.daddr.qpn"] == 0x550
    assert address["ipoib.dgid"] == gid
    assert address.chain == "ipoib:ip"
    route = read(
        b"\x61\x23\x45\x67\x00\x14\x3b\x40" + bytes(16) + gid + b"\x08\x00\0\0" + IP, IPOIB
    )
    assert route["ipoib.grh.tclass"] == 0x12
    assert route["ipoib.grh.flowlabel"] == 0x34567
    assert route["ipoib.grh.sqpn"] == 0x143B40
    assert "ipoib.daddr" not in route


def test_cisco_metadata_has_its_type_last_and_shows_the_trailer() -> None:
    packet = read(MACS + bytes.fromhex("8909" + "01010001" + "0007" + "0800") + IP + b"\1\2\3", 1)
    assert packet["cmd.sgt"] == 7
    assert packet["cmd.trailer"] == b"\1\2\3"
    assert packet.chain == "eth:ethertype:cmd:ethertype:ip"


def pim(octets: str, payload: bytes = b"") -> Packet:
    header = IPv6(plen=len(octets) // 2 + len(payload), nxt=103, src=bytes(16), dst=bytes(16))
    return read(bytes(header) + bytes.fromhex(octets) + payload, "ipv6")


def test_pim_register_checksum_covers_eight_octets_and_the_pseudo_header() -> None:
    # 0x2100 + checksum + 8 + 103 = 0xffff
    packet = pim("2100" + f"{0xFFFF - 0x2100 - 8 - 103:04x}" + "00000000", IPV6)
    assert packet["pim.cksum.status"] == 1
    assert packet.chain == "ipv6:pim:ipv6"


def test_pim_bad_checksum_is_noted() -> None:
    packet = pim("2100" + "0000" + "40000000", IPV6)
    assert "pim.bad_checksum" in [finding.note.name for finding in packet.findings]
    assert packet["pim.register_flag.null_register"] == 1


def test_pim_register_with_nothing_inside() -> None:
    packet = pim("2100" + "0000" + "00000000")
    assert packet.chain == "ipv6:pim"

"""VLAN tags."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import Packet, dissect

ADDRESSES = bytes.fromhex("02000000000102000000000a")
IPV4 = bytes.fromhex("450000140001000040fd00000a0000010a000002")
UNKNOWN = 0x88B5


def tagged(*tags: tuple[int, int], payload: bytes = b"", kind: int = UNKNOWN) -> bytes:
    """A frame with tags, outermost first: their EtherType and control information."""
    data = ADDRESSES
    for ethertype, tci in tags:
        data += struct.pack(">HH", ethertype, tci)
    return data + struct.pack(">H", kind) + payload


def decoded(data: bytes, **options: object) -> Packet:
    return dissect(data, strict=True, **options)


def test_tag_is_split_into_priority_eligibility_and_id() -> None:
    packet = decoded(tagged((0x8100, 0xB064), payload=b"abc"))
    assert packet["vlan.priority"] == 5
    assert packet["vlan.dei"] == 1
    assert packet["vlan.id"] == 0x064
    node = packet.fields("vlan.id")[0]
    assert (node.offset, node.length, node.show) == (14, 2, "100")
    assert packet.layer("vlan").node.line == "802.1Q Virtual LAN, PRI: 5, DEI: 1, ID: 100"


def test_columns_keep_the_tag_for_an_ethertype_without_a_name() -> None:
    packet = decoded(tagged((0x8100, 5), payload=b"abc", kind=0x5DD))
    assert (packet.protocol, packet.info) == ("0x05dd", "PRI: 0  DEI: 0  ID: 5")
    assert decoded(tagged((0x8100, 5))).info == "Local Experimental Ethertype 1"


def test_stacked_customer_tags() -> None:
    packet = decoded(tagged((0x8100, 1), (0x8100, 2), (0x9100, 3), payload=b"abc"))
    assert [n.value for n in packet.fields("vlan.id")] == [1, 2, 3]


def test_service_tag_before_customer_tag() -> None:
    packet = decoded(tagged((0x88A8, 200), (0x8100, 2001), payload=b"abc"))
    assert packet.chain == "eth:ethertype:ieee8021ad:ethertype:vlan:ethertype:data"
    assert packet["ieee8021ad.id"] == 200
    priority = packet.fields("ieee8021ad.priority")[0]
    assert (priority.offset, priority.length) == (14, 1)
    assert packet["vlan.id"] == 2001


def test_two_service_tags_are_one_layer() -> None:
    packet = decoded(tagged((0x88A8, 5), (0x88A8, 6), payload=b"abc"))
    assert (packet["ieee8021ad.svid"], packet["ieee8021ad.cvid"]) == (5, 6)
    assert [n.offset for n in packet.fields("ieee8021ah.etype")] == [20]
    assert packet.layer("ieee8021ad").node.line == "IEEE 802.1ad, S-VID: 5, C-VID: 6"


# tshark 4.0's spans: padding reaches to the frame's 60th octet, the rest is the tag's trailer
@pytest.mark.parametrize(
    ("trailer", "expected"),
    [
        (bytes(22), [("eth.padding", 38, 22)]),
        (bytes(26), [("eth.padding", 38, 22), ("vlan.trailer", 60, 4)]),
        (b"\1" * 26, [("vlan.trailer", 38, 26)]),
    ],
)
def test_trailer_belongs_to_the_tag(trailer: bytes, expected: list[tuple[str, int, int]]) -> None:
    packet = decoded(tagged((0x8100, 5), payload=IPV4 + trailer, kind=0x0800))
    names = ("eth.padding", "eth.trailer", "eth.fcs", "vlan.trailer")
    found = [n for n in packet.tree.walk() if n.name in names]
    assert [(n.name, n.offset, n.length) for n in found] == expected


def test_length_instead_of_type_means_llc() -> None:
    packet = decoded(tagged((0x8100, 5), payload=b"\x22\x22\x03data" + bytes(39), kind=7))
    assert packet["vlan.len"] == 7
    assert packet["data.data"] == b"data"


def test_length_past_the_end_is_noted() -> None:
    packet = decoded(tagged((0x8100, 5), payload=b"\x22\x22\x03data", kind=100))
    assert [f.note.name for f in packet.findings] == ["vlan.len.past_end"]


def test_half_a_tag_is_malformed() -> None:
    packet = decoded(tagged((0x8100, 5))[:16])
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]

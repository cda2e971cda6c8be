"""What addresses say, as fields of a packet's tree: only when somebody asks."""

import pytest

from dissect import Packet, dissect, open_capture
from dissect.address.fields import explained
from dissect.engine.tree import FIELDS, Node
from tests.captures_list import OURS, name

SOURCE = bytes.fromhex("fe80000000000000020000fffe005301")
GROUP = bytes.fromhex("ff0200000000000000000001ff005302")
TARGET = bytes.fromhex("20010db8000000000000000000005302")


def solicitation(link="3333ff005302"):
    """A Neighbor Solicitation for 2001:db8::5302 in an Ethernet frame."""
    body = bytes.fromhex("8700 0000 00000000") + TARGET
    head = bytes.fromhex("60000000") + len(body).to_bytes(2, "big") + b"\x3a\xff"
    return bytes.fromhex(link + "02005e005301" + "86dd") + head + SOURCE + GROUP + body


def addr(packet, name):
    return [
        (node.offset, node.length, node.show) for node in packet.fields(f"sixscope.addr.{name}")
    ]


def test_nothing_is_made_until_it_is_asked_for():
    packet = dissect(solicitation(), strict=True)
    assert not any(node.name.startswith("sixscope.") for node in packet.tree.walk())
    assert addr(packet, "kind") == addr(packet, "kind")  # and then only once
    assert len(addr(packet, "kind")) == 3


def test_every_address_of_the_packet_tells_its_kind_and_where_it_stands():
    packet = dissect(solicitation(), strict=True)
    assert addr(packet, "kind") == [
        (22, 16, "link-local"), (38, 16, "multicast"), (62, 16, "documentation"),
    ]  # fmt: skip
    assert addr(packet, "reference") == [
        (22, 16, "RFC 4291, section 2.5.6"), (38, 16, "RFC 4291, section 2.7"),
        (62, 16, "RFC 3849"),
    ]  # fmt: skip


def test_interface_identifier_gives_the_mac_address():
    packet = dissect(solicitation(), strict=True)
    assert addr(packet, "iid_kind")[0] == (30, 8, "eui64")
    assert packet["sixscope.addr.mac"] == bytes.fromhex("000000005301")


def test_solicited_node_group_has_the_last_24_bits():
    packet = dissect(solicitation(), strict=True)
    assert addr(packet, "suffix") == [(51, 3, "005302")]
    assert addr(packet, "solicited_node")[-1] == (62, 16, "ff02::1:ff00:5302")


@pytest.mark.parametrize(
    ("link", "shown", "words"),
    [
        ("3333ff005302", "1", "True"),
        ("333300000001", "0", "False, it is 33:33:00:00:00:01, not 33:33:ff:00:53:02"),
        ("020000000009", "0",
         "False, it is 02:00:00:00:00:09, not 33:33:ff:00:53:02: to one node only (RFC 6085)"),
    ],
)  # fmt: skip
def test_ethernet_destination_is_held_against_the_group(link, shown, words):  # RFC 2464, section 7
    (node,) = dissect(solicitation(link), strict=True).fields("sixscope.addr.link_match")
    assert node.show == shown
    assert node.line == f"Ethernet destination is the group's: {words}"


def test_group_inside_a_tunnel_is_not_held_against_the_frame():
    inner = solicitation()[14:]
    head = bytes.fromhex("60000000") + len(inner).to_bytes(2, "big") + b"\x29\xff"
    frame = solicitation()[:14] + head + SOURCE + TARGET + inner
    packet = dissect(frame, strict=True)
    assert len(packet.fields("ipv6.dst")) == 2
    assert packet.fields("sixscope.addr.link_match") == []


def test_ipv4_tells_class_and_group():
    head = bytes.fromhex("45000014000000000111 0000 c0000201 e00000fb")
    frame = bytes.fromhex("01005e0000fb" + "02005e005301" + "0800") + head
    packet = dissect(frame, strict=True)
    assert addr(packet, "class") == [(26, 4, "C"), (30, 4, "D")]
    assert addr(packet, "group") == [(30, 4, "mDNS")]
    assert addr(packet, "link_match") == [(30, 4, "1")]


def test_prefix_has_no_interface():
    prefix = FIELDS["dhcpv6.s46_dmr.dmr_prefix"]
    names = {node.name for node in explained(Node(prefix, 0, 16, TARGET[:8] + bytes(8)))}
    assert "sixscope.addr.kind" in names
    assert not names & {"sixscope.addr.iid", "sixscope.addr.solicited_node"}


def test_netmask_is_no_address():
    assert explained(Node(FIELDS["dhcp.option.subnet_mask"], 0, 4, b"\xff\xff\xff\0")) == []


@pytest.mark.parametrize("path", [p for p in OURS if p.parent.name == "captures"], ids=name)
def test_explanations_stay_inside_what_they_explain(path):
    with open_capture(path) as capture:
        for packet in capture:
            for cut in (len(packet.data), len(packet.data) * 2 // 3):
                some = Packet(packet.data[:cut], packet.link_type, original=packet.original)
                for node in some.with_fields().walk():
                    for made in node.children or ():
                        if made.name.startswith("sixscope.addr."):
                            end = node.offset + node.length
                            assert node.offset <= made.offset <= made.offset + made.length <= end

"""RPL control messages, their Security section and options."""

from __future__ import annotations

import struct

import pytest

from dissect.protocols.icmpv6.rpl import Advertisement, Information, Security
from tests.protocols.icmpv6.message import address, notes, read, same_without_tree, shows

DODAG = address("2001:db8::1")
DIO = bytes(Information(instance=30, version=5, mode=0x88, dodag=DODAG))


def option(kind: int, data: bytes) -> bytes:
    return bytes([kind, len(data)]) + data


def test_information_object():
    packet = read(155, 1, DIO)
    assert packet.info == "RPL Control (DODAG Information Object)"
    assert shows(packet, "icmpv6.rpl.dio.dagid") == ["2001:db8::1"]
    first, second = packet.fields("icmpv6.rpl.dio.flag")
    assert first.line == (
        "Flags: 0x88, Grounded (G), Mode of Operation (MOP): Non-Storing Mode of Operation"
    )
    assert second.children is None


@pytest.mark.parametrize(
    ("mode", "level", "source", "index"),
    [(0, 1, 0, 1), (1, 1, 0, 0), (2, 0, 1, 1), (3, 0, 0, 0), (3, 1, 1, 1), (3, 2, 0, 0)],
)
def test_key_identifier_is_as_long_as_its_mode_says(mode, level, source, index):
    section = bytes(Security(kim=mode, level=level)) + bytes(8 * source + index)
    packet = read(155, 0x81, section + DIO)
    assert len(packet.fields("icmpv6.rpl.secure.key.source")) == source
    assert len(packet.fields("icmpv6.rpl.secure.key.index")) == index
    assert shows(packet, "icmpv6.rpl.dio.instance") == ["30"]


def test_padding_of_one_octet_has_no_length():
    packet = read(155, 1, DIO + b"\0" + option(1, b"abc"))
    assert [n.length for n in packet.fields("icmpv6.opt")] == [1, 5]
    assert not packet.findings


def test_target_with_a_short_prefix():
    body = bytes(Advertisement(instance=1, flags=0x40)) + DODAG
    packet = read(155, 2, body + option(5, bytes([0, 64]) + DODAG[:8]))
    [node] = packet.fields("icmpv6.opt")
    assert node.line == "ICMPv6 RPL Option (RPL Target 2001:db8::/64)"


def test_option_past_the_message_is_malformed():
    packet = read(155, 1, DIO + b"\x04\x20" + bytes(4))
    assert notes(packet) == ["_ws.malformed"]
    assert same_without_tree(packet)


def test_unknown_metric_is_skipped_by_its_length():
    strange = struct.pack(">BHB", 99, 0, 3) + b"abc"
    hops = struct.pack(">BHBH", 3, 0, 2, 5)
    packet = read(155, 1, DIO + option(2, strange + hops))
    assert shows(packet, "icmpv6.rpl.opt.metric.type") == ["99", "3"]
    assert shows(packet, "icmpv6.rpl.opt.metric.hp.object.hp") == ["5"]
    assert notes(packet) == ["icmpv6.rpl.unknown.metric"]


def test_link_color_as_metric_and_as_constraint():
    metric = struct.pack(">BHBBH", 8, 0x0080, 3, 0, 0xFFFF)
    constraint = struct.pack(">BHBBH", 8, 0x0200, 3, 0, 0xFFFF)
    packet = read(155, 1, DIO + option(2, metric + constraint))
    assert shows(packet, "icmpv6.rpl.opt.metric.lc.object.counter") == ["63"]
    assert shows(packet, "icmpv6.rpl.opt.metric.lc.object.flag.i") == ["1"]


def test_route_discovery_leaves_out_what_the_dodag_has():
    suffixes = bytes(7) + b"\x02" + bytes(7) + b"\x03"
    packet = read(155, 1, DIO + option(10, bytes([0x88, 0]) + suffixes))
    assert shows(packet, "icmpv6.rpl.opt.routediscovery.targetaddr") == ["2001:db8::2"]
    assert shows(packet, "icmpv6.rpl.opt.routediscovery.addrvec.addr") == ["2001:db8::3"]

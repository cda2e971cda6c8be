"""Messages in messages."""

from __future__ import annotations

import pytest

from making.dhcpv6 import h, ip, msg, opt, relay, relayed
from tests.protocols.dhcpv6.packets import MESSAGE, notes, places, read, shows

HOPS = "dhcpv6.error_hopcount"
CLIENT = opt(1, h("00030001020304050607"))


def test_info_names_every_relay_and_the_client():
    packet = read(relayed(msg(1, CLIENT), 0, 1))
    hop = "Relay-forw L: 2001:db8::1 "
    assert packet.info == hop * 2 + "Solicit XID: 0x123456 CID: 00030001020304050607 "
    assert notes(packet) == []


def test_each_message_is_a_layer_that_the_chain_names_once():
    packet = read(relayed(msg(1), 0, 1))
    layers = [layer for layer in packet.layers if layer.name == "dhcpv6"]
    assert [layer.offset - MESSAGE for layer in layers] == [0, 38, 76]
    assert packet.chain.endswith(":udp:dhcpv6")


@pytest.mark.parametrize(("hops", "noted"), [(8, 0), (9, 1), (32, 1)])
def test_hop_count_limit_is_8(hops, noted):  # tshark's is 32, from RFC 3315
    assert len(notes(read(relay(12, hops)))) == noted


def test_hop_counts_that_skip_one_are_noted_on_the_outer():
    packet = read(relayed(msg(1), 0, 2))
    assert notes(packet) == [HOPS]
    assert packet.findings[-1].offset == MESSAGE + 1


def test_short_inner_message_ends_at_its_option():  # tshark reads the next option as part of it
    packet = read(relay(12, 0, opt(9, b"\1\2\3"), opt(18, b"eth0")))
    assert shows(packet, "dhcpv6.xid") == []
    assert shows(packet, "dhcpv6.interface_id") == ["65:74:68:30"]
    assert notes(packet) == ["dhcpv6.malformed_option"]


def test_relays_without_end_are_read_to_a_depth():
    message = msg(1)
    while len(message) < 60_000:
        message = relay(12, 0, opt(9, message))
    packet = read(message)
    assert len(packet.fields("dhcpv6.hopcount")) == 41
    assert notes(packet)[-1] == "sixscope.dhcpv6.depth"


def test_containers_without_end_are_read_to_a_depth():
    octets = b""
    while len(octets) < 60_000:
        octets = opt(45, octets)
    packet = read(msg(15, octets, opt(7, b"\1")))
    assert "sixscope.dhcpv6.depth" in notes(packet)
    assert shows(packet, "dhcpv6.option_preference") == ["1"]


def test_relayed_messages_side_by_side_are_all_there():
    packet = read(relay(13, 0, opt(9, msg(7)), opt(9, msg(2))))
    assert shows(packet, "dhcpv6.msgtype") == ["13", "7", "2"]
    assert places(packet, "dhcpv6.peeraddr") == [(MESSAGE + 18, 16)]


def test_last_message_of_a_relay_in_an_answer_is_read_as_a_quote():  # RFC 5007, section 4.1.2.4
    last = relay(12, 9, opt(18, b"eth0"))
    packet = read(msg(15, opt(45, opt(47, ip("fe80::9") + last)), opt(7, b"\1")))
    assert shows(packet, "dhcpv6.msgtype") == ["15", "12"]
    assert shows(packet, "dhcpv6.interface_id") == ["65:74:68:30"]
    assert [layer.quoted for layer in packet.layers if layer.name == "dhcpv6"] == [False, True]
    assert packet.info == "Leasequery-reply XID: 0x123456 "
    assert shows(packet, "dhcpv6.option_preference") == ["1"]


def test_last_message_that_is_cut_leaves_what_follows():
    packet = read(msg(15, opt(47, ip("fe80::9") + relay(12, 0)[:20]), opt(7, b"\1")))
    assert shows(packet, "dhcpv6.hopcount") == ["0"]
    assert shows(packet, "dhcpv6.option_preference") == ["1"]
    assert notes(packet)[-1] == "dhcpv6.malformed_option"


def test_addresses_of_the_relay():
    packet = read(relay(12, 0))
    assert packet["dhcpv6.linkaddr"] == ip("2001:db8::1")
    assert packet["dhcpv6.peeraddr"] == ip("fe80::9")

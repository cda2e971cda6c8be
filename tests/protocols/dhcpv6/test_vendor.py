"""Vendor options: broken ones, and where tshark is wrong."""

from __future__ import annotations

from making.dhcpv6 import PAST, cablelabs, h, ip, msg, opt
from tests.protocols.dhcpv6.packets import notes, places, read, shows

BOGUS, BROKEN = "dhcpv6.bogus_length", "dhcpv6.malformed_option"


def test_option_of_a_vendor_past_its_end():
    packet = read(msg(7, opt(17, h("00000009") + opt(1, b"abc") + opt(2, b"x", 9)), PAST))
    assert shows(packet, "dhcpv6.vendoropts.enterprise.option_code") == ["1", "2"]
    assert shows(packet, "dhcpv6.option_preference") == ["1"]
    assert notes(packet) == [BROKEN]


def test_stray_octets_in_client_configuration():  # tshark reads the next option
    packet = read(msg(7, cablelabs(opt(2170, opt(1, ip("192.0.2.1")) + b"\0\1"), opt(2, b"x"))))
    assert shows(packet, "dhcpv6.packetcable.ccc.suboption") == ["1"]
    assert shows(packet, "dhcpv6.cablelabs.opt") == ["2170", "2"]
    assert notes(packet) == ["dhcpv6.no_suboption_len"]


def test_provisioning_server_by_address_is_shown():  # tshark shows the type only
    packet = read(msg(7, cablelabs(opt(2171, opt(3, b"\1" + ip("2001:db8::1"))))))
    assert shows(packet, "dhcpv6.packetcable.cccV6.prov_srv.ipv6") == ["2001:db8::1"]


def test_broken_suboption_leaves_the_next():
    packet = read(msg(7, cablelabs(opt(35, h("010901")), opt(39, b"\1")), PAST))
    assert shows(packet, "dhcpv6.cablelabs.opt") == ["35", "39"]
    assert places(packet, "dhcpv6.cablelabs.opt")[0][1] == 2
    assert notes(packet) == [BOGUS]


def test_what_a_suboption_says_stands_behind_its_name():
    packet = read(msg(7, cablelabs(opt(2, b"ECM"), opt(39, b"\6"), opt(38, h("fffffff6")))))
    lines = [node.line for node in packet.fields("dhcpv6.cablelabs.opt")]
    assert lines == [
        'Suboption: Device Type =  (2)"ECM"',
        "Suboption: IP preference :  (39)Dual Stack",
        "Suboption: Time Offset =  (38)-10",
    ]

"""Options that Wireshark 4.0 does not read: octets worked out from the RFCs' drawings."""

from __future__ import annotations

import pytest

from making.dhcpv6 import PAST, h, ip, msg, name, opt
from tests.protocols.dhcpv6.packets import VALUE, notes, places, read, shows

BROKEN = "dhcpv6.malformed_option"


def test_location_in_fixed_point_numbers_that_begin_at_any_bit():
    # 1.5 · 2^25 = 0x3000000 in 34 bits behind 6 of uncertainty; -1.5 the same, of 2^34; 2.5 · 2^8
    packet = read(msg(7, opt(63, h("0003000000 03fd000000 1000000280 41"))))
    values = {
        part: shows(packet, f"sixscope.dhcpv6.location.{part}")
        for part in ("latitude", "longitude", "altitude_type", "altitude", "version", "datum")
    }
    assert values == {
        "latitude": ["1.5"], "longitude": ["-1.5"], "altitude_type": ["1"], "altitude": ["2.5"],
        "version": ["1"], "datum": ["1"],
    }  # fmt: skip
    assert places(packet, "sixscope.dhcpv6.location.longitude") == [(VALUE + 5, 5)]


def test_mobility_services_of_each_kind_have_their_own_list():
    packet = read(msg(7, opt(54, opt(1, ip("2001:db8::1") * 2) + opt(9))))
    assert shows(packet, "sixscope.dhcpv6.mos.service") == ["1", "9"]
    assert shows(packet, "sixscope.dhcpv6.mos.address") == ["2001:db8::1"] * 2
    packet = read(msg(7, opt(55, opt(3, name("mos.example.")))))
    assert shows(packet, "sixscope.dhcpv6.mos.name") == ["mos.example."]


def test_service_that_passes_its_option_does_not_hide_the_next_option():
    packet = read(msg(7, opt(54, h("0001 0020") + ip("2001:db8::1")), PAST))
    assert notes(packet) == [BROKEN]
    assert shows(packet, "dhcpv6.option_preference") == ["1"]


def test_realm_stands_behind_the_address_of_its_kdc():
    packet = read(msg(7, opt(78, h("0001 000a 02 0058") + ip("2001:db8::88") + b"EXAMPLE.ORG")))
    assert shows(packet, "sixscope.dhcpv6.kdc.port") == ["88"]
    assert shows(packet, "sixscope.dhcpv6.kdc.address") == ["2001:db8::88"]
    assert shows(packet, "sixscope.dhcpv6.kdc.realm") == ["EXAMPLE.ORG"]


@pytest.mark.parametrize("length", [0, 1])
def test_attribute_of_radius_shorter_than_its_head_ends_the_option(length):
    packet = read(msg(7, opt(81, bytes((26, length, 1, 2))), PAST))
    assert notes(packet) == [BROKEN]
    assert shows(packet, "dhcpv6.option_preference") == ["1"]


def test_rules_of_4rd_stand_in_their_option():
    rule = h("18 30 10 80 c6336400") + ip("2001:db8:6::")
    packet = read(msg(7, opt(97, opt(98, rule) + opt(99, h("01 2e 0500")))))
    assert shows(packet, "sixscope.dhcpv6.4rd.wkp") == ["1"]
    assert shows(packet, "sixscope.dhcpv6.4rd.ipv4_prefix") == ["198.51.100.0"]
    assert shows(packet, "sixscope.dhcpv6.4rd.hub_and_spoke") == ["0"]
    assert shows(packet, "sixscope.dhcpv6.4rd.traffic_class") == ["0x2e"]
    assert shows(packet, "sixscope.dhcpv6.4rd.pmtu") == ["1280"]


@pytest.mark.parametrize(("domain", "found"), [(b"", []), (ip("ff03::fc"), ["ff03::fc"])])
def test_multicast_parameters_are_of_one_domain_or_of_all(domain, found):
    head = h("80 14 0032 01 0032 0a 0003 02 0064 0b 0004")
    packet = read(msg(7, opt(104, head + domain)))
    assert notes(packet) == []
    assert shows(packet, "sixscope.dhcpv6.mpl.data_imin") == ["50"]
    assert shows(packet, "sixscope.dhcpv6.mpl.control_expirations") == ["4"]
    assert shows(packet, "sixscope.dhcpv6.mpl.domain") == found


def test_prefixes_of_groups_are_as_long_as_their_bits():
    value = h("60") + ip("ff3e:0:8000::")[:12] + h("60") + ip("ff3e::")[:12] + h("20 20010db8")
    packet = read(msg(7, opt(113, value)))
    assert notes(packet) == []
    assert shows(packet, "sixscope.dhcpv6.prefix64.asm") == ["ff3e:0:8000::"]
    assert shows(packet, "sixscope.dhcpv6.prefix64.unicast") == ["2001:db8::"]


def test_access_network_and_distribution_manager():
    packet = read(msg(7, opt(105, h("0004")), opt(146, h("0001") + name("dm.example.")), opt(148)))
    assert shows(packet, "sixscope.dhcpv6.access.type") == ["4"]
    assert shows(packet, "sixscope.dhcpv6.distribution.tls") == ["1"]
    assert shows(packet, "sixscope.dhcpv6.distribution.manager") == ["dm.example."]

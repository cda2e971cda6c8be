"""Multicast addresses; expectations from RFC 4291, 3306, 3956, 4489, 2464, 1112 and 2375."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.address.multicast import (
    ethernet,
    group_of,
    ipv4_group_name,
    ipv4_groups,
    ipv6_groups,
    solicited_node,
)


def packed(text):
    return ipaddress.ip_address(text).packed


def text(octets):
    return str(ipaddress.ip_address(octets))


def test_solicited_node_group():
    # RFC 4291, section 2.7.1
    assert text(solicited_node(packed("4037::01:800:200E:8C6C"))) == "ff02::1:ff0e:8c6c"


def test_solicited_node_tells_the_last_24_bits():
    group = group_of(packed("ff02::1:ff0e:8c6c"))
    assert (group.form, group.suffix) == ("solicited-node", bytes.fromhex("0e8c6c"))


def test_node_information_group():
    assert group_of(packed("ff02::2:ff00:1")).form == "node-information"


@pytest.mark.parametrize(
    ("address", "scope", "name"),
    [
        ("ff01::1", "interface-local", "all nodes"),
        ("ff02::1", "link-local", "all nodes"),
        ("ff05::2", "site-local", "all routers"),
        ("ff02::16", "link-local", "all MLDv2-capable routers"),
        ("ff02::1:2", "link-local", "all DHCP relay agents and servers"),
        ("ff05::1:3", "site-local", "all DHCP servers"),
        ("ff05::1:1000", "site-local", "service location"),
        ("ff01::101", "interface-local", "NTP servers"),  # RFC 4291: in any scope
        ("ff0e::101", "global", "NTP servers"),
        ("ff08::fb", "organization-local", "mDNS"),
        ("ff03::fc", "realm-local", "all MPL forwarders"),
        ("ff0e::db8:0:1", "global", "documentation (RFC 6676)"),
        ("ff05::1", "site-local", ""),  # all nodes has scopes 1 and 2 only
        ("ff09::1", "unassigned", ""),
        ("ff0f::1", "reserved", ""),
    ],
)
def test_permanent_groups(address, scope, name):
    group = group_of(packed(address))
    assert (group.form, group.scope_name, group.name) == ("permanent", scope, name)


def test_a_transient_group_has_no_well_known_name():
    group = group_of(packed("ff15::101"))
    assert (group.form, group.flags, group.name) == ("transient", 1, "")


def test_unicast_prefix_based():
    # RFC 3306, section 7: 3FFE:FFFF:1::/48 has FF3x:0030:3FFE:FFFF:0001::/96
    group = group_of(packed("ff3e:30:3ffe:ffff:1:0:0:1234"))
    assert group.form == "unicast-prefix"
    assert group.prefix == (packed("3ffe:ffff:1::"), 48)
    assert group.group == 0x1234


def test_source_specific():
    # RFC 3306, section 7: FF3x::/96; RFC 7371, section 4.1.2: the X flag makes no difference
    assert group_of(packed("ff3e::8000:1")).form == "source-specific"
    assert group_of(packed("ffbe::8000:1")).form == "source-specific"


@pytest.mark.parametrize(
    ("address", "point", "prefix"),
    [
        # RFC 3956, sections 5.1 to 5.4, with scope e and y = 7
        ("ff7e:740:2001:db8:beef:feed::1", "2001:db8:beef:feed::7", "2001:db8:beef:feed::/64"),
        ("ff7e:720:2001:db8::1", "2001:db8::7", "2001:db8::/32"),
        ("ff7e:720:2001:db8:dead::1", "2001:db8::7", "2001:db8::/32"),
        ("ff7e:730:2001:db8:beef::1", "2001:db8:beef::7", "2001:db8:beef::/48"),
        ("fffe:730:2001:db8:beef::1", "2001:db8:beef::7", "2001:db8:beef::/48"),  # RFC 7371
    ],
)
def test_embedded_rendezvous_point(address, point, prefix):
    group = group_of(packed(address))
    assert group.form == "embedded-rp"
    assert group.rendezvous == packed(point)
    assert group.prefix is not None
    network, length = group.prefix
    assert f"{text(network)}/{length}" == prefix


@pytest.mark.parametrize("address", ["ff7e:700::1", "ff7e:741:2001:db8::1"])
def test_no_rendezvous_point_without_a_prefix_of_up_to_64_bits(address):
    # RFC 3956, section 4
    assert group_of(packed(address)).rendezvous is None


def test_link_scoped():
    # RFC 4489, section 4: FE80::A12:34FF:FE56:7890
    group = group_of(packed("ff32:ff:a12:34ff:fe56:7890:0:1"))
    assert group.form == "link-scoped"
    assert group.interface == bytes.fromhex("0a1234fffe567890")
    assert group_of(packed("ff35:ff:a12:34ff:fe56:7890:0:1")).form == "transient"


@given(st.binary(min_size=15, max_size=15))
def test_every_multicast_address_can_be_told(rest):
    group = group_of(b"\xff" + rest)
    assert group.scope == rest[0] & 15
    assert (group.rendezvous is None) or group.flags & 7 == 7
    assert group.flag_names
    assert group.scope_name


def test_ethernet_addresses():
    # RFC 2464, section 7; RFC 1112, section 6.4
    assert ethernet(packed("ff02::1:ff0e:8c6c")).hex(":") == "33:33:ff:0e:8c:6c"
    assert ethernet(packed("ff02::1")).hex(":") == "33:33:00:00:00:01"
    assert ethernet(packed("224.0.0.251")).hex(":") == "01:00:5e:00:00:fb"
    assert ethernet(packed("239.255.255.250")).hex(":") == "01:00:5e:7f:ff:fa"


def test_groups_behind_an_ethernet_address():
    groups = [text(group) for group in ipv6_groups(bytes.fromhex("333300000002"))]
    assert groups == ["ff01::2", "ff02::2", "ff05::2"]
    assert [text(g) for g in ipv6_groups(bytes.fromhex("3333ff0e8c6c"))] == ["ff02::1:ff0e:8c6c"]
    assert ipv6_groups(bytes.fromhex("01005e000001")) == []


@given(st.binary(min_size=3, max_size=3))
def test_32_ipv4_groups_share_an_ethernet_address(rest):
    mac = b"\x01\x00\x5e" + rest
    groups = ipv4_groups(mac)
    if rest[0] & 0x80:
        assert groups == []
        return
    assert len(set(groups)) == 32
    assert {ethernet(group) for group in groups} == {mac}
    assert all(ipaddress.IPv4Address(group).is_multicast for group in groups)


def test_names_of_ipv4_groups():
    assert ipv4_group_name(packed("224.0.0.22")) == "IGMPv3 routers"
    assert ipv4_group_name(packed("239.255.255.250")) == "SSDP"
    assert ipv4_group_name(packed("239.1.2.3")) == ""

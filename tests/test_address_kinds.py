"""Blocks of addresses: the registries' facts, and ipaddress's second opinion."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.address.special import (
    IPV4,
    IPV6,
    block_of,
    blocks_around,
    blocks_within,
    ipv4_class,
    kind_of,
)

V6 = st.binary(min_size=16, max_size=16)
V4 = st.binary(min_size=4, max_size=4)
NEAR_V6 = st.tuples(st.sampled_from(IPV6), st.binary(min_size=16, max_size=16)).map(
    lambda pair: _inside(*pair)
)
NEAR_V4 = st.tuples(st.sampled_from(IPV4), st.binary(min_size=4, max_size=4)).map(
    lambda pair: _inside(*pair)
)


def _inside(block, filling):
    """An address of a block, its free bits filled."""
    free = (1 << (8 * len(filling) - block.length)) - 1
    number = int.from_bytes(block.network, "big") | int.from_bytes(filling, "big") & free
    return number.to_bytes(len(filling), "big")


def packed(text):
    return ipaddress.ip_address(text).packed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::13.1.68.3", "ipv4-compatible"),
        ("::ffff:129.144.52.38", "ipv4-mapped"),
        ("::ffff:0:192.0.2.1", "ipv4-translated"),
        ("::fffe:0:192.0.2.1", "reserved"),
        ("64:ff9b::192.0.2.33", "nat64"),
        ("64:ff9b::1:192.0.2.33", "reserved"),
        ("64:ff9b:1:fffe::192.0.2.33", "nat64-local"),
        ("c6::10.1.1.1", "trt"),
        ("100::1", "discard"),
        ("100:0:0:1::1", "dummy"),
        ("100:0:0:2::1", "unassigned"),
        ("2001::1", "teredo"),
        ("2001:1::1", "pcp-anycast"),
        ("2001:1::4", "ietf-protocol"),
        ("2001:2::1", "benchmarking"),
        ("2001:2:1::1", "ietf-protocol"),
        ("2001:10::1", "orchid"),
        ("2001:1f:ffff::1", "orchid"),
        ("2001:20::1", "orchid2"),
        ("2001:30::1", "drone-tag"),
        ("2001:40::1", "ietf-protocol"),
        ("2001:200::1", "global"),
        ("2001:db8::1", "documentation"),
        ("2001:db9::1", "global"),
        ("2002::1", "6to4"),
        ("2003::1", "global"),
        ("3fff:fff::1", "documentation"),
        ("3fff:1000::1", "global"),
        ("4000::1", "unassigned"),
        ("5f00:1::1", "srv6-sid"),
        ("5f01::1", "unassigned"),
        ("fbff::1", "unassigned"),
        ("fc00::1", "unique-local"),
        ("fdff::1", "unique-local"),
        ("fe00::1", "unassigned"),
        ("fe80::1", "link-local"),
        ("febf::1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff00::", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("0.0.0.1", "this-network"),
        ("8.8.8.8", "global"),
        ("10.255.255.255", "private"),
        ("100.64.0.1", "shared"),
        ("100.128.0.1", "global"),
        ("127.255.0.1", "loopback"),
        ("169.254.1.1", "link-local"),
        ("172.15.255.255", "global"),
        ("172.31.255.255", "private"),
        ("192.0.0.7", "ipv4-continuity"),
        ("192.0.0.8", "dummy"),
        ("192.0.0.171", "nat64-discovery"),
        ("192.0.0.172", "ietf-protocol"),
        ("192.0.2.255", "documentation"),
        ("192.88.99.1", "6to4-relay"),
        ("192.168.255.255", "private"),
        ("198.17.255.255", "global"),
        ("198.19.255.255", "benchmarking"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("224.0.0.1", "multicast"),
        ("232.1.1.1", "multicast-ssm"),
        ("239.1.1.1", "multicast-admin"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
    ],
)
def test_kind(text, kind):
    assert kind_of(packed(text)) == kind


@given(V6 | NEAR_V6)
def test_ipaddress_agrees_on_ipv6(address):
    ip, kind = ipaddress.IPv6Address(address), kind_of(address)
    assert ip.is_multicast == (kind == "multicast")
    assert ip.is_link_local == (kind == "link-local")
    assert ip.is_site_local == (kind == "site-local")
    assert ip.is_unspecified == (kind == "unspecified")
    assert ip.is_loopback == (kind == "loopback")
    assert (ip.ipv4_mapped is not None) == (kind == "ipv4-mapped")
    assert (ip.teredo is not None) == (kind == "teredo")
    assert (ip.sixtofour is not None) == (kind == "6to4")
    assert (ip in ipaddress.IPv6Network("fc00::/7")) == (kind == "unique-local")


@given(V4 | NEAR_V4)
def test_ipaddress_agrees_on_ipv4(address):
    ip, block = ipaddress.IPv4Address(address), block_of(address)
    assert ip.is_multicast == block.kind.startswith("multicast")
    assert ip.is_link_local == (block.kind == "link-local")
    assert ip.is_loopback == (block.kind == "loopback")
    assert ip.is_unspecified == (block.kind == "unspecified")
    assert ip.is_reserved == (block.kind in ("reserved", "broadcast"))
    assert (ip in ipaddress.IPv4Network("100.64.0.0/10")) == (block.kind == "shared")


@pytest.mark.parametrize("table", [IPV4, IPV6])
def test_a_block_has_no_bits_after_its_length_and_none_is_there_twice(table):
    networks = [(ipaddress.ip_address(block.network), block.length) for block in table]
    assert [ipaddress.ip_network(pair) for pair in networks]  # raises if host bits are set
    assert len(set(networks)) == len(table)


def test_the_6to4_relay_is_named():
    # RFC 3068, section 2.4
    assert "6to4 relay anycast" in block_of(packed("192.88.99.1")).name
    assert block_of(packed("192.88.99.1")).length == 32


def test_unique_local_addresses_are_global_but_go_nowhere():
    # RFC 4193, section 3.3
    block = block_of(packed("fd00::1"))
    assert (block.scope, block.reachable) == ("global", False)


def test_a_prefix_is_in_the_narrowest_block_around_it():
    assert blocks_around(packed("2001:db8::"), 48)[0].kind == "documentation"
    assert blocks_around(packed("2001:d00::"), 24)[0].kind == "global"
    assert [block.kind for block in blocks_around(packed("fe80::"), 10)] == [
        "link-local", "unassigned",
    ]  # fmt: skip


def test_blocks_inside_a_prefix():
    within = blocks_within(packed("192.0.0.0"), 16)
    assert [block.kind for block in within] == [
        "ietf-protocol", "ipv4-continuity", "dummy", "pcp-anycast", "turn-anycast",
        "nat64-discovery", "documentation",
    ]  # fmt: skip
    assert blocks_within(packed("2001:db8::"), 32) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0.0.0", ("A", 8)),
        ("127.255.255.255", ("A", 8)),
        ("128.0.0.0", ("B", 16)),
        ("191.255.255.255", ("B", 16)),
        ("192.0.0.0", ("C", 24)),
        ("223.255.255.255", ("C", 24)),
        ("224.0.0.0", ("D", None)),
        ("239.255.255.255", ("D", None)),
        ("240.0.0.0", ("E", None)),
    ],
)
def test_classes_of_ipv4(text, expected):
    assert ipv4_class(packed(text)) == expected

"""Prefixes and IPv4 in IPv6: ipaddress's second opinion, RFC 6052's tables."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.address.embed import LENGTHS, embed, extract
from dissect.address.prefix import Prefix, reverse_name, reverse_zones


def v6(text):
    return ipaddress.IPv6Address(text).packed


IPV4 = bytes([192, 0, 2, 33])

# RFC 6052, tables 1 and 2
TABLE = [
    ("2001:db8::", 32, "2001:db8:c000:221::"),
    ("2001:db8:100::", 40, "2001:db8:1c0:2:21::"),
    ("2001:db8:122::", 48, "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::", 56, "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::", 64, "2001:db8:122:344:c0:2:2100::"),
    ("2001:db8:122:344::", 96, "2001:db8:122:344::192.0.2.33"),
    ("64:ff9b::", 96, "64:ff9b::192.0.2.33"),
]


@pytest.mark.parametrize(("prefix", "length", "address"), TABLE)
def test_translators_addresses(prefix, length, address):
    assert embed(v6(prefix), length, IPV4) == v6(address)
    assert extract(v6(address), length) == IPV4


@given(
    st.binary(min_size=16, max_size=16),
    st.sampled_from(LENGTHS),
    st.binary(min_size=4, max_size=4),
)
def test_what_is_embedded_comes_back(prefix, length, ipv4):
    address = embed(Prefix.of(prefix, length).network, length, ipv4)
    assert len(address) == 16
    assert extract(address, length) == ipv4
    assert Prefix.of(address, length) == Prefix.of(prefix, length)


@given(
    st.one_of(
        st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 128)),
        st.tuples(st.binary(min_size=4, max_size=4), st.integers(0, 32)),
    )
)
def test_ipaddress_counts_the_same(pair):
    address, length = pair
    mine = Prefix.of(address, length)
    network = ipaddress.ip_network((address, length), strict=False)
    assert mine.network == network.network_address.packed
    assert mine.last == network.broadcast_address.packed
    assert mine.netmask == network.netmask.packed
    assert mine.size == network.num_addresses
    assert reverse_name(address) == ipaddress.ip_address(address).reverse_pointer


def test_node_address_and_its_subnet():
    # RFC 4291, section 2.3
    node = v6("2001:0DB8:0:CD30:123:4567:89AB:CDEF")
    assert Prefix.of(node, 60).network == v6("2001:0DB8:0:CD30::")


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("2001:db8::/32", ("8.b.d.0.1.0.0.2.ip6.arpa", "8.b.d.0.1.0.0.2.ip6.arpa", 1)),
        (
            "2001:db8::/30",
            ("8.b.d.0.1.0.0.2.ip6.arpa", "b.b.d.0.1.0.0.2.ip6.arpa", 4),
        ),
        ("::/0", ("ip6.arpa", "ip6.arpa", 1)),
        ("10.0.0.0/8", ("10.in-addr.arpa", "10.in-addr.arpa", 1)),
        ("10.1.0.0/22", ("0.1.10.in-addr.arpa", "3.1.10.in-addr.arpa", 4)),
        ("192.0.2.128/25", ("2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa", 1)),
        ("192.0.2.1/32", ("1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa", 1)),
    ],
)
def test_reverse_zones_are_cut_at_digits_and_octets(prefix, expected):
    network = ipaddress.ip_network(prefix)
    mine = Prefix(network.network_address.packed, network.prefixlen)
    assert reverse_zones(mine) == expected

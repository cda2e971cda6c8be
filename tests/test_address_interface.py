"""Interface identifiers, MAC addresses and EUI-64: RFC 4291, 2464, 5214, 2526, 7707 and 3041."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.address.interface import identifier_of, is_reserved, next_identifier
from dissect.address.mac import (
    eui64,
    flipped,
    interface_identifier,
    link_local,
    mac_meaning,
    mac_of,
    mac_of_eui64,
    vendor,
)


def iid(text):
    return ipaddress.IPv6Address(f"fe80::{text}").packed[8:]


MAC, IID = bytes.fromhex("3456789abcde"), bytes.fromhex("365678fffe9abcde")
"""RFC 2464, section 4."""


def test_mac_to_interface_identifier_and_back():
    assert interface_identifier(MAC) == IID
    assert mac_of(IID) == MAC
    assert eui64(MAC).hex("-") == "34-56-78-ff-fe-9a-bc-de"
    assert mac_of_eui64(eui64(MAC)) == MAC
    assert ipaddress.IPv6Address(link_local(IID)) == ipaddress.IPv6Address(
        "fe80::3656:78ff:fe9a:bcde"
    )


@given(st.binary(min_size=6, max_size=6))
def test_every_mac_comes_back(mac):
    assert mac_of(interface_identifier(mac)) == mac
    assert flipped(flipped(mac)) == mac


def test_other_identifiers_have_no_mac():
    assert mac_of(bytes(8)) is None
    assert mac_of_eui64(bytes.fromhex("0011220000334455")) is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("3656:78ff:fe9a:bcde", "eui64", MAC),
        ("0:78ff:fe9a:bcde", "eui64", bytes.fromhex("0200789abcde")),  # a local MAC
        ("5efe:192.0.2.1", "isatap", bytes([192, 0, 2, 1])),
        ("200:5efe:192.0.2.1", "isatap", bytes([192, 0, 2, 1])),
        ("fdff:ffff:ffff:fffe", "anycast", 0x7E),  # RFC 2526, section 4
        ("fdff:ffff:ffff:ff80", "anycast", 0),
        ("200:5eff:fe00:5213", "proxy-mobile", None),  # RFC 6543, section 3
    ],
)
def test_identifiers_that_say_it_for_certain(text, kind, value):
    found = identifier_of(iid(text))
    assert (found.kind, found.value, found.guess) == (kind, value, False)


def test_zero_is_the_subnet_routers():
    assert identifier_of(bytes(8)).kind == "subnet-router"


def test_home_agents_are_named():
    assert "home agents" in identifier_of(iid("fdff:ffff:ffff:fffe")).words


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        # RFC 7707, sections 4.1.3.1 to 4.1.3.4
        ("1", "low-byte", None),
        ("1:10", "low-byte", None),
        ("ff:1234", "low-byte", None),
        ("192.0.2.1", "ipv4", bytes([192, 0, 2, 1])),
        ("192:0:2:1", "ipv4", bytes([192, 0, 2, 1])),
        ("80", "port", 80),
        ("1:80", "port", 80),
        ("80:1", "port", 80),
        ("dead:beef", "words", None),
        ("1111:1111:1111:1111", "pattern", None),
        ("5c1f:b09e:73d2:4a68", "random", None),
    ],
)
def test_identifiers_that_are_guessed(text, kind, value):
    found = identifier_of(iid(text))
    assert (found.kind, found.value, found.guess) == (kind, value, True)


def test_a_group_that_reads_as_a_class_d_address_is_no_ipv4_address():
    assert identifier_of(iid("224.0.0.1")).kind != "ipv4"
    assert identifier_of(iid("21:0:0:0")).kind != "ipv4"


@given(st.binary(min_size=8, max_size=8))
def test_every_identifier_can_be_told(octets):
    assert identifier_of(octets).words


def test_randomised_identifier_after_a_history_value():
    # MD5 of 0123456789abcdef 365678fffe9abcde is 23 3910829ee4f931 d9cf99233143ee70 (md5sum);
    # RFC 3041, section 3.2.1: bit 6 of the left half becomes 0, the right half is kept
    made, kept = next_identifier(bytes.fromhex("0123456789abcdef"), IID)
    assert made.hex() == "213910829ee4f931"
    assert kept.hex() == "d9cf99233143ee70"


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_randomised_identifiers_are_local_and_not_reserved(history, identifier):
    made, _ = next_identifier(history, identifier)
    assert not made[0] & 2
    assert not is_reserved(made)


def test_reserved_identifiers():
    # RFC 5453, section 3
    assert is_reserved(bytes(8))
    assert is_reserved(iid("fdff:ffff:ffff:ff80"))
    assert is_reserved(iid("fdff:ffff:ffff:ffff"))
    assert not is_reserved(iid("fdff:ffff:ffff:ff7f"))


def test_mac_addresses_with_a_meaning():
    assert mac_meaning(b"\xff" * 6) == "broadcast"
    assert "VRRP" in mac_meaning(bytes.fromhex("00005e000201"))
    assert mac_meaning(MAC) == ""


def test_vendors():
    assert "Cisco" in vendor(bytes.fromhex("00000c"))
    assert vendor(bytes.fromhex("02000c")) == ""  # locally administered: nobody's
    assert vendor(bytes.fromhex("fcfffc")) == ""

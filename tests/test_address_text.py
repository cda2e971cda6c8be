"""Reading and writing addresses: RFC 4291 and 5952's examples, and ipaddress's second opinion."""

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.address.text import NotAnAddress, Typed, canonical, full, groups, read

V6 = st.binary(min_size=16, max_size=16)
SPARSE = st.lists(st.sampled_from([b"\0\0", b"\0\1", b"\xff\xff"]), min_size=8, max_size=8).map(
    b"".join
)


def v6(text):
    return ipaddress.IPv6Address(text).packed


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        # RFC 5952, sections 4.1 to 4.3
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8::0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::AAAA", "2001:db8::aaaa"),
        # RFC 5952, section 5; RFC 4291, section 2.2
        ("0:0:0:0:0:ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("0:0:0:0:0:0:13.1.68.3", "::13.1.68.3"),
        ("FF01:0:0:0:0:0:0:101", "ff01::101"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("0:0:0:0:0:0:0:0", "::"),
        # RFC 6052, table 2; RFC 2765, section 2.1
        ("64:ff9b::c000:221", "64:ff9b::192.0.2.33"),
        ("::ffff:0:c000:221", "::ffff:0:192.0.2.33"),
    ],
)
def test_canonical_form(typed, written):
    assert canonical(read(typed).octets) == written


@given(V6 | SPARSE)
def test_what_is_written_is_read_back(address):
    for text in (canonical(address), full(address), canonical(address).upper()):
        assert read(text) == Typed("ipv6", address)
        assert ipaddress.IPv6Address(text).packed == address


@given(V6 | SPARSE)
def test_ipaddress_writes_the_same(address):
    text = str(ipaddress.IPv6Address(address))
    if "." not in canonical(address):
        assert canonical(address) == text
    assert full(address) == ipaddress.IPv6Address(address).exploded


@given(st.text(alphabet="0123456789abcdefg:./%-[]x ", max_size=48) | st.text(max_size=12))
def test_any_text_is_read_or_refused_in_one_line(text):
    try:
        told = str(len(read(text).octets))
    except NotAnAddress as error:
        told = str(error)
    assert told in ("4", "6", "8", "16") or len(told) > 10
    assert "\n" not in told


@given(st.from_regex(r"[0-9a-f:.]{2,40}", fullmatch=True))
def test_ip_addresses_are_what_ipaddress_takes_for_one(text):
    try:
        expected = ipaddress.ip_address(text).packed
    except ValueError:
        expected = None
    try:
        typed = read(text)
    except NotAnAddress:
        assert expected is None
    else:
        if typed.sort in ("ipv6", "ipv4") and ":" in text:
            assert typed.octets == expected


@pytest.mark.parametrize(
    "text",
    [
        "34:56:78:9a:bc:de", "34-56-78-9A-BC-DE", "3456.789a.bcde", "3456789ABCDE",
        "0x3456789abcde", "3456-789a-bcde",
    ],
)  # fmt: skip
def test_notations_of_a_mac_address(text):
    assert read(text) == Typed("mac", bytes.fromhex("3456789abcde"))


def test_a_mac_address_without_leading_zeros():
    assert read("0:1:2:a:b:c") == Typed("mac", bytes.fromhex("0001020a0b0c"))


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("36:56:78:ff:fe:9a:bc:de", "eui64"),
        ("36-56-78-FF-FE-9A-BC-DE", "eui64"),
        ("365678fffe9abcde", "eui64"),
        ("3656.78ff.fe9a.bcde", "eui64"),
        ("3656:78ff:fe9a:bcde", "iid"),
    ],
)
def test_eight_octets_are_eui64_and_four_groups_an_interface_identifier(text, sort):
    assert read(text) == Typed(sort, bytes.fromhex("365678fffe9abcde"))


def test_eight_short_groups_are_ipv6():
    assert read("36:56:78:ff:fe:9a:bc:d").sort == "ipv6"


def test_an_interface_identifier_without_leading_zeros():
    assert read("0:5efe:c000:201").octets == bytes.fromhex("00005efec0000201")
    assert groups(bytes.fromhex("00005efec0000201")) == "0:5efe:c000:201"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2001:0DB8:0:CD30::/60", 60),  # RFC 4291, section 2.3
        ("2001:db8::/ffff:ffff::", 32),
        ("10.0.0.0/8", 8),
        ("10.0.0.0/255.255.252.0", 22),
        ("10.0.0.0/0.0.0.0", 0),
    ],
)
def test_prefix_lengths_and_netmasks(text, length):
    assert read(text).length == length


def test_zone_and_prefix_as_in_rfc_4007():
    # RFC 4007, section 11.7
    assert read("fe80::%eth0/64") == Typed("ipv6", v6("fe80::"), 64, "eth0")
    assert read("[fe80::1%25]").zone == "25"


@given(V6)
def test_reverse_names_are_read(address):
    ip = ipaddress.IPv6Address(address)
    assert read(ip.reverse_pointer) == Typed("ipv6", address)
    assert read("1.2.0.192.in-addr.arpa.") == Typed("ipv4", bytes([192, 0, 2, 1]))
    assert read("8.b.d.0.1.0.0.2.ip6.arpa") == Typed("ipv6", v6("2001:db8::"), 32)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("hello", "neither"),
        ("2001:db8::1::2", "'::'"),
        ("12345::", "4 characters"),
        ("2001:db8::g1", "'g' is no hexadecimal digit"),
        ("2001:db8::/129", "128 bits"),
        ("10.0.0.0/33", "32 bits"),
        ("10.0.0.0/", "after the slash"),
        ("10.0.0.0/ffff::", "after the slash"),
        ("10.0.0.0/255.0.255.0", "ones followed by zeros"),
        ("10.1.2.300", "300"),
        ("10.1.2", "4 octets"),
        ("010.1.2.3", "zeros"),
        ("fe80::1%", "nothing after %"),
        ("10.0.0.1%eth0", "no zone"),
        ("[::1", "bracket"),
        ("00:11-22:33:44:55", "colons and hyphens"),
        ("g.ip6.arpa", "one hexadecimal digit"),
        ("256.in-addr.arpa", "up to 255"),
        ("fe80::1\0", "is no hexadecimal digit"),
        ("\udc80", "neither"),
    ],
)
def test_wrong_input_is_told_what_is_wrong(text, reason):
    with pytest.raises(NotAnAddress, match=re.escape(reason)):
        read(text)

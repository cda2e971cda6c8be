"""Mechanisms by the addresses inside and outside; values from the RFCs' own layouts."""

from __future__ import annotations

import socket

import pytest

from dissect.address.tunnels import Ends, expected, is_ds_lite, prefix_6rd, six_in_four


def v4(text: str) -> bytes:
    return socket.inet_aton(text)


def v6(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6, text)


def pair(source: str, destination: str) -> Ends:
    to = v6 if ":" in source else v4
    return to(source), to(destination)


OUTER = pair("192.0.2.1", "198.51.100.2")


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        (("2001:db8::1", "2001:db8::2"), "6in4"),
        (("2002:c000:201::1", "2001:db8::1"), "6to4"),
        (("2001:db8::1", "2002:c633:6402::1"), "6to4"),
        (("2002:cb00:7109::1", "2001:db8::1"), "6in4"),
        (("fe80::5efe:192.0.2.1", "2001:db8::1"), "ISATAP"),
        (("fe80::200:5efe:192.0.2.1", "2001:db8::1"), "ISATAP"),
        (("fe80::c000:201", "ff02::1"), "6over4"),
        (("2001:db8::1", "::198.51.100.2"), "automatic"),
        (("::1", "::"), "6in4"),
    ],
)
def test_mechanism_by_the_end_that_fits(inside: tuple[str, str], kind: str) -> None:
    assert six_in_four(OUTER, pair(*inside)) == kind


def test_group_in_a_group_is_6over4_even_if_it_is_another_one() -> None:
    outer = pair("192.0.2.1", "239.192.0.1")
    inner = pair("2001:db8::1", "ff02::1:ff00:6402")
    assert six_in_four(outer, inner) == "6over4"
    assert expected("6over4", outer, inner)[1] == v4("239.192.100.2")


def test_relay_anycast_is_6to4() -> None:
    outer = pair("192.88.99.1", "198.51.100.2")
    assert six_in_four(outer, pair("2001:db8::1", "2001:db8::2")) == "6to4"


def test_isatap_host_behind_a_6to4_prefix() -> None:
    inner = v6("2002:c000:201::5efe:10.0.0.1"), v6("2001:db8::1")
    assert six_in_four((v4("10.0.0.1"), v4("10.0.0.2")), inner) == "ISATAP"
    assert six_in_four(OUTER, inner) == "6to4"


def test_6rd_takes_the_whole_ipv4_address_behind_the_prefix() -> None:
    site = prefix_6rd("2001:db8::/32")
    inner = pair("2001:db8:c000:201::1", "2001:db8:c633:6402::1")
    assert six_in_four(OUTER, inner, site) == "6rd"
    assert expected("6rd", OUTER, inner, site) == list(OUTER)
    assert six_in_four(OUTER, inner) == "6in4"


def test_6rd_with_common_bits_needs_fewer_behind_the_prefix() -> None:
    # RFC 5969, section 4: with 10.0.0.0/8 in common, 24 bits of 10.100.100.1 follow a /32
    site = prefix_6rd("2001:db8::/32,8")
    outer = pair("10.100.100.1", "10.1.2.3")
    inner = pair("2001:db8:6464:0100::1", "2001:db8:0102:0300::1")
    assert expected("6rd", outer, inner, site) == list(outer)


def test_ds_lite_is_192_0_0_0_29_and_no_more() -> None:
    assert is_ds_lite(pair("192.0.0.2", "198.51.100.2"))
    assert is_ds_lite(pair("198.51.100.2", "192.0.0.7"))
    assert not is_ds_lite(pair("192.0.0.8", "198.51.100.2"))

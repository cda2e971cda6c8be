"""Addresses inside addresses; expectations from the RFCs' own examples where they have one."""

import ipaddress

import pytest

from dissect.address import Part, embedded


def parts(text):
    return {part.name: part for part in embedded(ipaddress.IPv6Address(text).packed)}


def test_modified_eui64_gives_the_mac_with_the_universal_bit_flipped_back():
    # RFC 4291, appendix A: 34-56-78-9a-bc-de becomes 36-56-78-ff-fe-9a-bc-de
    found = parts("fe80::3656:78ff:fe9a:bcde")
    assert found == {"slaac_mac": Part("slaac_mac", 8, 8, bytes.fromhex("3456789abcde"))}


def test_local_eui64_is_no_mac():
    assert parts("2001:db8::11:22ff:fe33:4455") == {}


def test_multicast_has_no_interface_identifier():
    assert parts("ff02::211:22ff:fe33:4455") == {}


def test_6to4_gateway_and_subnet():
    found = parts("2002:c000:201:7::1")
    assert found["6to4_gw_ipv4"] == Part("6to4_gw_ipv4", 2, 4, bytes([192, 0, 2, 1]))
    assert found["6to4_sla_id"] == Part("6to4_sla_id", 6, 2, 7)


def test_6to4_with_a_mac_in_the_lower_half_has_both():
    assert list(parts("2002:c000:201::211:22ff:fe33:4455")) == [
        "6to4_gw_ipv4", "6to4_sla_id", "slaac_mac",
    ]  # fmt: skip


def test_teredo_port_and_client_are_stored_inverted():
    # server 65.54.227.120, client 192.0.2.45 port 40000, by hand from RFC 4380, section 4
    found = parts("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    assert found["ts_ipv4"].value == bytes([65, 54, 227, 120])
    assert found["tc_port"] == Part("tc_port", 10, 2, 40000)
    assert found["tc_ipv4"].value == bytes([192, 0, 2, 45])


def test_teredo_lower_half_is_not_read_as_a_mac():
    assert "slaac_mac" not in parts("2001:0:c000:201:211:22ff:fe33:4455")


def test_nat64_well_known_prefix():
    # RFC 6052, section 2.4
    found = parts("64:ff9b::192.0.2.33")
    assert found["embed_ipv4"] == Part("embed_ipv4", 12, 4, bytes([192, 0, 2, 33]))


@pytest.mark.parametrize("text", ["64:ff9b::1:192.0.2.33", "64:ff9b:1::192.0.2.33"])
def test_other_prefixes_are_not_nat64(text):
    assert parts(text) == {}


@pytest.mark.parametrize(
    ("text", "is_isatap"),
    [
        ("fe80::5efe:192.0.2.1", True),
        ("2001:db8::200:5efe:192.0.2.1", True),
        ("2001:db8::100:5efe:192.0.2.1", False),  # group bit: RFC 5214 has 0000 and 0200 only
        ("ff02::5efe:192.0.2.1", False),
    ],
)
def test_isatap(text, is_isatap):
    assert ("isatap_ipv4" in parts(text)) is is_isatap

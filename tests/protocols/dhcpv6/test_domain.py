"""Domain names: where tshark is wrong, and hostile ones."""

from __future__ import annotations

import pytest

from making.dhcpv6 import msg, name, opt
from tests.protocols.dhcpv6.packets import VALUE, notes, places, read, shows

ENTRY = "dhcpv6.search_list_entry"


def search_list(octets: bytes):
    return read(msg(7, opt(24, octets)))


def test_partial_name_of_several_labels_is_whole():  # tshark: abcab, of 6 octets
    packet = search_list(name("abc.de"))
    assert shows(packet, ENTRY) == ["abc.de"]
    assert places(packet, ENTRY) == [(VALUE, 7)]


def test_partial_name_behind_another_is_noted():
    packet = search_list(name("abc.de.") + name("x.org"))
    assert shows(packet, "dhcpv6.partial_name_preceded_by_fqdn") == ["x.org"]
    assert places(packet, "dhcpv6.partial_name_preceded_by_fqdn") == [(VALUE + 8, 6)]
    assert notes(packet) == ["dhcpv6.expert.partial_name_preceded_by_fqdn"]
    assert packet.info == "Reply XID: 0x123456  [PROTOCOL VIOLATION]"


def test_decoded_portion_stands_where_it_is():  # tshark counts the message's offset twice
    packet = search_list(b"\3abc\7de")
    assert shows(packet, "dhcpv6.domain_field_len_exceeded") == ["7"]
    assert shows(packet, "dhcpv6.decoded_portion") == ["abc"]
    assert places(packet, "dhcpv6.decoded_portion") == [(VALUE, 4)]


@pytest.mark.parametrize("pointer", [b"\xc0\x00", b"\3abc\xc0\x00", b"\xc0\x46" * 20])
def test_compression_pointer_is_no_name_and_makes_no_loop(pointer):
    packet = search_list(pointer)
    assert shows(packet, "dhcpv6.bogus_label_length") == ["192"]
    assert notes(packet) == ["dhcpv6.expert.name_not_dns_encoded"]


def test_empty_name_points_at_the_length_of_its_field():  # tshark: one octet too early
    packet = read(msg(7, opt(64)))
    assert places(packet, "dhcpv6.domain_field_len") == [(VALUE - 2, 2)]
    packet = read(msg(1, opt(39, b"\0")))
    assert places(packet, "dhcpv6.domain_field_len") == [(VALUE - 2, 2)]


def test_nul_in_a_label_hides_nothing():
    assert shows(search_list(b"\3a\0b\2de\0"), ENTRY) == ["a\0b.de."]


def test_a_field_of_roots_ends_at_the_first():
    packet = search_list(bytes(5000))
    assert len(packet.fields("dhcpv6.root_only_domain_name")) == 1

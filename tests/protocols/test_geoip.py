"""Where a packet's ends are: Wireshark's fields, from databases of invented places."""

from __future__ import annotations

import pytest

from dissect import PreferenceError, dissect, open_capture
from dissect.crosscheck.tally import check_file
from dissect.filter import compile_filter
from tests import places
from tests.captures_list import name
from tests.protocols.beside_tshark import defined, needs_tshark, write
from tests.protocols.ipv6_packets import UDP, ipv6

PACKET = ipv6(17, UDP, src="2001:db8:0:1::1", dst="2001:db8:ffff::2")
"""From a place of which all is known to one of which only the country is."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return places.write_all(tmp_path_factory.mktemp("places"))


def located(octets, folder, link_type="ipv6"):
    return dissect(octets, link_type, strict=True, preferences={"geoip": str(folder)})


def test_fields_stand_on_the_address_that_they_are_about(folder):
    packet = located(PACKET, folder)
    found = [
        (node.name.removeprefix("ipv6.geoip."), node.offset, node.length, node.show)
        for node in packet.tree.walk()
        if node.name.startswith("ipv6.geoip.")
    ]
    source = [
        ("city", "Fjordby Ærø"), ("country", "Norrland"), ("country_iso", "XN"),
        ("asnum", "64496"), ("org", "Example Net"), ("lat", "59.25"), ("lon", "-10.123457"),
    ]  # fmt: skip
    assert found == [
        ("src_summary", 8, 16, "Fjordby Ærø, XN, ASN 64496, Example Net"),
        *((prefix + what, 8, 16, show) for what, show in source for prefix in ("src_", "")),
        ("dst_summary", 24, 16, "XE"),
        ("dst_country", 24, 16, "Edgeland"),
        ("country", 24, 16, "Edgeland"),
        ("dst_country_iso", 24, 16, "XE"),
        ("country_iso", 24, 16, "XE"),
    ]
    node = packet.fields("ipv6.geoip.src_summary")[0]
    assert node.field.generated
    assert len(node.children) == 14


def test_without_databases_there_are_no_such_fields():
    packet = dissect(PACKET, "ipv6", strict=True)
    assert not any(".geoip." in node.name for node in packet.tree.walk())


def test_address_that_no_database_knows_has_none(folder):
    packet = located(ipv6(17, UDP, src="2001:db8:7777::1", dst="ff02::1"), folder)
    assert not any(".geoip." in node.name for node in packet.tree.walk())


def test_filters_find_places(folder):
    packet = located(PACKET, folder)
    for words, passes in (
        ('ipv6.geoip.city contains "Fjord" && ipv6.geoip.asnum == 64496', True),
        ("ipv6.geoip.dst_country_iso == XE", True),
        ("ipv6.geoip.src_lat > 59.5", False),
        ("ip.geoip.asnum", False),
    ):
        assert compile_filter(words)(packet) is passes, words


def test_folder_that_is_not_there_is_refused_before_the_capture_is_opened():
    with pytest.raises(PreferenceError, match=r"/nowhere: No such file"):
        open_capture("no such capture", preferences={"geoip": "/nowhere"})


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("protocol", ["ip", "ipv6"])
def test_every_field_of_tsharks_is_declared_and_agrees(folder, protocol):
    fields = {field for field in defined(protocol) if ".geoip." in field}
    assert len(fields) == 23
    total = {}
    for path in places.LOCATED:
        total |= check_file(str(path), preferences={"geoip": str(folder)}).fields
    assert {field for field in fields if total[field].agreed} == fields


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("path", places.LOCATED, ids=name)
def test_captures_agree_with_tshark_when_both_know_places(path, folder):
    tally = check_file(str(path), preferences={"geoip": str(folder)})
    assert tally.errors == []
    assert tally.agrees, tally.worst(5)


@pytest.mark.tshark
@needs_tshark
def test_partial_records_and_all_carriers_agree_with_tshark(tmp_path):
    """Ends of which little is known, in a tunnel, in a quote, and on a route."""
    records = [
        {"city": {"names": {"en": ""}}},
        {"country": {"names": {"en": "Only Name"}}},
        {"autonomous_system_organization": "Only Org"},
        {"location": {"longitude": -0.0000001}},
        {"location": {"latitude": 91.0}},
        {"city": {"names": {"en": "C" * 1900}}, "country": {"names": {"en": "\r two\nlines"}}},
    ]
    networks = {f"2001:db8:{number:x}::/48": it for number, it in enumerate(records)}
    places.write(tmp_path / "partial.mmdb", networks | {"192.0.2.0/24": places.owner(1, "A")})
    packets = [ipv6(17, UDP, src=f"2001:db8:{n:x}::1", dst="2001:db8:2::2") for n in range(6)]
    packets.append(ipv6(41, packets[0], src="2001:db8:1::1", dst="2001:db8:2::1"))
    packets.append(ipv6(58, b"\1\4" + bytes(6) + packets[1], src="2001:db8:2::1"))
    loose_route = bytes.fromhex("830b04 c0000205 c0000206 00")
    head = bytes.fromhex("48000020 00000000 40110000 c6336401 c0000203")
    packets.append(head + loose_route)
    path = write(tmp_path / "partial.pcap", packets)
    tally = check_file(str(path), frozenset(("ip", "ipv6")), preferences={"geoip": str(tmp_path)})
    assert tally.agrees, tally.worst(5)
    assert tally.packets == len(packets)
    assert tally.fields["ip.geoip.dst_summary"].agreed == 1
    assert tally.fields["ipv6.geoip.src_summary"].agreed == 10

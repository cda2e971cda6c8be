"""PIM by hand: what octets mean by the RFCs, and what tshark leaves out; and beside tshark."""

import struct

import pytest

from dissect.engine.packet import dissect
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import (
    LINKTYPE_RAW,
    columns_of,
    defined,
    needs_tshark,
    occurring,
    summed,
)
from tests.protocols.ipv6_packets import ipv6

PIM = 103
CAPTURE = ROOT / "captures" / "pim.pcapng"
UNICAST = bytes.fromhex("0200 20010db8000000000000000000000005")
GROUP = bytes.fromhex("0200 0080 ff1e0000000000000000000000006006")


def message(kind, body, second=0):
    """A message over IPv6, summed whole."""
    octets = bytes([0x20 | kind, second, 0, 0]) + body
    return dissect(ipv6(PIM, summed(octets, 2, PIM)), LINKTYPE_RAW, strict=True)


def option(kind, value):
    return struct.pack(">HH", kind, len(value)) + value


def shown(found, name):
    return [node.show for node in found.fields(name)]


def notes(found):
    return [finding.note.name for finding in found.findings]


@pytest.mark.tshark
@needs_tshark
def test_every_field_of_tsharks_occurs_in_the_capture():
    assert defined("pim") - occurring(CAPTURE) == set()


@pytest.mark.tshark
@needs_tshark
def test_columns_are_tsharks():
    ours, theirs = columns_of(CAPTURE)
    assert len(ours) == len(theirs)
    different = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    # A locator that passes the end of its message: tshark goes on.  RFC 8059, section 5
    assert different == [(("PIMv2", "Join/Prune[Malformed Packet]"), ("PIMv2", "Join/Prune"))]


def test_columns_of_a_register_are_not_those_of_the_packet_inside():
    inner = ipv6(17, bytes.fromhex("9c40 138c 0008 0000"))
    octets = summed(bytes([0x21, 0, 0, 0]) + bytes(4), 2, PIM) + inner
    found = dissect(ipv6(PIM, octets), LINKTYPE_RAW, strict=True)
    assert found.chain.endswith("ipv6:pim:ipv6:udp")
    assert (found.protocol, found.info) == ("PIMv2", "Register")


def test_checksum_has_a_pseudo_header_in_it():
    found = message(0, option(20, b"\0\0\0\6"))
    assert shown(found, "pim.cksum.status") == ["1"]
    assert notes(found) == []


def test_backoff_of_an_election_is_read():
    """RFC 5015, section 3.7: the offer and its interval follow."""
    offer = UNICAST + struct.pack(">II", 1, 2)
    body = offer + UNICAST + struct.pack(">IIH", 3, 4, 500)
    found = message(10, body, 0x30)
    assert shown(found, "pim.bidir_offering_ip6") == ["2001:db8::5"]
    assert shown(found, "pim.bidir_offering_interval") == ["500"]


def test_option_too_short_for_its_value_does_not_end_the_message():
    found = message(0, option(19, b"\0\1") + option(20, b"\0\0\0\6"))
    assert shown(found, "pim.generation_id") == ["6"]
    assert shown(found, "pim.dr_priority") == []
    assert notes(found) == ["sixscope.pim.option_length"]


def test_option_past_the_message_ends_it():
    found = message(0, struct.pack(">HH", 19, 400) + bytes(4))
    assert shown(found, "pim.optionlength") == ["400"]
    assert notes(found) == ["_ws.malformed"]


def test_address_of_unknown_family_is_noted_and_the_rest_shown():
    found = message(5, b"\6\0" + bytes(10))
    assert notes(found) == ["sixscope.pim.address"]
    assert shown(found, "sixscope.pim.message") == ["06:00" + ":00" * 10]


def test_attributes_end_where_they_say_so():
    """RFC 5384, section 3.3: the E bit marks the last one."""
    attributes = bytes.fromhex("0202 0001 4300")
    source = b"\2\1\4\x80" + bytes(15) + b"\1" + attributes
    body = UNICAST + struct.pack(">BBH", 0, 1, 210) + GROUP + struct.pack(">HH", 1, 0) + source
    found = message(3, body)
    assert shown(found, "pim.source_ja.flags.attr_type") == ["2", "3"]
    assert shown(found, "pim.source_ja.flags.e") == ["0", "1"]
    assert shown(found, "pim.numprunes") == ["0"]
    assert notes(found) == []


def test_more_sources_promised_than_there_are():
    body = UNICAST + struct.pack(">BBH", 0, 1, 210) + GROUP + b"\xff\xff\xff\xff"
    found = message(3, body)
    assert shown(found, "pim.numjoins") == ["65535"]
    assert notes(found) == ["_ws.malformed"]


def test_flag_of_flooding_is_shown_of_a_header_that_is_cut_off():
    packet = dissect(ipv6(PIM, b"\x2c\x80"), LINKTYPE_RAW, strict=True)
    assert packet["pim.pfmnoforwardbit"] == 1
    assert notes(packet) == ["_ws.malformed"]

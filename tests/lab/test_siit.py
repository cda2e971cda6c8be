"""A stateless translator from both sides: addresses are worked out, not remembered (RFC 6052)."""

import socket

from tests.lab.conftest import shown
from tests.lab.test_nat64 import on


def inside(address):
    """The IPv4 address behind a prefix of 64 bits: octets 9 to 12 (RFC 6052, section 2.2)."""
    octets = socket.inet_pton(socket.AF_INET6, address)
    assert not octets[8]
    return socket.inet_ntop(socket.AF_INET, octets[9:13])


def test_the_addresses_of_one_side_tell_those_of_the_other(recording):
    truth = recording.truth
    assert (inside(truth["client"]), inside(truth["server_6"])) == (
        truth["client_4"], truth["server"],
    )  # fmt: skip
    asked = {
        (inside(p.source), inside(p.destination), p["icmpv6.echo.identifier"])
        for p in on(recording, "both", icmpv6__type="128")
    }
    heard = {
        (p.source, p.destination, p["icmp.ident"]) for p in on(recording, "both", icmp__type="8")
    }
    assert len(asked & heard) == len(truth["answers"])


def test_the_traffic_class_is_kept(recording):
    marked = on(recording, "ipv4", ip__dsfield=f"0x{recording.truth['class']:02x}", icmp__type="8")
    assert len(marked) == recording.truth["answers"]["marked"]


def test_fragments_keep_their_identification(recording):
    ids = {p["ipv6.fraghdr.ident"] for p in on(recording, "both") if "ipv6.fraghdr.ident" in p}
    theirs = {p["ip.id"] for p in on(recording, "both") if "ip.id" in p and "ipv6" not in p}
    assert ids
    assert {number & 0xFFFF for number in ids} <= theirs  # RFC 7915, sections 4.1 and 5.1


def test_packet_too_big_becomes_fragmentation_needed_with_the_shorter_header(recording):
    # RFC 7915, section 5.2
    needed = on(recording, "ipv4", icmp__type="3", icmp__code="4")
    assert {p["icmp.mtu"] for p in needed} == {recording.truth["v6_mtu"] - 20}
    assert {shown(p, "ip.src")[0] for p in needed} == {recording.truth["translator"]["ipv4"]}


def test_unknown_protocols_are_told_in_the_other_family_s_words(recording):
    assert on(recording, "ipv6", icmpv6__type="4", icmpv6__code="1")
    assert on(recording, "ipv4", icmp__type="3", icmp__code="2")

"""Both sides of a translator: each packet is seen once in IPv6 and once in IPv4."""

import socket

from tests.lab.conftest import shown


def on(recording, side, **values):
    name = recording.truth["sides"][side]
    return [p for p in recording.having(**values) if p.interface.name == name]


def embedded(address):
    """The IPv4 address in one of the /96 prefix (RFC 6052, section 2.2)."""
    return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET6, address)[12:])


def test_every_ping_of_the_client_goes_on_in_ipv4(recording):
    truth = recording.truth
    asked = on(recording, "ipv6", icmpv6__type="128", ipv6__src=truth["client"])
    inside = {
        (embedded(p.destination), p["icmpv6.echo.identifier"], p["icmpv6.echo.sequence_number"])
        for p in asked if "ipv6.fragment" not in p and p.destination.startswith("2001:db8:64")
    }  # fmt: skip
    outside = {
        (p.destination, p["icmp.ident"], p["icmp.seq"])
        for p in on(recording, "ipv4", icmp__type="8", ip__src=truth["mapped"])
    }
    assert outside
    assert outside <= inside


def test_answers_as_ping_counted_them(recording):
    truth = recording.truth
    first = {}
    for packet in on(recording, "ipv6", icmpv6__type="129", ipv6__dst=truth["client"]):
        first.setdefault(packet["icmpv6.echo.identifier"], []).append(packet)
    assert len(next(iter(first.values()))) == truth["answers"]["client_to_server"]
    replies = on(recording, "ipv4", icmp__type="0", ip__src=truth["mapped"])
    assert len(replies) >= truth["answers"]["server_to_client"]


def test_packet_too_big_reports_the_other_side_s_mtu_and_the_longer_header(recording):
    # RFC 7915, section 4.2: the IPv4 MTU with 20 octets for the longer header
    too_big = on(recording, "ipv6", icmpv6__type="2")
    assert {p["icmpv6.mtu"] for p in too_big} == {recording.truth["v4_mtu"] + 20}


def test_the_translator_answers_a_traceroute_itself(recording):
    exceeded = on(recording, "ipv6", icmpv6__type="3")
    assert recording.truth["translator"]["ipv6"] in {p.source for p in exceeded}


def test_the_absent_host_is_unreachable_in_both(recording):
    truth = recording.truth
    assert any(
        shown(p, "ip.dst")[-1] == truth["absent"]
        for p in recording.having(icmp__type="3", icmp__code="1")
    )
    assert on(recording, "ipv6", icmpv6__type="1")


def test_dns_and_http_cross_it(recording):
    answers = [p for p in recording.having(dns__flags__response="1") if "dns.a" in p]
    assert {shown(p, "dns.a")[0] for p in answers} == {recording.truth["server"]}
    assert on(recording, "ipv6", tcp__dstport="80")
    assert on(recording, "ipv4", tcp__dstport="80", ip__src=recording.truth["mapped"])

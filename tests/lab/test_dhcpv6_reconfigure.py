"""Reconfigure: a server that has changed its mind, and proves who it is."""

from ipaddress import IPv6Address, IPv6Network

from tests.lab.conftest import shown

RENEW, REPLY, RECONFIGURE = 5, 7, 10


def messages(recording, kind):
    return list(recording.having(dhcpv6__msgtype=str(kind)))


def test_the_server_asks_for_a_renewal_with_the_reconfigure_key(recording):
    (packet,) = messages(recording, RECONFIGURE)
    assert packet.source == recording.truth["server"]
    # RFC 8415, section 20.4: protocol 3, algorithm 1 (HMAC-MD5); section 21.19: 5 asks for Renew
    assert shown(packet, "dhcpv6.auth.protocol") == ["3"]
    assert shown(packet, "dhcpv6.auth.algorithm") == ["1"]
    assert shown(packet, "dhcpv6.reconf_msg") == ["5"]
    renew = next(p for p in messages(recording, RENEW) if p.number > packet.number)
    assert renew.source == recording.truth["client"]


def test_the_first_lease_is_from_the_first_pool(recording):
    lease = messages(recording, REPLY)[0]
    (address,) = shown(lease, "dhcpv6.iaaddr.ip")
    assert IPv6Address(address) in IPv6Network(recording.truth["pools"][0])
    assert shown(lease, "dhcpv6.dns_server") == [recording.truth["resolvers"][0]]
    assert shown(lease, "dhcpv6.iaaddr.valid_lifetime") == [str(recording.truth["valid"])]

"""Redirects, proxies, and a host that changed its MAC address."""

from tests.lab.conftest import shown

SOLICITATION, ADVERTISEMENT, REDIRECT, QUERY = "135", "136", "137", "139"


def test_each_redirect_names_the_better_way(recording):
    found = {
        shown(p, "icmpv6.rd.na.destination_address")[0]: p
        for p in recording.having(icmpv6__type=REDIRECT)
    }
    expected = recording.truth["redirects"]
    assert set(found) == set(expected)
    for destination, packet in found.items():
        assert packet.source == recording.truth["router"]["link_local"]
        assert shown(packet, "icmpv6.nd.rd.target_address")[0] == expected[destination]["target"]
        assert shown(packet, "eth.dst") == [expected[destination]["to"]]
        assert "icmpv6.opt.redirected_packet" in packet


def test_the_router_answers_for_the_proxied_address(recording):
    truth = recording.truth
    answers = list(
        recording.having(
            icmpv6__type=ADVERTISEMENT, icmpv6__nd__na__target_address=truth["proxied"]
        )
    )
    assert answers
    for packet in answers:
        assert shown(packet, "icmpv6.opt.linkaddr") == [truth["router"]["mac"]]
        assert packet["icmpv6.nd.na.flag.o"] == 0  # RFC 4861, section 7.2.8


def test_nobody_answers_for_the_absent_one(recording):
    absent = recording.truth["absent"]
    asked = recording.having(icmpv6__type=SOLICITATION, icmpv6__nd__ns__target_address=absent)
    answered = recording.having(icmpv6__type=ADVERTISEMENT, icmpv6__nd__na__target_address=absent)
    assert list(asked)
    assert list(answered) == []


def test_the_new_mac_is_announced_to_all(recording):
    host = recording.truth["host2"]
    announced = [
        p for p in recording.having(icmpv6__type=ADVERTISEMENT, eth__src=host["new_mac"])
        if p.destination == "ff02::1" and not p["icmpv6.nd.na.flag.s"]
    ]  # fmt: skip
    assert host["new_link_local"] in {shown(p, "icmpv6.nd.na.target_address")[0] for p in announced}
    for packet in announced:
        assert shown(packet, "icmpv6.opt.linkaddr") == [host["new_mac"]]


def test_node_information_is_asked_for(recording):
    kinds = {p["icmpv6.ni.qtype"] for p in recording.having(icmpv6__type=QUERY)}
    assert kinds == {2, 3, 4}  # RFC 4620, section 5: name, IPv6 addresses, IPv4 addresses

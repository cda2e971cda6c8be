"""What kea handed out through two relays, and what it said with it."""

from ipaddress import IPv6Address, IPv6Network

from tests.lab.conftest import shown

SOLICIT, ADVERTISE, REQUEST, RENEW, REPLY, RELEASE, INFORMATION = 1, 2, 3, 5, 7, 8, 11
RELAY_FORWARD, RELAY_REPLY = 12, 13


def on(recording, link):
    found = [p for p in recording.having("dhcpv6") if p.interface.name == link]
    return sorted(found, key=lambda packet: packet.time_ns)


def innermost(packet):
    return packet.fields("dhcpv6.msgtype")[-1].value


def test_the_exchange_in_its_order_on_the_client_s_link(recording):
    kinds = [innermost(packet) for packet in on(recording, "link1")]
    assert kinds[:4] == [SOLICIT, ADVERTISE, REQUEST, REPLY]
    assert kinds[4:6] == [RENEW, REPLY]
    assert kinds[kinds.index(RELEASE) + 1] == REPLY
    assert kinds[-2:] == [INFORMATION, REPLY]


def test_each_relay_wraps_the_message_once_more(recording):
    relays = recording.truth["relays"]
    for link, depth in (("link2", 1), ("link3", 2)):
        found = [p for p in on(recording, link) if p["dhcpv6.msgtype"] == RELAY_FORWARD]
        assert found
        for packet in found:
            assert shown(packet, "dhcpv6.hopcount") == [str(n) for n in reversed(range(depth))]
            assert shown(packet, "dhcpv6.linkaddr") == [
                relay["link_address"] for relay in reversed(relays[:depth])
            ]
            assert shown(packet, "dhcpv6.peeraddr") == [
                relay["peer"] for relay in reversed(relays[:depth])
            ]


def test_the_lease_and_the_prefix_with_their_times(recording):
    truth = recording.truth
    reply = next(p for p in on(recording, "link1") if innermost(p) == REPLY)
    assert shown(reply, "dhcpv6.iaaddr.ip") == [truth["lease"]]
    first, last = map(IPv6Address, truth["pool"])
    assert first <= IPv6Address(truth["lease"]) <= last
    assert shown(reply, "dhcpv6.iaaddr.pref_lifetime") == [str(truth["times"]["preferred"])]
    assert shown(reply, "dhcpv6.iaaddr.valid_lifetime") == [str(truth["times"]["valid"])]
    prefix = IPv6Network(truth["prefix"])
    assert shown(reply, "dhcpv6.iaprefix.pref_addr") == [str(prefix.network_address)]
    assert shown(reply, "dhcpv6.iaprefix.pref_len") == [str(prefix.prefixlen)]
    assert prefix.prefixlen == truth["prefix_pool"]["delegated"]
    times = {shown(reply, "dhcpv6.iaid.t1")[0], shown(reply, "dhcpv6.iaid.t2")[0]}
    assert times == {str(truth["times"]["t1"]), str(truth["times"]["t2"])}


def test_the_options_that_the_server_was_configured_with(recording):
    options = recording.truth["options"]
    reply = [p for p in on(recording, "link1") if innermost(p) == REPLY][
        -1
    ]  # to Information-request
    assert shown(reply, "dhcpv6.dns_server") == options["dns_servers"]
    assert shown(reply, "dhcpv6.search_list_entry") == [
        f"{domain}." for domain in options["domain_search"]
    ]
    assert shown(reply, "dhcpv6.lifetime") == [str(options["refresh"])]
    advertise = next(p for p in on(recording, "link1") if innermost(p) == ADVERTISE)
    assert shown(advertise, "dhcpv6.option_preference") == [str(options["preference"])]
    for field in ("sixscope.dhcpv6.sol_max_rt", "sixscope.dhcpv6.inf_max_rt"):
        assert shown(reply, field) == [str(options["max_rt"])]


def test_the_client_says_its_name(recording):
    request = next(p for p in on(recording, "link1") if innermost(p) == REQUEST)
    name = recording.truth["client_name"]
    assert shown(request, "dhcpv6.client_domain") == [name]

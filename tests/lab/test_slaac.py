"""What radvd was told to say, what the hosts made of it, and the address that two wanted."""

from ipaddress import IPv6Address

from tests.lab.conftest import shown

PREFERENCE = {"low": "3", "medium": "0", "high": "1"}  # RFC 4191, section 2.1: 11, 00, 01


def advertisements(recording):
    return list(recording.having(icmpv6__type="134"))


def test_every_advertisement_comes_from_the_router_with_its_parameters(recording):
    router = recording.truth["router"]
    found = advertisements(recording)
    assert len(found) >= 2
    for packet in found:
        assert packet.source == router["link_local"]
        assert packet["ipv6.hlim"] == 255
        assert packet["icmpv6.nd.ra.cur_hop_limit"] == router["hop_limit"]
        assert bool(packet["icmpv6.nd.ra.flag.m"]) is router["managed"]
        assert bool(packet["icmpv6.nd.ra.flag.o"]) is router["other"]
        assert bool(packet["icmpv6.nd.ra.flag.h"]) is router["home_agent"]
        assert shown(packet, "icmpv6.nd.ra.flag.prf") == [PREFERENCE[router["preference"]]]
        assert packet["icmpv6.nd.ra.reachable_time"] == router["reachable_ms"]
        assert packet["icmpv6.nd.ra.retrans_timer"] == router["retrans_ms"]
        assert packet["icmpv6.opt.mtu"] == router["mtu"]
        assert shown(packet, "icmpv6.opt.linkaddr") == [router["mac"]]
        assert packet["icmpv6.opt.advertisement_interval"] == router["interval_ms"]
        assert packet["icmpv6.opt.home_agent_preference"] == router["home_agent_preference"]
        assert packet["icmpv6.opt.home_agent_lifetime"] == router["home_agent_lifetime"]


def test_the_router_says_good_bye_with_a_lifetime_of_zero(recording):
    assert advertisements(recording)[-1]["icmpv6.nd.ra.router_lifetime"] == 0
    assert advertisements(recording)[0]["icmpv6.nd.ra.router_lifetime"] > 0


def test_prefixes_with_their_flags_and_lifetimes(recording):
    # a route's prefix and its length have the same names, and come after these
    columns = ("length", "flag.l", "flag.a", "flag.r", "valid_lifetime", "preferred_lifetime")
    true = [
        (
            p["prefix"].partition("/")[0], p["prefix"].partition("/")[2],
            *(str(int(p[key])) for key in ("on_link", "autonomous", "router_address")),
            str(p["valid"]), str(p["preferred"]),
        )
        for p in recording.truth["prefixes"]
    ]  # fmt: skip
    for packet in advertisements(recording)[:-1]:  # the good-bye has other lifetimes
        values = [shown(packet, f"icmpv6.opt.prefix.{name}") for name in columns]
        said = list(zip(shown(packet, "icmpv6.opt.prefix"), *values, strict=False))
        assert said == true


def test_resolvers_search_list_route_context_and_border_router(recording):
    truth = recording.truth
    packet = advertisements(recording)[0]
    assert shown(packet, "icmpv6.opt.rdnss") == truth["resolvers"]["addresses"]
    assert shown(packet, "icmpv6.opt.rdnss.lifetime") == [str(truth["resolvers"]["lifetime"])]
    assert shown(packet, "icmpv6.opt.dnssl") == truth["search"]["domains"]
    assert shown(packet, "icmpv6.opt.dnssl.lifetime") == [str(truth["search"]["lifetime"])]
    route = truth["routes"][0]
    assert shown(packet, "icmpv6.opt.route_lifetime") == [str(route["lifetime"])]
    assert shown(packet, "icmpv6.opt.route_info.flag.route_preference") == [
        PREFERENCE[route["preference"]]
    ]
    context = truth["context"]
    assert shown(packet, "icmpv6.opt.6co.context_length") == [str(context["length"])]
    assert shown(packet, "icmpv6.opt.6co.flag.cid") == [str(context["id"])]
    border = truth["border_router"]
    assert shown(packet, "icmpv6.opt.abro.version_low") == [str(border["version_low"])]
    assert shown(packet, "icmpv6.opt.abro.version_high") == [str(border["version_high"])]
    assert shown(packet, "icmpv6.opt.abro.6lbr_address") == [border["address"]]


def test_every_address_is_probed_for_before_it_is_used(recording):
    probed = {
        shown(packet, "icmpv6.nd.ns.target_address")[0]
        for packet in recording.having(icmpv6__type="135", ipv6__src="::")
    }
    for host in recording.truth["hosts"].values():
        assert {host["link_local"], *host["addresses"]} <= probed


def test_the_owner_defends_the_address_that_two_want(recording):
    duplicate = recording.truth["duplicate"]
    owner = recording.truth["hosts"][duplicate["owner"]]
    refused = recording.truth["hosts"][duplicate["refused"]]
    probes = list(
        recording.having(
            ipv6__src="::", eth__src=refused["mac"],
            icmpv6__nd__ns__target_address=duplicate["address"],
        )
    )  # fmt: skip
    assert probes
    defence = list(
        recording.having(
            icmpv6__type="136", eth__src=owner["mac"],
            icmpv6__nd__na__target_address=duplicate["address"],
        )
    )  # fmt: skip
    assert any(
        packet.destination == "ff02::1" and packet["icmpv6.nd.na.flag.o"] for packet in defence
    )


def test_an_address_made_of_the_mac_tells_it_and_a_temporary_one_does_not(recording):
    host = recording.truth["hosts"]["changing"]
    told = {
        str(IPv6Address(packet["ipv6.src"])): shown(packet, "ipv6.src_slaac_mac")
        for packet in recording.having("ipv6", eth__src=host["mac"])
    }
    assert told.pop("::") == []
    assert host["link_local"] in told
    for address, mac in told.items():
        temporary = host["addresses"].get(address) == "temporary"
        assert mac == ([] if temporary else [host["mac"]])

"""GTP: a station's packets inside the tunnel, with the prefix that the gateway gave."""

from ipaddress import IPv6Address, IPv6Network

from tests.lab.conftest import shown


def inside(recording):
    return list(recording.having("gtp", "ipv6"))


def test_the_gateway_advertises_a_prefix_of_its_pool(recording):
    truth = recording.truth
    adverts = [p for p in inside(recording) if "134" in shown(p, "icmpv6.type")]
    assert adverts
    for packet in adverts:
        assert shown(packet, "ip.src") == [truth["ggsn"]]
        prefix = IPv6Address(packet["icmpv6.opt.prefix"])
        assert prefix in IPv6Network(truth["prefixes"])
        assert IPv6Address(truth["station"]) in IPv6Network(f"{prefix}/64")


def test_the_station_s_pings_are_answered(recording):
    truth = recording.truth
    replies = [
        p for p in inside(recording)
        if "129" in shown(p, "icmpv6.type") and p.destination == truth["station"]
    ]  # fmt: skip
    assert len(replies) >= truth["answers"] > 0


def test_both_directions_have_a_tunnel_identifier_each(recording):
    teids = {}
    for packet in inside(recording):
        teids.setdefault(shown(packet, "ip.dst")[0], set()).add(packet["gtp.teid"])
    assert set(teids) == {recording.truth["sgsn"], recording.truth["ggsn"]}
    assert all(len(found) == 1 for found in teids.values())

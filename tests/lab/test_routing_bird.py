"""bird and keepalived: identifiers, prefixes, and the virtual address that moves."""

from ipaddress import IPv6Network

from tests.lab.conftest import shown


def test_the_virtual_address_moves_to_the_other_router(recording):
    truth = recording.truth
    adverts = list(recording.having("vrrp", vrrp__virt_rtr_id=str(truth["vrrp"]["id"])))
    priorities = [packet["vrrp.prio"] for packet in adverts]
    first, second = (truth["routers"][str(n)]["priority"] for n in (truth["master_first"], 1))
    assert first in priorities
    assert priorities[-1] == second
    gone = priorities.index(0)  # RFC 5798, section 5.2.4: the master stops
    assert gone > priorities.index(first)
    for packet in adverts:
        assert truth["vrrp"]["address"] in shown(packet, "vrrp.ipv6_addr")


def test_ripng_announces_each_router_s_own_prefix(recording):
    announced = {
        f"{prefix}/{length}"
        for packet in recording.having("ripng")
        for prefix, length in zip(
            shown(packet, "ripng.rte.ipv6_prefix"), shown(packet, "ripng.rte.prefix_length"),
            strict=True,
        )
    }  # fmt: skip
    for router in recording.truth["routers"].values():
        assert str(IPv6Network(router["prefix"])) in announced


def test_the_advertiser_says_what_it_was_configured_to(recording):
    truth = recording.truth["advertiser"]
    local = recording.truth["routers"][str(truth["router"])]["link_local"]
    found = list(recording.having(icmpv6__type="134", ipv6__src=local))
    assert found
    for packet in found:
        assert packet["icmpv6.opt.mtu"] == truth["mtu"]
        assert packet["icmpv6.opt.prefix.valid_lifetime"] == truth["valid"]
        assert packet["icmpv6.opt.prefix.preferred_lifetime"] == truth["preferred"]
        assert shown(packet, "icmpv6.nd.ra.flag.prf") == ["3"]  # RFC 4191, section 2.1: low


def test_ospf_packets_carry_an_authentication_trailer(recording):
    found = list(recording.having("ospf"))
    assert found
    ids = {shown(p, "ospf.srcrouter")[0] for p in found}
    assert ids == {router["id"] for router in recording.truth["routers"].values()}

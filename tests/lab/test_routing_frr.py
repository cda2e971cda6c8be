"""FRR's daemons: who speaks, with which identifiers, timers and prefixes."""

from ipaddress import IPv6Network

from tests.lab.conftest import shown


def link_locals(recording):
    return {
        address: number
        for number, router in recording.truth["routers"].items()
        for address in router["link_locals"].values()
    }


def test_ripng_announces_every_prefix(recording):
    routers = link_locals(recording)
    announced = set()
    for packet in recording.having("ripng"):
        assert packet.source in routers
        announced |= {
            f"{prefix}/{length}"
            for prefix, length in zip(
                shown(packet, "ripng.rte.ipv6_prefix"), shown(packet, "ripng.rte.prefix_length"),
                strict=True,
            )
        }  # fmt: skip
    assert set(recording.truth["prefixes"]) <= announced
    loopbacks = {f"{r['loopback']}/128" for r in recording.truth["routers"].values()}
    assert loopbacks <= announced


def test_ospf_hellos_have_the_router_s_identifier_and_the_configured_timers(recording):
    routers, truth = link_locals(recording), recording.truth
    hellos = list(recording.having(ospf__msg="1"))
    assert hellos
    for packet in hellos:
        number = routers[packet.source]
        assert shown(packet, "ospf.srcrouter") == [truth["routers"][number]["id"]]
        assert shown(packet, "ospf.area_id") == [truth["ospf"]["area"]]
        assert packet["ospf.hello.hello_interval"] == truth["ospf"]["hello"]
        assert packet["ospf.hello.router_dead_interval"] == truth["ospf"]["dead"]


def test_ospf_floods_the_prefixes(recording):
    flooded = {
        text
        for p in recording.having(ospf__msg="4")
        for text in shown(p, "ospf.v3.address_prefix.ipv6")
    }  # fmt: skip
    networks = {str(IPv6Network(prefix).network_address) for prefix in recording.truth["prefixes"]}
    assert networks <= flooded

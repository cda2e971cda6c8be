"""PIM between three routers: hellos, joins, and registers to the rendezvous point."""

from tests.lab.conftest import shown

HELLO, REGISTER, REGISTER_STOP, JOIN_PRUNE = "0", "1", "2", "3"


def test_hellos_come_from_the_routers_with_their_hold_time(recording):
    truth = recording.truth
    own = {a for interfaces in truth["routers"].values() for a in interfaces.values()}
    found = list(recording.having(pim__type=HELLO))
    assert {packet.source for packet in found} <= own
    assert {packet["pim.holdtime"] for packet in found} <= {truth["hold"], 0}
    assert {packet.destination for packet in found} == {"ff02::d"}  # RFC 7761, section 4.3.1


def test_joins_name_the_groups_the_source_and_the_rendezvous_point(recording):
    truth = recording.truth
    joined = {
        (group, source)
        for packet in recording.having(pim__type=JOIN_PRUNE)
        for group in shown(packet, "pim.group_ip6")
        for source in shown(
            packet, "pim.source_ip6" if "pim.source_ip6" in packet else "pim.join_ip6"
        )
    }
    groups = truth["groups"]
    assert (groups["chosen"], truth["source"]) in joined
    assert (groups["any_source"], truth["rendezvous"]) in joined


def test_the_first_packets_travel_to_the_rendezvous_point_in_registers(recording):
    truth = recording.truth
    inside = list(recording.having("udp", pim__type=REGISTER))
    assert inside
    for packet in inside:
        assert shown(packet, "ipv6.src")[-1] == truth["source"]
        assert shown(packet, "ipv6.dst")[-1] == truth["groups"]["any_source"]
        assert shown(packet, "ipv6.dst")[0] == truth["rendezvous"]

"""Nine kinds of tunnels: the ends outside, the addresses inside, and what carries them."""

import pytest

from tests.lab.conftest import shown

CHAINS = {
    "sit": "ip:ipv6", "6to4": "ip:ipv6", "isatap": "ip:ipv6", "6over4": "ip:ipv6",
    "gre4": "ip:gre:ipv6", "gre6": "ipv6:gre:ipv6", "ip6ip6": "ipv6:ipv6",
    "vxlan4": "ip:udp:vxlan:eth:ethertype:ipv6", "vxlan6": "ipv6:udp:vxlan:eth:ethertype:ipv6",
}  # fmt: skip


def pings(recording, kind, message):
    inner = recording.truth["tunnels"][kind]["inner"]
    source, destination = inner if message == "128" else inner[::-1]
    return [
        packet for packet in recording.having(icmpv6__type=message)
        if packet.source == source and packet.destination == destination
        and f"{CHAINS[kind]}:icmpv6" in packet.chain
    ]  # fmt: skip


@pytest.mark.parametrize("kind", CHAINS)
def test_every_answered_ping_went_through_the_tunnel_and_back(recording, kind):
    tunnel = recording.truth["tunnels"][kind]
    family = "ip" if "." in tunnel["outer"][0] else "ipv6"
    for message, (near, far) in (("128", tunnel["outer"]), ("129", tunnel["outer"][::-1])):
        found = pings(recording, kind, message)
        assert len(found) >= tunnel["answers"] > 0
        for packet in found:
            assert shown(packet, f"{family}.src")[0] == near
            assert shown(packet, f"{family}.dst")[0] == far


def test_gre_has_its_key_and_counts(recording):
    for kind in ("gre4", "gre6"):
        found = pings(recording, kind, "128")
        assert {p["gre.key"] for p in found} == {recording.truth["gre_key"]}
        numbers = [p["gre.sequence_number"] for p in found]
        assert numbers == sorted(set(numbers))


def test_vxlan_has_its_network_identifier(recording):
    for kind in ("vxlan4", "vxlan6"):
        vni = recording.truth["tunnels"][kind]["vni"]
        assert {p["vxlan.vni"] for p in pings(recording, kind, "128")} == {vni}


def test_addresses_tell_the_ipv4_address_inside(recording):
    for kind, field in (("6to4", "ipv6.src_6to4_gw_ipv4"), ("isatap", "ipv6.src_isatap_ipv4")):
        near = recording.truth["tunnels"][kind]["outer"][0]
        for packet in pings(recording, kind, "128"):
            assert near in shown(packet, field)


def test_6over4_multicast_goes_to_the_group_of_the_last_two_octets(recording):
    # RFC 2529, section 6
    found = [p for p in recording.having("ip.dst") if shown(p, "ip.dst")[0].startswith("239.192.")]
    assert found
    for packet in found:
        last = packet.fields("ipv6.dst")[-1].value[14:]
        assert shown(packet, "ip.dst")[0] == f"239.192.{last[0]}.{last[1]}"

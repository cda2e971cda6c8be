"""Overlays and tags by Open vSwitch: identifiers, keys, labels, as they were configured."""

import pytest

from tests.lab.conftest import shown

CARRIERS = {
    "vxlan4": ("vxlan.vni", "100"), "vxlan6": ("vxlan.vni", "106"), "gpe4": ("vxlan.vni", "200"),
    "geneve6": ("geneve.vni", "0x00004d"), "gre4": ("gre.key", "0x00000007"),
    "gre6": ("gre.key", "0x00000008"), "gtp4": ("gtp.teid", "0x00001234"),
    "erspan6": ("erspan.spanid", "5"),
}  # fmt: skip


@pytest.mark.parametrize("name", CARRIERS)
def test_the_overlay_s_identifier_is_the_configured_one_between_its_ends(recording, name):
    overlay = recording.truth["overlays"][name]
    field, value = CARRIERS[name]
    assert int(value, 0) == int(overlay["key"], 0)
    family = "ip" if "." in overlay["ends"][0] else "ipv6"
    found = [
        packet for packet in recording.having(field)
        if shown(packet, field)[0] == value
        and shown(packet, f"{family}.src")[0] == overlay["ends"][0]
        and shown(packet, f"{family}.dst")[0] == overlay["ends"][1]
    ]  # fmt: skip
    assert found
    inside = recording.truth["inside"]
    assert any({packet.source, packet.destination} & set(inside) for packet in found)


def test_as_many_replies_as_ping_counted(recording):
    inside = recording.truth["inside"]
    answered = sum(
        it["answers"] for it in (*recording.truth["overlays"].values(),
                                 *recording.truth["tags"].values())
    ) + recording.truth["bare_gre"]  # fmt: skip
    replies = list(recording.having(icmpv6__type="129", ipv6__src=inside[1]))
    assert len(replies) >= answered > 0


def test_vlan_and_its_priority(recording):
    tag = recording.truth["tags"]["vlan"]
    found = [p for p in recording.having("vlan") if len(p.fields("vlan.id")) == 1]
    assert found
    for packet in found:
        assert packet["vlan.id"] == tag["ids"][0]
    assert tag["priority"] in {packet["vlan.priority"] for packet in found}


def test_the_outer_tag_is_the_service_s(recording):
    found = list(recording.having("ieee8021ad"))
    assert found
    for packet in found:
        ids = shown(packet, "ieee8021ad.id") + shown(packet, "vlan.id")
        assert ids == [str(i) for i in recording.truth["tags"]["qinq"]["ids"]]


def test_both_labels_and_the_last_one_says_so(recording):
    found = list(recording.having("mpls"))
    assert found
    for packet in found:
        labels = [node.value for node in packet.fields("mpls.label")]
        assert labels == recording.truth["tags"]["mpls"]["labels"]
        assert shown(packet, "mpls.bottom") == ["0", "1"]

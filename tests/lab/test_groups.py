"""Who joined what, in both versions of MLD and IGMP."""

import pytest

from tests.lab.conftest import shown

MLD_QUERY, MLD1_REPORT, MLD1_DONE, MLD2_REPORT = "130", "131", "132", "143"
IGMP_QUERY, IGMP2_REPORT, IGMP2_LEAVE, IGMP3_REPORT = "0x11", "0x16", "0x17", "0x22"
INCLUDE, EXCLUDE, TO_INCLUDE, TO_EXCLUDE, ALLOW, BLOCK = map(str, range(1, 7))


def sent_by(recording, member, **values):
    ends = recording.truth["members"][member]
    return [
        p for p in recording.having(**values) if p.source in (ends["link_local"], ends["ipv4"])
    ]  # fmt: skip


def records(packet, family):
    """(kind, group) of the records of a report."""
    if family == "ipv6":
        kind, group = "icmpv6.mldr.mar.record_type", "icmpv6.mldr.mar.multicast_address"
    else:
        kind, group = "igmp.record_type", "igmp.maddr"
    return list(zip(shown(packet, kind), shown(packet, group), strict=True))


@pytest.mark.parametrize(
    ("family", "report"),
    [("ipv6", {"icmpv6__type": MLD2_REPORT}), ("ipv4", {"igmp__type": IGMP3_REPORT})],
)
def test_the_modern_member_reports_every_change(recording, family, report):
    said = {r for p in sent_by(recording, "modern", **report) for r in records(p, family)}
    any_source, chosen = recording.truth["any_source"][family], recording.truth["chosen"][family]
    assert (TO_EXCLUDE, any_source) in said  # joined
    assert (BLOCK, any_source) in said
    assert (TO_INCLUDE, any_source) in said  # left
    assert (ALLOW, chosen["group"]) in said
    assert (BLOCK, chosen["group"]) in said


@pytest.mark.parametrize(
    ("family", "report", "field"),
    [
        ("ipv6", {"icmpv6__type": MLD2_REPORT}, "icmpv6.mldr.mar.source_address"),
        ("ipv4", {"igmp__type": IGMP3_REPORT}, "igmp.saddr"),
    ],
)
def test_every_chosen_source_is_named(recording, family, report, field):
    named = {s for p in sent_by(recording, "modern", **report) for s in shown(p, field)}
    assert set(recording.truth["chosen"][family]["sources"]) <= named


def test_the_old_member_speaks_only_the_old_versions(recording):
    assert sent_by(recording, "old", icmpv6__type=MLD2_REPORT) == []
    assert sent_by(recording, "old", igmp__type=IGMP3_REPORT) == []
    any_source = recording.truth["any_source"]
    for kind in (MLD1_REPORT, MLD1_DONE):
        groups = {
            shown(p, "icmpv6.mld.multicast_address")[0]
            for p in sent_by(recording, "old", icmpv6__type=kind)
        }
        assert any_source["ipv6"] in groups
    for kind in (IGMP2_REPORT, IGMP2_LEAVE):
        groups = {shown(p, "igmp.maddr")[0] for p in sent_by(recording, "old", igmp__type=kind)}
        assert any_source["ipv4"] in groups


def test_the_queriers_ask_in_their_versions(recording):
    queries = list(recording.having(icmpv6__type=MLD_QUERY))
    for link, size in (("modern", 28), ("old", 24)):  # RFC 3810, section 8.1: 24 octets are MLD 1
        own = [
            p for p in queries if p.source == recording.truth["queriers"][link]["link_local"]
        ]  # fmt: skip
        assert own
        for packet in own:
            layer = packet.layer("icmpv6")
            assert (layer.end - layer.offset == 24) is (size == 24)


def test_after_a_leave_the_querier_asks_for_that_group(recording):
    asked = {
        group
        for p in recording.having(icmpv6__type=MLD_QUERY)
        for group in shown(p, "icmpv6.mld.multicast_address")
    }
    assert recording.truth["any_source"]["ipv6"] in asked
    assert recording.truth["chosen"]["ipv6"]["group"] in asked

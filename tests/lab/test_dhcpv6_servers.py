"""Four servers and their clients: what each was configured to hand out."""

from ipaddress import IPv6Address, IPv6Network

import pytest

from tests.lab.conftest import shown

SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE, INFORMATION = (
    1, 2, 3, 4, 5, 6, 7, 8, 9, 11,
)  # fmt: skip


def of(recording, server, *kinds):
    link = recording.truth["servers"][server]["link"]
    return [
        packet for packet in recording.having("dhcpv6")
        if packet.interface.name == link and packet["dhcpv6.msgtype"] in kinds
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("server", "kinds"),
    [
        ("dnsmasq", {SOLICIT, REPLY, INFORMATION}),
        ("dibbler", {SOLICIT, REPLY, RENEW, RELEASE}),
        ("wide", {SOLICIT, ADVERTISE, REQUEST, REPLY, RELEASE}),
        ("isc", {SOLICIT, REPLY, DECLINE, RENEW, REBIND, CONFIRM}),
    ],
)
def test_the_messages_that_the_scenario_provokes(recording, server, kinds):
    found = {packet["dhcpv6.msgtype"] for packet in of(recording, server, *range(1, 14))}
    assert kinds <= found


def test_rapid_commit_needs_two_messages(recording):
    solicit = of(recording, "dibbler", SOLICIT)[0]
    assert "14" in shown(solicit, "dhcpv6.option.type")
    reply = next(p for p in of(recording, "dibbler", REPLY) if p.number > solicit.number)
    assert shown(reply, "dhcpv6.xid") == shown(solicit, "dhcpv6.xid")


def test_dibbler_hands_out_a_lasting_and_a_temporary_address_and_a_prefix(recording):
    truth = recording.truth["dibbler"]
    reply = of(recording, "dibbler", REPLY)[0]
    addresses = [IPv6Address(text) for text in shown(reply, "dhcpv6.iaaddr.ip")]
    assert sum(a in IPv6Network(truth["pool"]) for a in addresses) == 1
    assert sum(a in IPv6Network(truth["temporary"]) for a in addresses) == 1
    (prefix,) = shown(reply, "dhcpv6.iaprefix.pref_addr")
    assert IPv6Address(prefix) in IPv6Network(truth["prefixes"])
    assert shown(reply, "dhcpv6.aftr_name") == [truth["aftr"] + "."]
    client = of(recording, "dibbler", SOLICIT)[0]
    assert shown(client, "dhcpv6.duiden.enterprise") == [str(truth["duid"]["enterprise"])]
    said = shown(client, "dhcpv6.duiden.identifier")[0].replace(":", "")
    assert said == truth["duid"]["identifier"]


def test_the_delayed_authentication_of_wide(recording):
    truth = recording.truth["wide"]
    reply = of(recording, "wide", REPLY)[0]
    assert shown(reply, "dhcpv6.iaaddr.ip") == [truth["address"]]
    assert shown(reply, "dhcpv6.iaprefix.pref_addr") == [truth["prefix"].partition("/")[0]]
    # RFC 3315, section 21.4: protocol 2 is delayed authentication, algorithm 1 HMAC-MD5
    assert shown(reply, "dhcpv6.auth.protocol") == ["2"]
    assert shown(reply, "dhcpv6.auth.algorithm") == ["1"]


def test_the_declined_address_is_not_used(recording):
    (decline,) = of(recording, "isc", DECLINE)
    refused = shown(decline, "dhcpv6.iaaddr.ip")
    later = [
        shown(p, "dhcpv6.iaaddr.ip")
        for p in of(recording, "isc", RENEW, REBIND) if p.number > decline.number
    ]  # fmt: skip
    assert later
    assert all(addresses != refused for addresses in later)


def test_rebind_names_no_server_and_renew_does(recording):
    server_id = "2"
    for packet in of(recording, "isc", RENEW):
        assert server_id in shown(packet, "dhcpv6.option.type")
    for packet in of(recording, "isc", REBIND, CONFIRM):
        assert server_id not in shown(packet, "dhcpv6.option.type")


def test_dnsmasq_advertises_and_answers_the_one_that_only_asks(recording):
    truth = recording.truth["dnsmasq"]
    advertisement = next(recording.having(icmpv6__type="134"))
    assert shown(advertisement, "icmpv6.opt.mtu") == [str(truth["mtu"])]
    (question,) = of(recording, "dnsmasq", INFORMATION)
    answer = next(
        p for p in of(recording, "dnsmasq", REPLY)
        if shown(p, "dhcpv6.xid") == shown(question, "dhcpv6.xid")
    )  # fmt: skip
    assert shown(answer, "dhcpv6.lifetime") == [str(truth["refresh"])]
    assert shown(answer, "dhcpv6.iaaddr.ip") == []

"""A lease through the relays of WIDE and dibbler, and the question whose it is."""

from tests.lab.conftest import shown

LEASEQUERY, LEASEQUERY_REPLY = "14", "15"


def test_the_relay_adds_what_it_was_configured_to(recording):
    truth = recording.truth
    outer = [p for p in recording.having("dhcpv6.linkaddr") if p.interface.name == "link3"]
    assert outer
    for packet in outer:
        assert shown(packet, "dhcpv6.linkaddr") == truth["links"][::-1]
        interface_id = bytes.fromhex(shown(packet, "dhcpv6.interface_id")[0].replace(":", ""))
        assert int.from_bytes(interface_id, "big") == truth["interface_id"]
    asking = [p for p in outer if p["dhcpv6.msgtype"] == 12]
    for packet in asking:
        assert shown(packet, "dhcpv6.remoteid.enterprise") == [
            str(truth["remote_id"]["enterprise"])
        ]


def test_the_server_tells_the_lease(recording):
    truth = recording.truth
    (query,) = recording.having(dhcpv6__msgtype=LEASEQUERY)
    (answer,) = recording.having(dhcpv6__msgtype=LEASEQUERY_REPLY)
    assert query.source == truth["query"]["from"]
    assert shown(query, "dhcpv6.xid") == shown(answer, "dhcpv6.xid")
    assert shown(query, "dhcpv6.iaaddr.ip") == [truth["lease"]]
    assert shown(answer, "dhcpv6.iaaddr.ip") == [truth["lease"]]

"""DHCP for IPv4: what dnsmasq was told to lend is in its answers."""

from tests.lab.conftest import shown


def test_every_acknowledgement_has_the_servers_times(recording):
    truth = recording.truth
    found = list(recording.having(dhcp__option__dhcp="5"))
    assert found
    for packet in found:
        assert shown(packet, "dhcp.option.dhcp_server_id") == [truth["server"]]
        assert shown(packet, "dhcp.option.ip_address_lease_time") == [str(truth["times"]["valid"])]
        assert shown(packet, "dhcp.option.renewal_time_value") == [str(truth["times"]["t1"])]
        assert shown(packet, "dhcp.option.rebinding_time_value") == [str(truth["times"]["t2"])]


def test_the_clients_have_the_addresses_that_they_were_given(recording):
    for client in recording.truth["clients"].values():
        found = list(recording.having(dhcp__option__dhcp="5", dhcp__hw__mac_addr=client["mac"]))
        assert {shown(packet, "dhcp.ip.your")[0] for packet in found} == {client["address"]}

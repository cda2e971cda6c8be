"""Messages over TCP."""

from __future__ import annotations

from making.dhcpv6 import PAST, bulk, h, opt, tcp
from tests.protocols.dhcpv6.packets import BULK, notes, places, read, shows


def test_two_messages_in_a_segment_are_two_layers():
    packet = read(bulk(15, PAST) + bulk(16), make=tcp)
    layers = [layer for layer in packet.layers if layer.name == "dhcpv6.bulk_leasequery"]
    assert [layer.offset for layer in layers] == [BULK, BULK + 11]
    assert packet.chain.endswith(":tcp:dhcpv6.bulk_leasequery")
    assert packet.protocol == "DHCPv6 BulkLease"
    assert packet.info == "Leasequery-done, Transaction ID: 13398"
    assert notes(packet) == []  # tshark misses octets behind a message without options


def test_transaction_has_three_octets():  # tshark: a reserved one and two (RFC 5460, section 5.1)
    packet = read(bulk(14, PAST, transaction=0x123456), make=tcp)
    assert shows(packet, "dhcpv6.bulk_leasequery.trans_id") == [str(0x123456)]
    assert places(packet, "dhcpv6.bulk_leasequery.trans_id") == [(BULK + 3, 3)]
    assert packet.info == f"Leasequery, Transaction ID: {0x123456}"


def test_only_messages_of_leasequery_are_allowed():  # 22, 23 and the Reply to 23: RFC 7653
    wrong = [kind for kind in range(40) if notes(read(bulk(kind, PAST), make=tcp))]
    assert wrong == [kind for kind in range(40) if kind not in (7, 14, 15, 16, 17, 22, 23)]


def test_message_that_goes_on_in_the_next_segment_is_not_malformed():
    packet = read(bulk(17, PAST)[:-2], make=tcp)
    assert shows(packet, "dhcpv6.bulk_leasequery.size") == ["9"]
    assert notes(packet)[-1] == "_ws.unreassembled"


def test_size_too_small_for_a_message_leaves_the_next():
    packet = read(h("0000 0001 0e") + bulk(16), make=tcp)
    assert shows(packet, "dhcpv6.bulk_leasequery.size") == ["0", "1", "4"]
    assert notes(packet) == ["dhcpv6.malformed_option"] * 2


def test_option_past_its_message_leaves_the_next():
    packet = read(bulk(14, opt(7, b"\1", 8)) + bulk(16), make=tcp)
    assert shows(packet, "dhcpv6.bulk_leasequery.msgtype") == ["14", "16"]


def test_queries_of_bulk_leasequery_are_only_wrong_over_udp():
    query = opt(44, b"\3" + bytes(16))
    assert notes(read(bulk(14, query), make=tcp)) == []

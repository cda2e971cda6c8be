"""Teredo clients behind translators: their addresses say where they are, and who served them."""

import socket

from tests.lab.conftest import shown


def clients(recording):
    return recording.truth["clients"].values()


def test_a_client_s_address_names_its_server_and_its_translator(recording):
    for client in clients(recording):
        packets = list(recording.having(ipv6__src=client["address"]))
        assert packets
        for packet in packets:
            assert recording.truth["server"] in shown(packet, "ipv6.src_ts_ipv4")
            assert client["nat"] in shown(packet, "ipv6.src_tc_ipv4")


def test_the_port_in_the_address_is_the_one_that_the_translator_uses(recording):
    for client in clients(recording):
        outside = recording.having("teredo", ip__src=client["nat"], ipv6__src=client["address"])
        assert {(p["udp.srcport"], p["ipv6.src_tc_port"]) for p in outside} == {
            (port, port) for port in {0xFFFF ^ int.from_bytes(packed(client)[10:12], "big")}
        }


def packed(client):
    return socket.inet_pton(socket.AF_INET6, client["address"])


def test_the_server_tells_the_origin_and_confirms_the_nonce(recording):
    for client in clients(recording):
        told = list(recording.having("teredo.orig.addr", ip__dst=client["nat"]))
        assert any(
            packet["teredo.orig.addr"] == socket.inet_aton(client["nat"])
            and packet["teredo.orig.port"] == packet["udp.dstport"]
            for packet in told
        )
    asked = {
        shown(p, "teredo.auth.nonce")[0]
        for p in recording.having("teredo.auth.nonce", icmpv6__type="133")
    }
    answered = {
        shown(p, "teredo.auth.nonce")[0]
        for p in recording.having("teredo.auth.nonce", icmpv6__type="134")
    }
    assert answered
    assert answered <= asked


def test_bubbles_open_the_translators(recording):
    bubbles = list(recording.having("teredo", ipv6__nxt="59"))
    assert bubbles
    assert {packet["ipv6.plen"] for packet in bubbles} == {0}


def test_as_many_pings_were_answered_as_ping_counted(recording):
    answers, truth = recording.truth["answers"], recording.truth
    a, b = (truth["clients"][side]["address"] for side in "ab")
    for key, source, destination in (
        ("a_to_native", truth["native"], a), ("a_to_b", b, a), ("native_to_b", b, truth["native"]),
    ):  # fmt: skip
        replies = recording.having(icmpv6__type="129", ipv6__src=source, ipv6__dst=destination)
        numbers = {(p["icmpv6.echo.identifier"], p["icmpv6.echo.sequence_number"]) for p in replies}
        assert len(numbers) >= answers[key]

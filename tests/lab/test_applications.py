"""Applications over IPv6: names, calls, streams, as they were configured."""

from tests.lab.conftest import shown


def test_dns_answers_with_the_configured_records(recording):
    truth = recording.truth
    answers = list(recording.having("dns", dns__flags__response="1"))
    assert {v for p in answers for v in shown(p, "dns.aaaa")} >= {truth["host"]["aaaa"]}
    assert {v for p in answers for v in shown(p, "dns.a")} >= {truth["host"]["a"]}
    assert truth["host"]["name"] in {v for p in answers for v in shown(p, "dns.cname")}
    assert truth["text"] in {v for p in answers for v in shown(p, "dns.txt")}
    service = {v for p in answers for v in shown(p, "dns.srv.target")}
    assert truth["host"]["name"] in service
    assert str(truth["service"]["port"]) in {v for p in answers for v in shown(p, "dns.srv.port")}
    assert any(p["dns.flags.rcode"] == 3 for p in answers)  # nx.lab.example


def test_every_call_is_set_up_and_ended(recording):
    calls = {}
    for packet in recording.having("sip"):
        methods = calls.setdefault(shown(packet, "sip.Call-ID")[0], set())
        methods |= set(shown(packet, "sip.Method"))
    complete = [methods for methods in calls.values() if {"INVITE", "ACK", "BYE"} <= methods]
    assert len(complete) >= recording.truth["sip"]["calls"] - 1
    ports = {p["tcp.dstport"] for p in recording.having("sip", "tcp")}
    assert recording.truth["sip"]["tcp"] in ports


def test_the_streams_are_the_announced_ones(recording):
    announced = {int(v) for p in recording.having("sdp") for v in shown(p, "sdp.media.port")}
    streams = list(recording.having("rtp"))
    assert len(streams) > 100
    for packet in streams:
        assert {packet["udp.srcport"], packet["udp.dstport"]} & announced


def test_multipath_tcp_carries_as_much_as_was_sent(recording):
    sent = [p for p in recording.having("tcp.options.mptcp.subtype") if p["tcp.dstport"] == 7001]
    assert sent
    assert sum(p["tcp.len"] for p in sent) == recording.truth["mptcp_octets"]


def test_mdns_names_both_hosts(recording):
    names = {v.lower() for p in recording.having("mdns") for v in shown(p, "dns.resp.name")}
    assert set(recording.truth["mdns"]) <= names


def test_everything_runs_between_the_two_hosts(recording):
    ends = set(recording.truth["ends"])
    for protocol in ("sctp", "snmp", "udplite"):
        found = [p for p in recording.having(protocol) if "ipv6" in p]
        assert found
        for packet in found:
            assert {packet.source, packet.destination} == ends

"""Frames that no 16-bit length can tell: BIG TCP, and jumbograms over the loopback interface."""

from tests.lab.conftest import shown


def on(recording, interface, *names):
    name = recording.truth["interfaces"][interface]
    return [p for p in recording.having(*names) if p.interface.name == name]


def test_a_jumbo_payload_option_gives_the_length_of_the_whole_frame(recording):
    found = [p for p in recording.having("ipv6.opt.jumbo") if p["ipv6.plen"] == 0]
    assert found
    for packet in found:
        assert packet["ipv6.opt.jumbo"] == packet.layer("ipv6").end - packet.layer(
            "ipv6"
        ).offset - 40 or (
            packet["ipv6.opt.jumbo"] == packet.original - packet.layer("ipv6").offset - 40
        )
        assert packet["ipv6.opt.jumbo"] > 0xFFFF


def test_all_octets_arrive_and_no_frame_is_larger_than_allowed(recording):
    for interface, target in (("wire", recording.truth["ends"][1]), ("loopback", "::1")):
        sent = [
            p for p in on(recording, interface, "tcp")
            if p.destination == target and p["tcp.dstport"] == 5001
        ]  # fmt: skip
        assert sum(p["tcp.len"] for p in sent) == recording.truth["octets"]
        assert max(p.original for p in sent) <= recording.truth["largest"] + 14


def test_the_echo_of_seventy_thousand_octets(recording):
    (request,) = [
        p for p in recording.having("ipv6.opt.jumbo", icmpv6__type="128") if p["ipv6.plen"] == 0
    ]
    size = recording.truth["echo"]
    assert request["ipv6.opt.jumbo"] == 8 + 8 + size
    assert request["data.len"] == size


def test_a_length_beside_the_option_is_noted(recording):
    # RFC 2675, section 3: Payload Length not 0 and a Jumbo Payload option
    requests = recording.having("ipv6.opt.jumbo", icmpv6__type="128")
    (wrong,) = [p for p in requests if shown(p, "ipv6.plen") == ["16"]]
    assert "ipv6.opt.jumbo.prohibited" in [finding.note.name for finding in wrong.findings]

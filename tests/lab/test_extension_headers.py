"""What the kernel builds, refuses and answers: errors, fragments, segment routing."""

import pytest

from tests.lab.conftest import shown

UNREACHABLE, TOO_BIG, EXCEEDED, PROBLEM = "1", "2", "3", "4"


def quoted(packet, field):
    """The last value in a packet: what the error quotes."""
    return shown(packet, field)[-1]


def errors(recording, kind, code=None):
    found = recording.having(icmpv6__type=kind)
    return [p for p in found if code is None or shown(p, "icmpv6.code")[0] == str(code)]


def test_each_unreachable_destination_is_reported_with_its_code(recording):
    reported = {
        (quoted(p, "ipv6.dst"), int(shown(p, "icmpv6.code")[0]))
        for p in errors(recording, UNREACHABLE)
    }
    expected = {(address, code) for address, code in recording.truth["unreachable"].items()}
    assert expected <= reported
    assert (recording.truth["absent"], 3) in reported  # address unreachable, after 3 s
    assert any(address == recording.truth["target"] and code == 4 for address, code in reported)


def test_packet_too_big_tells_the_mtu_of_the_next_link(recording):
    found = errors(recording, TOO_BIG)
    assert found
    assert {packet["icmpv6.mtu"] for packet in found} == {recording.truth["mtu"]}
    assert {packet.source for packet in found} == {recording.truth["router"]["left"]}


def test_time_exceeded_on_the_way_and_in_reassembly(recording):
    assert errors(recording, EXCEEDED, 0)
    late = errors(recording, EXCEEDED, 1)
    assert late
    for packet in late:
        assert packet.source == recording.truth["target"]
        assert "ipv6.fraghdr" in [layer.name for layer in packet.layers if layer.quoted]


@pytest.mark.parametrize("code", [0, 1, 2])
def test_parameter_problems_point_into_the_packet(recording, code):
    # 0: a wrong field, 1: an unknown header, 2: an unknown option (RFC 4443, section 3.4)
    found = errors(recording, PROBLEM, code)
    assert found
    for packet in found:
        assert 0 < packet["icmpv6.pointer"] < 0xFFFF


def test_segment_routing_goes_by_the_segment(recording):
    truth = recording.truth
    headers = list(recording.having("ipv6.routing.srh.addr", ipv6__routing__type="4"))
    assert headers
    steered = [p for p in headers if truth["segment"] in shown(p, "ipv6.routing.srh.addr")]
    assert {node.value for p in steered for node in p.fields("ipv6.routing.segleft")} == {0, 1}
    keys = {node.value for p in steered for node in p.fields("ipv6.routing.srh.tlv.hmac_key_id")}
    assert keys <= {truth["hmac_key_id"]}


def test_marks_that_ping_was_asked_for(recording):
    marked = recording.truth["marked"]
    found = [
        p for p in recording.having(icmpv6__type="128")
        if p["ipv6.flow"] == marked["flow"] and p["ipv6.tclass"] == marked["class"]
    ]  # fmt: skip
    assert len(found) >= recording.truth["answers"]["marked"] > 0

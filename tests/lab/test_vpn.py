"""WireGuard and ESP in UDP: who talks to whom; what is said is not to be seen."""


def test_wireguard_runs_between_the_ends_on_its_port(recording):
    truth = recording.truth
    found = [p for p in recording.having("udp") if p["udp.dstport"] == truth["port"]]
    assert len(found) >= 2 + 2 * truth["answers"]["wireguard"]  # a handshake, and the pings
    for packet in found:
        assert {packet.source, packet.destination} == set(truth["ends"])


def test_nothing_of_the_inside_is_readable(recording):
    inside = set(recording.truth["inside"]) | set(recording.truth["networks"])
    for packet in recording.packets:
        assert not {packet.source, packet.destination} & inside


def test_esp_travels_in_udp_4500(recording):
    found = [
        p for p in recording.having("udp")
        if 4500 in (p["udp.srcport"], p["udp.dstport"]) and p["udp.length"] > 8
    ]  # fmt: skip
    assert len(found) >= 2 * recording.truth["answers"]["esp"]

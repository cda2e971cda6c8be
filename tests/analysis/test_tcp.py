"""TCP connections: what tshark says of the same streams, and segments by hand."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_flags import ACK, FIN, RST, SYN
from tests.analysis.capture import ONE, TWO, ethernet, made, summary
from tests.analysis.lab import LAB, rows

TABLE = "tcp-connections"


def segment(way: str, flags: int, seq: int, octets: int = 0, *, window: int = 1000) -> bytes:
    ends, ports = (ONE, TWO), (40000, 80)
    if way == "<":
        ends, ports = ends[::-1], ports[::-1]
    head = bytes(TCP(sport=ports[0], dport=ports[1], seq=seq % 2**32, flags=flags, win=window))
    return ethernet(head + bytes(octets), protocol=6, source=ends[0], target=ends[1])


def connections(segments: list[tuple[float, bytes]], size: int = 1000) -> list[dict]:
    return made(segments, TABLE, size)


HANDSHAKE = [
    (1.0, segment(">", SYN, 99)),
    (1.2, segment("<", SYN | ACK, 499)),
    (1.3, segment(">", ACK, 100)),
]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_handshake_is_timed_from_the_syn(size):
    (one,) = connections(HANDSHAKE, size)
    assert (one["client"], one["server_port"]) == ("2001:db8::1", 80)
    assert (one["answer"], one["handshake"]) == (pytest.approx(0.2), pytest.approx(0.3))
    assert one["state"] == "open"


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("start", [100, 2**32 - 20])
def test_segments_sent_again_overtaken_and_missing(size, start):
    sent = [
        (1.0, segment(">", SYN, start - 1)),
        (1.2, segment("<", SYN | ACK, 499)),
        (1.3, segment(">", ACK, start)),
        (2.0, segment(">", ACK, start, 10)),
        (2.1, segment(">", ACK, start + 20, 10)),  # 10 octets are missing before it
        (2.15, segment(">", ACK, start + 10, 10)),  # overtaken: within a round trip of 0.3 s
        (4.0, segment(">", ACK, start, 10)),  # sent again
        (5.0, segment(">", ACK, start + 29, 1)),  # keep-alive
        (6.0, segment("<", ACK, 500, window=0)),
    ]
    (one,) = connections(sent, size)
    found = {name: one[name] for name in ("client_again", "overtaken", "gaps", "kept", "closed")}
    assert found == {"client_again": 1, "overtaken": 1, "gaps": 1, "kept": 1, "closed": 1}
    assert one["client_octets"] == 41
    assert (one["first"].number, one["last"].number) == (1, 9)


@pytest.mark.parametrize(
    ("segments", "state"),
    [
        ([(1, segment(">", SYN, 1)), (3, segment(">", SYN, 1))], "unanswered"),
        ([(1, segment(">", SYN, 1)), (2, segment("<", RST | ACK, 0))], "refused"),
        ([*HANDSHAKE, (2, segment("<", RST, 500))], "reset"),
        (HANDSHAKE[:2], "half open"),
        ([*HANDSHAKE, (2, segment(">", FIN | ACK, 100))], "half closed"),
        (
            [*HANDSHAKE, (2, segment(">", FIN | ACK, 100)), (3, segment("<", FIN | ACK, 500))],
            "closed",
        ),
        (HANDSHAKE[2:], "open, begun before"),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_how_far_a_connection_came(segments, state, size):
    (one,) = connections(segments, size)
    assert one["state"] == state


@pytest.mark.parametrize("size", [1, 1000])
def test_the_same_ends_again_are_another_connection(size):
    again = [(9 + at, segment(way, flags, seq)) for at, (way, flags, seq) in enumerate((
        (">", SYN, 7000), ("<", SYN | ACK, 9000), (">", ACK, 7001),
    ))]  # fmt: skip
    found = connections([*HANDSHAKE, *again], size)
    assert [(one["packets"], one["first"].number) for one in found] == [(3, 1), (3, 4)]


def test_too_many_connections_are_forgotten_and_it_is_said(monkeypatch):
    monkeypatch.setattr("dissect.analysis.tcp.MOST", 2)
    packets = []
    for number in range(5):
        octets = bytearray(segment(">", SYN, 1))
        octets[14 + 23] = number
        packets.append((number, bytes(octets)))
    (table,) = summary(packets, TABLE).tables()
    assert len(table.rows) == 2
    assert table.remarks[0].startswith("3 connections were forgotten")


SAME = ("applications", "routing_bird")


@pytest.mark.tshark
@pytest.mark.parametrize("name", SAME)
def test_streams_are_what_tshark_says(name):
    """Of recordings on one interface: tshark doesn't tell interfaces apart."""
    path = LAB / f"{name}.pcapng"
    marks = ("retransmission", "out_of_order", "lost_segment", "keep_alive", "zero_window")
    fields = ["tcp.stream", "tcp.len", "tcp.analysis.initial_rtt"]
    fields += [f"tcp.analysis.{mark}" for mark in marks]
    command = ["tshark", "-n", "-r", str(path), "-Y", "tcp and not icmp and not icmpv6"]
    command += ["-T", "fields", "-E", "occurrence=l"]
    command += [part for field in fields for part in ("-e", field)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs: dict[str, Counter[str]] = {}
    for line in run.stdout.splitlines():
        stream, octets, round_trip, *found = line.split("\t")
        counts = theirs.setdefault(stream, Counter())
        counts.update(packets=1, octets=int(octets))
        counts.update(name for name, value in zip(marks, found, strict=True) if value)
        counts["round_trip"] = round(1e9 * float(round_trip or 0))
    ours = [
        Counter(
            packets=one["packets"], octets=one["client_octets"] + one["server_octets"],
            retransmission=one["client_again"] + one["server_again"],
            out_of_order=one["overtaken"], lost_segment=one["gaps"], keep_alive=one["kept"],
            zero_window=one["closed"], round_trip=round(1e9 * (one["handshake"] or 0)),
        )
        for one in rows(TABLE, name)
    ]  # fmt: skip
    assert ours == list(theirs.values())


SEGMENTS = st.builds(
    segment,
    st.sampled_from("<>"),
    st.sampled_from((SYN, SYN | ACK, ACK, FIN | ACK, RST, RST | ACK, SYN | RST, SYN | FIN)),
    st.sampled_from((100, 101, 110, 500)),
    st.sampled_from((0, 10)),
)


@settings(max_examples=60)
@given(st.lists(SEGMENTS, min_size=2, max_size=8), st.integers(1, 7))
def test_where_chunks_end_makes_no_difference_whatever_is_sent(sent, size):
    timed = [(float(second), one) for second, one in enumerate(sent)]
    assert connections(timed, size) == connections(timed)

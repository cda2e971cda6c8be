"""RTP streams and SIP calls: what tshark says of the recording's, and streams by hand."""

from __future__ import annotations

import re
import subprocess

import pytest

from dissect.protocols.rtp import RTP
from dissect.protocols.udp import UDP
from tests.analysis.capture import ethernet, made, summary
from tests.analysis.lab import LAB, rows, truth

TABLE = "rtp-streams"
LINE = re.compile(
    r"\s+([\d.]+)\s+([\d.]+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(0x[0-9A-F]+)\s+\S+"
    r"\s+(\d+)\s+(-?\d+) "
    r"\(.*?\)\s+\S+\s+\S+\s+(\S+)\s+\S+\s+(\S+)\s+(\S+)"
)
"""Of ``-z rtp,streams``: times, ends, SSRC, packets, lost, longest gap, mean and most jitter."""


@pytest.mark.tshark
def test_streams_are_what_tshark_says():
    command = ["tshark", "-n", "-r", str(LAB / "applications.pcapng"), "-q", "-z", "rtp,streams"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = {}
    for found in map(LINE.match, run.stdout.splitlines()):
        if found:
            begin, end, source, sport, destination, dport, ssrc, packets, lost, *rest = (
                found.groups()
            )
            key = source, int(sport), destination, int(dport), int(ssrc, 16)
            theirs[key] = (int(packets), int(lost), float(end) - float(begin), *map(float, rest))
    assert len(theirs) == 4
    ours = {
        (row["source"], row["source_port"], row["destination"], row["destination_port"],
         int(row["ssrc"], 16)): row
        for row in rows(TABLE, "applications")
    }  # fmt: skip
    assert ours.keys() == theirs.keys()
    for key, (packets, lost, seconds, gap, mean, most) in theirs.items():
        row = ours[key]
        assert (row["packets"], row["lost"]) == (packets, lost)
        assert row["duration"] == pytest.approx(seconds, abs=2e-6)
        assert 1000 * row["max_gap"] == pytest.approx(gap, abs=6e-4)
        if row["jitter"] is not None:  # telephone events (101) have no clock of their own
            assert 1000 * row["jitter"] == pytest.approx(mean, abs=6e-4)
            assert 1000 * row["max_jitter"] == pytest.approx(most, abs=6e-4)


def test_calls_of_the_recording():
    found = rows("sip-calls", "applications")
    assert len(found) == truth("applications")["sip"]["calls"]
    assert {row["state"] for row in found} == {"ended"}
    assert all(0 < row["ringing"] < row["answered"] < 1 for row in found)
    assert found[-1]["codecs"] == "PCMU, PCMA, telephone-event"


def datagram(sequence: int, *, ssrc: int = 7, kind: int = 0) -> bytes:
    """20 ms of G.711."""
    head = RTP(version=2, type=kind, seq=sequence % 2**16, timestamp=160 * sequence, ssrc=ssrc)
    payload = bytes(head) + bytes(160)
    udp = UDP(sport=40000, dport=40002, len=8 + len(payload), sum=1)
    return ethernet(bytes(udp) + payload, protocol=17)


def sent(numbers: list[int], **fields: int) -> list[tuple[float, bytes]]:
    return [(0.02 * number, datagram(number, **fields)) for number in numbers]


def test_a_stream_is_known_by_its_looks_and_its_losses_are_counted():
    (one,) = made(sent([n for n in range(65500, 65600) if n not in (65510, 65511)]), TABLE)
    assert (one["packets"], one["lost"], one["late"]) == (98, 2, 0)
    assert one["loss"] == pytest.approx(0.02)
    assert one["known"] == "by its looks"
    assert one["jitter"] == pytest.approx(0, abs=1e-9)


def test_much_loss_is_a_finding():
    numbers = [n for n in range(100) if n % 10 or n == 0]
    ((finding,),) = summary(sent(numbers), TABLE).analyses.findings().values()
    assert finding.words == "The stream from 2001:db8::1 to 2001:db8::2 lost 9 of 100 packets."


def test_what_only_begins_like_rtp_is_no_stream():
    assert made(sent([9, 2000, 4, 70, 8000, 31, 12, 55, 1000, 7]), TABLE) == []


def test_streams_are_bounded_and_it_is_said(monkeypatch):
    monkeypatch.setattr("dissect.analysis.media.STREAMS", 3)
    packets = [one for ssrc in range(5) for one in sent(list(range(10)), ssrc=ssrc)]
    (table,) = summary(packets, TABLE).tables()
    assert len(table.rows) == 3
    assert table.remarks[0].startswith("2 streams were forgotten")

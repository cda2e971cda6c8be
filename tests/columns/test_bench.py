"""The benchmark's captures: always the same, sound, and nearly all of it the columns' own."""

from __future__ import annotations

from collections import Counter

import pytest

from dissect import open_capture
from dissect.columns import chunks
from tests.bench.make_capture import MIXES, write
from tests.columns.agree import disagreements

PACKETS = 3000


@pytest.fixture(scope="module", params=sorted(MIXES))
def made(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / f"{request.param}.pcap"
    write(path, PACKETS, request.param)
    return request.param, path


def test_it_is_the_same_every_time(made, tmp_path):
    mix, path = made
    again = tmp_path / "again.pcap"
    write(again, PACKETS, mix)
    assert again.read_bytes() == path.read_bytes()


def test_what_varies_has_right_lengths_and_checksums(made):
    """Of the recordings a few have wrong checksums, left to the network card, and stay so."""
    _, path = made
    found = Counter()
    with open_capture(path) as capture:
        for packet in capture:
            found.update({finding.note.name for finding in packet.findings})
    wrong = [name for name in found if "checksum" in name or "length" in name or "exceeds" in name]
    assert sum(found[name] for name in wrong) < PACKETS // 20
    assert found["_ws.malformed"] < PACKETS // 200


def test_columns_and_trees_agree(made):
    for chunk in chunks(made[1]):
        assert disagreements(chunk, fields=False) == []
        assert chunk.unsure.mean() < 0.01
        assert 300 < chunk.original.mean() < 450

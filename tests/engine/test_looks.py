"""What octets begin with: asked of one packet and of many, the answer is the same."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissect.capture import open_records
from dissect.capture.write import PcapWriter
from dissect.columns import chunks
from dissect.columns.looks import like
from dissect.engine.looks import Looks, starts, version
from dissect.engine.tables import FALLBACKS

TLS = FALLBACKS["tcp_port"][443].accepts
BGP = FALLBACKS["tcp_port"][179].accepts


@pytest.mark.parametrize(("octets", "is_tls"), [
    (bytes.fromhex("1603010200"), True), (bytes.fromhex("1703030000"), True),
    (bytes.fromhex("1303010200"), False), (bytes.fromhex("1903010200"), False),
    (bytes.fromhex("1602010200"), False), (bytes.fromhex("1603050200"), False),
    (bytes.fromhex("16030102"), False), (b"", False),
])  # fmt: skip
def test_a_record_of_tls(octets, is_tls):
    assert TLS(octets) is is_tls


def test_a_whole_marker_and_header_of_bgp():
    assert BGP(b"\xff" * 16 + b"\0\x13\4")
    assert not BGP(b"\xff" * 16 + b"\0\x13")
    assert not BGP(b"\xff" * 15 + b"\0\0\x13\4")


LOOKS = [
    TLS, BGP, Looks(), Looks(least=3), Looks(version(4)), Looks(starts(b"\0\1", b"\0")),
    Looks((((0, 255), (65, 66)),), holds=b"AB", within=4),
]  # fmt: skip


@given(st.lists(st.text("AB\0\x16\3\xff", max_size=40), min_size=1, max_size=8))
def test_one_packet_and_many(texts):
    packets = [text.encode("latin-1") for text in texts]
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for packet in packets:
        writer.packet(packet)
    with open_records(io.BytesIO(stream.getvalue())) as records:
        (chunk,) = chunks(records)
    for looks in LOOKS:
        found = like(chunk, looks, chunk.start, chunk.start + chunk.captured)
        assert found.dtype == np.bool_
        assert found.tolist() == [looks(packet) for packet in packets]

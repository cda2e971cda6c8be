"""Columns of all cases, beside tshark's."""

import pytest

from making.dns import messages, options, records
from tests.protocols.beside_tshark import columns, needs_tshark


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("cases", [messages, records, options])
def test_columns_are_tsharks(cases, tmp_path):
    ours, theirs = columns(tmp_path / "dns.pcap", [packet for packet, _ in cases()])
    assert ours == theirs

"""DHCP's fixed part and options, beside tshark and by hand."""

import pytest

from dissect.engine.packet import dissect
from making.dhcp import addresses, heads, message, option, options
from tests.protocols.beside_tshark import LINKTYPE_RAW, columns, needs_tshark


@pytest.mark.tshark
@needs_tshark
def test_columns_are_tsharks(tmp_path):
    packets = [packet for cases in (heads, options) for packet, _ in cases()]
    ours, theirs = columns(tmp_path / "dhcp.pcap", packets)
    assert ours == theirs


def test_times_of_leases_count_from_1970():
    """RFC 6926, section 3; tshark 4.0 counts from 1900."""
    packet = dissect(message(option(152, bytes([0, 0, 0, 5]))), LINKTYPE_RAW, strict=True)
    [time] = packet.fields("dhcp.option.bulk_lease.base_time")
    assert time.value == 5_000_000_000


def test_option_longer_than_the_message_keeps_what_was_read():
    packet = dissect(message(option(50, addresses(1)) + option(12, b"a", 90)), LINKTYPE_RAW)
    assert [node.show for node in packet.fields("dhcp.option.requested_ip_address")] == ["10.0.0.1"]
    assert [finding.note.name for finding in packet.findings] == ["_ws.malformed"]


def test_suboption_longer_than_its_option_is_noted():
    packet = dissect(message(option(82, option(1, b"ab", 9))), LINKTYPE_RAW, strict=True)
    assert [finding.note.name for finding in packet.findings] == ["dhcp.missing_subopt_value"]


def test_missing_end_is_noted():
    packet = dissect(message(end=b""), LINKTYPE_RAW, strict=True)
    assert [finding.note.name for finding in packet.findings] == ["dhcp.end_option_missing"]

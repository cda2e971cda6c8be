"""DHCP's fixed part and options, beside tshark and by hand."""

import struct

import pytest
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw

from dissect.engine.packet import dissect
from dissect.protocols.dhcp.options import COOKIE
from dissect.protocols.dhcp.plain import (
    ADDRESS,
    ADDRESSES,
    FLAGS,
    NUMBERS16,
    SECONDS,
    STRICT_TEXTS,
    TEXTS,
)
from tests.protocols.beside_tshark import LINKTYPE_RAW, columns, differences, names_of, needs_tshark

DISCOVER = b"\x35\1\1"
END = b"\xff"


def option(code, value=b"", size=None):
    return bytes([code, len(value) if size is None else size]) + value


def message(options=b"", *, op=1, hardware=1, size=6, secs=0, flags=0, kind=DISCOVER, end=END,
            server=b"", file=b"", cookie=COOKIE):  # fmt: skip
    octets = struct.pack(">BBBBIHH16x", op, hardware, size, 0, 7, secs, flags)
    octets += b"\2\1\2\3\4\5".ljust(16, b"\0") + server.ljust(64, b"\0") + file.ljust(128, b"\0")
    octets += cookie + kind + options + end
    ends = IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67)
    return bytes(ends / Raw(octets))


def addresses(*last):
    return b"".join(bytes([10, 0, 0, one]) for one in last)


OPTIONS = [
    *((code, addresses(1)) for code in (*ADDRESS, *ADDRESSES, *SECONDS, 2)),
    *((code, addresses(1, 2)) for code in (*ADDRESS, *ADDRESSES, 21, 33)),
    *((code, b"name") for code in (*TEXTS, *STRICT_TEXTS, 114, 160)),
    *((code, b"") for code in (*TEXTS, *ADDRESS, *NUMBERS16)),
    *((code, b"\1") for code in (*FLAGS, *ADDRESS, 23, 37, 46, 116, 156)),
    *((code, b"\0\5") for code in (*NUMBERS16, *FLAGS, 25, 93)),
    (110, b"abc"), (224, b""), (55, b"\1\3\xe0\0"), (80, b""), (94, b"\1\3\2"),
    (61, b"\1\2\3\4\5\6\7"), (61, b"\6\2\3\4\5\6\7"), (61, b"\0abc"), (61, bytes(17)),
    (61, b"\xff\0\0\0\1\0\3\0\1\2\3\4\5\6\7"), (61, b"\xff\0\0\0\1\0\1\0\1\0\0\0\5\2\3\4\5\6\7"),
    (61, b"\xff\0\0\0\1\0\2\0\0\0\5abc"),
    (77, b"\3abc\2de"), (77, b"abc"), (81, b"\0\0\0name"), (99, b"\1US\1\2CA"),
    (121, b"\x18\x0a\0\1" + addresses(9) + b"\0" + addresses(8)), (249, b"\x28" + bytes(9)),
    (145, b"\1"), (146, b"\1" + addresses(1, 2) + b"\3org\0"), (151, b"\1why"),
    (159, b"\4\6\0\1"), (212, b"\x18\x20" + bytes(16) + addresses(1, 2)), (79, b"\1scope"),
    (82, option(1, b"c") + option(2, b"r") + option(5, addresses(1)) + option(6, b"sub")
     + option(10, b"\x80") + option(11, addresses(2)) + option(12, b"id") + option(14, b"net")
     + option(16, b"\2\1\2\3\4\5") + option(17, b"op") + option(18, b"realm")
     + option(150, addresses(3)) + option(152, addresses(4))),
]  # fmt: skip
PACKETS = [message(option(code, value)) for code, value in OPTIONS] + [
    message(option(12, b"h") + b"\0\0" + option(15, b"d") + END + bytes(5)),
    message(secs=255), message(secs=256), message(secs=257), message(flags=0x8000),
    message(op=2), message(op=7), message(size=0), message(size=16), message(size=20),
    message(hardware=6), message(end=b""), message(server=b"srv", file=b"f\0g"),
    message(kind=b""), message(kind=b"", op=2), message(kind=b"", op=3),
    message(kind=b"\x35\1\x4d"), message(kind=b"\x35\1\x0d"),
]  # fmt: skip


@pytest.mark.tshark
@needs_tshark
def test_fields_and_columns_are_tsharks(tmp_path):
    path = tmp_path / "dhcp.pcap"
    found = [names_of(one) for one in differences(path, PACKETS, "dhcp")]
    assert {index: names for index, names in enumerate(found) if names} == {}
    ours, theirs = columns(path, PACKETS)
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

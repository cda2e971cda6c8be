"""All fields of all cases, beside tshark's."""

import pytest

from tests.protocols.beside_tshark import columns, differences, names_of, needs_tshark
from tests.protocols.dns.cases import OPTIONS, RECORDS, STATEFUL, u16
from tests.protocols.dns.messages import (
    OPT,
    RESPONSE,
    SRV,
    A,
    head,
    name,
    over_tcp,
    over_udp,
    question,
    record,
)

pytestmark = [pytest.mark.tshark, needs_tshark]

SHIFTED = {"dns.dnskey.key_id", "dns.key.key_id"}
"""Their position is counted twice from the start of the message."""

SESSION = {"dns.unsolicited", "dns.response_to", "dns.time"}
"""Only known from packet to packet; see test_transactions."""


def judge(path, packets):
    """Every field and both columns are tshark's."""
    for number, found in enumerate(differences(path, packets, "dns")):
        assert names_of(found) <= SHIFTED | SESSION, f"packet {number + 1}: {found}"
    ours, theirs = columns(path, packets)
    assert ours == theirs


def test_every_type_of_record(tmp_path):
    packets = [
        over_udp(
            head(answers=1, flags=RESPONSE, number=number) + record(kind, data), ports=(53, 40000)
        )
        for number, (kind, data) in enumerate(RECORDS)
    ]
    judge(tmp_path / "records.pcap", packets)


def test_every_option(tmp_path):
    packets = []
    for number, (code, value) in enumerate(OPTIONS):
        data = u16(code, len(value)) + value
        message = head(more=1, number=number)
        packets.append(over_udp(message + record(OPT, data, b"\0", 4096, 0x12348001)))
    judge(tmp_path / "options.pcap", packets)


def test_flags_and_sections(tmp_path):
    asked = question("www.example")
    contents = [
        (head(1, number=1) + asked, (40000, 53)),
        (head(1, flags=0x0120, number=2) + asked, (40000, 53)),
        (head(1, flags=0xFFFF, number=3) + asked, (53, 40000)),
        (head(1, flags=5 << 11, number=4) + question("example", 6), (40000, 53)),
        (head(flags=6 << 11, number=5) + STATEFUL, (40000, 53)),
        (head(1, flags=0x0500, number=6) + asked, (5355, 5355)),
        (head(1, flags=0x8500, number=7) + asked, (5355, 5355)),
        (head(1, flags=0, number=8) + question("a.local", 255, 0x8001), (5353, 5353)),
        (head(0, 1, 1, 1, 0x8400, 9) + record(A, bytes(4), group=0x8001) * 2
         + record(OPT, b"", b"\0", 0x85A0, 0), (5353, 5353)),
        (head(0, 1, flags=RESPONSE, number=10)
         + record(SRV, u16(1, 2, 3) + name("h.example"), name("a._sip._tcp.example")),
         (53, 40000)),
        (head(2, number=11) + asked + question(b"\3ftp\xc0\x10"), (40000, 53)),
        (head(1, number=12) + question(b"\xc0\x0c"), (40000, 53)),
        (head(1, number=13) + question(b"\5a\n\x01\\\"\0"), (40000, 53)),
    ]  # fmt: skip
    judge(tmp_path / "flags.pcap", [over_udp(message, ports) for message, ports in contents])


def test_over_tcp(tmp_path):
    message = head(1) + question("www.example")
    judge(tmp_path / "tcp.pcap", [over_tcp(len(message).to_bytes(2, "big") + message)])

"""RTCP: compounds, reports, descriptions and feedback, as tshark 4.0.17 shows them."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet
from tests.protocols.calls import START, Line, audio, invite, notes, shows

SENDER = "01020304"
SOURCE = "0a0b0c0d"


def part(kind: int, count: int, body: str, *, first: int = 0x80, words: int | None = None) -> bytes:
    octets = bytes.fromhex(body)
    size = len(octets) // 4 if words is None else words
    return bytes((first | count, kind)) + size.to_bytes(2, "big") + octets


EMPTY = part(201, 0, SENDER)
BLOCK = "11111111 05fffffe 00010002 00000010 aabbccdd 00018000"


def read(*parts: bytes) -> Packet:
    line = Line()
    line.send(invite(*audio("2001:db8::2", 5000)))
    return line.send(b"".join(parts), 9, 5001)


def test_sender_report() -> None:
    packet = read(part(200, 1, SENDER + "eeae734b28c1b973" + "00000001" * 3 + BLOCK))
    assert packet.info == "Sender Report   "
    assert shows(packet, "rtcp.timestamp.ntp")[0].startswith("Nov 23, 2026 08:09:47.159205999")
    assert packet["rtcp.ssrc.fraction"] == 5
    assert packet["rtcp.ssrc.cum_nr"] == -2
    assert packet["rtcp.ssrc.high_cycles"] == 1
    assert packet["rtcp.ssrc.high_seq"] == 2
    delay = packet.fields("rtcp.ssrc.dlsr")[0].line
    assert delay == "Delay since last SR timestamp: 98304 (1500 milliseconds)"


def test_times_after_2036() -> None:
    packet = read(part(200, 0, SENDER + "4631a5d400000000" + "00000001" * 3))
    assert "2073" in shows(packet, "rtcp.timestamp.ntp")[0]


def test_packets_of_a_compound() -> None:
    items = "0103616263" + "0202" + "4142" + "00" + "0000"
    packet = read(EMPTY, part(202, 1, SENDER + items))
    assert packet.info == "Receiver Report   Source description   "
    assert shows(packet, "rtcp.sdes.type") == ["1", "2", "0"]
    assert shows(packet, "rtcp.sdes.text") == ["abc", "AB"]
    assert packet.chain.endswith("udp:rtcp")
    check = packet.fields("rtcp.length_check")[0]
    assert check.line == "RTCP frame length check: OK - 28 bytes"
    assert check.offset == START + len(EMPTY)  # tshark adds where the datagram begins once more


def test_private_item() -> None:
    packet = read(EMPTY, part(202, 1, SENDER + "0804" + "02" + "7072" + "41" + "0000"))
    assert shows(packet, "rtcp.sdes.prefix.string") == ["pr"]
    assert shows(packet, "rtcp.sdes.text") == ["A"]


def test_item_past_the_packet_is_malformed() -> None:
    packet = read(EMPTY, part(202, 1, SENDER + "01ff6162"))
    assert shows(packet, "rtcp.sdes.length") == ["255"]
    assert "_ws.malformed" in notes(packet)


def test_goodbye_with_a_reason() -> None:
    packet = read(EMPTY, part(203, 2, SENDER + SOURCE + "03" + b"bye".hex()))
    assert shows(packet, "rtcp.ssrc.identifier") == ["0x01020304", "0x0a0b0c0d"]
    assert shows(packet, "rtcp.sdes.text") == ["bye"]
    padded = read(EMPTY, part(203, 1, SENDER + "02" + b"by".hex() + "78"))
    assert notes(padded) == ["rtcp.bye_reason_not_padded"]


def test_application() -> None:
    packet = read(EMPTY, part(204, 5, SENDER + b"PING".hex() + b"PONG".hex()))
    assert packet.info == "Receiver Report   Application specific   ( PING ) subtype=5"
    assert shows(packet, "rtcp.app.data_str") == ["PONG"]
    packet = read(EMPTY, part(204, 5, SENDER + b"PING".hex() + "00010203"))
    assert packet["rtcp.app.data"] == b"\0\1\2\3"


def test_lost_packets() -> None:
    packet = read(EMPTY, part(205, 1, SENDER + SOURCE + "fffe8001"))
    assert shows(packet, "rtcp.rtpfb.nack_pid") == ["65534", "65535", "14"]
    assert packet.fields("rtcp.rtpfb.nack_blp")[0].line.endswith("0x8001 (Frames 65535 14 lost)")


def test_bit_rates() -> None:
    packet = read(EMPTY, part(205, 3, SENDER + SOURCE + "11112222" + "0c00fa28"))
    assert shows(packet, "rtcp.rtpfb.tmmbr.fci.exp") == ["3"]
    assert shows(packet, "rtcp.rtpfb.tmmbr.fci.mantissa") == ["125"]
    assert shows(packet, "rtcp.rtpfb.tmmbr.fci.measuredoverhead") == ["40"]
    packet = read(EMPTY, part(206, 15, SENDER + "00000000" + b"REMB".hex() + "0107a12011223344"))
    assert packet.fields("rtcp.psfb.remb.fci.bitrate")[0].line == "Maximum bit rate: 475712"


def test_pictures() -> None:
    packet = read(EMPTY, part(206, 4, SENDER + SOURCE + "11223344" + "07000000"))
    assert packet["rtcp.psfb.fir.fci.csn"] == 7
    assert packet.info.endswith("Payload-specific Feedback   FIR  ")
    packet = read(EMPTY, part(206, 2, SENDER + SOURCE + "0010008a"))
    assert shows(packet, "rtcp.psfb.fir.sli.picture_id") == ["10"]


def test_unknown_feedback_is_shown_as_octets() -> None:
    packet = read(EMPTY, part(205, 7, SENDER + SOURCE + "01020304"))
    assert packet["rtcp.fci"] == b"\1\2\3\4"


def test_extended_reports() -> None:
    reference = "04000002" + "eeae734b28c1b973"
    runs = "01020004" + SOURCE + "00010005" + "4002c001" + "80010000"
    packet = read(EMPTY, part(207, 0, SENDER + reference + runs))
    assert shows(packet, "rtcp.xr.bt") == ["4", "1"]
    assert shows(packet, "rtcp.xr.tf") == ["2"]
    assert shows(packet, "rtcp.xr.chunk.length") == ["2"]
    assert shows(packet, "rtcp.xr.chunk.bit_vector") == ["16385", "1"]


def test_extended_report_past_the_packet() -> None:
    packet = read(EMPTY, part(207, 0, SENDER + "04000009" + "00000000"))
    assert "rtcp.block_length.invalid" in notes(packet)
    assert "_ws.malformed" in notes(packet)


def test_padding_only_at_the_end() -> None:
    padded = part(201, 0, SENDER + "00000004", first=0xA0)
    packet = read(padded)
    assert packet["rtcp.padding.count"] == 4
    assert not notes(packet)
    assert notes(read(padded, EMPTY)) == ["rtcp.not_final_padding"]


def test_length_past_the_datagram_keeps_what_was_read() -> None:
    packet = read(part(201, 0, SENDER, words=9))
    assert shows(packet, "rtcp.senderssrc") == ["0x01020304"]
    assert "_ws.malformed" in notes(packet)


def test_profile_extension_of_length_zero_ends() -> None:
    packet = read(part(201, 0, SENDER + "00010000"))
    assert shows(packet, "rtcp.profile-specific-extension.type") == ["1"]


def test_other_version_is_data() -> None:
    packet = read(bytes.fromhex("00c9000161626364"))
    assert packet.info == "Unknown RTCP version 0"
    assert packet.chain.endswith("rtcp:data")


@pytest.mark.parametrize(
    ("octets", "chain"),
    [
        (EMPTY, "udp:rtcp"),
        (EMPTY + b"abc", "udp:data"),
        (part(202, 0, ""), "udp:data"),
        (part(203, 0, ""), "udp:rtcp"),
        (bytes.fromhex("00c9000161626364"), "udp:data"),
    ],
)
def test_looks_on_unknown_ports(octets: bytes, chain: str) -> None:
    assert Line().send(octets, 1234, 1235).chain.endswith(chain)


def test_many_packets_in_one_datagram_are_bounded() -> None:
    packet = read(part(203, 0, "") * 5000)
    assert "sixscope.depth" in notes(packet)

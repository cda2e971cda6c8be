"""OAM in the associated channel: octets laid out by hand from the RFCs' pictures."""

from __future__ import annotations

import struct

import pytest

from dissect.engine.packet import Packet, dissect
from tests.protocols.ipv4_packets import notes, shows

COUNTERS = struct.pack(">QQQQ", 10, 20, 30, 40)


def read(name: str, octets: str | bytes) -> Packet:
    data = bytes.fromhex(octets) if isinstance(octets, str) else octets
    return dissect(data, name, strict=True)


def channel(kind: int, message: bytes = b"") -> Packet:
    octets = struct.pack(">IHH", 13 << 12 | 0x101, 0x1000, kind) + message
    return dissect(octets, "mpls", strict=True)


@pytest.mark.parametrize(
    ("kind", "protocol"),
    [
        (0x0007, "bfd"), (0x000A, "mplspmdlm"), (0x000B, "mplspmilm"), (0x000C, "mplspmdm"),
        (0x000D, "mplspmdlmdm"), (0x000E, "mplspmilmdm"), (0x0022, "bfd"), (0x0023, "bfd"),
        (0x0024, "mpls_psc"), (0x0026, "mplstp_lock"), (0x0027, "pw_oam"), (0x0028, "mpls_mac"),
        (0x0058, "mplstp_fm"), (0x0001, "mcc"),
    ],
)  # fmt: skip
def test_channel_type_leads_to_its_protocol(kind: int, protocol: str) -> None:
    assert channel(kind, bytes(80)).layer(protocol) is not None


def test_channel_header_shorter_than_it_is() -> None:
    assert "pwach.error_processing_message" in notes(read("pwach", "100000"))


def test_loss_query_with_traffic_class() -> None:
    # RFC 6374, section 3.1: version 0, flag T; the last six bits of the session are the class
    head = "04 02 0034 00 000000" + f"{0x1234 << 6 | 46:08x}"
    packet = read("mplspmdlm", bytes.fromhex(head) + bytes(8) + COUNTERS)
    assert packet["mpls_pm.flags.t"]
    assert packet["mpls_pm.session.id"] == 0x1234
    assert packet["mpls_pm.ds"] == 46
    assert shows(packet, "mpls_pm.counter4") == ["40"]
    assert packet.info == "Query, sid: 4660"


def test_delay_response_has_timestamps_of_the_responder() -> None:
    head = bytes.fromhex("08 01 002c 13 000000 00000007")  # QTF 1, RTF 3 (PTP)
    moments = struct.pack(">II", 5, 250_000_000) * 4
    packet = read("mplspmdm", head + moments)
    assert shows(packet, "mpls_pm.timestamp1.ptp") == ["5.250000000"]
    assert shows(packet, "mpls_pm.timestamp4.ptp") == ["5.250000000"]
    assert packet.info == "Response, sid: 7, code: Success (1)"


def test_message_cut_off_keeps_what_was_read() -> None:
    packet = read("mplspmdm", "00 01 002c 22 200000 00000007" + "00" * 12)
    assert packet["mpls_pm.session.id"] == 7
    assert "_ws.malformed" in notes(packet)


def test_protection_state() -> None:
    # RFC 6378, section 4.2.1: version 1, SF (10), type 2, revertive; fault on the working path
    packet = read("mpls_psc", "6a 80 01 01 0000 0000")
    assert packet.info == "SF(1,1)"
    assert packet.fields("mpls_psc.req")[0].line == "Request: Signal Fail (10)"
    assert packet["mpls_psc.rev"] == 1


def test_y1711_short_and_unknown() -> None:
    alert = struct.pack(">I", 14 << 12 | 0x101)
    assert "mpls_y1711.minimum_payload" in notes(read("mpls", alert + bytes(20)))
    assert "mpls_y1711.unknown_pdu" in notes(read("mpls", alert + b"\5" + bytes(43)))


def test_fault_with_interface_and_global_identifier() -> None:
    # RFC 6427, section 4.1: AIS, flag L; node 192.0.2.1, interface 7, global 64496
    packet = read("mplstp_fm", "10 01 02 14 10 0108c000020100000007 02040000fbf0")
    assert packet["mplstp_oam.flag_l"]
    assert not packet["mplstp_oam.flag_r"]
    assert shows(packet, "mplstp_oam.node_id") == ["192.0.2.1"]
    assert packet["mplstp_oam.global_id"] == 64496


def test_withdrawal_with_a_sequence_number() -> None:
    packet = read("mpls_mac", "0000 08 80 0001 0004 00000063")
    assert packet["mpls_mac.flags.a"]
    assert packet["mpls_mac.tlv.sequence_number"] == 99


def test_withdrawal_whose_tlvs_pass_the_end() -> None:
    packet = read("mpls_mac", "0000 28 00 0001 0004 00000063")
    assert "_ws.malformed" in notes(packet)
    assert packet["mpls_mac.tlv.sequence_number"] == 99


def test_pseudowire_status() -> None:
    packet = read("pw_oam", "003c 08 00 096a 0004 00000020")
    (code,) = packet.fields("pw_oam.code")
    assert code.line == "Status code: PW Forwarding Standby (0x0020)"
    assert read("pw_oam", "003c 00 80").fields("pw_oam.code") == []


def test_source_of_a_lock() -> None:
    source = struct.pack(">HHI4sI", 0, 12, 64496, bytes((192, 0, 2, 1)), 7)
    packet = channel(0x0026, b"\x10\0\0\5" + source)
    assert packet["mplstp_lock.refresh-timer"] == 5
    assert packet["bfd.mep.interface.no"] == 7
    assert packet.chain == "mpls:pwach:mplstp_lock"

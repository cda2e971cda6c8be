"""BFD as MPLS carries it: both versions, authentication, and the MEP-ID TLV behind a packet."""

from __future__ import annotations

import struct

from dissect.engine.packet import Packet, dissect
from tests.protocols.ipv4_packets import notes, shows

TIMES = struct.pack(">III", 50_000, 60_000, 0)


def control(first: int = 0x20, flags: int = 0xC0, length: int = 24) -> bytes:
    return bytes((first, flags, 3, length)) + struct.pack(">II", 0x11, 0x22) + TIMES


def read(octets: bytes, link: str = "bfd") -> Packet:
    return dissect(octets, link, strict=True)


def test_state_and_intervals() -> None:
    packet = read(control())
    assert packet.info == "Diag: No Diagnostic, State: Up, Flags: 0x00"
    assert shows(packet, "bfd.desired_min_tx_interval") == ["50000"]
    assert shows(packet, "bfd.detect_time_multiplier") == ["3"]


def test_version_0_has_other_flags_and_no_state() -> None:
    packet = read(control(0x00, 0xA0))
    assert shows(packet, "bfd.flags.h") == ["1"]
    assert shows(packet, "bfd.flags.p") == ["1"]
    assert packet.fields("bfd.sta") == []


def test_password() -> None:
    packet = read(control(flags=0xC4, length=33) + b"\1\x09\2secret")
    assert shows(packet, "bfd.auth.password") == ["secret"]
    assert shows(packet, "bfd.auth.key") == ["2"]


def test_digest_of_another_length_is_noted() -> None:
    proof = b"\4\x14\1\0" + struct.pack(">I", 7) + bytes(20)
    packet = read(control(flags=0xC4, length=52) + proof)
    assert notes(packet) == ["bfd.auth.len.invalid"]
    assert len(packet["bfd.checksum"]) == 20


def test_password_shorter_than_its_head_is_malformed() -> None:
    packet = read(control(flags=0xC4, length=28) + b"\1\1\2x")
    assert notes(packet) == ["_ws.malformed"]


def test_authentication_announced_and_absent() -> None:
    assert notes(read(control(flags=0xC4))) == ["bfd.auth.no_data"]


def test_source_of_a_connectivity_verification() -> None:
    # RFC 6428, section 3.5.2: global identifier, node, tunnel, LSP
    source = struct.pack(">HHI4sHH", 1, 12, 64496, bytes((192, 0, 2, 1)), 3, 4)
    octets = struct.pack(">IHH", 13 << 12 | 0x101, 0x1000, 0x0023) + control() + source
    packet = read(octets, "mpls")
    assert shows(packet, "bfd.mep.node.id") == ["192.0.2.1"]
    assert shows(packet, "bfd.mep.lsp.no") == ["4"]
    assert packet.chain == "mpls:pwach:bfd"


def test_echo_is_its_senders_business() -> None:
    packet = read(b"\1\2\3", "bfd_echo")
    assert shows(packet, "bfd_echo.packet") == ["01:02:03"]

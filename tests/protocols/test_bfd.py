"""BFD by hand, and beside tshark."""

import struct

import pytest

from dissect.engine.packet import dissect
from tests.captures_list import ROOT
from tests.protocols.beside_tshark import LINKTYPE_RAW, defined, needs_tshark, occurring
from tests.protocols.ipv6_packets import ipv6

UDP = 17
CAPTURE = ROOT / "captures" / "bfd.pcapng"


def control(second, more=b"", length=None, first=0x20, port=3784):
    size = 24 + len(more) if length is None else length
    octets = bytes([first, second, 3, size]) + struct.pack(">IIIII", 1, 2, 300000, 300000, 0) + more
    head = struct.pack(">HHHH", 49152, port, 8 + len(octets), 0)
    return dissect(ipv6(UDP, head + octets), LINKTYPE_RAW, strict=True)


def shown(found, name):
    return [node.show for node in found.fields(name)]


def notes(found):
    names = [finding.note.name for finding in found.findings]
    return [name for name in names if not name.startswith("udp.")]


@pytest.mark.tshark
@needs_tshark
def test_every_field_of_tsharks_occurs_in_the_capture():
    assert defined("bfd") - occurring(CAPTURE) == set()


@pytest.mark.parametrize("port", [3784, 4784, 6784, 7784])
def test_session_is_up(port):
    """RFC 5880, section 4.1: state 3 stands in the highest bits of the second octet."""
    found = control(0xC0, port=port)
    assert shown(found, "bfd.sta") == ["0x03"]
    assert found.info == "Diag: No Diagnostic, State: Up, Flags: 0x00"
    assert notes(found) == []


def test_version_0_has_no_state():
    found = control(0xF0, first=0)
    assert shown(found, "bfd.sta") == []
    assert shown(found, "bfd.flags.h") == ["1"]


def test_meticulous_sha1():
    """RFC 5880, section 4.4: 28 octets, of which the last 20 are the digest."""
    section = bytes([5, 28, 7, 0]) + struct.pack(">I", 9) + bytes(range(20))
    found = control(0xC4, section)
    assert shown(found, "bfd.auth.key") == ["7"]
    assert shown(found, "bfd.auth.seq_num") == ["0x00000009"]
    assert shown(found, "bfd.checksum") == [bytes(range(20)).hex(":")]
    assert notes(found) == []


def test_authentication_of_a_wrong_length_is_noted():
    section = bytes([2, 20, 7, 0]) + struct.pack(">I", 9) + bytes(16)
    assert notes(control(0xC4, section)) == ["bfd.auth.len.invalid"]


def test_authentication_promised_and_not_there():
    assert notes(control(0xC4)) == ["bfd.auth.no_data"]


def test_password_longer_than_the_packet():
    assert notes(control(0xC4, bytes([1, 200, 7]) + b"six", length=30)) == ["_ws.malformed"]


def test_echo_is_shown_as_it_is():
    octets = struct.pack(">HHHH", 3785, 3785, 11, 0) + b"abc"
    found = dissect(ipv6(UDP, octets), LINKTYPE_RAW, strict=True)
    assert shown(found, "bfd_echo.packet") == ["61:62:63"]
    assert found.protocol == "BFD Echo"

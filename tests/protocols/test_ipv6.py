import subprocess
import sys

import pytest

from tests.protocols.ipv6_packets import (
    DESTINATION,
    SOURCE,
    UDP,
    decoded,
    extension,
    ipv6,
    notes,
    same_without_tree,
    shows,
)

JUMBO = b"\xc2\x04"


def jumbo(length, payload, plen=0):
    header = extension(17, JUMBO + length.to_bytes(4, "big"))
    return ipv6(0, header + payload, plen=plen)


def big_udp(size):
    return bytes.fromhex("03e8000900000000").ljust(size, b"\0")


def test_fields_and_columns():
    packet = decoded(ipv6(59, b"", _v_fc_flow=0x6B912345, hlim=7))
    assert packet["ipv6.tclass"] == 0xB9
    assert packet["ipv6.tclass.dscp"] == 46
    assert packet["ipv6.tclass.ecn"] == 1
    assert shows(packet, "ipv6.flow") == ["0x012345"]
    assert packet["ipv6.hlim"] == 7
    assert shows(packet, "ipv6.addr") == [SOURCE, DESTINATION]
    assert (packet.source, packet.destination) == (SOURCE, DESTINATION)
    assert (packet.protocol, packet.info) == ("IPv6", "IPv6 no next header")
    assert notes(packet) == []


def test_packing_gives_the_octets_back():
    octets = ipv6(17, UDP, hlim=3)
    assert octets[:8].hex() == "60000000000c1103"
    assert len(octets) == 52


def test_octets_past_the_payload_length_are_not_payload():
    packet = decoded(ipv6(59, b"abcdef", plen=3))
    assert shows(packet, "data.data") == ["61:62:63"]


def test_payload_length_past_the_frame_is_noted_and_the_rest_is_read():
    packet = decoded(ipv6(59, b"abc", plen=30))
    assert notes(packet) == ["ipv6.plen_exceeds_framing"]
    assert packet.findings[0].text == "IPv6 payload length exceeds framing length (3 bytes)"
    assert shows(packet, "data.data") == ["61:62:63"]


def test_snap_length_is_not_a_wrong_payload_length():
    octets = ipv6(59, bytes(100))
    packet = decoded(octets[:60], original=len(octets))
    assert "ipv6.plen_exceeds_framing" not in notes(packet)


def test_version_4_is_bogus_and_all_is_data():
    octets = ipv6(17, UDP, _v_fc_flow=0x40000000)
    packet = decoded(octets)
    assert notes(packet) == ["ipv6.bogus_ipv6_version"]
    assert packet["data.data"] == octets
    assert packet.info == "Bogus IPv6 version (4, must be 6)"


def test_39_octets_are_no_header_but_what_is_there_is_shown():
    packet = decoded(ipv6(17, b"")[:39])
    assert notes(packet) == ["ipv6.invalid_header", "_ws.malformed"]
    assert shows(packet, "ipv6.src") == [SOURCE]
    assert "ipv6.dst" not in packet
    assert packet.info == "Invalid IPv6 header (39 bytes, need exactly 40)[Malformed Packet]"


def test_39_captured_octets_are_a_cut_header():
    packet = decoded(ipv6(17, b"")[:39], original=60)
    assert notes(packet) == ["_ws.short"]


def test_unknown_next_header():
    packet = decoded(ipv6(250, b"abc"))
    assert packet.info == "Unknown IP Protocol: Unknown (250)"
    assert shows(packet, "data.data") == ["61:62:63"]


def test_addresses_inside_addresses_have_fields_at_their_octets():
    packet = decoded(ipv6(59, b"", src="64:ff9b::192.0.2.1", dst="fe80::211:22ff:fe33:4455"))
    (embedded,) = packet.fields("ipv6.src_embed_ipv4")
    assert (embedded.offset, embedded.length, embedded.show) == (20, 4, "192.0.2.1")
    (mac,) = packet.fields("ipv6.dst_slaac_mac")
    assert (mac.offset, mac.length, mac.show) == (32, 8, "00:11:22:33:44:55")
    assert shows(packet, "ipv6.slaac_mac") == ["00:11:22:33:44:55"]


# --- payload length 0 --------------------------------------------------------------------------


def test_jumbogram_bounds_are_those_of_the_option():
    packet = decoded(jumbo(8 + 70000, big_udp(70000)) + b"padding")
    assert not [name for name in notes(packet) if name.startswith("ipv6.")]
    assert packet.fields("ipv6.plen")[0].line == "Payload Length: 0 (Jumbogram)"
    assert packet["ipv6.opt.jumbo"] == 70008
    assert max(layer.end for layer in packet.layers if layer.name != "frame") == 48 + 70000


def test_jumbo_length_past_the_frame():
    packet = decoded(jumbo(70000, big_udp(60)))
    assert "ipv6.plen_exceeds_framing" in notes(packet)
    assert packet["ipv6.opt.jumbo"] == 70000


def test_jumbogram_cut_by_the_snap_length_is_fine():
    octets = jumbo(8 + 70000, big_udp(70000))
    packet = decoded(octets[:80], original=len(octets))
    assert not {"ipv6.plen_exceeds_framing", "ipv6.opt.jumbo.missing"} & set(notes(packet))


def test_capture_that_ends_before_the_option_tells_nothing_about_it():
    octets = jumbo(8 + 70000, big_udp(70000))
    assert notes(decoded(octets[:43], original=len(octets))) == ["_ws.short"]


def test_jumbo_length_under_65536_is_present_though_wrong():
    # RFC 2675, section 3: an error of its own, not that of a missing option
    packet = decoded(jumbo(100, big_udp(92)))
    assert "ipv6.opt.jumbo.truncated" in notes(packet)
    assert "ipv6.opt.jumbo.missing" not in notes(packet)
    assert packet["ipv6.opt.jumbo"] == 100


def test_jumbo_option_beside_a_payload_length():
    packet = decoded(jumbo(70000, big_udp(32), plen=40))
    assert "ipv6.opt.jumbo.prohibited" in notes(packet)


@pytest.mark.parametrize("options", [b"", b"\x01\x04\0\0\0\0", JUMBO[:1] + b"\x02\0\1"])
def test_hop_by_hop_without_jumbo_option(options):
    packet = decoded(ipv6(0, extension(17, options) + UDP, plen=0))
    assert notes(packet)[0] == "ipv6.opt.jumbo.missing"
    assert packet.info.startswith("Invalid IPv6 payload length")


def test_payload_length_0_of_a_small_packet_means_no_payload():
    packet = decoded(ipv6(250, b"pad", plen=0))
    assert "ipv6.plen_zero" in notes(packet)
    assert "data.data" not in packet


def test_payload_length_0_is_right_without_next_header():
    assert notes(decoded(ipv6(59, b"", plen=0))) == []


def test_more_than_65535_octets_behind_payload_length_0_are_big_tcp():
    packet = decoded(ipv6(250, bytes(65536), plen=0))
    assert {"ipv6.plen_zero", "sixscope.ipv6.big_tcp"} <= set(notes(packet))
    assert len(packet["data.data"]) == 65536
    packet = decoded(ipv6(250, bytes(65535), plen=0))
    assert "sixscope.ipv6.big_tcp" not in notes(packet)


@pytest.mark.parametrize(
    "octets",
    [
        ipv6(59, b"abc", plen=30),
        ipv6(17, b"")[:39],
        ipv6(0, extension(59, b"\x05\x02\0\0"), plen=0),
        jumbo(100, big_udp(92)),
        ipv6(250, b"abc"),
    ],
)
def test_without_a_tree_all_else_is_the_same(octets):
    same_without_tree(octets)


def test_running_the_module_prints_a_tree():
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "dissect.protocols.ipv6", ipv6(59, b"x").hex()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = run.stdout.splitlines()
    assert lines[0] == f"Internet Protocol Version 6, Src: {SOURCE}, Dst: {DESTINATION}"
    assert "    Next Header: No Next Header for IPv6 (59)" in lines
    assert run.stderr == ""

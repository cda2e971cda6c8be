import subprocess
import sys

from dissect.protocols.ah import AH
from tests.protocols.ipv6_packets import decoded, extension, ipv6, notes, same_without_tree, shows


def authenticated(nxt, payload, length=4, icv=bytes(range(12))):
    return ipv6(51, bytes(AH(nxt=nxt, len=length, spi=0x100, sequence=7)) + icv + payload)


def test_header_and_what_follows_in_the_clear():
    packet = decoded(authenticated(60, extension(59, b"") + b"abc"))
    (length,) = packet.fields("ah.length")
    assert length.line == "Length: 4 (24 bytes)"
    assert shows(packet, "ah.icv") == ["00:01:02:03:04:05:06:07:08:09:0a:0b"]
    assert shows(packet, "ah.spi") == ["0x00000100"]
    assert packet.layer("ipv6.dstopts").offset == 64
    assert shows(packet, "data.data") == ["61:62:63"]


def test_columns():
    packet = decoded(authenticated(59, b""))
    assert (packet.protocol, packet.info) == ("AH", "IPv6 no next header")


def test_it_stands_inside_ipv6():
    packet = decoded(authenticated(59, b""))
    (layer,) = packet.tree.children[1:]
    assert layer.children[-1].name == "ah"


def test_without_check_value():
    packet = decoded(authenticated(59, b"", length=1, icv=b""))
    assert shows(packet, "ah.icv") == [""]
    assert notes(packet) == []


def test_length_shorter_than_the_fixed_part():
    # RFC 4302, section 2.2: in 32-bit words, minus 2; 12 octets are fixed
    packet = decoded(authenticated(17, b"abcd", length=0, icv=b""))
    assert notes(packet) == ["sixscope.ah.too_short"]
    assert packet.layer("udp") is None
    assert shows(packet, "data.data") == ["61:62:63:64"]


def test_check_value_longer_than_the_packet():
    packet = decoded(authenticated(17, b"abcd", length=200))
    assert notes(packet) == ["_ws.malformed"]
    assert packet.info == "AH (SPI=0x00000100)[Malformed Packet]"


def test_without_a_tree_all_else_is_the_same():
    same_without_tree(authenticated(17, b"abcd", length=0))
    same_without_tree(authenticated(60, extension(59, b"")))


def test_running_the_module_prints_the_header_without_an_ip_packet_around_it():
    octets = bytes(AH(nxt=59, len=1)).hex()
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "dissect.protocols.ah", octets],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.splitlines()[0] == "Authentication Header"

"""Names of ours: what addresses and tunnels are; and where we mean to differ from Wireshark."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from dissect import dissect, open_capture
from dissect.engine.packet import Packet
from dissect.filter import compile_filter
from tests.captures_list import ROOT


def ipv6(source: str, destination: str, payload: bytes = b"", following: int = 59) -> bytes:
    head = bytes.fromhex("60000000") + len(payload).to_bytes(2, "big") + bytes([following, 64])
    return head + ip_address(source).packed + ip_address(destination).packed + payload


def packet(octets: bytes) -> Packet:
    return dissect(octets, link_type=229, strict=True)


TEREDO = packet(ipv6("2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1"))
LOCAL = packet(ipv6("fe80::200:5eff:fe00:5301", "ff02::1"))
TUNNEL = packet(ipv6("2001:db8::1", "2001:db8::2", ipv6("fd00::1", "ff05::2"), 41))
UDP = packet(ipv6("2001:db8::1", "2001:db8::2", bytes.fromhex("1388 1389 000c 0000 81600341"), 17))


@pytest.mark.parametrize(
    ("of", "text", "passes"),
    [
        (TEREDO, 'addr.kind == "teredo"', True),
        (TEREDO, 'src.kind == "teredo"', True),
        (TEREDO, 'dst.kind == "teredo"', False),
        (TEREDO, 'dst.kind == "documentation"', True),
        (TEREDO, 'addr.kind != "teredo"', False),
        (TEREDO, 'addr.kind !== "teredo"', True),
        (LOCAL, 'src.scope == "link-local"', True),
        (LOCAL, 'all addr.scope == "link-local"', True),
        (LOCAL, 'addr.kind in {"multicast", "teredo"}', True),
        (LOCAL, 'src.iid == "eui64"', True),
        (LOCAL, "dst.iid", False),
        (LOCAL, 'addr.kind contains "link"', True),
        (TUNNEL, 'addr.kind == "unique-local"', True),
        (TUNNEL, 'dst.scope == "site-local"', True),
        (TUNNEL, "tunnel.depth == 1", True),
        (LOCAL, "tunnel.depth == 0", True),
        (TUNNEL, "tunnel.depth > 1", False),
    ],
)
def test_what_is_known_of_addresses_and_tunnels(of: Packet, text: str, passes: bool) -> None:
    assert compile_filter(text)(of) is passes


@pytest.mark.parametrize(
    ("of", "text", "passes"),
    [
        (UDP, "udp[8:3] == 81:60:03", True),
        (UDP, "udp[8:4] == 81:60:03:41", True),
        (UDP, "udp[8:5]", False),
        (UDP, "udp[-2:2] == 00:00", True),  # from the end of its own octets, as in Wireshark
        (UDP, "ipv6.hlim - 65 == -1", True),
        (UDP, "ipv6.hlim > -1", True),
        (UDP, "ipv6.hlim * 1000 == 64000", True),
        (UDP, "ipv6.addr & ffff:: == 2001::", True),
        (UDP, "ipv6.addr & ffff:: == fe80::", False),
        (LOCAL, "all ipv6.addr in {fe80::/10, ff00::/8}", True),
        (TEREDO, "all ipv6.addr in {fe80::/10, ff00::/8}", False),
        (UDP, "udp xor tcp", True),
        (UDP, "udp ^^ ipv6", False),
    ],
)
def test_where_we_differ_from_wireshark(of: Packet, text: str, passes: bool) -> None:
    assert compile_filter(text)(of) is passes


def test_protocols_alone_need_no_tree() -> None:
    fresh = Packet(ipv6("2001:db8::1", "2001:db8::2"), 229)
    assert compile_filter('ipv6 and not tcp and src.kind == "documentation"')(fresh)
    assert fresh._root is None


def test_ten_thousand_options_are_compared_with_themselves_in_no_time() -> None:
    pads = bytes.fromhex("80000000 00000000") + 4000 * bytes.fromhex("fd01000000000000")
    wanted = compile_filter("icmpv6.opt.type === icmpv6.opt.type and count(icmpv6.opt.type) > 3000")
    advertisement = b"\x86" + pads[1:4] + bytes(12) + pads[8:]
    assert wanted(packet(ipv6("fe80::1", "ff02::1", advertisement, 58)))


def test_octets_of_a_protocol_in_a_reassembled_datagram_are_those_put_together() -> None:
    """The last fragment to come holds no UDP header: it is in another packet."""
    path = ROOT / "captures" / "tour.pcapng"
    with open_capture(str(path)) as capture:
        whole = [packet for packet in capture if compile_filter("udp and ipv6.fraghdr")(packet)]
    assert len(whole) == 1
    assert compile_filter("udp[0:2] == 9c:41 and len(udp) == 8")(whole[0])
    assert not compile_filter("udp[0:2] == 9c:40")(whole[0])

import pytest

from dissect.protocols.ipv4 import IPv4
from tests.protocols.ipv4_packets import (
    DST,
    SRC,
    decoded,
    ipv4,
    notes,
    same_without_tree,
    shows,
    udp,
)


def test_header_class_packs_what_it_reads():
    octets = bytes(IPv4(id=7, ttl=3, p=17, src=SRC, dst=DST))
    assert octets.hex() == "4500001400070000031100000a0000010a000002"


def test_fields_and_spans_are_wiresharks():
    packet = decoded(ipv4(17, udp(b"abcd"), id=0xD0A6, flags=2, ttl=64))
    rows = [(n.name, n.offset, n.length, n.show) for n in packet.layer("ip").node.children]
    assert rows == [
        ("ip.version", 0, 1, "4"),
        ("ip.hdr_len", 0, 1, "20"),
        ("ip.dsfield", 1, 1, "0x00"),
        ("ip.len", 2, 2, "32"),
        ("ip.id", 4, 2, "0xd0a6"),
        ("ip.flags", 6, 1, "0x02"),
        ("ip.frag_offset", 6, 2, "0"),
        ("ip.ttl", 8, 1, "64"),
        ("ip.proto", 9, 1, "17"),
        ("ip.checksum", 10, 2, "0x5624"),
        ("ip.checksum.status", 10, 0, "1"),
        ("ip.checksum_calculated", 10, 2, "0x5624"),
        ("ip.src", 12, 4, "10.0.0.1"),
        ("ip.addr", 12, 4, "10.0.0.1"),
        ("ip.src_host", 12, 4, "10.0.0.1"),
        ("ip.host", 12, 4, "10.0.0.1"),
        ("ip.dst", 16, 4, "10.0.0.2"),
        ("ip.addr", 16, 4, "10.0.0.2"),
        ("ip.dst_host", 16, 4, "10.0.0.2"),
        ("ip.host", 16, 4, "10.0.0.2"),
    ]


def test_lines_say_what_wireshark_says():
    packet = decoded(ipv4(17, udp(), id=1, tos=0xB8, flags=3, off=0))
    (field,) = packet.fields("ip.flags")
    assert field.showname(packet.data) == "011. .... = Flags: 0x3, Don't fragment, More fragments"
    (field,) = packet.fields("ip.dsfield")
    assert field.line == ("Differentiated Services Field: 0xb8 (DSCP: EF PHB, ECN: Not-ECT)")
    (field,) = packet.fields("ip.hdr_len")
    assert field.line == "Header Length: 20 bytes (5)"


def test_wrong_checksum_says_which_is_right():
    packet = decoded(ipv4(17, udp(b"abcd"), id=0xD0A6, flags=2, sum=0x1234))
    assert notes(packet) == ["ip.checksum_bad.expert"]
    assert packet.findings[0].text == "Bad checksum [should be 0x5624]"
    assert shows(packet, "ip.checksum.status") == ["0"]
    assert shows(packet, "ip.checksum_calculated") == ["0x5624"]


def test_later_fragment_is_data():
    packet = decoded(ipv4(17, b"abcdefgh", id=0xD3E5, off=185))
    assert (packet.protocol, packet.info) == (
        "IPv4", "Fragmented IP protocol (proto=UDP 17, off=1480, ID=d3e5)",
    )  # fmt: skip
    assert packet.layer("udp") is None
    assert packet.layer("data").offset == 20
    (field,) = packet.fields("ip.frag_offset")
    assert (field.show, field.line) == ("185", "Fragment Offset: 1480")


def test_first_fragment_is_decoded():
    assert decoded(ipv4(17, udp(b"abcd"), flags=1)).layer("udp") is not None


def test_total_length_zero_is_offloading():
    packet = decoded(ipv4(17, udp(b"abcd"), len=0))
    (field,) = packet.fields("ip.len")
    assert (field.show, "TSO" in field.line) == ("32", True)
    assert packet.layer("udp") is not None
    assert notes(packet) == []


def test_total_length_past_the_frame():
    packet = decoded(ipv4(17, udp(b"abcd"), len=100))
    assert packet.findings[0].text == "IPv4 total length exceeds packet length (32 bytes)"


def test_total_length_shorter_than_the_header():
    packet = decoded(ipv4(17, udp(b"abcd"), len=19))
    assert notes(packet) == ["ip.bogus_ip_length"]
    assert packet.info == "Bogus IP length (19, less than header length 20)"
    assert packet.layer("udp") is None


def test_octets_behind_the_total_length_are_not_the_payload():
    packet = decoded(ipv4(17, udp(b"abcd")) + b"padding")
    assert shows(packet, "data.data") == ["61:62:63:64"]


def test_header_length_below_five_words():
    packet = decoded(ipv4(17, udp(), ihl=4))
    assert notes(packet) == ["ip.bogus_header_length"]
    assert packet.info == "Bogus IP header length (16, must be at least 20)"
    assert shows(packet, "ip.hdr_len") == ["16"]


def test_wrong_version_in_an_ethernet_frame():
    frame = bytes(12) + b"\x08\x00" + ipv4(17, udp(), version=5)
    from dissect.engine.packet import dissect

    packet = dissect(frame, strict=True)
    assert "ip.bogus_ip_version" in notes(packet)
    assert packet.info == "Bogus IPv4 version (5, must be 4)"


def test_cut_header_keeps_what_was_captured():
    packet = decoded(ipv4(17, udp())[:14], original=28)
    assert "_ws.short" in notes(packet)
    assert shows(packet, "ip.ttl") == ["64"]
    assert shows(packet, "ip.src") == []


def test_header_cut_in_its_options_leaves_the_checksum_open():
    packet = decoded(ipv4(17, udp(), options=b"\x01\x01\x01\x00")[:20], original=32)
    assert shows(packet, "ip.checksum.status") == ["2"]
    assert shows(packet, "ip.checksum_calculated") == []


def test_unknown_protocol():
    packet = decoded(ipv4(253, b"abc"))
    assert packet.protocol == "IPv4"
    assert packet.info.endswith("(253)")
    assert shows(packet, "data.data") == ["61:62:63"]


def test_no_payload():
    packet = decoded(ipv4(17, b""))
    assert (packet.protocol, packet.info, packet.layer("udp")) == ("IPv4", "", None)


@pytest.mark.parametrize(
    ("dst", "protocol", "ttl", "note"),
    [
        ((10, 0, 0, 2), 17, 4, "ip.ttl.too_small"),
        ((10, 0, 0, 2), 17, 5, None),
        ((10, 0, 0, 2), 89, 1, None),  # OSPF
        ((239, 1, 1, 1), 17, 1, None),
        ((224, 0, 0, 5), 89, 1, None),
        ((224, 0, 0, 5), 89, 2, "ip.ttl.lncb"),
        ((224, 0, 0, 251), 17, 255, None),  # mDNS
        ((224, 0, 0, 251), 17, 1, "ip.ttl.lncb"),
        ((224, 0, 0, 251), 2, 1, None),  # an IGMP report for that group
        ((224, 0, 0, 252), 17, 7, None),  # LLMNR
        ((224, 0, 1, 1), 17, 1, None),
    ],
)
def test_time_to_live(dst, protocol, ttl, note):
    packet = decoded(ipv4(protocol, b"", dst=bytes(dst), ttl=ttl))
    assert notes(packet) == ([note] if note else [])


def test_ipv4_in_ipv4_and_ipv6_in_ipv4():
    six = bytes([0x60, 0, 0, 0, 0, 0, 59, 64]) + bytes(32)
    assert decoded(ipv4(4, ipv4(17, udp()))).chain.endswith("ip:ip:udp")
    assert decoded(ipv4(41, six)).layer("ipv6") is not None


@pytest.mark.parametrize(
    "packet",
    [
        ipv4(17, udp(b"abcd")), ipv4(17, udp(), ihl=4), ipv4(17, udp(), len=19),
        ipv4(17, b"abcdefgh", off=1), ipv4(253, b"a"), ipv4(17, udp(), sum=1), ipv4(17, b"")[:13],
        ipv4(17, udp(), options=b"\x83\x07\x04\x0a\x00\x00\x09\x00"),
    ],
)  # fmt: skip
def test_structure_does_not_depend_on_the_tree(packet):
    assert same_without_tree(packet)

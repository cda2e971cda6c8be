import pytest

from dissect.protocols.fragment import Fragment
from tests.protocols.ipv6_packets import (
    UDP,
    decoded,
    extension,
    ipv6,
    notes,
    same_without_tree,
    shows,
)


def fragment(offset, more, payload, nxt=17, **fields):
    word = offset << 3 | more
    header = bytes(Fragment(nxt=nxt, _word=word, ident=0xABCD, **fields))
    return ipv6(44, header + payload)


def test_later_fragment_is_data():
    packet = decoded(fragment(169, 0, UDP))
    assert packet.info == "IPv6 fragment (off=1352 more=n ident=0x0000abcd nxt=17)"
    assert packet.protocol == "IPv6"
    assert packet["ipv6.fraghdr.offset"] == 169
    assert packet.fields("ipv6.fraghdr.offset")[0].line == "Offset: 169 (1352 bytes)"
    assert packet["data.data"] == UDP
    assert packet.layer("udp") is None


def test_first_fragment_is_decoded_without_judging_its_checksum():
    packet = decoded(fragment(0, 1, UDP + bytes(4)))
    assert packet.layer("udp") is not None
    assert packet.protocol == "UDP"


def test_atomic_fragment_is_a_whole_packet():
    packet = decoded(fragment(0, 0, bytes.fromhex("03e80009000c0001") + b"data"))
    assert shows(packet, "udp.checksum.status") == ["0"]
    assert shows(packet, "ipv6.fraghdr.more") == ["0"]


def test_reserved_bits():
    header = bytes(Fragment(nxt=59, reserved=9, _word=6, ident=1))
    packet = decoded(ipv6(44, header))
    assert shows(packet, "ipv6.fraghdr.reserved_octet") == ["0x09"]
    assert packet["ipv6.fraghdr.reserved_bits"] == 3
    assert packet["ipv6.fraghdr.offset"] == 0


def test_header_that_goes_on_in_another_fragment_is_not_malformed():
    packet = decoded(fragment(0, 1, extension(59, b"\x01\x04")[:4] + bytes(4), nxt=60)[:-4])
    assert "_ws.malformed" not in notes(packet)
    packet = decoded(fragment(0, 1, extension(59, b"", units=9), nxt=60))
    assert notes(packet) == ["sixscope.fragment.headers_split", "_ws.unreassembled"]
    assert packet.info.endswith("[BoundErrorUnreassembled Packet]")


def test_packet_inside_a_fragment_may_be_longer_than_it():
    inner = ipv6(59, bytes(100))
    packet = decoded(fragment(0, 1, inner[:48], nxt=41))
    assert "ipv6.plen_exceeds_framing" not in notes(packet)


@pytest.mark.parametrize(("size", "more", "noted"), [(12, 1, True), (16, 1, False), (12, 0, False)])
def test_only_the_last_fragment_may_have_an_odd_length(size, more, noted):
    packet = decoded(fragment(1, more, bytes(size)))
    assert ("sixscope.fragment.odd_length" in notes(packet)) is noted


@pytest.mark.parametrize(("size", "noted"), [(7, False), (8, True)])
def test_reassembled_payload_past_65535(size, noted):
    packet = decoded(fragment(8191, 0, bytes(size)))
    assert ("sixscope.fragment.too_far" in notes(packet)) is noted


def test_fragment_of_a_jumbogram():
    jumbo = extension(44, b"\xc2\x04" + (70016).to_bytes(4, "big"))
    header = bytes(Fragment(nxt=59, _word=8, ident=1))
    packet = decoded(ipv6(0, jumbo + header + bytes(70000), plen=0))
    assert "ipv6.opt.jumbo.fragment" in notes(packet)


@pytest.mark.parametrize(
    "octets", [fragment(1, 1, bytes(12)), fragment(0, 1, UDP), fragment(8191, 0, bytes(9))]
)
def test_without_a_tree_all_else_is_the_same(octets):
    same_without_tree(octets)

"""Names and their pointers."""

import struct
import time

from dissect.engine.packet import Packet, dissect
from making.dns import head, name, over_udp, question

RAW = 101
MESSAGE = 48
"""Where the message begins in a packet."""


def read(message):
    """Decode, strictly."""
    return dissect(over_udp(message), RAW, strict=True)


def notes(packet):
    """Which remarks are made."""
    return [finding.note.name for finding in packet.findings if finding.layer == "dns"]


def asked(packet):
    """All names in questions."""
    return [node.value for node in packet.fields("dns.qry.name")]


def test_pointer_leads_to_the_end_of_a_prior_name():
    packet = read(head(2) + question("www.example.com") + question(b"\3ftp\xc0\x10"))
    assert asked(packet) == ["www.example.com", "ftp.example.com"]
    node = packet.fields("dns.qry.name")[1]
    assert (node.offset, node.length) == (MESSAGE + 12 + 21, 6)
    assert notes(packet) == []


def test_root_has_a_word():
    assert asked(read(head(1) + question(b"\0"))) == ["<Root>"]


def test_pointer_to_itself_is_noted_and_the_question_is_read():
    packet = read(head(1) + question(b"\xc0\x0c"))
    assert asked(packet) == ["<Name contains a pointer that loops>"]
    assert packet["dns.qry.type"] == 28
    assert notes(packet) == ["sixscope.dns.pointer"]


def test_two_pointers_that_lead_to_each_other():
    packet = read(head(2) + question(b"\xc0\x12") + question(b"\xc0\x0c"))
    assert asked(packet) == ["<Name contains a pointer that loops>"] * 2


def test_pointer_forward_is_noted():
    packet = read(head(2) + question(b"\xc0\x12") + question("abc"))
    assert asked(packet) == ["abc", "abc"]
    assert notes(packet) == ["sixscope.dns.pointer"]


def test_pointer_out_of_the_message_is_malformed():
    packet = read(head(1) + question(b"\xff\xff"))
    assert asked(packet) == []
    assert "_ws.malformed" in notes(packet)


def test_reserved_label_is_malformed():
    packet = read(head(1) + question(b"\x41\x08\xf0\0"))
    assert "sixscope.dns.label" in notes(packet)
    assert asked(packet) == []


def test_name_of_255_octets_is_the_longest():
    label = b"\x3f" + b"a" * 63
    longest = label * 3 + b"\x3d" + b"a" * 61 + b"\0"
    assert len(longest) == 255
    assert len(asked(read(head(1) + question(longest)))[0]) == 253
    packet = read(head(1) + question(label * 3 + b"\x3e" + b"a" * 62 + b"\0"))
    assert asked(packet) == ["<Name too long>"]
    assert notes(packet) == ["sixscope.dns.name"]


def test_pointers_can_not_make_a_name_longer_than_that():
    label = b"\x3f" + b"a" * 63
    packet = read(head(2) + question(label * 3 + b"\0") + question(label * 2 + b"\xc0\x0c"))
    assert asked(packet)[1] == "<Name too long>"


def test_dot_in_a_label_makes_no_label():
    packet = read(head(1) + question(b"\x0bweb on a.b.\5_http\4_tcp\5local\0"))
    assert packet["dns.count.labels"] == 4


def test_name_of_one_letter_has_a_length():
    packet = read(head(1) + question("a"))
    assert (packet["dns.qry.name.len"], packet["dns.count.labels"]) == (1, 1)


def test_control_octets_are_escaped():
    assert asked(read(head(1) + question(b"\5a\n\x01\\b\0"))) == ["a\\n\\001\\b"]


def test_thousands_of_names_that_chain_through_pointers_end_soon():
    count = 10_000
    chain = b"".join(
        struct.pack(">HHH", 0xC000 | (12 + 6 * max(i - 1, 0)) & 0x3FFF, 1, 1) for i in range(count)
    )
    begin = time.perf_counter()
    packet = Packet(over_udp(head(count) + chain), RAW, strict=True).decode(detail=True)
    assert time.perf_counter() - begin < 5
    assert packet.fields("dns.qry.name")


def test_name_cut_off_by_the_snap_length_is_no_error():
    whole = over_udp(head(1) + question("www.example.com"))
    packet = dissect(whole[: MESSAGE + 18], RAW, original=len(whole), strict=True)
    assert packet["dns.count.queries"] == 1
    assert "_ws.malformed" not in notes(packet)


def test_root_domain_helper_makes_what_the_wire_has():
    assert name("www.example") == b"\3www\7example\0"

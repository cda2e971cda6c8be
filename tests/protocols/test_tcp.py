"""TCP; what is expected is tshark's word (with sequence analysis off) or worked out by hand."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.tcp import TCP, flag_letters, flag_words

A, B = bytes(15) + b"\1", bytes(15) + b"\2"
RAW = 101
FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = (1 << bit for bit in range(9))
MSS, WS7 = b"\2\4\5\xb4", b"\3\3\7\0"


def ones(octets: bytes) -> int:
    total = 0
    for (word,) in struct.iter_unpack(">H", octets + b"\0" * (len(octets) & 1)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total


def segment(
    flags: int, *, options: bytes = b"", payload: bytes = b"", back: bool = False,
    off: int | None = None, fix: bool = True, **fields: int,
) -> bytes:  # fmt: skip
    """A segment in an IPv6 packet, from port 1000 to 80 or back, with a right checksum."""
    ports = {"sport": 80, "dport": 1000} if back else {"sport": 1000, "dport": 80}
    words = 5 + len(options) // 4 if off is None else off
    values = {**ports, "win": 1000, **fields}
    octets = bytes(TCP(_off_flags=words << 12 | flags, **values)) + options + payload
    src, dst = (B, A) if back else (A, B)
    if fix:
        pseudo = src + dst + struct.pack(">II", len(octets), 6)
        octets = octets[:16] + struct.pack(">H", ~ones(pseudo + octets) & 0xFFFF) + octets[18:]
    return bytes(IPv6(plen=len(octets), nxt=6, src=src, dst=dst)) + octets


def read(octets: bytes, session: Session | None = None, **options: object) -> Packet:
    packet = Packet(octets, RAW, session=session, strict=True, **options)  # type: ignore[arg-type]
    return packet.decode(detail=True)


def names(packet: Packet) -> list[str]:
    return [finding.note.name for finding in packet.findings]


def all_of(session: Session, *segments: bytes) -> list[Packet]:
    return [read(octets, session, time_ns=1000 * at) for at, octets in enumerate(segments)]


# --- one segment ----------------------------------------------------------------------------------


def test_syn_with_options_reads_as_tshark_prints_it() -> None:
    packet = read(segment(SYN, seq=7, options=MSS + b"\4\2" + b"\1" + b"\3\3\7"[:3] + b"\0\0"))
    assert packet.info == "1000 → 80 [SYN] Seq=7 Win=1000 Len=0 MSS=1460 SACK_PERM WS=128"
    assert names(packet) == ["tcp.connection.syn"]
    assert packet.findings[0].text == "Connection establish request (SYN): server port 80"
    assert "tcp.window_size_scalefactor" not in packet


def test_synack_names_the_port_that_answers() -> None:
    packet = read(segment(SYN | ACK, back=True))
    assert packet.findings[0].text == ("Connection establish acknowledge (SYN+ACK): server port 80")


def test_next_sequence_number_counts_syn_and_fin() -> None:
    assert read(segment(SYN, seq=0xFFFFFFFF))["tcp.nxtseq"] == 0
    assert read(segment(ACK | FIN, seq=10, payload=b"abc"))["tcp.nxtseq"] == 14
    assert read(segment(SYN | FIN, seq=10))["tcp.nxtseq"] == 12


def test_wrong_checksum_says_what_it_should_be() -> None:
    right = read(segment(ACK))["tcp.checksum"]
    packet = read(segment(ACK, sum=right ^ 0xFF, fix=False))
    assert packet["tcp.checksum.status"] == 0
    assert packet["tcp.checksum_calculated"] == right
    assert packet.info.endswith("Win=1000 [TCP CHECKSUM INCORRECT] Len=0")
    assert names(packet) == ["tcp.checksum_bad.expert"]


def test_checksum_of_the_pseudo_header_alone_is_said_to_be_offloaded() -> None:
    partial = ones(A + B + struct.pack(">II", 20, 6))
    packet = read(segment(ACK, sum=partial, fix=False))
    assert names(packet) == ["tcp.checksum_bad.expert"]
    assert "left to the network card" in packet.findings[0].text
    line = packet.fields("tcp.checksum")[0].line
    assert line.endswith('(maybe caused by "TCP checksum offload"?)')


def test_all_ones_instead_of_zero_is_good_but_noted() -> None:
    bare = segment(ACK, fix=False)[40:]
    rest = ~ones(A + B + struct.pack(">II", 20, 6) + bare) & 0xFFFF
    packet = read(segment(ACK, urp=0, win=(1000 + rest) & 0xFFFF, sum=0xFFFF, fix=False))
    if packet["tcp.checksum.status"] != 1:  # the carry moved the sum by one
        packet = read(segment(ACK, win=(1001 + rest) & 0xFFFF, sum=0xFFFF, fix=False))
    assert packet["tcp.checksum.status"] == 1
    assert names(packet) == ["tcp.checksum.ffff"]


def test_header_length_below_twenty_octets_ends_it() -> None:
    packet = read(segment(SYN, off=3))
    assert names(packet) == ["tcp.bogus_header_length"]
    assert packet.info == (
        "1000 → 80 [SYN] Seq=0 Win=1000, bogus TCP header length (12, must be at least 20)"
    )


def test_header_longer_than_the_segment_is_short() -> None:
    packet = read(segment(ACK, off=8))
    assert "tcp.short_segment" in names(packet)
    assert "tcp.len" not in packet
    assert packet["tcp.checksum.status"] == 1


def test_cut_header_keeps_the_ports() -> None:
    octets = segment(ACK)
    packet = read(octets[:46], original=len(octets))
    assert packet["tcp.dstport"] == 80
    assert "tcp.flags" not in packet
    assert packet.info.startswith("1000 → 80[Packet size limited")


def test_acknowledgment_without_its_flag_is_noted() -> None:
    assert "tcp.ack.nonzero" in names(read(segment(SYN, ack=7)))
    assert "tcp.ack.nonzero" not in names(read(segment(ACK, ack=7)))


def test_urgent_pointer_without_its_flag_is_noted() -> None:
    assert names(read(segment(ACK, urp=3))) == ["tcp.urgent_pointer.non_zero"]
    packet = read(segment(ACK | URG, urp=3, payload=b"hello"))
    assert names(packet) == []
    assert packet.info == "1000 → 80 [ACK, URG] Seq=0 Ack=0 Win=1000 Urg=3 Len=5"


def test_payload_of_a_reset_is_its_cause() -> None:
    packet = read(segment(RST, payload=b"go away\0\xff"))
    assert packet["tcp.reset_cause"] == "go away"
    assert "tcp.payload" not in packet
    assert packet.chain.endswith("tcp")


def test_unknown_port_shows_payload_and_data() -> None:
    packet = read(segment(ACK | PSH, payload=b"abc", sport=40001, dport=40002))
    assert packet["tcp.payload"] == packet["data.data"] == b"abc"
    assert packet.protocol == "TCP"


@pytest.mark.parametrize(
    ("flags", "ace", "words", "letters"),
    [
        (0, False, "<None>", "············"),
        (SYN | ACK, False, "SYN, ACK", "·······A··S·"),
        (0xFFF, False, "FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE, Reserved", "RRRACEUAPRSF"),
        (ACK | AE | ECE, True, "ACK, ACE=5", "···-5-·A····"),
    ],
)
def test_flags_in_words_and_letters(flags: int, ace: bool, words: str, letters: str) -> None:
    assert flag_words(flags, ace) == words
    assert flag_letters(flags, ace) == letters


# --- streams --------------------------------------------------------------------------------------


HANDSHAKE: tuple[Callable[[], bytes], ...] = (
    lambda: segment(SYN, seq=100, options=MSS + WS7),
    lambda: segment(SYN | ACK, seq=500, ack=101, options=MSS + WS7, back=True),
    lambda: segment(ACK, seq=101, ack=501),
)


def test_completeness_grows_with_the_conversation() -> None:
    packets = all_of(
        Session(), *(make() for make in HANDSHAKE),
        segment(ACK | PSH, seq=101, ack=501, payload=b"x"),
        segment(FIN | ACK, seq=501, ack=102, back=True),
        segment(FIN | ACK, seq=102, ack=502),
    )  # fmt: skip
    assert [packet["tcp.completeness"] for packet in packets] == [0, 1, 3, 7, 15, 31]
    assert {packet["tcp.stream"] for packet in packets} == {0}
    last = packets[-1].fields("tcp.completeness")[0]
    assert last.line == "Conversation completeness: Complete, WITH_DATA (31)"


def test_first_fin_closes_and_the_other_is_closed() -> None:
    session = Session()
    first, other, again = all_of(
        session, segment(FIN | ACK, seq=1, ack=1), segment(FIN | ACK, seq=1, ack=1, back=True),
        segment(FIN | ACK, seq=1, ack=1),
    )  # fmt: skip
    assert names(first) == ["tcp.connection.fin", "tcp.connection.fin_active"]
    assert names(other) == ["tcp.connection.fin", "tcp.connection.fin_passive"]
    assert names(again) == names(first)


def test_syn_with_another_number_begins_a_new_stream() -> None:
    packets = all_of(
        Session(), segment(SYN, seq=1), segment(SYN, seq=1), segment(SYN, seq=9),
        segment(SYN | ACK, seq=5, ack=10, back=True),
    )  # fmt: skip
    assert [packet["tcp.stream"] for packet in packets] == [0, 0, 1, 1]
    assert [packet["tcp.completeness"] for packet in packets] == [0, 1, 1, 1]


def test_windows_are_scaled_when_both_sides_offer_it() -> None:
    packets = all_of(Session(), *(make() for make in HANDSHAKE))
    assert packets[2]["tcp.window_size_scalefactor"] == 128
    assert packets[2]["tcp.window_size"] == 128_000
    assert "Win=128000" in packets[2].info


def test_windows_are_not_scaled_when_one_side_does_not_offer_it() -> None:
    packets = all_of(
        Session(), HANDSHAKE[0](), segment(SYN | ACK, seq=500, ack=101, options=MSS, back=True),
        HANDSHAKE[2](),
    )  # fmt: skip
    assert packets[2]["tcp.window_size_scalefactor"] == -2
    assert packets[2]["tcp.window_size"] == 1000


def test_scale_is_unknown_without_a_handshake() -> None:
    packet = read(segment(ACK), Session())
    assert packet["tcp.window_size_scalefactor"] == -1


def test_scale_outside_a_syn_changes_nothing() -> None:
    packets = all_of(Session(), segment(ACK, options=WS7), segment(ACK))
    assert packets[1]["tcp.window_size_scalefactor"] == -1


def test_relative_numbers_begin_at_the_first_one() -> None:
    packets = all_of(
        Session(relative_seq=True), *(make() for make in HANDSHAKE),
        segment(ACK | PSH, seq=501, ack=101, payload=b"abc", back=True),
    )  # fmt: skip
    assert [packet["tcp.seq"] for packet in packets] == [0, 0, 1, 1]
    assert [packet["tcp.ack"] for packet in packets] == [0, 1, 1, 1]
    assert packets[3]["tcp.nxtseq"] == 4
    assert packets[3]["tcp.seq_raw"] == 501
    assert " Seq=1 Ack=1 " in packets[3].info


def test_relative_numbers_in_the_middle_begin_at_one() -> None:
    packet = read(segment(ACK, seq=77, ack=99), Session(relative_seq=True))
    assert (packet["tcp.seq"], packet["tcp.ack"]) == (1, 1)


def test_accurate_ecn_counts_once_it_is_agreed() -> None:
    offer = SYN | AE | CWR | ECE
    packets = all_of(
        Session(), segment(offer, seq=1), segment(SYN | ACK | CWR, seq=1, ack=2, back=True),
        segment(ACK | CWR, seq=2, ack=2),
    )  # fmt: skip
    assert packets[2]["tcp.flags.ace"] == 2
    assert "tcp.flags.cwr" not in packets[2]
    assert "[ACK, ACE=2]" in packets[2].info
    assert "tcp.flags.ace" not in packets[1]


def test_times_are_of_the_stream() -> None:
    session = Session()
    read(segment(ACK), session, time_ns=10)
    read(segment(ACK, sport=5), session, time_ns=20)
    packet = read(segment(ACK, back=True), session, time_ns=50)
    assert (packet["tcp.time_relative"], packet["tcp.time_delta"]) == (40, 40)


# --- quotes ---------------------------------------------------------------------------------------


def unreachable(quote: bytes) -> bytes:
    error = b"\1\4\0\0\0\0\0\0" + quote
    return bytes(IPv6(plen=len(error), nxt=58, src=B, dst=A)) + error


def test_quote_of_eight_octets_shows_ports_and_number() -> None:
    packet = read(unreachable(segment(ACK, seq=77)[:48]), Session())
    assert packet["tcp.seq"] == 77
    assert "tcp.stream" not in packet
    assert "tcp" in packet.chain
    assert "tcp" not in names(packet)


def test_whole_quote_shows_its_stream_and_changes_nothing() -> None:
    session = Session()
    read(HANDSHAKE[0](), session, time_ns=0)
    quoted = read(unreachable(HANDSHAKE[0]()), session, time_ns=1)
    after = read(HANDSHAKE[1](), session, time_ns=2)
    assert quoted["tcp.stream"] == 0
    assert quoted["tcp.seq_raw"] == quoted["tcp.seq"]
    assert quoted.protocol == "ICMPv6"
    assert after["tcp.completeness"] == 1


def test_structure_and_detail_say_the_same() -> None:
    octets = segment(SYN | FIN | RST, ack=9, urp=9, options=b"\5\7\0\0\0\0\0\3" + b"\2\5\0\0")
    plain = Packet(octets, RAW, strict=True).decode()
    detailed = read(octets)
    assert names(plain) == names(detailed)
    assert len(names(plain)) > 5
    assert plain.info == detailed.info


def test_syn_without_segment_size_is_noted_with_and_without_a_tree() -> None:
    octets = segment(SYN, options=b"\1\1\x08\x0a" + bytes(8))
    for packet in (Packet(octets, RAW, strict=True).decode(), read(octets)):
        assert "tcp.options.mss.absent" in names(packet)


def test_flags_are_drawn_as_twelve_bits() -> None:
    packet = read(segment(SYN | CWR | 0x200))
    lines = {node.name: node.showname(packet.data) for node in packet.tree.walk()}
    assert lines["tcp.flags.res"] == "001. .... .... = Reserved: Set"
    assert lines["tcp.flags.cwr"] == ".... 1... .... = Congestion Window Reduced: Set"
    assert lines["tcp.flags.syn"] == ".... .... ..1. = Syn: Set"
    assert lines["tcp.flags"] == "Flags: 0x282 (SYN, CWR, Reserved)"


def test_raw_numbers_are_hidden_unless_others_are_shown() -> None:
    absolute = read(segment(ACK, seq=7, ack=9), Session())
    relative = read(segment(ACK, seq=7, ack=9), Session(relative_seq=True))
    for packet, hidden in ((absolute, True), (relative, False)):
        for name in ("tcp.seq_raw", "tcp.ack_raw"):
            assert [node.field.hidden for node in packet.fields(name)] == [hidden]


def test_answer_without_window_scale_to_one_that_refused_it_ends_scaling() -> None:
    session = Session()
    packets = all_of(
        session,
        segment(SYN, options=MSS),
        segment(SYN, options=WS7),
        segment(SYN | ACK, options=MSS),
        segment(ACK),
    )
    assert packets[-1]["tcp.window_size_scalefactor"] == -2

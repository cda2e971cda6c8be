"""TCP's options and those of Multipath TCP; expected is what tshark shows for the same octets."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.protocols.ipv6 import IPv6
from dissect.protocols.mptcp_connection import derived
from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_options import window_scale

A, B = bytes(15) + b"\1", bytes(15) + b"\2"
SYN, ACK = 2, 16


def segment(options: str | bytes, flags: int = ACK, *, back: bool = False, **fields: int) -> bytes:
    octets = bytes.fromhex(options) if isinstance(options, str) else options
    octets += bytes(-len(octets) % 4)
    ports = {"sport": 80, "dport": 9} if back else {"sport": 9, "dport": 80}
    head = TCP(_off_flags=(5 + len(octets) // 4) << 12 | flags, **{**ports, **fields})
    src, dst = (B, A) if back else (A, B)
    whole = bytes(head) + octets
    return bytes(IPv6(plen=len(whole), nxt=6, src=src, dst=dst)) + whole


def read(
    options: str | bytes, flags: int = ACK, session: Session | None = None, **more: int | bool
) -> Packet:
    octets = segment(options, flags, **more)  # type: ignore[arg-type]
    return Packet(octets, 101, session=session, strict=True).decode(detail=True)


def names(packet: Packet) -> list[str]:
    ignored = {"tcp.checksum_bad.expert", "tcp.connection.syn", "tcp.connection.synack"}
    return [f.note.name for f in packet.findings if f.note.name not in ignored]


def words(packet: Packet) -> str:
    return packet.info.partition(" Len=0")[2].strip()


def line(packet: Packet, name: str) -> str:
    return packet.fields(name)[0].line


@pytest.mark.parametrize(
    ("options", "info", "name", "text"),
    [
        ("030307", "WS=128", "wscale", "Window scale: 7 (multiply by 128)"),
        ("0402", "SACK_PERM", "sack_perm", "SACK permitted"),
        ("060600000001", "ECHO=1", "echo", "Echo: 1"),
        ("070600000002", "ECHO=2", "echo", "Echo: 2"),
        ("080a0000000100000002", "TSval=1 TSecr=2", "timestamp", "Timestamps: TSval 1, TSecr 2"),
        ("0b0600000001", "CC=1", "cc", "CC"),
        ("1312" + "00" * 16, "MD5", "md5", "TCP MD5 signature"),
        ("140480ff", "SCPS[BETS] Connection ID=255", "scps", "SCPS capabilities"),
        ("1602", "", "scpsrec", "SCPS record boundary"),
        ("1b080f051122334c", "QSresp=1.31072 Gbit/s", "qs", "Quick-Start"),
        ("1c048005", "USER_TO=5", "user_to", "User Timeout"),
        ("22020000", "TFO=R", "tfo", "TCP Fast Open"),
        ("220aaabbccddeeff0011", "TFO=C", "tfo", "TCP Fast Open"),
        ("ac02", "AccECN", "acc_ecn", "Accurate ECN"),
        ("ac05000001", "EE0B=1", "acc_ecn", "Accurate ECN (Order 0): EE0B 1"),
        ("ae08000001000002", "EE1B=1 ECEB=2", "acc_ecn", "Accurate ECN (Order 1): EE1B 1, ECEB 2"),
        ("fd04f989", "TFO=R", "experimental", "Experimental: Fast Open"),
        ("fe0500ac20", "TARR=16", "experimental", "Experimental: TCP ACK Rate Request 16"),
        ("fe061234aabb", "ExID=1234", "experimental", "Experimental: Unknown"),
        ("0903aa", "", "unknown", "Unknown"),
        ("4c0a01010a0000010000", "", "rvbd.probe",
         "Riverbed Probe: Probe Query, CSH IP: 10.0.0.1"),
        ("4c0e11010a0000010a0000021f90", "", "rvbd.probe",
         "Riverbed Probe: Probe Response, Server Steelhead: 10.0.0.2:8080"),
        ("4e1000010a0000010a0000021f901f91", "", "rvbd.trpy",
         "Riverbed Transparency 10.0.0.1:8080 -> 10.0.0.2:8081"),
    ],
)  # fmt: skip
def test_option_reads_as_tshark_shows_it(options: str, info: str, name: str, text: str) -> None:
    packet = read(options)
    assert words(packet) == info
    assert line(packet, f"tcp.options.{name}") == f"TCP Option - {text}"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("0302", "option length should be 3"),
        ("080600000001", "option length should be 10"),
        ("13060a0b0c0d", "option length should be 18"),
        ("1d0301", "option length should be at least 4"),
        ("fe03aa", "option length should be at least 4"),
    ],
)
def test_wrong_length_is_noted_and_the_next_option_is_read(options: str, text: str) -> None:
    packet = read(options + "0402")
    assert [f.text for f in packet.findings if f.note.name == "tcp.option.len.invalid"] == [text]
    assert "tcp.options.sack_perm" in packet


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("2800", "Unknown (0x28) (with too-short option length = 0 bytes)"),
        ("0201", "Maximum segment size (with too-short option length = 1 byte)"),
        ("2863aabb",
         "Unknown (0x28) (option length = 99 bytes says option goes past end of options)"),
    ],
)  # fmt: skip
def test_impossible_length_ends_the_options(options: str, text: str) -> None:
    packet = read(options)
    assert [f.text for f in packet.findings if f.note.name == "tcp.option.len.invalid"] == [text]
    assert "tcp.options.eol" not in packet


def test_kind_without_room_for_a_length_is_malformed() -> None:
    packet = read("01010102")
    assert "_ws.malformed" in names(packet)
    assert len(packet.fields("tcp.options.nop")) == 3


def test_octets_after_the_end_must_be_zero() -> None:
    packet = read("0000ff00")
    assert names(packet) == ["tcp.non_zero_bytes_after_eol"]
    assert len(packet.fields("tcp.options.eol")) == 2
    assert names(read("00000000")) == []


@pytest.mark.parametrize("options", ["0101010101010101", "0101630400000101", "6304000001010101"])
def test_fourth_nop_is_noted_once_where_it_fills_a_word(options: str) -> None:
    assert names(read(options)) == ["tcp.nop"]


@pytest.mark.parametrize("options", ["0101040201010402", "0402010101010402", "0303070101010101"])
def test_fourth_nop_within_a_word_is_not_noted(options: str) -> None:
    assert names(read(options)) == []


def test_mss_belongs_in_a_syn() -> None:
    assert names(read("020405b4")) == ["tcp.options.mss.present"]
    assert names(read("020405b4", SYN)) == []
    assert names(read("0402", SYN)) == ["tcp.options.mss.absent"]
    assert names(read("0402", SYN | ACK)) == ["tcp.options.mss.absent"]


def test_shift_above_fourteen_is_used_as_fourteen() -> None:
    packet = read("03030f020405b4", SYN)
    assert names(packet) == ["tcp.options.wscale.shift.invalid"]
    assert packet["tcp.options.wscale.shift"] == 15
    assert packet["tcp.options.wscale.multiplier"] == 16384


def test_sack_blocks_and_their_number() -> None:
    packet = read("05120000000100000009000000200000003f", ack=0)
    assert words(packet) == "SLE=1 SRE=9 SLE=32 SRE=63"
    assert [n.value for n in packet.fields("tcp.options.sack_re")] == [9, 63]
    assert packet["tcp.options.sack.count"] == 2
    assert names(packet) == []


def test_sack_below_the_acknowledgment_is_a_duplicate() -> None:
    packet = read("050a0000000100000009", ack=20)
    assert names(packet) == ["tcp.options.sack.dsack"]
    assert packet["tcp.options.sack.dsack_re"] == 9


def test_sack_of_an_odd_length_says_so() -> None:
    packet = read("050c00000001000000090101", ack=1)
    assert names(packet) == ["tcp.suboption_malformed"]
    assert packet["tcp.options.sack.count"] == 1


def test_sack_edges_are_relative_to_the_receiver() -> None:
    session = Session(relative_seq=True)
    read("020405b4", SYN, session, back=True, seq=1000)
    packet = read("050a000003f3000003f7", ACK, session, ack=1001)
    assert words(packet) == "SLE=11 SRE=15"
    assert packet["tcp.options.sack_le"] == 11


def test_fast_open_cookie_in_a_syn_is_noted() -> None:
    assert "tcp.analysis.tfo_syn" in names(read("2206aabbccdd", SYN))
    assert "tcp.analysis.tfo_syn" not in names(read("2206aabbccdd", SYN | ACK))


def test_captured_part_of_the_options_is_shown() -> None:
    octets = segment("080a0000000100000002")
    packet = Packet(octets[:66], 101, original=len(octets), session=Session(), strict=True,
                    time_ns=5).decode(detail=True)  # fmt: skip
    assert packet["tcp.options"] == octets[60:66]
    assert packet["tcp.options.timestamp.tsval"] == 1
    assert packet["tcp.time_delta"] == 0


@pytest.mark.parametrize(
    ("octets", "shift"),
    [("020405b403030700", 7), ("0101030307", 7), ("0003030700", None), ("0200030307", None),
     ("0303", None), ("", None)],
)  # fmt: skip
def test_window_scale_is_found_among_the_options(octets: str, shift: int | None) -> None:
    assert window_scale(bytes.fromhex(octets)) == shift


# --- Multipath TCP --------------------------------------------------------------------------------

KEY = "aabbccddeeff0011"


def test_token_and_first_number_follow_from_the_key() -> None:
    packet = read(f"1e0c0081{KEY}", SYN)
    assert packet["mptcp.expected_token"] == 3957319986
    assert packet["mptcp.expected_idsn"] == 1503057394887549364
    assert packet["tcp.options.mptcp.sha1.flag"] == 1


def test_version_one_hashes_with_sha256() -> None:
    old, new = derived(int(KEY, 16), 0), derived(int(KEY, 16), 1)
    assert read(f"1e0c0101{KEY}", SYN)["mptcp.expected_token"] == new[0] != old[0]


def test_data_numbers_are_relative_to_the_key() -> None:
    session = Session()
    _, first = derived(int(KEY, 16), 1)
    read(f"1e0c0101{KEY}", SYN | ACK, session, back=True)
    number = (first + 5) % 2**64
    sent = read(f"1e14200c{number:016x}00000001000a0000", ACK, session, back=True)
    got = read(f"1e0c2003{number:016x}", ACK, session)
    low = read(f"1e082001{number % 2**32:08x}", ACK, session)
    assert sent["mptcp.dss.dsn"] == 5
    assert got["mptcp.ack"] == low["mptcp.ack"] == 5
    assert (got["mptcp.stream"], got["mptcp.analysis.subflows"]) == (0, "0 ")


def test_join_finds_the_connection_by_the_receivers_token() -> None:
    session = Session()
    token, first = derived(int(KEY, 16), 1)
    read(f"1e0c0101{KEY}", SYN | ACK, session, back=True)
    join = read(f"1e0c1000{token:08x}00000007", SYN, session, sport=10)
    ack = read(f"1e0c2003{first + 9:016x}", ACK, session, sport=10)
    assert (join["mptcp.stream"], join["mptcp.master"]) == (0, False)
    assert join["mptcp.analysis.subflows"] == "1 0 "
    assert ack["mptcp.ack"] == 9


def test_join_with_an_unknown_token_is_its_own_connection() -> None:
    session = Session()
    read(f"1e0c0101{KEY}", SYN | ACK, session, back=True)
    join = read("1e0c10000000000100000007", SYN, session, sport=10)
    assert join["mptcp.stream"] == 1


def test_segment_with_mptcp_is_a_layer_and_the_protocol() -> None:
    packet = read("1e043000")
    assert packet.protocol == "MPTCP"
    assert packet.chain.endswith("tcp:mptcp")


@pytest.mark.parametrize("size", range(2, 26))
@pytest.mark.parametrize("subtype", range(10))
def test_any_subtype_of_any_length_is_survived(subtype: int, size: int) -> None:
    for flags in (SYN, SYN | ACK, ACK):
        options = bytes([30, size, subtype << 4]) + bytes(25)
        packet = read(options[: max(size, 4)], flags, Session())
        assert "tcp.options" in packet


def test_subtype_that_is_too_short_is_malformed_and_keeps_what_was_read() -> None:
    packet = read("1e067000aabb0101")
    assert "_ws.malformed" in names(packet)
    assert packet["tcp.options.mptcp.subtype"] == 7

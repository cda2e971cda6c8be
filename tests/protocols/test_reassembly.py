"""IPv4 and IPv6 datagrams in fragments, read one packet after the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.engine import reassembly
from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from dissect.protocols.fragment import Fragment
from tests.protocols.ipv4_packets import ipv4
from tests.protocols.ipv6_packets import extension, ipv6, notes, shows

SECOND = 1_000_000_000
RAW = 101
WHOLE = bytes.fromhex("03e8000900180000") + b"sixteen octets.."
"""A UDP datagram of 24 octets from port 1000 to 9, without a checksum."""
SOURCE6 = "2001:db8::1"


def six(offset, octets, more, ident=1, nxt=17, **fields):
    """A fragment in IPv6."""
    header = bytes(Fragment(nxt=nxt, _word=offset | more, ident=ident))
    return ipv6(44, header + octets, **fields)


def four(offset, octets, more, ident=1, protocol=17, **fields):
    """A fragment in IPv4."""
    return ipv4(protocol, octets, id=ident, _flags_off=more << 13 | offset // 8, **fields)


KINDS = pytest.mark.parametrize("part", [six, four])


def read(*packets, session=None, times=None, link=RAW, **options):
    """Packets of one capture, decoded in order with all details."""
    session = session or Session()
    return [
        dissect(
            octets, link, strict=True, session=session, number=number,
            time_ns=times[number - 1] if times else number, **options,
        )
        for number, octets in enumerate(packets, 1)
    ]  # fmt: skip


def summed(octets):
    """WHOLE's like with a right checksum between the IPv6 addresses of these tests."""
    from dissect.engine.checksum import checksum

    pseudo = ipv6(17, b"")[8:40] + len(octets).to_bytes(4, "big") + bytes((0, 0, 0, 17))
    return octets[:6] + checksum(pseudo + octets).to_bytes(2, "big") + octets[8:]


@KINDS
def test_datagram_is_decoded_in_the_packet_that_completes_it(part):
    first, second, last = read(
        part(16, WHOLE[16:], 0), part(8, WHOLE[8:16], 1), part(0, WHOLE[:8], 1)
    )
    assert (first.layer("udp"), second.layer("udp")) == (None, None)
    assert first["data.data"] == WHOLE[16:]
    assert last["udp.payload"] == b"sixteen octets.."
    assert last.protocol == "UDP"
    assert last.info.startswith("1000 → 9 Len=16")


@KINDS
def test_fields_of_the_reassembled_part_stand_in_a_source_of_their_own(part):
    last = read(part(0, WHOLE[:16], 1), part(16, WHOLE[16:], 0))[1]
    name = "Reassembled IPv6" if part is six else "Reassembled IPv4"
    assert [(source.name, len(source.data)) for source in last.sources] == [
        ("Frame", len(last.data)), (name, 24),
    ]  # fmt: skip
    assert last.layer("udp").source is last.reassembled[0]
    assert last.layer("udp").offset == 0
    assert last.fields("udp.dstport")[0].offset == 2
    for node, octets in last.tree.walk_within(last.data):
        if isinstance(node.value, bytes) and node.length == len(node.value):
            assert octets[node.offset : node.offset + node.length] == node.value, node


def test_fields_about_the_fragments():
    last = read(six(16, WHOLE[16:], 0), six(0, WHOLE[:16], 1))[1]
    assert last.fields("ipv6.fragments")[0].line == "2 IPv6 Fragments (24 bytes): #2(16), #1(8)"
    assert [(n.value, n.offset, n.length) for n in last.fields("ipv6.fragment")] == [
        (2, 0, 16), (1, 16, 8),
    ]  # fmt: skip
    assert last["ipv6.fragment.count"] == 2
    assert last["ipv6.reassembled.length"] == 24
    assert last["ipv6.reassembled.data"] == WHOLE


@KINDS
def test_checksum_of_the_whole_is_verified(part):
    whole = summed(WHOLE) if part is six else WHOLE[:6] + b"\x12\x34" + WHOLE[8:]
    last = read(part(0, whole[:16], 1), part(16, whole[16:], 0))[1]
    assert shows(last, "udp.checksum.status") == ["1" if part is six else "0"]


@KINDS
def test_udp_length_is_judged_by_the_whole(part):
    long = WHOLE[:4] + b"\0\x19" + WHOLE[6:]
    last = read(part(0, long[:16], 1), part(16, long[16:], 0))[1]
    assert "udp.length.bad" in notes(last)


@KINDS
def test_without_a_session_a_first_fragment_is_decoded_by_itself(part):
    packet = dissect(part(0, WHOLE[:16], 1), RAW, strict=True)
    assert packet.layer("udp") is not None
    assert packet.reassembled == []


@KINDS
def test_reassembly_can_be_turned_off(part):
    session = Session(reassemble=False)
    first, last = read(part(0, WHOLE[:16], 1), part(16, WHOLE[16:], 0), session=session)
    assert first.layer("udp") is not None
    assert last["data.data"] == WHOLE[16:]


@KINDS
def test_decoding_again_takes_nothing_twice(part):
    session = Session()
    lean = [
        Packet(octets, RAW, number=number, time_ns=1, session=session, strict=True).decode()
        for number, octets in enumerate((part(0, WHOLE[:16], 1), part(16, WHOLE[16:], 0)), 1)
    ]
    before = [(p.chain, p.protocol, p.info, notes(p)) for p in lean[1:]]
    assert [(p.tree, p.chain, p.protocol, p.info, notes(p))[1:] for p in lean[1:]] == before
    assert len(lean[1].reassembled) == 1
    assert lean[1]["udp.payload"] == WHOLE[8:]


@KINDS
def test_looked_at_again_an_earlier_fragment_says_which_packet_completes_it(part):
    session = Session()
    first = Packet(part(0, WHOLE[:16], 1), RAW, number=1, session=session, strict=True).decode()
    read(part(16, WHOLE[16:], 0), session=session)
    name = "ipv6.reassembled.in" if part is six else "ip.reassembled_in"
    assert first[name] == 1  # the second was numbered from 1 again
    assert first.info.endswith("[Reassembled in #1]") is (part is four)


@KINDS
def test_fragments_of_other_datagrams_stay_apart(part):
    other = {"src": "2001:db8::7"} if part is six else {"src": bytes([10, 0, 0, 7])}
    packets = read(
        part(0, WHOLE[:16], 1), part(16, WHOLE[16:], 0, ident=2), part(16, WHOLE[16:], 0, **other)
    )
    assert not any(packet.reassembled for packet in packets)


def test_in_ipv4_the_protocol_is_a_part_of_the_identification():
    packets = read(four(0, WHOLE[:16], 1), four(16, WHOLE[16:], 0, protocol=6))
    assert not any(packet.reassembled for packet in packets)


def test_in_ipv6_the_next_header_of_the_first_fragment_counts():
    last = read(six(0, WHOLE[:16], 1), six(16, WHOLE[16:], 0, nxt=6))[1]
    assert last.layer("udp") is not None
    assert "sixscope.fragment.next_header" in notes(last)


def test_overlapping_ipv6_fragments_are_discarded_to_the_last():
    packets = read(
        six(0, WHOLE[:16], 1), six(8, WHOLE[8:16], 1), six(16, WHOLE[16:], 0), six(0, WHOLE, 0)
    )
    assert [notes(packet) for packet in packets[1:3]] == [
        ["sixscope.fragment.overlap"], ["sixscope.fragment.discarded"],
    ]  # fmt: skip
    assert [bool(packet.layer("udp")) for packet in packets] == [False, False, False, True]


def test_overlapping_ipv4_fragments_are_put_together_and_noted():
    last = read(four(0, WHOLE[:16], 1), four(8, bytes(8), 1), four(16, WHOLE[16:], 0))[2]
    assert last["udp.payload"] == WHOLE[8:]
    assert "sixscope.ip.fragment.contradiction" in notes(last)
    assert last.fields("ip.fragment.error")[0].value == 2
    assert [n.name for n in last.fields("ip.fragment.error")[0].children] == [
        "ip.fragment.overlap", "ip.fragment.overlap.conflict",
    ]  # fmt: skip


@KINDS
def test_a_fragment_that_comes_twice_is_no_trouble(part):
    last = read(part(0, WHOLE[:16], 1), part(0, WHOLE[:16], 1), part(16, WHOLE[16:], 0))[2]
    assert last["udp.payload"] == WHOLE[8:]
    assert not any("contradiction" in name or "discarded" in name for name in notes(last))


@pytest.mark.parametrize(
    ("part", "seconds", "note"),
    [(six, 60, "sixscope.fragment.late"), (four, 30, "sixscope.ip.fragment.late")],
)
def test_fragments_are_given_up_after_a_time(part, seconds, note):
    packets = part(0, WHOLE[:16], 1), part(16, WHOLE[16:], 0)
    assert read(*packets, times=(0, seconds * SECOND))[1].reassembled
    late = read(*packets, times=(0, seconds * SECOND + 1))[1]
    assert late.reassembled == []
    assert note in notes(late)


def test_atomic_fragment_is_processed_alone():
    packets = read(six(0, WHOLE[:16], 1), six(0, WHOLE, 0), six(16, WHOLE[16:], 0))
    assert [bool(packet.layer("udp")) for packet in packets] == [False, True, True]
    assert (packets[1].reassembled, len(packets[2].reassembled)) == ([], 1)


@pytest.mark.parametrize(
    "wrong",
    [
        six(0, WHOLE[:15], 1),  # no multiple of 8
        six(65528, bytes(8), 0),  # past 65,535 octets
    ],
)
def test_fragments_that_must_be_discarded_are_not_kept(wrong):
    session = Session()
    read(wrong, session=session)
    assert not session.fragments.datagrams


def test_ipv4_fragment_with_a_wrong_header_checksum_is_not_kept():
    session = Session()
    (packet,) = read(four(0, WHOLE[:16], 1, sum=0x1234), session=session)
    assert not session.fragments.datagrams
    assert packet.layer("udp") is not None  # as tshark has it


@pytest.mark.parametrize(("part", "decoded"), [(six, False), (four, True)])
def test_fragment_cut_by_the_capture_is_not_kept(part, decoded):
    """tshark decodes what is there of a first one in IPv4, but not in IPv6."""
    octets = part(0, WHOLE[:16], 1)
    session = Session()
    (packet,) = read(octets[:-4], session=session, original=len(octets))
    assert not session.fragments.datagrams
    assert bool(packet.layer("udp")) is decoded


def test_fragment_that_ends_before_its_payload_length_is_not_kept():
    session = Session()
    read(six(0, WHOLE[:16], 1, plen=100), four(0, WHOLE[:16], 1, len=100), session=session)
    assert not session.fragments.datagrams


def test_headers_split_over_fragments_are_noted_and_decoded():
    whole = extension(17, b"\x01\x0c" + bytes(12)) + WHOLE
    first, _, last = read(
        six(0, whole[:8], 1, nxt=60), six(8, whole[8:16], 1, nxt=60), six(16, whole[16:], 0, nxt=60)
    )
    assert notes(first) == ["sixscope.fragment.headers_split"]
    assert last.chain.endswith("ipv6:ipv6.fraghdr:ipv6.dstopts:udp:data")
    assert last["udp.payload"] == WHOLE[8:]


@pytest.mark.parametrize(
    ("octets", "nxt", "noted"),
    [
        (WHOLE[:8], 17, False), (bytes(16), 6, True), (bytes(24), 6, False), (bytes(8), 58, False),
        (extension(6, b""), 60, True), (extension(59, b""), 60, False),
        (extension(17, b"") + WHOLE[:8], 0, False), (ipv6(17, b""), 41, True),
        (bytes((17, 1)) + bytes(14), 51, True), (bytes((17, 0)) + bytes(14), 51, False),
        (bytes((17, 0)) + bytes(14), 44, False),
    ],
)  # fmt: skip
def test_first_fragment_must_hold_all_headers(octets, nxt, noted):
    (packet,) = read(six(0, octets, 1, nxt=nxt))
    assert ("sixscope.fragment.headers_split" in notes(packet)) is noted


def test_headers_behind_the_fragment_header_are_within_ipv6():
    whole = extension(17, b"\x04\x01\x04\x01\x01\0") + WHOLE
    last = read(six(0, whole[:16], 1, nxt=60), six(16, whole[16:], 0, nxt=60))[1]
    (node,) = [n for n in last.layer("ipv6").node.children if n.name == "ipv6.dstopts"]
    assert (node.offset, node.position, node.length) == (0, 0, 8)
    assert last.layer("ipv6").end == 48


def test_tunnel_in_fragments_and_fragments_in_a_tunnel():
    inner = [six(0, WHOLE[:16], 1), six(16, WHOLE[16:], 0)]
    pieces = [
        four(at, packet[at : at + 32], at + 32 < len(packet), ident=number, protocol=41)
        for number, packet in enumerate(inner)
        for at in (0, 32)
    ]
    packets = read(*pieces)
    assert [len(packet.reassembled) for packet in packets] == [0, 1, 0, 2]
    last = packets[3]
    assert last.chain == "raw:ip:ipv6:ipv6.fraghdr:udp:data"
    assert [source.name for source in last.sources] == [
        "Frame", "Reassembled IPv4", "Reassembled IPv6",
    ]  # fmt: skip
    assert last["udp.payload"] == WHOLE[8:]
    assert last.source == SOURCE6


def test_the_same_fragments_in_a_tunnel_and_outside_stay_apart():
    inner = [six(0, WHOLE[:16], 1), six(16, WHOLE[16:], 0)]
    tunnel = [ipv4(41, packet) for packet in inner]
    packets = read(inner[0], tunnel[0], inner[1], tunnel[1])
    assert [len(packet.reassembled) for packet in packets] == [0, 0, 1, 1]
    assert [packets[2]["ipv6.fragment.count"], packets[3]["ipv6.fragment.count"]] == [2, 2]


def test_fragments_of_a_fragment():
    inner = [six(0, WHOLE[:16], 1, 9)[40:], six(16, WHOLE[16:], 0, 9)[40:]]
    packets = read(
        six(0, inner[0][:16], 1, 1, 44), six(16, inner[0][16:], 0, 1, 44),
        six(0, inner[1][:8], 1, 2, 44), six(8, inner[1][8:], 0, 2, 44),
    )  # fmt: skip
    assert [len(packet.reassembled) for packet in packets] == [0, 1, 0, 2]
    assert packets[1].chain == "raw:ipv6:ipv6.fraghdr:ipv6.fraghdr:data"
    assert packets[3]["udp.payload"] == WHOLE[8:]


def test_quoted_fragments_are_copies():
    session = Session()
    quote = ipv6(58, bytes.fromhex("0301000000000000") + six(0, WHOLE[:16], 1))
    (packet,) = read(quote, session=session)
    assert not session.fragments.datagrams
    assert packet.chain == "raw:ipv6:icmpv6:ipv6:ipv6.fraghdr:udp:data"


def test_padding_behind_the_last_fragment_is_the_frames():
    frames = [
        bytes(12) + b"\x08\0" + packet + bytes(46 - len(packet))
        for packet in (four(0, WHOLE[:16], 1), four(16, WHOLE[16:], 0))
    ]
    last = read(*frames, link=1)[1]
    (padding,) = last.fields("eth.padding")
    assert (padding.offset, padding.length) == (14 + 28, 18)
    assert last["udp.payload"] == WHOLE[8:]


@KINDS
def test_malformed_in_the_whole_says_where(part):
    udp_short = bytes.fromhex("0001000800000000") + bytes(8)  # mobility header past its end
    last = read(part(0, udp_short[:8], 1, **proto(part)), part(8, udp_short[8:], 0, **proto(part)))[
        1
    ]
    (finding,) = [f for f in last.findings if f.note.name == "_ws.malformed"]
    assert finding.source is last.reassembled[0]


def proto(part):
    """Destination Options, of 9 units that are not there; in IPv4 a protocol like another."""
    return {"nxt": 60} if part is six else {"protocol": 60}


# --- hostile -------------------------------------------------------------------------------------

FRAGMENTS = st.builds(
    lambda part, unit, octets, more, ident, kind: (
        six(8 * unit, octets, more, ident, kind)
        if part
        else four(8 * unit, octets, more, ident, kind)
    ),
    st.booleans(), st.integers(0, 6) | st.integers(0, 8191), st.binary(max_size=60),
    st.booleans(), st.integers(0, 2), st.sampled_from((0, 4, 6, 17, 41, 43, 44, 58, 59, 60, 47)),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(FRAGMENTS, max_size=25))
def test_any_fragments_give_trees(packets):
    session = Session()
    for packet in read(*packets, session=session):
        for node, octets in packet.tree.walk_within(packet.data):
            assert node.showname(octets) is not None
            assert isinstance(node.show, str)
        assert packet.info is not None
    held = session.fragments
    assert held.held == sum(datagram.cost for datagram in held.datagrams.values())


@settings(max_examples=100)
@given(st.lists(FRAGMENTS, max_size=25))
def test_without_a_tree_the_same_is_found(packets):
    lean, full = Session(), Session()
    for number, octets in enumerate(packets):
        options = {"number": number, "time_ns": number, "strict": True}
        bare = Packet(octets, RAW, session=lean, **options).decode()
        whole = Packet(octets, RAW, session=full, **options).decode(detail=True)
        assert (bare.chain, bare.info, bare.protocol) == (whole.chain, whole.info, whole.protocol)
        assert notes(bare) == notes(whole)
        assert [a.end for a in bare.layers[1:]] == [a.end for a in whole.layers[1:]]


def test_spoofed_fragments_are_held_within_bounds(monkeypatch):
    monkeypatch.setattr(reassembly, "MAX_DATAGRAMS", 100)
    session = Session()
    for ident in range(1000):
        Packet(six(0, WHOLE[:16], 1, ident), RAW, session=session, strict=True).decode()
    assert len(session.fragments.datagrams) == 100
    assert session.fragments.evicted == 900

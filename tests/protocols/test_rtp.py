"""RTP on announced ports, as tshark 4.0.17 shows it, and telephone events (RFC 4733)."""

from __future__ import annotations

import pytest

from dissect.engine.packet import Packet, dissect
from dissect.engine.preferences import PreferenceError, preferences_of
from dissect.engine.session import Session
from tests.protocols.calls import ALICE, BOB, START, Line, audio, invite, ip, notes, rtp, shows

EVENT = bytes.fromhex("0b8a00a0")


def line(*more: str) -> Line:
    kept = Line()
    kept.send(invite(*audio("2001:db8::2", 5000, *more), call="me@home"))
    return kept


def one(octets: bytes) -> Packet:
    return line().send(octets, 9, 5000)


def test_header_and_columns() -> None:
    packet = one(rtp(kind=0x88, number=5))
    assert packet.info == "PT=ITU-T G.711 PCMA, SSRC=0x1020304, Seq=5, Time=7, Mark"
    assert packet["rtp.p_type"] == 8
    assert packet["rtp.marker"] == 1
    assert shows(packet, "rtp.ssrc") == ["0x01020304"]
    assert packet["rtp.payload"] == b"\xd5" * 4


def test_which_call_announced_it() -> None:
    packet = one(rtp())
    assert shows(packet, "rtp.setup-frame") == ["1"]
    assert shows(packet, "sip.call_id_generated") == ["me@home"]
    assert packet.fields("rtp.setup")[0].line == "Stream setup by SDP (frame 1)"


def test_sequence_numbers_go_on_over_the_wrap() -> None:
    kept = line()
    numbers = [
        kept.send(rtp(number), 9, 5000)["rtp.extseq"] for number in (65535, 1, 65534, 2, 40000)
    ]
    assert numbers == [65535, 65537, 65534, 65538, 40000]


@pytest.mark.parametrize("first", [0x00, 0x40, 0xC0])
def test_other_versions_are_data(first: int) -> None:
    packet = one(rtp(first=first))
    assert packet.info == f"Unknown RTP version {first >> 6}"
    assert packet.chain.endswith("udp:rtp:data")


def test_contributing_sources() -> None:
    packet = one(rtp(first=0x82, payload=bytes.fromhex("0000000100000002") + b"x"))
    assert shows(packet, "rtp.csrc.item") == ["0x00000001", "0x00000002"]
    assert packet["rtp.payload"] == b"x"


def test_more_sources_than_octets_are_malformed() -> None:
    packet = one(rtp(first=0x83, payload=bytes(4)))
    assert shows(packet, "rtp.csrc.item") == ["0x00000000"]
    assert "_ws.malformed" in notes(packet)


def test_padding_is_not_payload() -> None:
    packet = one(rtp(first=0xA0, payload=b"ab\0\0\3"))
    assert packet["rtp.payload"] == b"ab"
    assert packet["rtp.padding.data"] == b"\0\0"
    assert packet["rtp.padding.count"] == 3


@pytest.mark.parametrize("count", [0, 51])
def test_impossible_padding_is_noted(count: int) -> None:
    packet = one(rtp(first=0xA0, payload=b"ab\0\0" + bytes([count])))
    assert notes(packet) == ["sixscope.rtp.padding"]


def test_padding_of_a_cut_packet_is_not_guessed() -> None:
    whole = rtp(first=0xA0, payload=b"ab\0\0\3")
    packet = line().send(whole[:-1], 9, 5000)
    octets = packet.data[:4] + (8 + len(whole)).to_bytes(2, "big") + packet.data[6:44]
    octets += (8 + len(whole)).to_bytes(2, "big") + packet.data[46:]
    session = packet.session
    cut = Packet(octets, 101, original=len(octets) + 1, session=session, number=3, strict=True)
    assert "rtp.padding_missing" in notes(cut.decode(detail=True))
    assert not cut.fields("rtp.padding.count")


def test_extension_with_one_byte_headers() -> None:
    words = bytes.fromhex("bede0003 10aa 21bbcc 0000 32ddeeff 00")
    packet = one(rtp(first=0x90, payload=words + b"pl"))
    assert shows(packet, "rtp.ext.rfc5285.id") == ["1", "2", "3"]
    assert shows(packet, "rtp.ext.rfc5285.data") == ["aa", "bb:cc", "dd:ee:ff"]
    assert packet["rtp.payload"] == b"pl"


def test_extension_with_two_byte_headers() -> None:
    packet = one(rtp(first=0x90, payload=bytes.fromhex("10050002 0100 0202aabb 0000") + b"pl"))
    assert shows(packet, "rtp.ext.rfc5285.appbits") == ["5", "5"]
    assert shows(packet, "rtp.ext.rfc5285.len") == ["0", "2"]
    assert packet["rtp.payload"] == b"pl"


def test_extension_of_another_profile() -> None:
    packet = one(rtp(first=0x90, payload=bytes.fromhex("12340002 00000001 00000002")))
    assert shows(packet, "rtp.hdr_ext") == ["0x00000001", "0x00000002"]


def test_extension_past_the_packet_is_malformed() -> None:
    packet = one(rtp(first=0x90, payload=bytes.fromhex("12340009 00000001")))
    assert "_ws.malformed" in notes(packet)


def test_event_by_its_announced_name() -> None:
    packet = line("a=rtpmap:97 telephone-event/8000").send(rtp(kind=97, payload=EVENT), 9, 5000)
    assert packet.chain.endswith("rtp:rtpevent")
    assert packet.info == "Payload type=RTP Event, DTMF Pound # (end)"
    assert packet["rtpevent.volume"] == 10
    assert packet["rtpevent.duration"] == 160
    assert packet.fields("rtpevent.event_id")[0].offset == START + 12


def test_event_by_its_payload_type() -> None:
    assert one(rtp(kind=101, payload=EVENT)).protocol == "RTP EVENT"


def test_announced_name_goes_before_the_payload_type() -> None:
    packet = line("a=rtpmap:101 opus/48000").send(rtp(kind=101, payload=EVENT), 9, 5000)
    assert packet.chain.endswith("udp:rtp")
    assert packet.info.startswith("PT=opus, ")


def test_cut_event_is_malformed() -> None:
    packet = one(rtp(kind=101, payload=EVENT[:2]))
    assert packet["rtpevent.volume"] == 10
    assert packet.info == "Payload type=RTP Event, DTMF Pound #[Malformed Packet]"


def test_secure_profile_is_named() -> None:
    kept = Line()
    kept.send(invite("c=IN IP6 2001:db8::2", "m=audio 5000 RTP/SAVP 0"))
    assert kept.send(rtp(), 9, 5000).protocol == "SRTP"
    report = bytes.fromhex("80c90001 01020304 aabbccdd")
    packet = kept.send(report, 9, 5001)
    assert packet.protocol == "SRTCP"


def asked(*payloads, ports="5004=rtp,6000-6002=rtcp", port=5004):
    """Datagrams between ports that say nothing, with what was asked for."""
    session = Session()
    return [
        dissect(
            ip(ALICE, port, BOB, port, payload), 101, number=number, session=session, strict=True,
            preferences={"udp.decode_as": ports},
        )
        for number, payload in enumerate(payloads, 1)
    ]  # fmt: skip


def test_stream_is_read_on_request_and_its_first_packet_announces_the_others():
    first, second = asked(rtp(number=5), rtp(number=6))
    assert first.chain.endswith("udp:rtp")
    assert first["rtp.extseq"] == 5
    assert not first.fields("rtp.setup")
    assert second["rtp.extseq"] == 0x10006
    assert second.fields("rtp.setup")[0].line == "Stream setup by DECODE AS (frame 1)"


def test_other_ports_stay_what_they_are():
    [packet] = asked(rtp(), port=5006)
    assert packet.chain.endswith("udp:data")


def test_report_is_read_on_request():
    [packet] = asked(bytes.fromhex("80c9000101020304"), port=6001)
    assert packet.chain.endswith("udp:rtcp")


@pytest.mark.parametrize(
    "words", ["", "5004", "5004=nothing", "x=rtp", "70000=rtp", "9-5=rtp", "5004=rtp,"]
)
def test_ports_that_can_t_be_are_refused(words):
    with pytest.raises(PreferenceError, match=r"udp\.decode_as"):
        preferences_of({"udp.decode_as": words})

"""SDP: fields as tshark 4.0.17 names them, and the streams that it announces."""

from __future__ import annotations

from dissect.engine.packet import Packet
from tests.protocols.calls import Line, answer, audio, invite, notes, rtp, shows

ALICE, BOB = "2001:db8::1", "2001:db8::2"
RECEIVER_REPORT = bytes.fromhex("80c90001 01020304")


def described(*lines: str) -> Packet:
    return Line().send(invite(*lines))


def test_owner_and_connection() -> None:
    packet = described("o=jdoe 28908 28909 IN IP6 2001:db8::1", "c=IN IP4 224.2.17.12/127/3")
    assert shows(packet, "sdp.owner.username") == ["jdoe"]
    assert shows(packet, "sdp.owner.address") == [ALICE]
    assert shows(packet, "sdp.connection_info.address") == ["224.2.17.12"]
    assert shows(packet, "sdp.connection_info.ttl") == ["127"]
    assert shows(packet, "sdp.connection_info.num_addr") == ["3"]


def test_missing_parts_are_not_made_up() -> None:
    packet = described("o=- 1", "c=IN", "m=audio", "t=0")
    assert shows(packet, "sdp.owner.sessionid") == ["1"]
    assert not packet.fields("sdp.owner.address")
    assert not packet.fields("sdp.connection_info.address")
    assert not packet.fields("sdp.media.port")


def test_attribute_before_and_behind_a_media_line() -> None:
    packet = described("a=tool:x", "m=audio 5 RTP/AVP 8", "a=ptime:20", "i=title")
    assert shows(packet, "sdp.session_attr.value") == ["x"]
    assert shows(packet, "sdp.media_attribute.value") == ["20"]
    assert shows(packet, "sdp.media_title") == ["title"]
    assert shows(packet, "sdp.media.format") == ["ITU-T G.711 PCMA"]


def test_mapping_and_parameters() -> None:
    packet = described("m=audio 5 RTP/AVP 96", "a=rtpmap:96 L16/44100/2", "a=fmtp:96 a=1;b=2; c")
    assert shows(packet, "sdp.mime.type") == ["L16"]
    assert shows(packet, "sdp.sample_rate") == ["44100"]
    assert shows(packet, "sdp.fmtp.parameter") == ["a=1", "b=2", "c"]
    assert packet.fields("sdp.media.format")[-1].line == "Media Format: 96 [L16]"


def test_port_that_is_no_number() -> None:
    packet = described("m=audio $ RTP/AVP 0", "m=audio 99999 RTP/AVP 0")
    assert shows(packet, "sdp.media.port_string") == ["$", "99999"]
    assert not packet.fields("sdp.media.port")


def test_candidate() -> None:
    packet = described("m=audio 5 RTP/AVP 0", "a=candidate:1 2 UDP 77 2001:db8::9 4000 typ relay")
    assert shows(packet, "sdp.ice_candidate.address") == ["2001:db8::9"]
    assert shows(packet, "sdp.ice_candidate.port") == ["4000"]
    assert packet.fields("sdp.ice_candidate.type")[0].line.endswith("relay (Relayed candidate)")


def test_line_without_equals_sign_is_noted() -> None:
    packet = described("nonsense", "s=x")
    assert notes(packet) == ["sdp.invalid_line.no_equal"]
    assert shows(packet, "sdp.session_name") == ["x"]


def test_empty_line_ends_the_description() -> None:
    packet = described("s=x", "", "s=y")
    assert shows(packet, "sdp.session_name") == ["x"]
    assert packet["sdp.data"] == b"\r\ns=y\r\n"


def test_lines_without_end_are_left() -> None:
    assert len(described(*["s=x"] * 5000).fields("sdp.session_name")) < 2100


def test_announced_end_is_a_stream_of_its_own() -> None:
    line = Line()
    line.send(invite(*audio(ALICE, 4000)))
    line.send(answer(*audio(BOB, 5000)), back=True)
    assert line.send(rtp(), 5000, 4000, back=True)["udp.stream"] == 1  # Bob's
    assert line.send(rtp(), 4000, 5000)["udp.stream"] == 2  # Alice's: the sender's comes first
    assert line.send(rtp(), 9, 5000)["udp.stream"] == 1  # an unknown sender, to Bob's
    assert line.send(rtp(), 4000, 9)["udp.stream"] == 2
    assert line.send(rtp(), 9, 9)["udp.stream"] == 3


def test_announcement_leaves_an_old_conversation_alone() -> None:
    line = Line()
    assert line.send(b"x", 4000, 5000)["udp.stream"] == 0
    line.send(invite(*audio(ALICE, 4000)))
    packet = line.send(rtp(), 5000, 4000, back=True)
    assert packet["udp.stream"] == 0
    assert packet.protocol == "RTP"


def test_answer_belongs_to_the_frame_that_asked() -> None:
    line = Line()
    line.send(invite("c=IN IP6 [2001:db8::1]", "m=audio 4000 RTP/AVP 0"))
    line.send(answer(*audio(BOB, 5000)), back=True)
    assert shows(line.send(rtp(), 4000, 5000), "rtp.setup-frame") == ["1"]


def test_new_offer_begins_a_new_stream() -> None:
    line = Line()
    line.send(invite(*audio(BOB, 5000)))
    assert line.send(rtp(), 4000, 5000)["udp.stream"] == 1
    line.send(invite(*audio(BOB, 5000), number=2))
    packet = line.send(rtp(), 4000, 5000)
    assert packet["udp.stream"] == 2
    assert shows(packet, "rtp.setup-frame") == ["3"]


def test_repeated_offer_does_not() -> None:
    line = Line()
    line.send(invite(*audio(BOB, 5000)))
    line.send(invite(*audio(BOB, 5000)))
    assert shows(line.send(rtp(), 4000, 5000), "rtp.setup-frame") == ["1"]


def test_where_rtcp_goes() -> None:
    for more, port, expected in (
        ((), 5001, ["1"]),
        (("a=rtcp:5055",), 5055, ["1"]),
        (("a=rtcp-mux",), 5000, ["1"]),
        (("a=rtcp-mux",), 5001, []),
    ):
        line = Line()
        line.send(invite(*audio(BOB, 5000, *more)))
        packet = line.send(RECEIVER_REPORT, 9, port)
        assert packet.protocol == "RTCP"
        assert shows(packet, "rtcp.setup-frame") == expected


def test_media_that_are_not_rtp_announce_nothing() -> None:
    line = Line()
    line.send(invite("c=IN IP6 2001:db8::2", "m=image 5000 udptl t38", "m=audio 0 RTP/AVP 0"))
    assert line.send(rtp(), 9, 5000).chain.endswith("udp:data")


def test_names_of_hosts_are_not_looked_up() -> None:
    line = Line()
    line.send(invite("c=IN IP6 localhost", "m=audio 5000 RTP/AVP 0"))
    assert line.send(rtp(), 9, 5000).chain.endswith("udp:data")

"""SIP: what tshark 4.0.17 shows of the same messages, and where RFC 3261 decides otherwise."""

from __future__ import annotations

import time

import pytest

from dissect.engine.packet import Packet, dissect
from dissect.protocols.udp import UDP
from tests.protocols.calls import START, Line, invite, message, notes, shows

OPTIONS = "OPTIONS sip:a@example.com SIP/2.0"


def one(*headers: str, first: str = OPTIONS, body: bytes = b"") -> Packet:
    return Line().send(message(first, *headers, body=body))


def test_request_line() -> None:
    packet = one(first="REGISTER sip:bob@[2001:db8::1]:5070;transport=tcp SIP/2.0")
    assert packet["sip.Method"] == "REGISTER"
    assert shows(packet, "sip.r-uri") == ["sip:bob@[2001:db8::1]:5070;transport=tcp"]
    assert shows(packet, "sip.r-uri.user") == ["bob"]
    assert shows(packet, "sip.r-uri.host") == ["[2001:db8::1]"]
    assert shows(packet, "sip.r-uri.port") == ["5070"]
    assert shows(packet, "sip.r-uri.param") == ["transport=tcp"]
    assert packet.fields("sip.r-uri.host")[0].offset == START + len("REGISTER sip:bob@")


def test_status_line_names_the_method_of_a_200() -> None:
    packet = one("CSeq: 1 INVITE", first="SIP/2.0 200 OK")
    assert packet["sip.Status-Code"] == 200
    assert packet.info == "Status: 200 OK (INVITE) | "
    assert one("CSeq: 1 INVITE", first="SIP/2.0 180 Ringing").info == "Status: 180 Ringing | "


@pytest.mark.parametrize(
    "octets",
    [b"\r\n\r\n", b"hello there\r\n", b"SIP/2.0 4x4 OK\r\n\r\n", b"SIP/2.0 404\r\n\r\n",
     b"OPTIONS sip:a\0 SIP/2.0\r\n\r\n", b"OPTIONS nocolon SIP/2.0\r\n\r\n"],
)  # fmt: skip
def test_datagram_that_is_no_sip_is_data(octets: bytes) -> None:
    assert Line().send(octets).chain.endswith("udp:data")


def test_sip_on_any_port() -> None:
    assert Line().send(message(OPTIONS), 7777, 8888).chain.endswith("udp:sip")


def test_address_with_quoted_name_and_user_of_one_letter() -> None:
    packet = one('From: "A \\"<x>\\" B" <sips:b@host>;q=1;tag=77')
    assert shows(packet, "sip.from.display.info") == ['"A \\"<x>\\" B"']
    assert shows(packet, "sip.from.addr") == ["sips:b@host"]
    assert shows(packet, "sip.from.user") == ["b"]
    assert shows(packet, "sip.from.tag") == shows(packet, "sip.tag") == ["77"]


def test_address_without_brackets_ends_before_the_parameters() -> None:
    packet = one("t: sip:bob@example.com:5062;tag=1")
    assert shows(packet, "sip.to.addr") == ["sip:bob@example.com:5062"]
    assert shows(packet, "sip.to.port") == ["5062"]


def test_telephone_number_has_no_host() -> None:
    packet = one("To: <tel:+123;a=b>")
    assert shows(packet, "sip.to.addr") == ["tel:+123;a=b"]
    assert not packet.fields("sip.to.host")


def test_folded_line_belongs_to_its_header() -> None:
    packet = one("Subject: one\r\n two", "Max-Forwards: 70")
    assert packet["sip.Subject"] == "one\r\n two"
    assert packet["sip.Max-Forwards"] == 70
    assert packet.fields("sip.Subject")[0].length == len("Subject: one\r\n two\r\n")


def test_via_with_blanks_and_several_hops() -> None:
    packet = one("Via: SIP / 2.0 / TCP [2001:db8::9] : 5061;branch=z9;rport,SIP/2.0/UDP h;x=y")
    assert shows(packet, "sip.Via.transport") == ["TCP", "UDP"]
    assert shows(packet, "sip.Via.sent-by.address") == ["2001:db8::9", "h"]
    assert shows(packet, "sip.Via.sent-by.port") == ["5061"]
    assert shows(packet, "sip.Via.branch") == ["z9"]
    assert shows(packet, "sip.Via.rport") == ["rport"]


def test_port_out_of_range_is_noted() -> None:
    assert "sip.Via.sent-by.port.invalid" in notes(one("Via: SIP/2.0/UDP h:99999"))


def test_unknown_header_and_line_without_colon() -> None:
    assert notes(one("X-My: 1", "nothing")) == ["sip.unrecognized_header", "sip.header_no_colon"]


def test_bindings_of_a_register() -> None:
    register = "REGISTER sip:example.com SIP/2.0"
    info = one("m: <sip:a@b>;expires=0, <sip:c@d>", first=register).info
    assert info == "Request: REGISTER sip:example.com  (remove 1 binding) (add 1 binding) | "
    assert one("m: *", "Expires: 0", first=register).info.endswith("  (remove all bindings) | ")
    assert one(first=register).info.endswith("  (fetch bindings) | ")


def test_tag_in_to_is_in_dialog() -> None:
    packet = one("To: <sip:a@b>;tag=1", first="INVITE sip:a@b SIP/2.0")
    assert packet.info == "Request: INVITE sip:a@b, in-dialog | "


def test_credentials_keep_their_quotes() -> None:
    packet = one('WWW-Authenticate: Digest realm="a, b",\r\n qop="auth", algorithm=MD5')
    assert shows(packet, "sip.auth.scheme") == ["Digest"]
    assert shows(packet, "sip.auth.realm") == ['"a, b"']
    assert shows(packet, "sip.auth.qop") == ['"auth"']
    assert shows(packet, "sip.auth.algorithm") == ["MD5"]


def test_response_finds_its_request() -> None:
    line = Line()
    line.send(message("BYE sip:a@b SIP/2.0", "CSeq: 7 BYE", "Call-ID: x"))
    packet = line.send(message("SIP/2.0 200 OK", "CSeq: 7 BYE", "Call-ID: x"), back=True)
    assert shows(packet, "sip.response-request") == ["1"]
    assert shows(packet, "sip.response-time") == shows(packet, "sip.release-time") == ["1"]
    assert shows(packet, "sip.resend") == ["0"]


def test_repeated_messages() -> None:
    line = Line()
    request = message("INVITE sip:a@b SIP/2.0", "CSeq: 7 INVITE", "Call-ID: x")
    line.send(request)
    assert shows(line.send(request), "sip.resend-original") == ["1"]
    response = message("SIP/2.0 486 Busy", "CSeq: 7 INVITE", "Call-ID: x")
    line.send(response, back=True)
    again = line.send(response, back=True)
    assert shows(again, "sip.resend-original") == ["3"]
    assert shows(again, "sip.response-request") == ["1"]


def test_decoding_again_finds_no_repetition() -> None:
    line = Line()
    packet = line.send(message(OPTIONS, "CSeq: 1 OPTIONS", "Call-ID: x"))
    again = Packet(packet.data, 101, session=line.session, strict=True)
    again.state = packet.state
    assert shows(again.decode(detail=True), "sip.resend") == ["0"]


def test_content_length_ends_the_body() -> None:
    packet = one("Content-Length: 3", "Content-Type: text/x", body=b"abcdef")
    assert packet.fields("sip.msg_body")[0].length == 3
    assert "sip.content_length.invalid" in notes(one("Content-Length: x"))


def test_cut_line_is_what_the_capture_left() -> None:
    octets = Line().send(message(OPTIONS, "Subject: a long one")).data
    cut = octets[:-10]
    packet = Packet(cut, 101, original=len(octets), strict=True).decode(detail=True)
    assert notes(packet) == ["_ws.short"]


def test_endless_line_is_malformed() -> None:
    assert notes(one("a" * 20_000)) == ["_ws.malformed"]


def test_too_many_headers_are_left() -> None:
    assert "sixscope.sip.headers" in notes(one(*["a:b"] * 2000))


def test_separators_without_end_cost_little() -> None:
    headers = ["m: " + "," * 16_000, 'f: "' + '"<' * 8000, "v: SIP/2.0/U x" + ";" * 16_000]
    begin = time.perf_counter()
    one(*headers)
    assert time.perf_counter() - begin < 5


def test_two_messages_in_a_segment() -> None:
    first = message(OPTIONS, "CSeq: 1 OPTIONS", "Content-Length: 2", body=b"hi")
    ports = bytes.fromhex("13c4 13c4 00000001 00000000 5018 2000 0000 0000")
    packet = dissect(ports + first + message(OPTIONS), "tcp", strict=True)
    assert packet.chain == "tcp:sip"
    assert packet.info == 2 * "Request: OPTIONS sip:a@example.com | "
    assert [layer.offset for layer in packet.layers if layer.name == "sip"] == [20, 20 + len(first)]


def test_segment_from_the_middle_is_a_continuation() -> None:
    ports = bytes.fromhex("13c4 13c4 00000001 00000000 5018 2000 0000 0000")
    packet = dissect(ports + b"the rest\r\nof it", "tcp", strict=True)
    assert packet.info == "Continuation"
    assert packet["sip.continuation"] == b"the rest\r\nof it"


def test_body_goes_to_its_type_inside_the_message() -> None:
    packet = Line().send(invite("s=x"))
    assert packet.protocol == "SIP/SDP"
    body = packet.fields("sip.msg_body")[0]
    assert [child.name for child in body.children or ()] == ["sdp"]


def test_columns_and_notes_are_the_same_without_a_tree() -> None:
    octets = bytes(UDP(sport=5060, dport=5060, len=8)) + message(OPTIONS, "x", "To: <a;tag=1")
    octets = octets[:4] + len(octets).to_bytes(2, "big") + octets[6:]
    plain = Packet(octets, "udp", strict=True).decode()
    tree = dissect(octets, "udp", strict=True)
    assert (plain.info, plain.protocol, notes(plain)) == (tree.info, tree.protocol, notes(tree))

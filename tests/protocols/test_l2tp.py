"""L2TP: RFC 2661 and RFC 3931 by hand-made octets; sessions as tshark keeps them."""

from __future__ import annotations

import hmac
import struct

import pytest

from dissect.engine.session import Session
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

INNER = ipv4(17, udp(b"abcd"))
FRAME = bytes.fromhex("020000000001020000000002") + b"\x08\x00" + INNER
SCCRQ, ICRQ, ICRP = 1, 10, 11


def over_udp(payload):
    return ipv4(17, udp(payload, 1701, 1701))


def over_ip(payload, *, back=False):
    return ipv4(115, payload, src=DST, dst=SRC) if back else ipv4(115, payload)


def avp(kind, value, vendor=0, flags=0x8000):
    return struct.pack(">HHH", flags | 6 + len(value), vendor, kind) + value


def control_2(*avps):
    body = b"".join(avps)
    return struct.pack(">HHHHHH", 0xC802, 12 + len(body), 7, 9, 1, 2) + body


def control_3(kind, *avps):
    body = avp(0, struct.pack(">H", kind)) + b"".join(avps)
    return struct.pack(">HHIHH", 0xC803, 12 + len(body), 0x11, 1, 2) + body


def test_control_message_with_attributes():
    packet = decoded(over_udp(control_2(avp(0, b"\0\1"), avp(2, b"\1\0"), avp(7, b"lac"))))
    assert shows(packet, "l2tp.avp.message_type") == ["1"]
    assert shows(packet, "l2tp.avp.host_name") == ["lac"]
    assert (packet.protocol, packet.info) == (
        "L2TP", "Control Message - SCCRQ (tunnel id=7, session id=9)",
    )  # fmt: skip
    assert packet.chain.endswith("udp:l2tp")


def test_octets_of_an_attribute_that_has_none_are_noted():
    # Sequencing Required (RFC 2661, section 4.4.4): to be there is all it says
    told = "l2tp.vendor_specific_avp_data"
    for value, expected in ((b"", []), (b"\0\0", [told])):
        packet = decoded(over_udp(control_2(avp(0, b"\0\x0a"), avp(39, value))))
        assert notes(packet) == expected


def test_hidden_attribute_is_not_read():
    packet = decoded(over_udp(control_2(avp(0, b"\0\1"), avp(7, b"????", flags=0xC000))))
    assert shows(packet, "l2tp.avp.hidden") == ["0", "1"]
    assert shows(packet, "l2tp.avp.host_name") == []


def test_options_of_link_control_in_an_attribute():
    packet = decoded(over_udp(control_2(avp(0, b"\0\x0c"), avp(26, b"\1\4\x05\xdc"))))
    assert shows(packet, "lcp.opt.mru") == ["1500"]
    assert packet.fields("lcp.opt.mru")[0].offset == 20 + 8 + 12 + 8 + 6 + 2
    assert packet.chain.endswith("l2tp:ppp")
    assert packet.protocol == "L2TP"


def test_vendor_s_attribute():
    packet = decoded(over_udp(control_2(avp(0, b"\0\x0a"), avp(1, b"eth 1/2", 3561))))
    assert shows(packet, "l2tp.broadband.agent_circuit_id") == ["eth 1/2"]
    packet = decoded(over_udp(control_2(avp(0, b"\0\x0a"), avp(1, b"ab", 8072))))
    assert notes(packet) == ["l2tp.vendor_specific_avp_data"]


@pytest.mark.parametrize(
    ("flags", "rest"),
    [
        (0x0002, b""), (0x0802, b"\0\1\0\2"), (0x0202, b"\0\3pad"), (0x0202, b"\0\0"),
        (0x0A02, b"\0\1\0\2\0\3pad"),
    ],
)  # fmt: skip
def test_data_goes_on_with_ppp_behind_the_optional_fields(flags, rest):
    head = struct.pack(">HHH", flags, 7, 9) + rest
    packet = decoded(over_udp(head + b"\xff\x03\0\x21" + INNER))
    assert packet.chain.endswith("udp:l2tp:ppp:ip:udp:data")
    assert packet.layer("ppp").offset == 28 + len(head)


def test_length_ends_the_data():
    head = struct.pack(">HHHH", 0x4002, 12 + len(INNER), 7, 9)
    packet = decoded(over_udp(head + b"\xff\x03\0\x21" + INNER + b"behind"))
    assert packet.layer("data").end == 28 + 12 + len(INNER)


def test_other_version_is_left_to_others():
    packet = decoded(over_udp(b"\0\1" + bytes(10)))
    assert packet.chain.endswith("udp:data")
    assert packet.protocol == "UDP"


def agree(session, cookie, sublayer):
    """A connection and a call: the caller is SRC, its session 1, the other end's 2."""
    request = control_3(
        ICRQ, avp(63, b"\0\0\0\1"), avp(68, b"\0\5"), avp(65, bytes(cookie)),
        avp(69, struct.pack(">H", sublayer)),
    )  # fmt: skip
    reply = control_3(ICRP, avp(63, b"\0\0\0\2"), avp(64, b"\0\0\0\1"), avp(65, bytes(cookie)))
    decoded(over_ip(bytes(4) + control_3(SCCRQ)), session)
    decoded(over_ip(bytes(4) + request), session)
    decoded(over_ip(bytes(4) + reply, back=True), session)


@pytest.mark.parametrize(("cookie", "sublayer"), [(0, 0), (4, 0), (8, 1), (0, 1)])
@pytest.mark.parametrize(("back", "number"), [(False, 2), (True, 1)])
def test_data_is_read_as_the_call_agreed(cookie, sublayer, back, number):
    session = Session()
    agree(session, cookie, sublayer)
    between = bytes(cookie) + (b"\x40\0\0\6" if sublayer else b"")
    data = struct.pack(">I", number) + between + FRAME
    packet = decoded(over_ip(data, back=back), session)
    assert shows(packet, "l2tp.avp.pseudowire_type") == ["5"]
    assert packet.layer("eth").offset == 24 + len(between)
    assert shows(packet, "l2tp.l2_spec_sequence") == (["6"] if sublayer else [])


@pytest.mark.parametrize(("port", "known"), [(1701, True), (40000, False)])
def test_call_belongs_to_the_connection_that_its_port_asked_for(port, known):
    # RFC 3931, section 4.1.2.2
    session = Session()
    call = control_3(ICRQ, avp(63, b"\0\0\0\1"), avp(68, b"\0\5"))
    for message, sport in ((control_3(SCCRQ), port), (call, 1701)):
        decoded(ipv4(17, udp(message, sport, 1701)), session)
    data = udp(b"\0\3\0\0\0\0\0\1" + FRAME, 1701, 1701)
    packet = decoded(ipv4(17, data, src=DST, dst=SRC), session)
    assert shows(packet, "l2tp.avp.pseudowire_type") == (["5"] if known else ["0"])


def test_data_without_a_call_is_data():
    packet = decoded(over_ip(b"\0\0\0\6" + FRAME), Session())
    assert shows(packet, "l2tp.avp.pseudowire_type") == ["0"]
    assert packet.chain.endswith("ip:l2tp:data")


def signed(kind, *avps, nonces=b""):
    """A message with an MD5 digest, the last attribute, keyed by an empty secret."""
    key = hmac.digest(b"", b"\2", "md5")  # RFC 3931, section 4.3
    blank = control_3(kind, *avps, avp(59, bytes(17)))
    digest = hmac.digest(key, nonces + blank, "md5")
    return over_ip(bytes(4) + blank[:-16] + digest)


def test_message_digest():
    session = Session()
    assert notes(decoded(signed(SCCRQ, avp(73, b"mine")), session)) == []
    assert notes(decoded(signed(3, nonces=b"x"), session)) == ["l2tp.incorrect_digest"]
    assert notes(decoded(signed(3), session)) == []  # with one nonce there is none to sign


def test_answer_from_another_port():
    # RFC 2661, section 8.1
    session = Session()
    question, answer = control_2(avp(0, b"\0\1")), control_2(avp(0, b"\0\2"))
    decoded(ipv4(17, udp(question, 40000, 1701)), session)
    back = ipv4(17, udp(answer, 50000, 40000), src=DST, dst=SRC)
    assert decoded(back, session).chain.endswith("udp:l2tp")
    assert decoded(back, Session()).chain.endswith("udp:data")


@pytest.mark.parametrize("size", [0, 5])
def test_attribute_shorter_than_its_head_ends_the_message(size):
    bad = struct.pack(">HHH", 0x8000 | size, 0, 7)
    packet = decoded(over_udp(control_2(avp(0, b"\0\1"), bad)))
    assert "l2tp.avp_length.bad" in notes(packet)


def test_two_calls_at_once_are_told_apart():
    session = Session()

    def asked(number, kind, pseudowire=None):
        avps = [avp(63, struct.pack(">I", number))]
        if pseudowire is not None:
            avps.append(avp(68, struct.pack(">H", pseudowire)))
        else:
            avps.append(avp(64, struct.pack(">I", number - 100)))
        return bytes(4) + control_3(kind, *avps)

    decoded(over_ip(bytes(4) + control_3(SCCRQ)), session=session)
    decoded(over_ip(asked(5, ICRQ, 5)), session=session)  # Ethernet
    decoded(over_ip(asked(6, ICRQ, 11)), session=session)  # IP
    decoded(over_ip(asked(106, ICRP), back=True), session=session)
    decoded(over_ip(asked(105, ICRP), back=True), session=session)
    for number, payload, chain in ((105, FRAME, "eth:ethertype:ip"), (106, INNER, "ip")):
        data = decoded(over_ip(struct.pack(">I", number) + payload), session=session)
        assert data.chain.split(":l2tp:")[1].startswith(chain)


def test_options_in_an_attribute_are_read_though_the_message_is_cut_short():
    lcp = avp(27, bytes.fromhex("010405d4"))
    whole = control_2(avp(0, struct.pack(">H", ICRQ)), lcp)
    lying = whole[:2] + struct.pack(">H", len(whole) + 9) + whole[4:]
    packet = decoded(over_udp(lying))
    assert packet["lcp.opt.mru"] == 1492
    assert "_ws.malformed" in notes(packet)


def test_attribute_past_the_message_is_malformed():
    bad = struct.pack(">HHH", 0x8000 | 40, 0, 7) + b"lac"
    packet = decoded(over_udp(control_2(avp(0, b"\0\1"), bad)))
    assert notes(packet) == ["_ws.malformed"]


@pytest.mark.parametrize("size", range(28, 90, 3))
def test_cut_anywhere(size):
    whole = control_2(avp(0, b"\0\x0c"), avp(26, b"\1\4\x05\xdc"), avp(34, bytes(26)))
    assert same_without_tree(over_udp(whole)[:size])

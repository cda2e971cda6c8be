"""Echo: requests found again by their replies."""

from __future__ import annotations

from dissect.engine.packet import Packet
from dissect.engine.session import Session
from tests.protocols.icmpv6.message import ETHERNET, icmpv6, read, shows

BODY = bytes.fromhex("12340001") + b"abcdefgh"


def frames(*messages: tuple[int, bytes, str, str]) -> list[Packet]:
    session = Session()
    found = []
    for number, (kind, body, source, destination) in enumerate(messages, 1):
        frame = ETHERNET + icmpv6(kind, 0, body, source, destination)
        found.append(
            Packet(
                frame, number=number, time_ns=10**18 + number * 1_500_000, session=session,
                strict=True,
            ).decode()
        )  # fmt: skip
    return found


def test_reply_names_its_request_and_the_time_between():
    _, reply = frames((128, BODY, "fe80::1", "fe80::2"), (129, BODY, "fe80::2", "fe80::1"))
    assert reply.info == ("Echo (ping) reply id=0x1234, seq=1, hop limit=64 (request in 1)")
    assert shows(reply, "icmpv6.resp_to") == ["1"]
    assert shows(reply, "icmpv6.resptime") == ["1.5"]


def test_decoding_again_gives_the_same():
    _, reply = frames((128, BODY, "fe80::1", "fe80::2"), (129, BODY, "fe80::2", "fe80::1"))
    before = reply.info
    assert reply.tree.children
    assert reply.info == before


def test_a_request_is_answered_once():
    *_, again = frames(
        (128, BODY, "fe80::1", "fe80::2"),
        (129, BODY, "fe80::2", "fe80::1"),
        (129, BODY, "fe80::2", "fe80::1"),
    )
    assert "request in" not in again.info


def test_reply_with_other_data_is_no_answer():
    other = BODY[:-1] + b"X"
    _, reply = frames((128, BODY, "fe80::1", "fe80::2"), (129, other, "fe80::2", "fe80::1"))
    assert not reply.fields("icmpv6.resp_to")


def test_data_is_shown_as_data():
    packet = read(128, 0, BODY)
    assert shows(packet, "data.data") == ["61:62:63:64:65:66:67:68"]
    assert packet.protocol == "ICMPv6"


def test_echo_without_a_sequence_number_keeps_the_identifier():
    packet = read(128, 0, b"\x12\x34")
    assert shows(packet, "icmpv6.echo.identifier") == ["0x1234"]
    assert packet.info == "Echo (ping) request[Malformed Packet]"

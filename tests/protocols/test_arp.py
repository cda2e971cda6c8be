"""ARP: who asks for whom, and the same address in two places."""

from __future__ import annotations

import struct

import pytest

import dissect.protocols
from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session

ANNA, BERT = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
A, B, NOBODY = b"\x0a\0\0\1", b"\x0a\0\0\2", bytes(4)
ASKED = bytes(6)
HEAD = b"\xff" * 6 + ANNA


def arp(
    operation: int, sender_hw: bytes, sender: bytes, target_hw: bytes, target: bytes,
    hardware: int = 1, protocol: int = 0x0800,
) -> bytes:  # fmt: skip
    head = struct.pack(">HHBBH", hardware, protocol, len(sender_hw), len(sender), operation)
    return HEAD + b"\x08\x06" + head + sender_hw + sender + target_hw + target


def decoded(data: bytes, **options: object) -> Packet:
    return dissect(data, strict=True, **options)


# the words are tshark 4.0's
@pytest.mark.parametrize(
    ("message", "protocol", "info"),
    [
        (arp(1, ANNA, A, ASKED, B), "ARP", "Who has 10.0.0.2? Tell 10.0.0.1"),
        (arp(2, ANNA, A, BERT, B), "ARP", "10.0.0.1 is at 02:00:00:00:00:01"),
        (arp(1, ANNA, A, ASKED, A), "ARP", "ARP Announcement for 10.0.0.1"),
        (arp(1, ANNA, A, BERT, A), "ARP", "Gratuitous ARP for 10.0.0.1 (Request)"),
        (arp(2, ANNA, A, ASKED, A), "ARP", "Gratuitous ARP for 10.0.0.1 (Reply)"),
        (arp(1, ANNA, NOBODY, ASKED, B), "ARP", "Who has 10.0.0.2? (ARP Probe)"),
        (arp(1, ANNA, NOBODY, BERT, B), "ARP", "Who has 10.0.0.2? Tell 0.0.0.0"),
        (arp(3, ANNA, A, BERT, B), "RARP",
         "Who is 02:00:00:00:00:02? Tell 02:00:00:00:00:01"),
        (arp(4, ANNA, A, BERT, B), "RARP", "02:00:00:00:00:02 is at 10.0.0.2"),
        (arp(8, ANNA, A, BERT, B), "Inverse ARP",
         "Who is 02:00:00:00:00:02? Tell 02:00:00:00:00:01"),
        (arp(9, ANNA, A, BERT, B), "Inverse ARP", "02:00:00:00:00:01 is at 10.0.0.1"),
        (arp(0, ANNA, A, BERT, B), "ARP", "Reserved opcode 0"),
        (arp(99, ANNA, A, BERT, B), "ARP", "Unknown ARP opcode 0x0063"),
        (arp(2, b"\1", A, b"\0", B, 7), "ARP", "10.0.0.1 is at 01"),
        (arp(1, ANNA, b"abc", ASKED, b"def"), "ARP", "Who has 646566? Tell 616263"),
        (arp(1, ANNA, b"", BERT, b""), "ARP", "Who has <No address>? Tell <No address>"),
    ],
)  # fmt: skip
def test_message_in_words(message: bytes, protocol: str, info: str) -> None:
    packet = decoded(message)
    assert (packet.protocol, packet.info) == (protocol, info)


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (arp(1, ANNA, A, ASKED, B), ()),
        (arp(1, ANNA, A, ASKED, A), ("arp.isgratuitous", "arp.isannouncement")),
        (arp(2, ANNA, A, BERT, A), ("arp.isgratuitous",)),
        (arp(1, ANNA, NOBODY, ASKED, B), ("arp.isprobe",)),
        (arp(3, ANNA, A, BERT, A), ()),
    ],
)
def test_purposes(message: bytes, names: tuple[str, ...]) -> None:
    packet = decoded(message)
    found = tuple(n.name for n in packet.tree.walk() if n.name.startswith("arp.is"))
    assert found == names


def test_addresses_have_names_by_their_kind() -> None:
    packet = decoded(arp(1, ANNA, A, ASKED, B))
    assert [(n.name, n.offset, n.length) for n in packet.tree.walk() if ".src." in n.name][-2:] == [
        ("arp.src.hw_mac", 22, 6), ("arp.src.proto_ipv4", 28, 4),
    ]  # fmt: skip
    other = decoded(arp(1, b"\1", A, b"\0", b"\x0a\0\0\2", 7, 0x0801))
    assert (other["arp.src.hw"], other["arp.dst.proto"]) == (b"\1", b"\x0a\0\0\2")


def test_no_octets_no_address() -> None:
    packet = decoded(arp(1, b"", A, b"", B))
    assert "arp.src.hw" not in packet
    assert packet["arp.dst.proto_ipv4"] == B


@pytest.mark.parametrize("size", [7, 20, 27])
def test_cut_message_keeps_what_was_read(size: int) -> None:
    packet = decoded(arp(1, ANNA, A, ASKED, B)[: 14 + size])
    assert [f.note.name for f in packet.findings] == ["_ws.malformed"]
    assert packet["arp.proto.size"] == 4
    assert "arp.src.hw_mac" not in packet
    assert packet.info == "[Malformed Packet]"


def test_padding_is_the_frames() -> None:
    packet = decoded(arp(1, ANNA, A, ASKED, B) + bytes(18))
    padding = packet.fields("eth.padding")[0]
    assert (padding.offset, padding.length) == (42, 18)


def test_drarp_error_has_a_status_instead_of_an_address() -> None:
    packet = decoded(arp(7, ANNA, A, BERT, b"\3"))
    assert packet["arp.dst.drarp_error_status"] == 3
    assert packet.info == "DRARP Error"


# --- duplicates --------------------------------------------------------------------------------


def hear(*messages: bytes) -> list[Packet]:
    session = Session()
    return [
        decoded(data, session=session, number=number, time_ns=number * 10 * 10**9)
        for number, data in enumerate(messages, 1)
    ]


def test_second_user_of_an_address_is_noted() -> None:
    first, second, third = hear(
        arp(1, ANNA, A, ASKED, B), arp(1, BERT, A, ASKED, B), arp(1, ANNA, A, ASKED, B)
    )
    assert not first.findings
    assert not third.findings
    assert [f.text for f in second.findings] == ["Duplicate IP address configured (10.0.0.1)"]
    assert second["arp.duplicate-address-frame"] == 1
    assert second["arp.seconds-since-duplicate-address-frame"] == 10
    assert second.info.endswith("Tell 10.0.0.1 (duplicate use of 10.0.0.1 detected!)")


def test_decoding_again_says_the_same() -> None:
    second = hear(arp(1, ANNA, A, ASKED, B), arp(1, BERT, A, ASKED, B))[1]
    plain = [f.text for f in second.findings]
    second._walked, second._root = False, None
    assert [f.text for f in second.decode(detail=True).findings] == plain


def test_who_is_answered_uses_the_address_too() -> None:
    _, second = hear(arp(2, ANNA, A, BERT, B), arp(1, ANNA, B, ASKED, A))
    assert second["arp.duplicate-address-frame"] == 1


@pytest.mark.parametrize(
    "message",
    [
        arp(1, b"\x03" + ANNA[1:], A, ASKED, B),  # a group can't be somewhere
        arp(1, BERT, NOBODY, ASKED, A),  # a probe claims nothing
        arp(3, BERT, A, BERT, A),
    ],
)
def test_messages_that_claim_nothing(message: bytes) -> None:
    assert not [f for p in hear(arp(1, ANNA, A, ASKED, B), message) for f in p.findings]

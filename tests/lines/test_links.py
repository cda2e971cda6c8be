"""Lines of ARP, whose ends are those of the frame."""

from __future__ import annotations

import io

import pytest

from dissect.export.base import View
from tests.lines.test_listing import by_columns, differ, in_turn, made
from tests.lines.test_ways import written

ALL, NOBODY = b"\xff" * 6, bytes(6)
A, B, C = (bytes.fromhex("00005e0053") + bytes([n]) for n in (0xA, 0xB, 0xC))
ONE, TWO, NONE = bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]), bytes(4)
REQUEST, REPLY = 1, 2


def message(operation: int, *addresses: bytes, kind: bytes = b"\0\1") -> bytes:
    """RFC 826: sender's hardware and protocol address, then the target's."""
    return kind + b"\x08\0\6\4" + operation.to_bytes(2, "big") + b"".join(addresses)


def frame(to: bytes, source: bytes, payload: bytes, *, tag: bytes = b"") -> bytes:
    return to + source + tag + b"\x08\6" + payload


PACKETS = [
    frame(ALL, A, message(REQUEST, A, ONE, NOBODY, TWO)),
    frame(A, B, message(REPLY, B, TWO, A, ONE)),
    frame(ALL, B, message(REQUEST, B, NONE, NOBODY, TWO)),
    frame(ALL, B, message(REQUEST, B, TWO, NOBODY, TWO), tag=b"\x81\0\0\7"),
    frame(ALL, B, message(REPLY, B, TWO, ALL, TWO)),
    frame(B, C, message(REPLY, C, TWO, B, ONE, kind=b"\0\6")),
]
INFOS = [
    "Who has 192.0.2.2? Tell 192.0.2.1",
    "192.0.2.2 is at 00:00:5e:00:53:0b",
    "Who has 192.0.2.2? (ARP Probe)",
    "ARP Announcement for 192.0.2.2",
    "Gratuitous ARP for 192.0.2.2 (Reply)",
    "192.0.2.2 is at 00:00:5e:00:53:0c (duplicate use of 192.0.2.1 detected!)",
]
"""RFC 5227, section 1.1; whoever answers somebody says who has his address, too."""


def test_what_is_said():
    octets = made(PACKETS)
    lines = list(by_columns(io.BytesIO(octets), View()))
    assert [line[6] for line in lines] == INFOS
    assert {line[4] for line in lines} == {"ARP"}
    assert lines[0][2:4] == ("00:00:5e:00:53:0a", "ff:ff:ff:ff:ff:ff")
    assert differ(PACKETS) == []
    assert written(octets) == len(PACKETS)


def test_names_of_vendors():
    view, octets = View(names=True, outer=True), made(PACKETS)
    lines = list(by_columns(io.BytesIO(octets), view))
    assert lines[0][2].endswith("_00:53:0a")
    assert lines[0][3] == "Broadcast"
    assert lines == list(in_turn(io.BytesIO(octets), view))


@pytest.mark.parametrize("octets", [
    message(REQUEST, A, ONE, NOBODY, TWO)[:-1], message(7, A, ONE, NOBODY, TWO),
    message(REQUEST, A, ONE, NOBODY, TWO, kind=b"\0\x13"), b"",
    message(9, A, ONE, B, TWO),
], ids=["cut", "DRARP error", "ATM", "nothing", "inverse"])  # fmt: skip
def test_other_messages_are_left_to_the_tree_reader(octets):
    packets = [frame(ALL, A, octets), PACKETS[0]]
    assert differ(packets) == []
    assert written(made(packets)) == 1


@pytest.mark.parametrize("cut", range(12, 43))
def test_a_capture_that_ends_early(cut):
    assert differ(PACKETS, cut=cut) == []

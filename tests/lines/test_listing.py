"""The lines that columns write are those of the tree reader, for every packet there is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect import open_capture
from dissect.capture.record import CaptureError
from dissect.capture.write import PcapWriter
from dissect.export.base import View
from dissect.export.columns import Columns, Texts
from dissect.lines import Listing
from dissect.lines.listing import KINDS
from tests.captures_list import OURS, THEIRS, name
from tests.columns.test_agree import SAMPLES


def in_turn(source, view: View, **options) -> Iterator[Texts]:
    with open_capture(source, **options) as capture:
        columns = Columns(view)
        yield from map(columns.texts, capture)


def by_columns(source, view: View, **options) -> Iterator[Texts]:
    with open_capture(source, **options) as capture:
        yield from Listing(capture, view)


def differences(source, **view: object) -> list[tuple[Texts, Texts]]:
    wanted = View(**view)
    pairs = zip_longest(in_turn(source, wanted), by_columns(source, wanted))
    return [(tree, line) for tree, line in pairs if tree != line]


@pytest.mark.parametrize("path", OURS, ids=name)
def test_lines_of_every_capture(path):
    assert differences(path) == []


@pytest.mark.parametrize("view", [
    {"outer": True}, {"names": True}, *({"time": form} for form in ("a", "d", "dd", "e", "udoy")),
])  # fmt: skip
@pytest.mark.parametrize("path", OURS[::4], ids=name)
def test_lines_that_are_wanted_otherwise(path, view):
    assert differences(path, **view) == []


@pytest.mark.parametrize("options", [{"relative_seq": False}, {"reassemble": False}])
@pytest.mark.parametrize("path", OURS[::4], ids=name)
def test_lines_of_captures_that_are_read_otherwise(path, options):
    view = View()
    assert list(by_columns(path, view, **options)) == list(in_turn(path, view, **options))


@pytest.mark.sweep
@pytest.mark.parametrize("path", THEIRS, ids=name)
def test_captures_from_elsewhere(path):
    with suppress(CaptureError):  # damaged or no capture: what came before was compared
        assert differences(path) == []


def test_most_lines_are_written_without_a_tree():
    """Else all this would be in vain: the kinds are found in captures of ours."""
    from dissect.columns import chunks
    from dissect.engine.session import Session
    from dissect.lines.kinds import Places

    written = dict.fromkeys((kind.sure for kind in KINDS), 0)
    for path in OURS:
        for chunk in chunks(path):
            places, session = Places(chunk), Session()
            for kind in KINDS:
                written[kind.sure] += len(kind.group(places, session))
    assert all(written.values())


# --- packets that are broken, and connections that are odd ----------------------------------------


def made(packets: list[bytes], link_type: int = 1, cut: int | None = None) -> bytes:
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=link_type)
    for number, octets in enumerate(packets):
        writer.packet(octets[:cut], 1000 * number, original=len(octets))
    return stream.getvalue()


def differ(packets: list[bytes], **options: int) -> list[tuple[Texts, Texts]]:
    octets, view = made(packets, **options), View()
    pairs = zip_longest(in_turn(io.BytesIO(octets), view), by_columns(io.BytesIO(octets), view))
    return [(tree, line) for tree, line in pairs if tree != line]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_change_to_any_packets(data):
    """Several packets, of which each may be there unchanged too: so streams and requests meet."""
    link_type = data.draw(st.sampled_from(sorted(SAMPLES)))
    edits = st.tuples(st.integers(0, 127), st.integers(0, 255))
    packets = []
    for whole in data.draw(st.lists(st.sampled_from(SAMPLES[link_type]), min_size=1, max_size=6)):
        octets = bytearray(whole)
        for at, value in data.draw(st.lists(edits, max_size=4)):
            if at < len(octets):
                octets[at] = value
        packets += [bytes(octets)] * data.draw(st.integers(1, 2))
    assert (
        differ(packets, link_type=link_type, cut=data.draw(st.none() | st.integers(0, 120))) == []
    )


ENDS = bytes.fromhex("fe80" + 26 * "0" + "01"), bytes.fromhex("fe80" + 26 * "0" + "02")


@settings(max_examples=300, deadline=None)
@given(segments=st.lists(st.tuples(
    st.booleans(),
    st.sampled_from([0x02, 0x12, 0x10, 0x11, 0x14, 0x18, 0x00, 0x1C2, 0x0D2, 0x30]),
    st.integers(0, 3), st.integers(0, 3), st.integers(0, 5),
    st.sampled_from([b"", b"\1\1\x08\x0a" + bytes(8), b"\2\4\5\xb4\1\3\3\7", b"\1\3\3\2"]),
), max_size=12))  # fmt: skip
def test_connections_that_begin_and_end_at_any_time(segments):
    """Ports used again, SYNs repeated with other numbers, windows scaled by one side or by both."""
    packets = []
    for back, flags, seq, ack, size, options in segments:
        ports = (443, 50000) if back else (50000, 443)
        head = b"".join(number.to_bytes(2, "big") for number in ports)
        head += (1000 * seq).to_bytes(4, "big") + (0xFFFFFFFF * ack & 0xFFFFFFFF).to_bytes(4, "big")
        head += ((20 + len(options)) // 4 << 12 | flags).to_bytes(2, "big") + b"\x40\0\0\0\0\0"
        source, destination = ENDS[::-1] if back else ENDS
        body = head + options + bytes(size)
        start = b"\x60\0\0\0" + len(body).to_bytes(2, "big") + b"\6\x40" + source + destination
        packets.append(bytes(12) + b"\x86\xdd" + start + body)
    assert differ(packets) == []


def datagram(port: int, payload: bytes) -> bytes:
    """Without a checksum, between two link-local hosts."""
    size = (8 + len(payload)).to_bytes(2, "big")
    head = b"\xc3\x50" + port.to_bytes(2, "big") + size + b"\0\0"
    return bytes(12) + b"\x86\xdd\x60\0\0\0" + size + b"\x11\x40" + b"".join(ENDS) + head + payload


def test_messages_that_differ_in_their_identifier_alone():
    """The same octets after it, and a name that looks like the identifier of the first."""
    question = (
        bytes.fromhex("0100 0001 0000 0000 0000 06") + b"0x1234" + bytes.fromhex("00001c0001")
    )
    packets = [
        datagram(53, bytes.fromhex(number) + question) for number in ("1234", "0000", "ffff")
    ]
    lines = list(by_columns(io.BytesIO(made(packets)), View()))
    assert [(protocol, info) for *_, protocol, _, info in lines] == [
        ("DNS", "Standard query 0x1234 AAAA 0x1234"),
        ("DNS", "Standard query 0x0000 AAAA 0x1234"),
        ("DNS", "Standard query 0xffff AAAA 0x1234"),
    ]
    assert differ(packets) == []

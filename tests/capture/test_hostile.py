"""No bytes at all make anything but a CaptureError."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.capture import CaptureError, PcapngWriter, PcapWriter, blocks, open_records
from dissect.capture.blocks import Option
from dissect.capture.compress import CODECS
from dissect.capture.pcap import MAGIC


def seed_pcap(order) -> bytes:
    stream = io.BytesIO()
    writer = PcapWriter(stream, order=order)
    for number in range(4):
        writer.packet(bytes(10 * number), number)
    return stream.getvalue()


def seed_pcapng(order) -> bytes:
    """One block of each kind."""
    stream = io.BytesIO()
    writer = PcapngWriter(stream, order=order, comment="c", hardware="h", os="o")
    writer.interface(1, name="eth0", snaplen=10, offset_s=-1)
    writer.packet(b"first", 1, comment="here", flags=1)
    writer.block(blocks.SimplePacket, b"simple", original=6)
    writer.block(blocks.ObsoletePacket, b"old", [(Option.FLAGS, bytes(4))], captured=3)
    writer.block(blocks.NameResolution, writer.pair(1, b"1234name\0") + writer.pair(0, b""))
    writer.block(blocks.InterfaceStatistics, options=[(Option.IF_DROPPED, bytes(8))])
    writer.block(blocks.BlockHeader, bytes(8))
    writer.packet(b"last", 2)
    return stream.getvalue()


SEEDS = [seed(order) for seed in (seed_pcap, seed_pcapng) for order in ("<", ">")]


@st.composite
def mutations(draw) -> bytes:
    """A good capture with some stretches overwritten, removed or doubled."""
    content = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        end = at + draw(st.integers(0, 8))
        new = draw(st.one_of(st.binary(max_size=8), st.just(content[at:end] * 2)))
        content = content[:at] + new + content[end:]
    return content


MAGICS = [magic.to_bytes(4, order) for magic in MAGIC for order in ("little", "big")]
STARTS = [*MAGICS, *(seed[:60] for seed in SEEDS), *(codec.magic for codec in CODECS.values())]


@st.composite
def pretenders(draw) -> bytes:
    """Random bytes that begin as a capture does."""
    return draw(st.sampled_from(STARTS)) + draw(st.binary(max_size=300))


class Stream(io.RawIOBase):
    """A pipe that gives few bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        self._content = io.BytesIO(content)
        self._step = step

    def read(self, size: int = -1) -> bytes:
        return self._content.read(min(size, self._step))


def outcome(source, random_access: bool) -> tuple[list, str]:
    """All records, and what stopped us."""
    records = []
    try:
        with open_records(source) as capture:
            if random_access:
                capture.index.finish()
                records = capture[:]
                if capture.damage:
                    raise capture.damage
            else:
                for record in capture:
                    records.append(record)
    except CaptureError as error:
        return records, str(error)
    return records, ""


@settings(max_examples=400, deadline=None)
@given(
    content=st.one_of(st.binary(max_size=100), mutations(), pretenders()), step=st.integers(1, 99)
)
def test_any_bytes_give_records_or_a_capture_error_the_same_by_all_ways(content, step):
    by_iteration = outcome(io.BytesIO(content), random_access=False)
    assert outcome(io.BytesIO(content), random_access=True) == by_iteration
    if not content.startswith((b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xcd", b"\x34")):
        # Where the kind of record header is guessed, a pipe has less to guess from.
        assert outcome(Stream(content, step), random_access=False) == by_iteration
    for record in by_iteration[0]:
        assert record.captured == len(record.data)

"""Compressed captures: recognised by content, streamed, and read up to where they break."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tracemalloc
from collections.abc import Callable

import lz4.frame
import pytest
import zstandard

from dissect.capture import (
    CaptureError,
    DamagedCapture,
    PcapWriter,
    Record,
    UnknownFormat,
    open_records,
)
from dissect.capture.compress import decompress

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "lz4": lz4.frame.compress,
}
every_compression = pytest.mark.parametrize("kind", COMPRESS)


def capture(packets: int, size: int = 1000) -> bytes:
    """A capture that doesn't compress well."""
    noise = random.Random(1)
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(packets):
        writer.packet(noise.randbytes(size), number)
    return stream.getvalue()


@every_compression
def test_a_compressed_capture_reads_as_the_plain_one(kind, tmp_path):
    content = capture(300)
    (tmp_path / "named.wrongly").write_bytes(COMPRESS[kind](content))
    with (
        open_records(io.BytesIO(content)) as plain,
        open_records(tmp_path / "named.wrongly") as compressed,
    ):
        assert compressed.compression == kind
        assert plain.compression == ""
        assert list(compressed) == list(plain)
        assert list(compressed) == list(plain)  # and once more
        assert compressed[-1] == plain[299]
        assert compressed[3:9:2] == plain[3:9:2]
        assert len(compressed) == 300


@every_compression
def test_members_behind_each_other_are_one_file_and_garbage_behind_them_is_ignored(kind):
    content = capture(50)
    parts = [COMPRESS[kind](part) for part in (content[:100], content[100:3000], content[3000:])]
    for tail in (b"", b"\0" * 1024, b"garbage"):
        with open_records(io.BytesIO(b"".join(parts) + tail)) as found:
            assert len(list(found)) == 50


@every_compression
def test_a_truncated_stream_gives_all_packets_before_and_then_the_offset(kind):
    content = capture(2000)  # bz2 has blocks of 900 kB
    compressed = COMPRESS[kind](content)
    with open_records(io.BytesIO(compressed[: len(compressed) * 9 // 10])) as found:
        seen: list[Record] = []
        with pytest.raises(DamagedCapture) as caught:
            seen.extend(iter(found))
        assert found.damage is caught.value
        assert len(found) == len(seen)
    assert all(r.data == content[r.offset + 16 : r.offset + 1016] for r in seen)
    assert caught.value.offset == 24 + 1016 * len(seen)
    assert kind in caught.value.reason
    assert 800 < len(seen) < 1810


def test_a_gzip_stream_cut_within_its_checksum_still_gives_all_packets():
    compressed = gzip.compress(capture(100))
    for cut in range(1, 9):
        seen: list[Record] = []
        with (
            open_records(io.BytesIO(compressed[:-cut])) as found,
            pytest.raises(DamagedCapture) as caught,
        ):
            seen.extend(iter(found))
        assert (len(seen), caught.value.offset) == (100, 24 + 1016 * 100)


def test_a_flipped_bit_in_gzip_gives_all_packets_before_it():
    content = capture(100)
    compressed = bytearray(gzip.compress(content, compresslevel=1))
    compressed[-4] ^= 1  # in the length at the end: zlib complains after the last packet
    seen: list[Record] = []
    with open_records(io.BytesIO(bytes(compressed))) as found, pytest.raises(DamagedCapture):
        seen.extend(iter(found))
    assert len(seen) == 100


@every_compression
def test_a_flipped_bit_anywhere_is_an_error_and_no_crash(kind):
    compressed = COMPRESS[kind](capture(5))
    noise = random.Random(2)
    for _ in range(100):
        broken = bytearray(compressed)
        broken[noise.randrange(len(broken))] ^= 1 << noise.randrange(8)
        try:
            with open_records(io.BytesIO(bytes(broken))) as found:
                list(found)
        except CaptureError:
            pass


@every_compression
def test_a_compressed_file_that_is_no_capture_is_unknown(kind):
    with pytest.raises(UnknownFormat):
        open_records(io.BytesIO(COMPRESS[kind](b"no capture at all, but a text")))


@every_compression
def test_nothing_but_the_magic_number_is_an_error(kind):
    with pytest.raises(CaptureError):
        open_records(io.BytesIO(COMPRESS[kind](b"")[:6]))


@every_compression
def test_a_bomb_is_decompressed_piece_by_piece(kind):
    bomb = COMPRESS[kind](bytes(64 << 20))
    tracemalloc.start()
    total = sum(len(piece) for piece in decompress(kind, iter([bomb])))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 64 << 20
    assert peak < 20 << 20

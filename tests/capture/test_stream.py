"""Pipes: packets come as soon as they arrive, and nothing ever seeks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from dissect.capture import (
    CutCapture,
    PcapngWriter,
    PcapWriter,
    Record,
    UnknownFormat,
    open_records,
)

PACKETS = [bytes([n]) * (100 * n) for n in range(1, 6)]


def pcap_parts() -> list[bytes]:
    """A file header, then one part for each packet."""
    stream = io.BytesIO()
    parts = []
    writer = PcapWriter(stream)
    for n, packet in enumerate(PACKETS):
        parts.append(stream.getvalue())
        stream.seek(0)
        stream.truncate()
        writer.packet(packet, n)
    return [*parts, stream.getvalue()]


def pcapng_parts() -> list[bytes]:
    stream = io.BytesIO()
    parts = []
    writer = PcapngWriter(stream)
    writer.interface(1)
    for n, packet in enumerate(PACKETS):
        parts.append(stream.getvalue())
        stream.seek(0)
        stream.truncate()
        writer.packet(packet, n)
    return [*parts, stream.getvalue()]


def gzip_parts() -> list[bytes]:
    """As a program would that flushes after each packet."""
    stream = zlib.compressobj(wbits=31)
    parts = [stream.compress(part) + stream.flush(zlib.Z_SYNC_FLUSH) for part in pcap_parts()]
    return [*parts[:-1], parts[-1] + stream.flush()]


@contextmanager
def pipe() -> Iterator[tuple[io.BufferedReader, BinaryIO]]:
    read, write = os.pipe()
    with open(read, "rb") as reader, open(write, "wb", buffering=0) as writer:
        yield reader, writer


@pytest.mark.parametrize("parts", [pcap_parts, pcapng_parts, gzip_parts])
def test_each_packet_is_there_before_the_next_one_is_written(parts):
    first, *rest = parts()
    with pipe() as (reader, writer):
        writer.write(first)
        with open_records(reader) as capture:
            records = iter(capture)
            for part, packet in zip(rest, PACKETS, strict=True):
                writer.write(part)
                assert next(records).data == packet  # would hang if it waited for more
            writer.close()
            assert next(records, None) is None


def test_a_capture_that_comes_byte_by_byte_is_read():
    with pipe() as (reader, writer):

        def feed() -> None:
            for byte in b"".join(pcapng_parts()):
                writer.write(bytes([byte]))
            writer.close()

        feeder = threading.Thread(target=feed)
        feeder.start()
        with open_records(reader) as capture:
            assert [r.data for r in capture] == PACKETS
            assert [r.name for r in capture.interfaces] == [""]
        feeder.join()


def test_a_pipe_that_ends_within_a_packet_is_cut_there():
    with pipe() as (reader, writer):
        writer.write(b"".join(pcap_parts())[:-1])
        writer.close()
        with open_records(reader) as capture:
            seen: list[Record] = []
            with pytest.raises(CutCapture) as caught:
                seen.extend(iter(capture))
    assert [r.data for r in seen] == PACKETS[:-1]
    assert caught.value.offset == 24 + sum(16 + len(packet) for packet in PACKETS[:-1])


def test_an_empty_pipe_is_no_capture():
    with pipe() as (reader, writer):
        writer.close()
        with pytest.raises(UnknownFormat):
            open_records(reader)


def test_a_pipe_is_kept_for_random_access_when_that_comes_first():
    with pipe() as (reader, writer):
        writer.write(b"".join(pcapng_parts()))
        writer.close()
        with open_records(reader) as capture:
            assert capture.seekable
            assert capture[-1].data == PACKETS[-1]
            assert [r.data for r in capture] == PACKETS
            assert capture[0].data == PACKETS[0]


def test_a_pipe_that_has_been_read_cant_be_read_again():
    with pipe() as (reader, writer):
        writer.write(b"".join(gzip_parts()))
        writer.close()
        with open_records(reader) as capture:
            assert len(list(capture)) == 5
            assert not capture.seekable
            with pytest.raises(io.UnsupportedOperation):
                iter(capture)
            with pytest.raises(io.UnsupportedOperation):
                len(capture)


def test_a_named_pipe_is_read_like_a_pipe(tmp_path: Path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    feeder = threading.Thread(target=lambda: fifo.write_bytes(b"".join(pcap_parts())))
    feeder.start()
    with open_records(fifo) as capture:
        assert [r.data for r in capture] == PACKETS
    feeder.join()


def test_a_pipe_that_doesnt_wait_is_waited_for():
    with pipe() as (reader, writer):
        os.set_blocking(reader.fileno(), False)
        parts = pcap_parts()
        feeder = threading.Timer(0.05, lambda: (writer.write(b"".join(parts)), writer.close()))
        feeder.start()
        with open_records(reader.raw) as capture:
            assert [r.data for r in capture] == PACKETS
        feeder.join()


@pytest.mark.parametrize("piped", [True, False])
def test_standard_input_is_a_dash(piped, tmp_path: Path):
    path = tmp_path / "x.pcap"
    path.write_bytes(b"".join(pcap_parts()))
    program = (
        "from dissect.capture import open_records\n"
        "with open_records('-') as c: print(c.path, c.seekable, len(c), c[4].captured)"
    )
    with path.open("rb") as plain:
        source = {"input": path.read_bytes()} if piped else {"stdin": plain}
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, **source
        )
    assert done.stdout.decode().split() == ["<stdin>", "True", "5", "500"]

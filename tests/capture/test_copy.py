"""Copies of captures: the same records, interfaces, comments; only what was asked for."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from msgspec.structs import asdict, replace

from dissect.capture import open_records
from dissect.capture.compress import SUFFIXES, compressed
from dissect.capture.copy import copier
from dissect.capture.record import CaptureError
from dissect.capture.write import PcapngWriter, PcapWriter
from tests.captures_list import OURS, ROOT, name

CAPTURES = ROOT / "captures"


def copy(source, form: str | None = None, keep=lambda number: True, size: int = 1000) -> bytes:
    """A copy of the packets whose numbers are to be kept."""
    out = io.BytesIO()
    with open_records(source) as records:
        copying = copier(records, out, form or records.format)
        for stretch in records.stretches(size):
            numbers = range(stretch.first, stretch.first + len(stretch.offsets))
            copying.take(stretch, np.array([keep(number) for number in numbers]))
        copying.finish(read_all=True)
    return out.getvalue()


def told(source) -> tuple[list[object], ...]:
    """All that a capture says; not where its records stand, nor their numbers."""
    with open_records(source) as records:
        packets = [asdict(replace(record, offset=0, number=0)) for record in records]
        sections = [asdict(replace(section, offset=0)) for section in records.sections]
        return (
            packets, list(records.interfaces), sections, records.names, records.drops,
            records.secrets, records.format, records.byte_order,
        )  # fmt: skip


@pytest.mark.parametrize("path", OURS, ids=name)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_copy_of_all_packets_is_the_file_itself(path, size):
    copied = copy(path, size=size)
    assert told(io.BytesIO(copied)) == told(path)
    assert len(copied) == path.stat().st_size


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_copy_of_some_packets_leaves_out_the_others_and_nothing_else(path):
    packets, *rest = told(path)
    copied, *rest_of_copy = told(io.BytesIO(copy(path, keep=lambda number: number % 3 == 0)))
    assert copied == packets[2::3]
    assert rest_of_copy == rest


@pytest.mark.parametrize("path", OURS, ids=name)
def test_a_stream_is_copied_as_a_file_is(path):
    def keep(number: int) -> bool:
        return number % 2 == 0

    class Pipe(io.RawIOBase):
        """Gives a few octets at a time, and can't be asked where it is."""

        def __init__(self) -> None:
            self.left = path.read_bytes()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer) -> int:
            piece, self.left = self.left[:100], self.left[100:]
            buffer[: len(piece)] = piece
            return len(piece)

    assert copy(io.BufferedReader(Pipe(), 64), keep=keep) == copy(path, keep=keep)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_compressed_is_read_again(suffix):
    octets = (CAPTURES / "tour.pcapng").read_bytes()
    out = io.BytesIO()
    with compressed(SUFFIXES[suffix], out) as packing:
        packing.write(octets)
    assert out.getvalue()[:20] != octets[:20]
    with open_records(io.BytesIO(out.getvalue())) as records:
        assert records.compression == SUFFIXES[suffix]
        assert len([*records]) == 40
    assert copy(io.BytesIO(out.getvalue())) == copy(CAPTURES / "tour.pcapng")


def test_a_section_that_says_its_length_says_it_no_longer():
    """It would be wrong without some packets (draft-ietf-opsawg-pcapng, section 4.1)."""
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.interface()
    for number in range(3):
        writer.packet(bytes((number,)) * 20)
    octets = bytearray(stream.getvalue())
    octets[16:24] = (len(octets) - 52).to_bytes(8, "little")
    copied = copy(io.BytesIO(octets), keep=lambda number: number == 2)
    assert copied[16:24] == b"\xff" * 8
    (packet,) = told(io.BytesIO(copied))[0]
    assert packet["data"] == b"\1" * 20


def test_blocks_that_nobody_knows_and_secrets_come_along(tmp_path):
    from dissect.capture import blocks

    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.interface()
    writer.block(blocks.NameResolution, b"x" * 3_000_000, type=0x0BAD)
    writer.packet(b"a" * 60)
    writer.block(blocks.NameResolution, b"TLSK\4\0\0\0abcd", type=blocks.SECRETS)
    assert copy(io.BytesIO(stream.getvalue())) == stream.getvalue()
    path = tmp_path / "a.pcapng"
    path.write_bytes(stream.getvalue())
    assert b"x" * 3_000_000 in copy(path, keep=lambda number: False)


def test_damage_ends_the_copy_before_it(tmp_path):
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(5):
        writer.packet(bytes((number,)) * 30)
    path = tmp_path / "cut.pcap"
    path.write_bytes(stream.getvalue()[:-7])
    out = io.BytesIO()
    with open_records(path) as records:
        copying = copier(records, out, "pcap")
        with pytest.raises(CaptureError):
            for stretch in records.stretches():
                copying.take(stretch, np.ones(len(stretch.offsets), bool))
        copying.finish(read_all=True)
    assert out.getvalue() == stream.getvalue()[:-46]


@pytest.mark.parametrize(
    "path", [path for path in OURS if path.suffix == ".pcap"], ids=name
)  # fmt: skip
def test_pcap_as_pcapng_keeps_packets_times_and_clock(path):
    packets, interfaces, *_ = told(path)
    copied, (interface,), *_ = told(io.BytesIO(copy(path, "pcapng")))
    keys = ("data", "time_ns", "original", "captured")
    assert [[p[k] for k in keys] for p in copied] == [[p[k] for k in keys] for p in packets]
    for attribute in ("link_type", "ticks", "snaplen", "fcs_length"):
        assert getattr(interface, attribute) == getattr(interfaces[0], attribute)


def test_pcapng_of_one_link_type_as_pcap():
    path = CAPTURES / "icmpv6_nd.pcapng"
    packets = told(path)[0]
    copied = told(io.BytesIO(copy(path, "pcap")))
    keys = ("data", "time_ns", "original", "captured")
    assert [[p[k] for k in keys] for p in copied[0]] == [[p[k] for k in keys] for p in packets]
    assert copied[1][0].link_type == 1


def test_several_link_types_are_too_many_for_pcap():
    with pytest.raises(CaptureError, match="packet 39 is of link type 101, others of 1"):
        copy(CAPTURES / "tour.pcapng", "pcap")
    assert copy(CAPTURES / "tour.pcapng", "pcap", keep=lambda number: number > 38)


def test_a_time_that_pcap_can_not_hold_is_an_error():
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.interface()
    writer.packet(b"a", time_ns=1_000_000_000 << 33)
    with pytest.raises(CaptureError, match="pcap has no such time"):
        copy(io.BytesIO(stream.getvalue()), "pcap")


def test_memory_stays_flat(tmp_path):
    """A copy of 200 MB in a process that may use little more than the interpreter."""
    path = tmp_path / "big.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream)
        for _ in range(4000):
            writer.packet(bytes(50_000))
    program = (
        "import resource, sys\n"
        "from tests.capture.test_copy import copier, open_records\n"
        "import numpy as np\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with open_records(sys.argv[1]) as r, open(sys.argv[2], 'wb') as out:\n"
        "    copying = copier(r, out, 'pcap')\n"
        "    for s in r.stretches(500): copying.take(s, np.ones(len(s.offsets), bool))\n"
        "    copying.finish(read_all=True)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path, tmp_path / "out.pcap"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) < 120
    assert (tmp_path / "out.pcap").read_bytes() == path.read_bytes()

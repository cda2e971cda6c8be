"""Random access: the same records as by iteration, also while the file grows."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest

from dissect.capture import CutCapture, DamagedCapture, PcapngWriter, PcapWriter, open_records


def write(path: Path, form: str, packets: int) -> bytes:
    """A capture with packets of 0, 1, 2 ... bytes; return it."""
    stream = io.BytesIO()
    writer: PcapWriter | PcapngWriter = PcapWriter(stream)
    if form == "pcapng":
        stream.seek(0)
        writer = PcapngWriter(stream)
        writer.interface(1)
    for number in range(packets):
        writer.packet(bytes(number % 1500), number)
    path.write_bytes(stream.getvalue())
    return stream.getvalue()


both_formats = pytest.mark.parametrize("form", ["pcap", "pcapng"])


@both_formats
def test_random_access_gives_what_iteration_gives(form, tmp_path):
    path = tmp_path / "x"
    write(path, form, 100)
    with open_records(path) as capture:
        assert capture.format == form
        records = list(capture)
        assert len(capture) == 100
        assert [capture[place] for place in range(100)] == records
        assert [capture[-place] for place in range(1, 101)] == records[::-1]
        assert capture[10:90:7] == records[10:90:7]
        assert capture[::-1] == records[::-1]
        for outside in (100, -101):
            with pytest.raises(IndexError):
                capture[outside]


def test_the_first_record_needs_no_index_of_all(tmp_path):
    path = tmp_path / "x"
    write(path, "pcap", 1_000)
    with open_records(path) as capture:
        assert capture[0].number == 1
        assert len(capture.index) == 1
        assert not capture.index.complete


@both_formats
def test_an_index_grows_in_steps(form, tmp_path):
    path = tmp_path / "x"
    write(path, form, 1000)
    with open_records(path) as capture:
        index = capture.index
        steps = [len(index)]
        while index.grow(300):
            steps.append(len(index))
        assert steps == [1, 301, 601, 901]
        assert (len(index), index.complete, index.damage) == (1000, True, None)


@both_formats
def test_an_index_follows_a_growing_file_and_waits_for_the_rest_of_a_record(form, tmp_path):
    path = tmp_path / "x"
    content = write(path, form, 50)
    with open_records(path) as capture:
        last = capture[49].offset
        whole = list(capture)
    path.write_bytes(content[: last + 7])
    with path.open("ab", buffering=0) as file, open_records(path) as capture:
        assert not capture.index.grow()
        assert (len(capture), capture.index.complete, capture.damage) == (49, True, None)
        with pytest.raises(CutCapture) as caught:
            list(capture)
        assert caught.value.offset == last
        for byte in content[last + 7 : -1]:
            file.write(bytes([byte]))
            assert len(capture) == 49
        file.write(content[-1:])
        assert len(capture) == 50
        assert list(capture) == whole
        file.write(content[last:])
        assert capture[50].data == whole[49].data
        assert capture.index.damage is None


@both_formats
def test_an_incomplete_last_record_is_damage_when_the_index_is_finished(form, tmp_path):
    path = tmp_path / "x"
    content = write(path, form, 50)
    path.write_bytes(content[:-1])
    with open_records(path) as capture:
        capture.index.finish()
        assert len(capture) == 49
        assert isinstance(capture.damage, CutCapture)
        assert not capture.index.grow()


def test_damage_within_the_file_stops_the_index_at_once(tmp_path):
    path = tmp_path / "x"
    content = write(path, "pcap", 50)
    path.write_bytes(content + b"\xff" * 100)
    with open_records(path) as capture:
        assert len(capture) == 50
        assert isinstance(capture.damage, DamagedCapture)
        assert capture.damage.offset == len(content)
        assert capture[49].number == 50


def test_an_index_can_be_read_while_another_thread_makes_it_grow(tmp_path):
    path = tmp_path / "x"
    write(path, "pcapng", 5_000)
    with open_records(path) as capture:

        def work() -> None:
            while capture.index.grow(100):
                pass

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        while not capture.index.complete:
            place = len(capture.index) - 1
            assert capture[place].number == place + 1
        for worker in workers:
            worker.join()
        assert len(capture) == 5_000
        assert [r.offset for r in capture] == list(capture.index.offsets)


def test_two_iterations_at_once_dont_disturb_each_other(tmp_path):
    path = tmp_path / "x"
    write(path, "pcapng", 10)
    with open_records(path) as capture:
        assert all(one == other for one, other in zip(capture, capture, strict=True))


def test_a_closed_capture_lets_go_of_its_file(tmp_path):
    path = tmp_path / "x"
    write(path, "pcap", 10)
    with open_records(path) as capture:
        records = iter(capture)
        next(records)
    with pytest.raises(ValueError, match="closed"):
        next(records)


def test_a_missing_file_is_the_systems_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_records(tmp_path / "none")

"""`sixscope export`: formats, damaged and hostile captures, full disks, signals, pipes."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import polars as pl
import pytest
from click.testing import CliRunner

from dissect.capture.write import PcapngWriter, PcapWriter
from dissect.cli.main import main
from tests.captures_list import OURS, ROOT, name

TOUR = str(ROOT / "captures" / "tour.pcapng")
COMMAND = [sys.executable, "-m", "dissect", "export"]
TSHARK = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        shutil.which("tshark") is None and not os.environ.get("CI"), reason="no tshark"
    ),
]


def run(*arguments: object):
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def read(path) -> list[dict[str, object]]:
    """The rows of any table, whatever its format; numbers are as text says them."""
    match path.suffix:
        case ".parquet":
            return pl.read_parquet(path).to_dicts()
        case ".arrow":
            return pl.read_ipc(path).to_dicts()
        case ".csv":
            return [*csv.DictReader(io.StringIO(path.read_text()))]
        case _:
            return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "csv", "ndjson"])
def test_tables_of_all_formats_have_the_same_rows(tmp_path, suffix):
    out = tmp_path / f"out.{suffix}"
    result = run(TOUR, out, "-e", "ipv6.addr")
    assert (result.exit_code, result.output) == (0, "")
    rows = read(out)
    assert [int(row["number"]) for row in rows] == [*range(1, 41)]
    assert rows[1]["dst"] == "ff02::1:ff00:5301"
    addresses = rows[1]["ipv6.addr"]
    assert addresses in (["::", "ff02::1:ff00:5301"], "::,ff02::1:ff00:5301")
    assert str(rows[1]["time"]).replace("T", " ").startswith("2026-01-01 00:00:00.05")


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_row_groups_are_chunks_and_memory_is_not_the_files(tmp_path, suffix):
    path = tmp_path / "many.pcap"
    with path.open("wb") as stream:
        writer = PcapWriter(stream)
        for number in range(70_000):
            writer.packet(bytes(12) + b"\x88\xb5\0\0", number)  # a type for experiments
    out = tmp_path / f"out.{suffix}"
    assert run(path, out).exit_code == 0
    scan = pl.scan_parquet if suffix == "parquet" else pl.scan_ipc
    assert scan(out).select(pl.len()).collect().item() == 70_000
    assert scan(out).select("number").collect()["number"].to_list() == [*range(1, 70_001)]


def test_selection(tmp_path):
    out = tmp_path / "out.ndjson"
    assert run(TOUR, out, "-Y", "icmpv6", "--packets", "3-", "-c", "2").exit_code == 0
    assert [row["number"] for row in read(out)] == [3, 4]


HOSTILE = b'=cmd|"/c calc"!A1\x1b]0;x\x07\r\n\xe2\x80\xae,'


def hostile(tmp_path):
    """A capture in which a name says more than it should: DHCPv6's boot file URL."""
    options = b"\0\x3b" + len(HOSTILE).to_bytes(2, "big") + HOSTILE
    message = b"\7abc" + options
    udp = b"\2\x23\2\x22" + (8 + len(message)).to_bytes(2, "big") + b"\0\0" + message
    ip = b"\x60\0\0\0" + len(udp).to_bytes(2, "big") + b"\x11\x40" + bytes(15) + b"\1" + bytes(16)
    path = tmp_path / "hostile.pcap"
    with path.open("wb") as stream:
        PcapWriter(stream, link_type=101).packet(ip + udp)
    return path


def test_cells_are_no_formulas_and_have_no_control_characters(tmp_path):
    out = tmp_path / "out.csv"
    field = "sixscope.dhcpv6.boot.url"
    assert run(hostile(tmp_path), out, "-e", field).exit_code == 0
    assert out.read_bytes().count(b"\n") == 2
    (row,) = read(out)
    assert row[field].startswith("'=cmd")
    assert row[field].isprintable()
    assert "\\x1b" in row[field]


@pytest.mark.parametrize("form", ["parquet", "csv", "pcap", "pcapng"])
def test_of_a_damaged_capture_all_before_the_damage_is_exported(tmp_path, form):
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(5):
        writer.packet(bytes(60), number)
    path, out = tmp_path / "cut.pcap", tmp_path / f"out.{form}"
    path.write_bytes(stream.getvalue()[:-3])
    result = run(path, out)
    assert result.exit_code == 2
    at = 24 + 4 * 76
    assert result.stderr == (
        f"sixscope: {path}: byte {at}: cut short in the middle of a packet\n"
    )  # fmt: skip
    if form in ("pcap", "pcapng"):
        again = tmp_path / "again.ndjson"
        assert run(out, again).exit_code == 0
        assert len(read(again)) == 4
    else:
        assert len(read(out)) == 4


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["absent.pcap", "{out}.csv"], "absent.pcap: No such file"),
        ([TOUR, "{out}.xyz"], "no suffix of"),
        ([TOUR, "{out}"], "no suffix of"),
        ([TOUR, "-"], "no suffix of"),
        ([TOUR, "-", "--format", "parquet"], "a file of its own"),
        ([TOUR, "{out}.parquet.gz"], "a file of its own"),
        ([TOUR, "{out}.pcap"], "packet 39 is of link type 101, others of 1"),
        ([TOUR, "{out}.pcap", "-e", "ipv6.src"], "a capture has none"),
        ([TOUR, "{out}.csv", "-e", "no.such"], "no field is called no.such"),
        ([TOUR, "/nowhere/at/all.csv"], "/nowhere/at/all.csv: No such file or directory"),
        ([str(ROOT / "README.md"), "{out}.csv"], "neither a pcap nor a pcapng file"),
        ([TOUR, str(ROOT / "README.md"), "--format", "csv"], "exists; --force replaces it"),
    ],
)
def test_mistakes_are_one_line_and_leave_no_file(tmp_path, arguments, complaint):
    result = run(*(text.format(out=tmp_path / "out") for text in arguments))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert complaint in result.stderr
    assert os.listdir(tmp_path) == []


def test_a_mistake_in_a_filter_is_told_with_its_place(tmp_path):
    result = run(TOUR, tmp_path / "out.csv", "-Y", "ipv6.nope")
    assert result.exit_code == 2
    assert "^" in result.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "csv", "pcapng", "pcapng.zst"])
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, suffix):
    import resource

    path = tmp_path / "in.pcapng"
    with path.open("wb") as stream:
        writer = PcapngWriter(stream)
        writer.interface()
        for number in range(3000):
            writer.packet(os.urandom(200), number)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [*COMMAND, path, tmp_path / f"out.{suffix}"],
        cwd=ROOT, capture_output=True, text=True, preexec_fn=limit,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},  # Python would write half of it
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "File too large" in done.stderr
    assert os.listdir(tmp_path) == ["in.pcapng"]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("suffix", ["parquet", "arrow", "csv", "pcapng"])
def test_a_signal_ends_it_and_leaves_nothing(tmp_path, suffix, number, status):
    reading, writing = os.pipe()
    out = tmp_path / "out"
    out.mkdir()
    child = subprocess.Popen(
        [*COMMAND, "-", out / f"x.{suffix}"], cwd=ROOT, stdin=reading, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    os.close(reading)
    stream = io.BytesIO()
    PcapWriter(stream).packet(bytes(60))
    os.write(writing, stream.getvalue())
    while not os.listdir(out):
        assert child.poll() is None
        time.sleep(0.05)
    time.sleep(0.3)
    child.send_signal(number)
    if suffix in (
        "parquet",
        "arrow",
    ):  # they end with what comes next
        time.sleep(0.3)
        os.close(writing)
    _, complaint = child.communicate(timeout=60)
    assert (child.returncode, complaint) == (status, b"")
    assert os.listdir(out) == []


def test_pipes_in_and_out():
    octets = (ROOT / "captures" / "tour.pcapng").read_bytes()
    done = subprocess.run(
        [*COMMAND, "-", "-", "--format", "pcapng"],
        cwd=ROOT, input=octets, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout == octets
    done = subprocess.run(
        [*COMMAND, "-", "-", "--format", "csv", "-Y", "tcp"],
        cwd=ROOT, input=octets, capture_output=True, check=True, text=False,
    )  # fmt: skip
    assert done.stdout.count(b"\n") == 1 + 10  # as tshark -Y tcp


@pytest.mark.parametrize("suffix", ["gz", "zst", "xz", "lz4", "bz2"])
def test_compressed_in_and_out(tmp_path, suffix):
    packed, again = tmp_path / f"a.pcapng.{suffix}", tmp_path / "b.pcapng"
    assert run(TOUR, packed).exit_code == 0
    assert packed.stat().st_size < 20_000
    assert run(packed, again).exit_code == 0
    assert again.read_bytes() == (ROOT / "captures" / "tour.pcapng").read_bytes()


@pytest.mark.parametrize("path", OURS[::5], ids=name)
class TestBesideTshark:
    pytestmark = TSHARK

    def fields(self, path, *more: str) -> str:
        command = ["tshark", "-n", "-r", str(path), *more, "-T", "fields", "-o",
                   "ipv6.defragment:FALSE", "-o", "ip.defragment:FALSE",
                   "--enable-heuristic", "teredo_udp", "-e", "frame.time_epoch",
                   "-e", "frame.len", "-e", "frame.cap_len", "-e", "frame.comment",
                   "-e", "frame.interface_name", "-e", "ipv6.src",
                   "-e", "frame.protocols"]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True).stdout

    def test_a_filtered_capture_has_the_packets_that_tshark_selects(self, path, tmp_path):
        out = tmp_path / f"out{path.suffix}"
        assert run(path, out, "-Y", "ipv6.hlim > 60").exit_code == 0
        assert self.fields(out) == self.fields(path, "-Y", "ipv6.hlim > 60")

    def test_capinfos_agrees(self, path, tmp_path):
        out = tmp_path / f"out{path.suffix}"
        assert run(path, out).exit_code == 0
        infos = [
            subprocess.run(["capinfos", one], capture_output=True, text=True).stdout.split("\n")[1:]
            for one in (path, out)
        ]
        assert infos[0] == infos[1]

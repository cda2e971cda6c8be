"""Several processes write what one does."""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys

import pytest

from tests.captures_list import OURS, ROOT, name

COMMAND = [sys.executable, "-m", "dissect", "show"]
STATEFUL = ("tour", "fragments_ipv4", "ipv6_fragments.", "l2tp_sessions", "arp", "s16", "sctp.")
"""Streams, requests and answers, datagrams in fragments, announcements, sessions."""

PATHS = [path for path in OURS if path.name.startswith(STATEFUL)]


def shown(*arguments: object) -> tuple[str, str, int]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, encoding="utf-8", check=False
    )
    lines = [line for line in done.stdout.splitlines() if not line.startswith("<pdml ")]
    return "\n".join(lines), done.stderr, done.returncode


def same(*arguments: object) -> str:
    """What is shown, which is the same with two jobs."""
    one, several = shown(*arguments), shown("--jobs", 2, *arguments)
    assert several == one
    return one[0]


@pytest.mark.parametrize("form", ["json", "pdml"])
@pytest.mark.parametrize("path", PATHS, ids=name)
def test_what_depends_on_packets_before(path, form):
    assert same("-T", form, path)


@pytest.mark.parametrize("options", [
    ["-V"], ["-T", "ek"], ["-T", "json", "-x"], ["-T", "json", "-c", "3"],
    ["-T", "json", "--packets", "3-5,9"], ["-T", "json", "-Y", "icmpv6"],
    ["-T", "json", "--own-fields"], ["-V", "--absolute-seq", "--no-reassembly"],
    ["-T", "fields", "-e", "udp.stream", "-e", "sixscope.addr.kind"], ["-T", "summary"],
    ["-V", "-o", "mpls.payload:ethernet"],
])  # fmt: skip
def test_options_go_with_jobs(options):
    same(*options, ROOT / "captures" / "tour.pcapng")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_who_started_them(number):
    command = [*COMMAND, "-V", "--jobs", "2", ROOT / "captures" / "tour.pcapng"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.read(1)  # the others wait for room in the pipe
        process.send_signal(number)
        process.communicate(timeout=30)  # ends when nobody has the pipe's other end any more
        assert process.returncode == -number


def test_an_output_without_room_is_told_as_such():
    command = [*COMMAND, "-T", "json", "--jobs", "2", ROOT / "captures" / "tour.pcapng"]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b"sixscope: output: No space left on device\n"
    assert done.returncode == 2


def test_several_files_make_one_array():
    paths = [ROOT / "captures" / name for name in ("tour.pcapng", "arp.pcapng")]
    assert len(json.loads(same("-T", "json", *paths))) > 40


def test_no_packets_make_an_empty_array(tmp_path):
    path = tmp_path / "empty.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    assert json.loads(same("-T", "json", path)) == []


def test_a_damaged_capture_is_shown_up_to_the_damage(tmp_path):
    path = tmp_path / "cut.pcapng"
    path.write_bytes((ROOT / "captures" / "tour.pcapng").read_bytes()[:-5])
    assert len(json.loads(same("-T", "json", path))) >= 39

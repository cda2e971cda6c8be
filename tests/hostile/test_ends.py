"""A disk without room: one line, status 2, nothing new, and what was there is as it was."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys

import pytest

from dissect import __main__ as entry
from tests.captures_list import ROOT

SLAAC = str(ROOT / "captures" / "lab" / "slaac.pcapng")
OLD = b"what was there\n"


def run(*words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "dissect", *words], cwd=ROOT, stderr=subprocess.PIPE, **options
    )  # type: ignore[call-overload,no-any-return]


def no_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


@pytest.mark.parametrize(
    "words",
    [
        ("report", "-T", "html", "--force", "-o", "{out}", SLAAC),
        ("report", "-T", "json", "--force", "-o", "{out}", SLAAC),
        ("lint", "--update-baseline", "--baseline", "{out}", SLAAC),
        ("export", "--force", "--format", "parquet", SLAAC, "{out}"),
        ("export", "--force", "--format", "pcap", SLAAC, "{out}"),
    ],
    ids=lambda words: " ".join(words[:3]),
)
def test_a_full_disk_leaves_the_file_that_was_there(tmp_path, words):
    out = tmp_path / "out"
    out.write_bytes(OLD)
    done = run(
        *(word.format(out=out) for word in words), preexec_fn=no_room, stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},  # Python would write half of it
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"File too large" in done.stderr
    assert os.listdir(tmp_path) == ["out"]
    assert out.read_bytes() == OLD


@pytest.mark.parametrize(
    "words",
    [
        ("show", SLAAC), ("show", "-T", "json", SLAAC), ("report", SLAAC),
        ("lint", "-T", "sarif", SLAAC), ("export", "--format", "csv", SLAAC, "-"),
        ("diff", SLAAC, str(ROOT / "captures" / "tour.pcapng")),
        ("sql", SLAAC, "select * from packets"),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_where_output_finds_no_room_that_is_said(words):
    with open("/dev/full", "wb") as full:
        done = run(*words, stdout=full)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_is_written_only_in_part_is_said_too(tmp_path, unbuffered):
    """CPython itself loses the rest of a text where it was told to have no buffer."""
    with (tmp_path / "out").open("wb") as out:
        done = run(
            "lint", "-T", "json", SLAAC, preexec_fn=no_room, stdout=out,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == b"sixscope: output: File too large\n"


def test_who_interrupts_the_program_while_it_is_loaded_is_told_nothing(monkeypatch, capsys):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dissect.cli.main.main", interrupted)
    with pytest.raises(SystemExit) as ended:
        entry.run()
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "")

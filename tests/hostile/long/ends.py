"""Commands that are ended: by signals, by who reads them no more, by a full disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import click

from dissect.capture.write import PcapWriter
from tests.captures_list import ROOT
from tests.hostile.long.flow import packets

COUNT = 3_000
"""Packets of the capture that is read."""
COMPLAINT = 4000
"""Octets of complaints that are kept."""

READ = (
    ("show",), ("show", "-V"), ("show", "-T", "json"), ("show", "-T", "pdml"), ("show", "-T", "ek"),
    ("show", "-T", "csv"), ("show", "-T", "summary"), ("show", "-T", "fields", "-e", "ipv6.src"),
    ("show", "-V", "--jobs", "2"), ("report",), ("report", "-T", "json"), ("report", "-T", "md"),
    ("report", "-T", "html"), ("report", "-T", "csv", "--table", "hierarchy"),
    ("report", "--jobs", "2"), ("lint",), ("lint", "-T", "json"), ("lint", "-T", "sarif"),
    ("lint", "-T", "junit"), ("lint", "-T", "github"), ("lint", "-T", "md"), ("diff",),
    ("sql",), ("check",), ("check", "-T", "sarif"), ("check", "-T", "junit"),
)  # fmt: skip
"""What is written to standard output."""
MADE = (
    "out.pcapng", "out.pcap", "out.pcapng.zst", "out.pcap.gz", "out.csv", "out.csv.xz",
    "out.parquet", "out.arrow", "out.ndjson", "out.html", "out.json", "out.md", "out.txt",
    "baseline.json", "capture.pcap.golden.txt",
)  # fmt: skip
"""Files that are made."""


@dataclass
class Place:
    """A folder with a large capture, and an expectation of it."""

    folder: Path
    source: Path = field(init=False)

    def __post_init__(self) -> None:
        self.source = self.folder / "capture.pcap"
        with self.source.open("wb") as stream:
            writer = PcapWriter(stream, link_type=1)
            for number, octets in zip(range(COUNT), packets(), strict=False):
                writer.packet(octets, number)
        (self.folder / "plain.sixscope.toml").write_text(
            f'capture = "{self.source.name}"\n[[expect]]\nname = "a"\nfilter = "ipv6"\n'
            'every = "ipv6.hlim > 0"\n[[expect]]\nname = "b"\nlint = { must_not = ["error"] }\n'
        )

    def reading(self, words: tuple[str, ...]) -> list[str]:
        """A command that writes to standard output."""
        source = str(self.source)
        last = {
            "diff": [source, source], "check": [str(self.folder / "plain.sixscope.toml")],
            "sql": [source, "select src, dst, count(*) from packets group by src, dst"],
        }  # fmt: skip
        return self._command(*words, *last.get(words[0], [source]))

    def making(self, out: Path) -> list[str]:
        """A command that makes a file."""
        source = str(self.source)
        if out.name == "baseline.json":
            return self._command("lint", "--update-baseline", "--baseline", str(out), source)
        if out.name.endswith(".golden.txt"):
            path = out.parent / "x.sixscope.toml"
            path.write_text(f'capture = "{source}"\n[golden]\nfields = ["ipv6"]\n')
            return self._command("check", "--update", str(path))
        if out.suffix in (".html", ".json", ".md", ".txt"):
            form = out.suffix[1:].replace("txt", "text")
            return self._command("report", "-T", form, "-o", str(out), source)
        return self._command("export", source, str(out))

    @staticmethod
    def _command(*words: str) -> list[str]:
        return [sys.executable, "-m", "dissect", *words]


@dataclass
class Tally:
    """What runs came to: whatever is wrong is written at once."""

    what: str
    runs: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: int = 0
    early: int = 0

    def add(self, words: str, status: int, complaint: bytes, *, allowed: set[int]) -> None:
        """Take in how a run ended; before our first line it is Python that has the word."""
        if b"init_import_site" in complaint:
            self.early += 1
            return
        self.runs += 1
        self.statuses[status] += 1
        if status not in allowed or b"Traceback" in complaint or complaint.count(b"\n") > 1:
            self.say(f"{words}: status {status}, {complaint.decode(errors='replace')}")

    def say(self, words: str) -> None:
        """Something is wrong."""
        self.wrong += 1
        click.echo(f"{self.what}: WRONG: {words}")

    def end(self) -> None:
        """Write what it came to."""
        click.echo(
            f"{self.what:9} {self.runs:6,} runs, {self.wrong} wrong, {self.early} ended early, "
            f"statuses {dict(sorted(self.statuses.items()))}"
        )


def _run(
    seconds: float, what: str, once: Callable[[Place, Tally, random.Random, int], None]
) -> None:
    """As often as there is time."""
    chance, tally, begin = random.Random(6), Tally(what), monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        while monotonic() - begin < seconds:
            once(place, tally, chance, chance.randrange(len(READ) + len(MADE)))
    tally.end()


def _made_in(folder: Path) -> list[str]:
    """What a command has left there."""
    return sorted(name for name in os.listdir(folder) if not name.endswith(".toml"))


def signals(seconds: float) -> None:
    """All commands, ended by signals at random moments; the killed ones may leave ``.part``."""
    _run(seconds, "signals", _signalled)


ENDS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGKILL: -9}
ENDED = {0, 1, 130, 143, 129, -9, -15, -1, -2}
"""Where nothing has to be cleared away, a signal ends the program as it ends others."""


def _signalled(place: Place, tally: Tally, chance: random.Random, turn: int) -> None:
    out = place.folder / "made" / (MADE[turn] if turn < len(MADE) else "nothing")
    out.parent.mkdir()
    words = place.making(out) if turn < len(MADE) else place.reading(READ[turn - len(MADE)])
    number = chance.choice(list(ENDS))
    process = subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    sleep(chance.random() ** 2 * 12)
    process.send_signal(number)
    complaint = process.communicate()[1][:COMPLAINT]
    status = process.returncode
    tally.add(" ".join(words[3:]) + f" {number.name}", status, complaint, allowed=ENDED)
    left = _made_in(out.parent)
    if status not in (0, 1) and number is not signal.SIGKILL and left:
        tally.say(f"{words[3:]}, {number.name}, status {status}: left {left}")
    if status not in (0, 1) and out.exists():
        tally.say(f"{words[3:]}, {number.name}, status {status}: a partial {out.name}")
    shutil.rmtree(out.parent)


def unread(seconds: float) -> None:
    """All commands that write to standard output, of which only the beginning is read."""
    _run(seconds, "unread", _unread)


def _unread(place: Place, tally: Tally, chance: random.Random, turn: int) -> None:
    words = place.reading(READ[turn % len(READ)])
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(int(chance.random() ** 4 * 1_000_000))
    process.stdout.close()
    complaint = process.stderr.read()
    tally.add(" ".join(words[3:]), process.wait(), complaint, allowed={0, 1})


def full(seconds: float) -> None:
    """All that writes, to a file system with room for a random number of octets; needs root."""
    _run(seconds, "full", _on_a_full_disk)


def _on_a_full_disk(place: Place, tally: Tally, chance: random.Random, turn: int) -> None:
    disk = place.folder / "disk"
    disk.mkdir(exist_ok=True)
    size = 4096 * chance.randrange(1, 40)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], check=True)
    try:
        if turn < len(MADE):
            out = disk / MADE[turn]
            done = subprocess.run(place.making(out), cwd=ROOT, capture_output=True)
            left = _made_in(disk)
        else:
            out, left = disk / "stdout", []
            with out.open("wb") as stream:
                done = subprocess.run(place.reading(READ[turn - len(MADE)]), cwd=ROOT,
                                      stdout=stream, stderr=subprocess.PIPE)  # fmt: skip
        told = f"{' '.join(done.args[3:])} with {size} octets"
        enough = out.exists() and out.stat().st_size < size  # what is cut fills all pages
        tally.add(told, done.returncode, done.stderr, allowed={0, 1} if enough else {2})
        if done.returncode == 2 and (left or b"No space left" not in done.stderr):
            tally.say(f"{told}: left {left}, {done.stderr!r}")
    finally:
        subprocess.run(["umount", disk], check=True)

"""``python -m tests.hostile.long``: long runs, with the memory that they take and how they end.

pipe      a pipe is fed at full speed, with every packet of our captures, by turns
growing   a file is looked at while it grows, and a filter with it
signals   exports are interrupted and killed at random moments: no file under the final name
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep

import click

from dissect.capture import open_records
from dissect.capture.write import PcapWriter
from tests.captures_list import OURS, ROOT

SIXSCOPE = [sys.executable, "-m", "dissect"]
EVERY = 5.0
"""Seconds between looks at the memory."""


def packets() -> Iterator[bytes]:
    """Ethernet packets without end."""
    found = []
    for path in OURS:
        with open_records(path) as records:
            found += [record.data for record in records if record.link_type == 1]
    return cycle(found)


def resident(pid: int) -> int:
    """MiB of memory that a process holds; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def feed(process: subprocess.Popen[bytes], seconds: float) -> tuple[int, list[int]]:
    """Write packets to a process as fast as it takes them; how many, and its memory meanwhile."""
    assert process.stdin is not None
    writer = PcapWriter(process.stdin, link_type=1)
    begin = looked = monotonic()
    memory = []
    for count, octets in enumerate(packets(), 1):
        writer.packet(octets, count * 1_000_000)
        if not count & 1023:
            now = monotonic()
            if now - looked > EVERY:
                memory.append(resident(process.pid))
                looked = now
            if now - begin > seconds:
                process.stdin.close()
                return count, memory
    raise AssertionError("packets have no end")


def pipe(seconds: float) -> None:
    """A pipe at full speed, for each command that reads one."""
    for words in (["show", "-"], ["show", "-T", "json", "-"], ["report", "-"], ["lint", "-"]):
        process = subprocess.Popen(
            [*SIXSCOPE, *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        count, memory = feed(process, seconds / 4)
        status = process.wait()
        half = memory[len(memory) // 2 :] or [0]
        click.echo(
            f"pipe      {' '.join(words):18} {count:12,} packets, memory {min(half)} to "
            f"{max(half)} MiB in the second half, status {status}"
        )  # fmt: skip


def growing(seconds: float) -> None:
    """The UI's engine on a file that grows."""
    from tui.engine.client import Client

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "growing.pcap"
        stop = threading.Event()
        written = 0

        def grow() -> None:
            nonlocal written
            with path.open("wb") as stream:
                writer = PcapWriter(stream, link_type=1)
                for written, octets in enumerate(packets(), 1):
                    writer.packet(octets, written * 1_000_000)
                    if not written & 255:
                        stream.flush()
                    if stop.is_set():
                        return

        thread = threading.Thread(target=grow)
        thread.start()
        sleep(0.5)
        client = Client(str(path), spool=folder)
        begin = monotonic()
        memory = []
        while monotonic() - begin < seconds:
            sleep(min(EVERY, seconds / 4))
            client._receive()
            memory.append(resident(client._process.pid))
        stop.set()
        thread.join()
        client.close()
        click.echo(f"growing   {written:12,} packets written, {client.state.packets:12,} seen, "
                   f"memory {min(memory)} to {max(memory)} MiB")  # fmt: skip


def signals(seconds: float) -> None:
    """Exports that are ended at random moments."""
    chance = random.Random(6)
    begin = monotonic()
    runs = left = 0
    statuses: dict[int, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source.pcap"
        with source.open("wb") as stream:
            writer = PcapWriter(stream, link_type=1)
            for number, octets in enumerate(packets()):
                writer.packet(octets, number)
                if number > 150_000:
                    break
        while monotonic() - begin < seconds:
            out = Path(folder) / f"out{chance.choice(('.pcapng', '.csv', '.parquet', '.html'))}"
            words = (["report", "-T", "html", "-o", str(out), str(source)]
                     if out.suffix == ".html" else ["export", str(source), str(out)])  # fmt: skip
            process = subprocess.Popen([*SIXSCOPE, *words], stderr=subprocess.DEVNULL)
            sleep(chance.random() * 3)
            process.send_signal(chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP)))
            status = process.wait()
            statuses[status] = statuses.get(status, 0) + 1
            runs += 1
            if status and out.exists():
                left += 1
            out.unlink(missing_ok=True)
    click.echo(f"signals   {runs:12,} runs, {left} partial files, by status {statuses}")


RUNS = {"pipe": pipe, "growing": growing, "signals": signals}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(RUNS)))
@click.option("--seconds", default=600, show_default=True, help="Of each run.")
def main(names: tuple[str, ...], seconds: int) -> None:
    """Run some, or all."""
    os.chdir(ROOT)
    for name in names or RUNS:
        RUNS[name](seconds)


if __name__ == "__main__":
    main()

"""Packets without end: through pipes, and in a file that grows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

import click

from dissect.capture import open_records
from dissect.capture.write import PcapWriter
from tests.captures_list import OURS
from tui.engine.client import Client

SIXSCOPE = [sys.executable, "-m", "dissect"]
EVERY = 5.0
"""Seconds between looks at the memory."""
READERS = (
    ("show", "-"), ("show", "-T", "json", "-"), ("report", "-"), ("lint", "-"),
    ("export", "--format", "csv", "-", "-"),
)  # fmt: skip


def packets() -> Iterator[bytes]:
    """Ethernet packets without end."""
    found = []
    for path in OURS:
        with open_records(path) as records:
            found += [record.data for record in records if record.link_type == 1]
    return cycle(found)


def resident(pid: int) -> int:
    """MiB of memory that a process and its children hold, what they share counted once; 0 without.

    Linux's proportional set size.
    """
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    return (int(found[1]) >> 10 if found else 0) + sum(map(resident, map(int, children)))


def feed(stream: BinaryIO, pid: int, seconds: float) -> tuple[int, list[int]]:
    """Write packets to a process as fast as it takes them; how many, and its memory meanwhile."""
    writer = PcapWriter(stream, link_type=1)
    begin = looked = monotonic()
    memory = []
    for count, octets in enumerate(packets(), 1):
        writer.packet(octets, count * 1_000_000)
        if not count & 1023:
            now = monotonic()
            if now - looked > EVERY:
                memory.append(resident(pid))
                looked = now
            if now - begin > seconds:
                stream.close()
                return count, memory
    raise AssertionError("packets have no end")


def told(words: str, count: int, memory: list[int], rest: str) -> None:
    """Write what a run came to."""
    half = memory[len(memory) // 2 :] or [0]
    click.echo(
        f"pipe      {words:22} {count:12,} packets, memory at most {max(memory, default=0)} MiB, "
        f"{min(half)} to {max(half)} in the second half, {rest}"
    )  # fmt: skip


def pipe(seconds: float) -> None:
    """A pipe at full speed, for each command that reads one, and the terminal UI's engine."""
    for words in READERS:
        process = subprocess.Popen(
            [*SIXSCOPE, *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        count, memory = feed(process.stdin, process.pid, seconds)  # type: ignore[arg-type]
        complaint = process.stderr.read()
        told(" ".join(words), count, memory, f"status {process.wait()} {complaint!r}")
    _to_the_screen(seconds)


def _to_the_screen(seconds: float) -> None:
    """The engine keeps what comes out of a pipe in a file."""
    with tempfile.TemporaryDirectory() as folder:
        reading, writing = os.pipe()
        client = Client("-", spool=folder, stdin=reading)
        os.close(reading)
        listening = threading.Thread(target=_listen, args=(client,))
        listening.start()
        count, memory = feed(os.fdopen(writing, "wb"), client._process.pid, seconds)
        begin = monotonic()
        while client.state.packets < count and monotonic() - begin < seconds:
            sleep(0.5)
        told("(terminal UI)", count, memory, f"{client.state.packets:,} seen")
        client.close()
        listening.join()


def _listen(client: Client) -> None:
    """Hear what the engine says, as the screen's event loop does."""
    while not client.closed:
        client._receive()
        sleep(0.1)


def growing(seconds: float) -> None:
    """The UI's engine on a file that grows."""
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

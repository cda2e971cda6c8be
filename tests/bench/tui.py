"""Measure the terminal UI through a pseudo-terminal, beside termshark and tshark.

    python -m tests.bench.tui [--packets 10000000] [--filter-packets 1000000] [--rounds 3]

start    from the process's start to the first packet's line
step     from a key to the last octet of the lines, fields and octets that it changes
sent     octets of steps at two sizes, also through captures in which each packet is another one
index    resident memory (shared pages counted in parts) when all packets are found
filter   from Enter to the first line that passes
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from tests.bench import make_capture
from tests.captures_list import ROOT

SIXSCOPE = [sys.executable, "-m", "dissect"]
QUIET = 0.15
"""Seconds without output, after which an answer is taken for complete."""
PATIENCE = 120.0
SIZES = (24, 80), (50, 160)
"""Lines and columns."""
VARIED = "tour.pcapng", "icmpv6_messages.pcapng", "lab/jumbograms.pcapng", "tcp_options.pcapng"


class Terminal:
    """A program in a pseudo-terminal; ``seen`` is all that it wrote."""

    def __init__(self, command: list[str], rows: int = 24, columns: int = 80) -> None:
        self.begin = time.perf_counter()
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.execvp(command[0], command)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)
        self.seen = b""
        self.last = self.begin

    def read(self, seconds: float) -> bytes:
        """What it writes within some time, at most one piece."""
        ready, _, _ = select.select([self.descriptor], [], [], max(seconds, 0))
        if not ready:
            return b""
        try:
            octets = os.read(self.descriptor, 1 << 16)
        except OSError:
            return b""
        self.last = time.perf_counter()
        self.seen += octets
        return octets

    def until(self, text: bytes, start: int = 0) -> float:
        """The time at which a text was there; raises TimeoutError."""
        end = time.perf_counter() + PATIENCE
        while text not in self.seen[start:]:
            if time.perf_counter() > end:
                raise TimeoutError(f"{text!r} was not shown in {PATIENCE} s")
            self.read(1)
        return self.last

    def quiet(self, seconds: float = QUIET) -> float:
        """Wait until nothing comes any more; when the last of it came."""
        while self.read(seconds):
            pass
        return self.last

    def press(self, keys: str) -> float:
        """Type; when that was."""
        now = time.perf_counter()
        os.write(self.descriptor, keys.encode())
        return now

    def memory(self) -> float:
        """MiB of it and all that it has started, what they share counted once."""
        return sum(_pss(process) for process in _family(self.process)) / 1024

    def processor(self) -> list[float]:
        """Seconds of processor time that it and each that it has started have used."""
        ticks = os.sysconf("SC_CLK_TCK")
        stats = (_stat(process) for process in _family(self.process))
        return [(int(fields[11]) + int(fields[12])) / ticks for fields in stats if fields]

    def close(self) -> None:
        """End it."""
        for process in _family(self.process):
            os.kill(process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.descriptor)


def _stat(process: int | str) -> list[str]:
    try:
        return Path("/proc", str(process), "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _family(process: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat(name)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
    found = [process]
    for one in found:
        found += children.get(one, [])
    return found


def _pss(process: int) -> int:
    try:
        lines = Path("/proc", str(process), "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def first_line(path: Path, *wanted: str) -> bytes:
    """A text that stands in the line of the first packet, of those that are wanted."""
    command = [*SIXSCOPE, "show", "-c", "1", *wanted, str(path)]
    line = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return line.split()[2].encode()[:8]


def start(command: list[str], text: bytes, rounds: int) -> tuple[float, float]:
    """Median seconds until the first line is there, and of the busiest process's processor."""
    took, used = [], []
    for _ in range(rounds):
        terminal = Terminal(command)
        took.append(terminal.until(text) - terminal.begin)
        used.append(max(terminal.processor()))
        terminal.close()
    return statistics.median(took), statistics.median(used)


def steps(
    path: Path, rows: int = 24, columns: int = 80, count: int = 40
) -> tuple[list[float], list[int], float]:
    """Milliseconds and octets of steps down, and milliseconds of processor for one."""
    terminal = Terminal([*SIXSCOPE, str(path)], rows, columns)
    terminal.until(b"? help")
    terminal.quiet(3)
    times, sizes = [], []
    used = sum(terminal.processor()[:2])  # not what the job in the background takes
    for _ in range(count):
        before = len(terminal.seen)
        pressed = terminal.press("j")
        times.append(1000 * (terminal.quiet() - pressed))
        sizes.append(len(terminal.seen) - before)
    used = 1000 * (sum(terminal.processor()[:2]) - used) / count
    terminal.close()
    return times, [size for size in sizes if size], used  # none: it was the last packet


def indexed(path: Path) -> tuple[float, float]:
    """Seconds until all is found, and MiB then."""
    terminal = Terminal([*SIXSCOPE, str(path)])
    terminal.until(first_line(path))
    while terminal.read(1.5):  # the title counts; when it is still, all has been found
        pass
    found = terminal.last - terminal.begin
    used = terminal.memory()
    terminal.close()
    return found, used


def filtered(path: Path, text: str, found: bytes, rounds: int) -> float:
    """Median seconds from Enter to the first line."""
    took = []
    for _ in range(rounds):
        terminal = Terminal([*SIXSCOPE, str(path)])
        terminal.until(first_line(path))
        terminal.quiet(1.5)
        terminal.press("/")
        terminal.press(text)
        terminal.quiet(0.5)
        before = len(terminal.seen)
        pressed = terminal.press("\r")
        took.append(terminal.until(found, before) - pressed)
        terminal.close()
    return statistics.median(took)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.tui")
    parser.add_argument("--packets", type=int, default=10_000_000)
    parser.add_argument("--filter-packets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=Path, help="a capture that was made before")
    parser.add_argument("--small", type=Path, help="the same for the filter")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large, small = options.large, options.small
        if large is None:
            large = Path(folder, "large.pcap")
            make_capture.write(large, options.packets)
        if small is None:
            small = Path(folder, "small.pcap")
            make_capture.write(small, options.filter_packets)
        measure(large, small, options.rounds)


def measure(large: Path, small: Path, rounds: int) -> None:
    """All of it."""
    text = first_line(large)
    print(*(f"{path.stat().st_size / 1e9:.1f} GB" for path in (large, small)), sep=", ")
    took, used = start([*SIXSCOPE, str(large)], text, rounds)
    print(
        f"start   sixscope         {took:8.2f} s, {used:.2f} s of processor in the busier process"
    )
    times, sizes, used = steps(large)
    print(
        f"step    sixscope         {statistics.median(times):8.1f} ms, at most {max(times):.1f}, "
        f"{used:.1f} ms of processor"
    )
    for rows, columns in SIZES:
        for one in (large, *(ROOT / "captures" / name for name in VARIED)):
            _, sizes, _ = steps(one, rows, columns)
            most, median = max(sizes), statistics.median(sizes)
            size = f"{columns}×{rows}"
            print(f"sent    {size:6} {one.name:24} {median:5,.0f} octets, at most {most:5,}")
    seconds, used = indexed(large)
    print(f"index   sixscope         {seconds:8.1f} s, {used:.0f} MiB")
    wanted = "icmpv6.type == 135"  # at a place where no packet of the first screen is
    found = first_line(small, "-Y", wanted)
    rare = filtered(small, wanted, found, rounds)
    print(f"filter  sixscope         {rare:8.2f} s to the first line")
    if shutil.which("tshark"):
        for what, path, extra in (("start", large, []), ("filter", small, ["-Y", wanted])):
            command = ["tshark", "-n", "-r", str(path), *extra]
            print(f"{what:7} tshark           {first_output(command):8.2f} s to the first line")
    if shutil.which("termshark"):
        took, used = start(["termshark", "-r", str(small)], text, 1)
        print(
            f"start   termshark        {took:8.2f} s of the smaller file, {used:.2f} s of processor"
        )


def first_output(command: list[str]) -> float:
    """Seconds until a program writes."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        took = time.perf_counter() - begin
        process.kill()
    return took


if __name__ == "__main__":
    main()

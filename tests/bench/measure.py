"""What all benchmarks measure by: median seconds of commands that take turns, and their memory."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable

SIXSCOPE = [sys.executable, "-m", "dissect"]
FOUND = 1
"""Exit status of a command that has findings."""
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def timed(run: Callable[[], object], rounds: int) -> float:
    """Median seconds of several runs."""
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        run()
        took.append(time.perf_counter() - begin)
    return statistics.median(took)


def quiet(command: list[str]) -> None:
    """Run a command, its output thrown away; a failure of it ends the benchmark."""
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode not in (0, FOUND):
        done.check_returncode()


def peak_memory(command: list[str]) -> int:
    """The most resident memory that a command used, in MiB; it is started from a small program."""
    begin = [sys.executable, "-S", "-c", PEAK]
    done = subprocess.run([*begin, *command], capture_output=True, text=True, check=True)
    return int(done.stdout) // 1024


def medians(runs: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each command; they take turns, so that ratios hold on a busy machine."""
    took = defaultdict(list)
    for _ in range(rounds):
        for name, command in runs.items():
            begin = time.perf_counter()
            quiet(command)
            took[name].append(time.perf_counter() - begin)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def compare(runs: dict[str, list[str]], peer: str, rounds: int) -> None:
    """Print seconds, memory, and how many times as fast as one of them the others are."""
    there = {name: command for name, command in runs.items() if shutil.which(command[0])}
    found = medians(there, rounds)
    for name in runs:
        if name not in found:
            print(f"  {name:34} not installed")
            continue
        ratio = f"{found[peer] / found[name]:6.2f} × {peer}" if name != peer else ""
        print(
            f"  {name:34} {found[name]:7.2f} s {peak_memory(runs[name]):5} MiB {ratio}", flush=True
        )

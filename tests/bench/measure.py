"""What all benchmarks measure by: seconds and memory of commands that take turns."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from typing import NamedTuple

SIXSCOPE = [sys.executable, "-m", "dissect"]
FOUND = 1
"""Exit status of a command that has findings."""
RUN = """
import resource, subprocess, sys, time
nowhere, begin = subprocess.DEVNULL, time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=nowhere, stderr=nowhere)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""
"""A small program, of which a command's most memory is not a copy's of this one."""


class Took(NamedTuple):
    """Seconds, the start of the program included, and the most resident memory in MiB."""

    seconds: float
    memory: int


def run(command: list[str]) -> Took:
    """Run a command, its output thrown away; a failure of it ends the benchmark."""
    begin = [sys.executable, "-S", "-c", RUN]
    done = subprocess.run([*begin, *command], capture_output=True, text=True, check=False)
    if done.returncode not in (0, FOUND):
        done.check_returncode()
    seconds, memory = done.stdout.split()
    return Took(float(seconds), int(memory) // 1024)


def medians(runs: dict[str, list[str]], rounds: int) -> dict[str, Took]:
    """Medians of each command; they take turns, so that ratios hold on a busy machine."""
    took = defaultdict(list)
    for _ in range(rounds):
        for name, command in runs.items():
            took[name].append(run(command))
    return {
        name: Took(statistics.median(seconds), int(statistics.median(memory)))
        for name, (seconds, memory) in (
            (name, zip(*those, strict=True)) for name, those in took.items()
        )
    }  # fmt: skip


def compare(runs: dict[str, list[str]], peer: str, rounds: int) -> None:
    """Print seconds, memory, and how many times as fast as one of them the others are."""
    there = {name: command for name, command in runs.items() if shutil.which(command[0])}
    found = medians(there, rounds)
    for name in runs:
        if name not in found:
            print(f"  {name:34} not installed")
            continue
        took = found[name]
        ratio = f"{found[peer].seconds / took.seconds:6.2f} × {peer}" if name != peer else ""
        print(f"  {name:34} {took.seconds:7.2f} s {took.memory:5} MiB {ratio}", flush=True)

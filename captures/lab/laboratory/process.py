"""Processes that are ended by their own process number, and commands that can't run for ever."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 3.0
"""Seconds between asking a process to end and ending it."""


class Failed(Exception):
    """A command failed, or took too long; says which, and what it printed."""


def run(command: Sequence[str], *, seconds: float = 20, check: bool = True, text: str = "") -> str:
    """Run a command to its end and hand back what it printed, errors included.

    ``text`` is its standard input.  Raises Failed when it takes longer than ``seconds``, and, if
    ``check``, when its exit status isn't 0.
    """
    try:
        done = subprocess.run(
            command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{' '.join(command)}: not done after {seconds} s") from late
    if check and done.returncode:
        raise Failed(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


class Process:
    """A process in the background, its output in a file."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self.name = log.stem
        self._log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._child.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended by itself."""
        return self._child.poll() is None

    @property
    def output(self) -> str:
        """All that it has printed so far."""
        return self._log.read_text(errors="replace")

    def wait(self, seconds: float) -> None:
        """Let it come to its end; one that takes longer is ended."""
        try:
            self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.end()

    def end(self, *, signal: int | None = None) -> None:
        """Ask it to end, by SIGTERM unless told, and see to it."""
        if not self.runs:
            return
        if signal is None:
            self._child.terminate()
        else:
            self._child.send_signal(signal)
        try:
            self._child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

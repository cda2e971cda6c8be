"""How workers are started, how many, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from threading import Event, Thread

import pytest

from dissect.engine.processes import that_pay, workers

POLARS = (
    "import polars; polars.Series([3, 1]).sort(); polars.Series([1]).to_frame().lazy().collect(); "
)
START = "from dissect.engine.processes import workers; print(workers().get_start_method())"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries have threads")
def test_what_is_imported_is_not_imported_again():
    said = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert said.stdout == "fork\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere none is copied")
def test_no_copy_is_made_while_a_librarys_threads_run():
    command = [sys.executable, "-c", POLARS + START]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout == "spawn\n"


def test_no_copy_is_made_of_a_process_with_threads():
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    try:
        assert workers().get_start_method() == "spawn"
    finally:
        done.set()
        thread.join()


IDLE = """
import time
from dissect.engine.processes import pool

if __name__ == "__main__":
    with pool(2) as workers:
        workers.submit(print, "works", flush=True).result()
        time.sleep(100)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_without_work_end_with_who_started_them(number):
    command = [sys.executable, "-c", IDLE]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"works\n"
        process.send_signal(number)
        process.communicate(timeout=30)  # ends when nobody has the pipe's other end any more
        assert process.returncode == -number


@pytest.mark.parametrize(
    ("sizes", "processes"),
    [([], 1), ([31 << 20], 1), ([32 << 20], 2), ([31 << 20, 31 << 20], 3), ([10 << 30], 4)],
)
def test_a_process_for_so_much_of_captures_and_none_without_a_processor(
    tmp_path, monkeypatch, sizes, processes
):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    paths = [tmp_path / f"{nth}.pcap" for nth in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.touch()
        os.truncate(path, size)
    assert that_pay([*map(str, paths), "missing.pcap"]) == processes

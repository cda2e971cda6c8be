"""How workers are started."""

from __future__ import annotations

import subprocess
import sys
from threading import Event, Thread

import pytest

from dissect.engine.processes import workers

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

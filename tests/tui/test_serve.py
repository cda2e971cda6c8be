"""The terminal UI in a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from tests.tui.driver import TOUR

LONGEST = 30


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_a_browser_on_this_machine_gets_it_and_no_other():
    port = free_port()
    command = [sys.executable, "-m", "dissect", TOUR, "--serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page = until_served(port)
        assert "sixscope" in page
        assert listeners(port) == ["0100007F"]
    finally:
        process.terminate()
        process.wait(10)


def listeners(port: int) -> list[str]:
    """The addresses that a port is listened to on, as Linux writes them."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    local = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    return [one.split(":")[0] for one in local if one.endswith(f":{port:04X}")]


def until_served(port: int) -> str:
    begin = time.monotonic()
    while True:
        try:
            return urlopen(f"http://127.0.0.1:{port}/").read().decode()
        except OSError:
            assert time.monotonic() - begin < LONGEST, "nothing answers"
            time.sleep(0.1)


def test_a_pipe_is_not_served():
    run = subprocess.run(
        [sys.executable, "-m", "dissect", "view", "-", "--serve"], capture_output=True, text=True,
        env=os.environ | {"NO_COLOR": "1"},
    )  # fmt: skip
    assert run.returncode == 2
    assert "needs files" in run.stderr

"""From a shell's prompt to a shell's prompt, in a real terminal: tmux."""

import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dissect import open_capture
from tests.tui.driver import TOUR

needs_tmux = pytest.mark.skipif(
    shutil.which("tmux") is None and not os.environ.get("CI"), reason="tmux is not installed"
)


class Tmux:
    """A terminal of tmux's, with a program in it."""

    def __init__(self, folder, size: tuple[int, int], command: str) -> None:
        self.socket = str(folder / "tmux")
        environment = {
            name: value for name, value in os.environ.items()
            if name not in ("TMUX", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")
        }  # fmt: skip
        self.environment = environment | {
            "XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config"),
            "TMPDIR": str(folder),
        }  # fmt: skip
        width, height = map(str, size)
        self.run("-f", "/dev/null", "new-session", "-d", "-x", width, "-y", height, command)
        self.run("set-option", "-g", "remain-on-exit", "on")
        self.run("set-option", "-s", "set-clipboard", "on")

    def run(self, *arguments: str) -> str:
        command = ["tmux", "-S", self.socket, *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    @property
    def screen(self) -> list[str]:
        return self.run("capture-pane", "-p").split("\n")

    def keys(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def until(self, text: str, line: int | None = None) -> None:
        """Wait until a text is on the screen, or in one of its lines."""
        begin = time.monotonic()
        while time.monotonic() - begin < 60:
            screen = self.screen
            if any(text in it for it in (screen if line is None else [screen[line]])):
                return
            time.sleep(0.05)
        raise AssertionError(f"{text!r} never came:\n" + "\n".join(screen))

    def settled(self) -> str:
        """The screen, when it has been still for a while."""
        before, now = "", self.run("capture-pane", "-p")
        while before != now:
            time.sleep(0.3)
            before, now = now, self.run("capture-pane", "-p")
        return now

    def until_gone(self, text: str, line: int) -> None:
        """Wait until a text isn't in a line any more."""
        begin = time.monotonic()
        while text in self.screen[line]:
            assert time.monotonic() - begin < 60, f"{text!r} stays"
            time.sleep(0.05)

    def close(self) -> None:
        self.run("kill-server")


@pytest.fixture
def tmux(request, tmp_path) -> Iterator[Tmux]:
    command = f"{sys.executable} -m dissect {TOUR}; echo exit status $?; sleep 60"
    it = Tmux(tmp_path, getattr(request, "param", (80, 24)), command)
    yield it
    it.close()


@needs_tmux
@pytest.mark.parametrize("tmux", [(80, 24), (160, 50)], indirect=True)
def test_a_tour(tmux, tmp_path):
    tmux.until("40 packets", 0)
    tmux.until("Neighbor")
    # a filter, typed ahead, and the list's keys behind it
    tmux.keys("/", "icmpv6.type == 135", "Enter", "G")
    tmux.until("shown 4", 0)
    tmux.until("   11 ")
    tmux.keys("\\")
    tmux.until_gone("shown", 0)
    tmux.until("   11 ")  # the selected packet stays
    # what was sent is what there is to see: painting all of it again changes nothing
    tmux.keys("g", "g", *(30 * "j"), *(17 * "k"), "Tab", *(20 * "j"), *(9 * "k"), "*", "Tab")
    tmux.until("   14 ")
    screen = tmux.settled()
    tmux.keys("C-l")
    assert tmux.settled() == screen
    tmux.keys("_", "Tab")
    # to a packet, by its number and by time
    tmux.keys(":", "38", "Enter")
    tmux.until("   38 ")
    tmux.keys("5", "G", "m")
    tmux.until("◆ 1", 0)
    tmux.keys(":", "+3s", "Enter")
    tmux.until("   16 ")
    tmux.keys("'")  # back to the mark
    # unfold, and what the octets are
    tmux.keys("Tab", "g", "g", "j", "j", "l", "j", "j", "l", "j")
    tmux.until("ipv6.tclass.dscp")
    tmux.keys("b")
    tmux.until("Version|")
    tmux.keys("b", "?")
    tmux.until("Moving")
    tmux.keys("x")  # any key
    tmux.until("40 packets", 0)
    # copy, over the terminal itself; two marks, compared; a conversation; a smaller capture
    tmux.keys("y", "f")
    tmux.until("filter copied")
    assert tmux.run("show-buffer") == "ipv6.tclass.dscp == 0"
    tmux.keys("BTab", "8", "G", "m", "d")
    tmux.until("Packets 5 and 8", 0)
    tmux.until("lines differ")
    tmux.keys("Escape")
    tmux.until("40 packets", 0)
    tmux.keys("2", "8", "G", "F")
    tmux.until("GET ")
    tmux.keys("Escape")
    tmux.until("40 packets", 0)
    tmux.keys("/", "tcp", "Enter")
    tmux.until("shown 10", 0)
    tmux.keys("E", str(tmp_path / "tcp.pcapng"), "Enter")
    tmux.until("10 packets")
    with open_capture(str(tmp_path / "tcp.pcapng")) as capture:
        assert {packet.layer("tcp") is not None for packet in capture} == {True}
    tmux.keys("q")
    tmux.until("exit status 0")
    assert not list(tmp_path.glob("sixscope-*"))  # nothing is left behind


@needs_tmux
def test_what_a_shell_substitutes_is_read(tmp_path):
    packed = tmp_path / "tour.gz"
    packed.write_bytes(gzip.compress(Path(TOUR).read_bytes()))
    command = f"bash -c '{sys.executable} -m dissect <(cat {packed}); sleep 60'"
    tmux = Tmux(tmp_path, (80, 24), command)
    try:
        tmux.until("40 packets", 0)
        tmux.until("Multicast")
    finally:
        tmux.close()


@needs_tmux
def test_it_ends_with_its_terminal(tmux, tmp_path):
    tmux.until("40 packets", 0)
    begin = time.monotonic()
    tmux.run("respawn-pane", "-k", "sleep 60")
    while list(tmp_path.glob("sixscope-*/*")):
        assert time.monotonic() - begin < 10, "what the engine put aside is still there"
        time.sleep(0.05)

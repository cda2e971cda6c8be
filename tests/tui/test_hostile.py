"""Text from packets that a terminal would obey must not reach it."""

import asyncio
import os
import pty
import re
import select
import struct
import sys
import time

from tests.hostile.bombs import BOMBS
from tests.hostile.capture import written
from tests.hostile.texts import PACKETS
from tests.tui.driver import look
from tests.tui.test_tmux import Tmux, needs_tmux
from tui.text import fitted, strip_of, width_of

ESCAPES = "\x1b]0;gotcha\x07\x1b[2J\x9b31m‮[bold]b[/bold]​\udcff"


def block(kind: int, body: bytes) -> bytes:
    """A block of pcapng (draft-ietf-opsawg-pcapng, section 3.1)."""
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


COMMENTS = (b"\x1b]0;gotcha\x07", b"\x1b[2J[red]x", b"\xe2\x80\xae\xc2\x9b31m")


def hostile(path) -> str:
    """Packets with comments that are escape sequences."""
    octets = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    octets += block(1, struct.pack("<HHI", 1, 0, 0))
    for comment in COMMENTS:
        frame = bytes(12) + b"\x86\xdd" + bytes.fromhex("6000000000003b40") + bytes(32)
        option = struct.pack("<HH", 1, len(comment)) + comment + bytes(-len(comment) % 4)
        head = struct.pack("<IIIII", 0, 0, 0, len(frame), len(frame))
        octets += block(6, head + frame + bytes(-len(frame) % 4) + option + bytes(4))
    path.write_bytes(octets)
    return str(path)


def test_the_gate_makes_everything_visible_and_counts_its_cells():
    text = fitted(ESCAPES, 60)
    assert text.isprintable()
    assert "\\x1b]0;gotcha\\x07" in text
    assert "[bold]" in text
    strip = strip_of([(ESCAPES, None)], 200, None)
    assert all(segment.text.isprintable() for segment in strip)
    assert strip.cell_length == 200
    assert width_of("漢字") == 4
    assert fitted("漢字漢字", 5) == "漢字…"


def test_escapes_in_packets_and_in_a_files_name_are_shown_as_text(tmp_path):
    async def script(it):
        for keys in ("*", "G", "w", "b", "i"):
            await it.press(keys)
            for line in it.lines:
                assert line.isprintable(), line
        assert "a\\x1b]0;x\\x07[red].pcap" in it.lines[0]
        await it.press("g", "g", "w")
        assert "\\x1b]0;gotcha\\x07" in it.text

    look(script, hostile(tmp_path / "a\x1b]0;x\x07[red].pcap"), size=(160, 50))


def test_what_reaches_the_terminal_has_no_sequence_of_a_packets(tmp_path):
    """Through a pseudo-terminal: the octets themselves."""
    path = hostile(tmp_path / "hostile.pcapng")
    process, terminal = pty.fork()
    if process == 0:
        os.environ.update(TERM="xterm-256color", LINES="40", COLUMNS="150")
        os.execv(sys.executable, [sys.executable, "-m", "dissect", path])
    seen, begin = b"", time.monotonic()

    def read(until: bytes) -> None:
        nonlocal seen
        while until not in seen and time.monotonic() - begin < 60:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    seen += os.read(terminal, 1 << 16)
                except OSError:  # it has ended
                    return

    try:
        read(b"? help")
        os.write(terminal, b"w")
        read(b"gotcha")
        os.write(terminal, b"*Ggg")
        os.write(terminal, b"q")
        read(b"\x1b[?1049l")
    finally:
        _, status = os.waitpid(process, 0)
        os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"\\x1b]0;gotcha" in seen  # as text
    assert b"\x1b]0;gotcha" not in seen
    assert not re.search(rb"\x1b\[2J\[red\]", seen)
    assert b"\xe2\x80\xae" not in seen


def test_what_is_pasted_into_the_filter_is_one_visible_line():
    from textual import events

    async def script(it):
        await it.press("/")
        it.main.filter_bar.post_message(events.Paste("ipv6\x1b[2J\nand tcp"))
        await asyncio.sleep(0.1)
        assert it.main.filter_bar.value == "ipv6\\x1b[2J and tcp"

    look(script)


def test_hostile_names_and_bombs_are_shown_by_every_screen(tmp_path):
    """Names of hosts, calls and servers, and packets that ask for all the work that they can."""
    some = [*PACKETS[:28], *(BOMBS[name] for name in ("IPv6 in IPv6", "DNS loop", "labels"))]
    path = str(written(tmp_path / "hostile.pcapng", some))

    async def script(it):
        await it.until(lambda: "31 packets" in it.lines[0])

        seen = ""

        def check():
            nonlocal seen
            seen += it.text
            for line in it.lines:
                assert line.isprintable(), line

        await it.press("*")
        for _ in some:  # each packet, with all that is in it
            await it.settle()
            check()
            await it.press("j")
        for text in (
            "owned",
            "<script>alert(1)</script>",
            "[red]text",
            "MultiProtocol Label Switching",
        ):
            assert text in seen
        for screen in ("S", "!", "H"):
            await it.press(screen)
            await it.settle()
            check()
            await it.press("escape")

    look(script, path, size=(160, 50))


@needs_tmux
def test_in_a_real_terminal_no_title_changes_and_nothing_is_copied(tmp_path):
    path = written(tmp_path / "hostile.pcapng", PACKETS)
    it = Tmux(tmp_path, (120, 40), f"{sys.executable} -m dissect {path}; sleep 60")
    try:
        it.run("set-option", "-g", "allow-rename", "on")
        it.until(f"{len(PACKETS)} packets", 0)
        it.keys("*", "j", "j", "j", "G", "g", "g")
        it.until("owned")
        for screen in ("S", "!", "H"):
            it.keys(screen)
            it.settled()
            it.keys("Escape")
        it.keys("q")
        assert "owned" not in it.run("display-message", "-p", "#{pane_title} #{window_name}")
    finally:
        it.close()

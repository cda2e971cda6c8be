"""Searching, following, comparing, statistics, findings, copying, exporting."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64decode

import pytest

from tests.captures_list import ROOT
from tests.tui.driver import Look, look
from tui.model import clipboard, commands, octets
from tui.model.memory import Memory
from tui.model.search import Wanted, parse
from tui.screens.difference import Difference, octet_lines
from tui.screens.follow import Follow
from tui.screens.statistics import OneTable, grouped

APPLICATIONS = str(ROOT / "captures" / "lab" / "applications.pcapng")


async def opened(running: Look, *keys: str, kind: type):
    """Press keys and wait until a screen of a kind has been filled."""
    await running.press(*keys)
    await running.filled()
    screen = running.app.screen
    assert isinstance(screen, kind)
    return screen


# --- searching -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("abc", Wanted("text", "abc")), ("hex:60 00", Wanted("hex", "60 00")),
        ("re:a+", Wanted("regex", "a+")), ("filter:tcp", Wanted("filter", "tcp")),
        ("2001:db8::1", Wanted("text", "2001:db8::1")),
    ],
)  # fmt: skip
def test_what_is_looked_for_says_how(line, wanted):
    assert parse(line) == wanted


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        ("filter:icmpv6.type == 134", "icmpv6.type == 134"),
        ("hex:86 dd 60", "frame contains 86:dd:60"),
        ("re:Router Adv[a-z]+", "icmpv6.type == 134"),
    ],
)
def test_search_goes_to_what_tshark_finds(line, condition):
    from tests.tui.driver import TOUR

    command = ["tshark", "-n", "-r", TOUR, "-Y", condition, "-T", "fields", "-e", "frame.number"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = [int(number) for number in run.stdout.split()]

    async def script(running: Look) -> None:
        await running.press("f")
        await running.type(line)
        await running.press("enter")
        search = running.main.search
        assert search is not None
        await running.until(lambda: not search.running)
        await running.settle()
        assert list(search.found) == theirs
        assert running.session.current == theirs[0]
        await running.press("n")
        assert running.session.current == theirs[1 % len(theirs)]
        await running.press("N")
        assert running.session.current == theirs[0]
        assert f"1 of {len(theirs)} found" in running.text

    look(script)


# --- conversations -------------------------------------------------------------------------------


@pytest.mark.tshark
def test_follow_tells_what_tshark_follows():
    command = ["tshark", "-n", "-r", APPLICATIONS, "-q", "-z", "follow,tcp,raw,2"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    body = run.stdout.split("Node 1:")[1].splitlines()[1:]
    theirs = [bytes.fromhex(line.strip()) for line in body if re.fullmatch(r"\t?[0-9a-f]+", line)]

    async def script(running: Look) -> None:
        running.main.jump(838)
        await running.settle()
        screen = await opened(running, "F", kind=Follow)
        assert b"".join(piece.octets for piece in screen.pieces) == b"".join(theirs)
        assert "TCP 2001:db8:1::1 37258 ⇄ 2001:db8:1::2 8080" in running.text
        await running.press("x")
        assert "000000  " in running.text
        await running.press("f")
        await running.until(lambda: not running.session.filtering)
        assert len(running.session.shown) == 12

    look(script, APPLICATIONS, size=(120, 40))


def test_follow_says_when_there_is_nothing_to_follow():
    async def script(running: Look) -> None:
        running.main.jump(1)
        await running.settle()
        screen = await opened(running, "F", kind=Follow)
        assert "nothing to follow" in screen.sheet.told[0][0][0]
        await running.press("escape")
        assert running.app.screen is running.main

    look(script)


def test_two_marked_packets_are_compared():
    async def script(running: Look) -> None:
        octets = []
        for number in (2, 3):
            running.main.jump(number)
            await running.press("m")
            octets.append(running.session.detail.sources[0].data)
        screen = await opened(running, "d", kind=Difference)
        pairs = screen.compared.pairs
        assert any(pair.same for pair in pairs)
        different = [pair for pair in pairs if not pair.same]
        assert different
        await running.press("u")
        assert screen.sheet.count() == len(different)
        await running.press("u", "x")
        assert (screen.compared.left, screen.compared.right) == tuple(octets)
        assert screen.sheet.count() == -(-max(map(len, octets)) // 8)
        assert running.lines[1].startswith(
            "≠ 0000 33 33 ff 00 53 01 00 00 33··S···  0000 33 33 00 "
        )
        assert screen.places[0] == 0
        await running.press("n")
        assert screen.sheet.cursor == screen.places[1]

    look(script, size=(80, 40))


def test_what_octets_differ_is_told_octet_by_octet():
    (same, first), (_, second) = octet_lines(bytes(16), bytes(8) + b"A", 37)
    assert same
    assert {look for _, look in first[1:] if look.startswith("bold")} == set()
    told = [(text, look) for text, look in second if look.startswith("bold")]
    assert told[:2] == [("00 ", "bold text"), ("00 ", "bold text")]
    assert told[-2:] == [("41 ", "bold accent"), ("A", "bold accent")]
    assert "".join(text for text, _ in second) == (
        "≠ 0008 00 00 00 00 00 00 00 00 ········  0008 41                      A         "
    )


def test_every_view_tells_its_command_line(tmp_path):
    async def script(running: Look) -> None:
        path = running.session.client.path
        running.main.jump(28)
        await running.press("m", "8", "G")
        ends = "ipv6.addr == 2001:db8:0:1:200:5eff:fe00:5301 && ipv6.addr == 2001:db8:80::80"
        for keys, line in (
            (("S",), f"sixscope report {path}"),
            (("!",), f"sixscope lint {path}"),
            (("H",), f"sixscope report --table hosts {path}"),
            (("d",), f"sixscope show -V -x --packets 8,28 {path}"),
            (("2", "8", "G", "F"), f"sixscope show -x -Y '{ends} && tcp.port == 49152 && "
                                   f"tcp.port == 80' {path}"),
        ):  # fmt: skip
            await running.press(*keys)
            await running.filled()
            await running.press("y")
            assert (tmp_path / clipboard.NAME).read_text() == line
            await running.press("escape")

    look(script, memory=Memory(tmp_path))


# --- tables --------------------------------------------------------------------------------------


def test_every_table_of_the_report_is_in_the_list():
    from dissect.report.names import TABLES

    names = [name for found in grouped().values() for name in found]
    assert sorted(names) == sorted(TABLES)


def test_an_endpoint_becomes_a_filter():
    async def script(running: Look) -> None:
        await running.press("S")
        assert "Who talks" in running.text
        page = running.app.screen
        page.chosen(page._names.index("endpoints-ipv6"))
        await running.pilot.pause()
        table = running.app.screen
        assert isinstance(table, OneTable)
        await running.until(lambda: table.table is not None)
        await running.settle()
        address, packets = table.table.rows[0][0], table.table.rows[0][1]
        table.sheet.go(0)
        await running.press("enter")
        await running.until(lambda: not running.session.filtering)
        assert running.session.filter == f"ipv6.addr == {address}"
        assert len(running.session.shown) <= int(packets)

    look(script)


def test_a_table_is_sorted_by_a_column():
    async def script(running: Look) -> None:
        running.app.push_screen(OneTable(running.main, "endpoints-ipv6"))
        await running.pilot.pause()
        table = running.app.screen
        await running.until(lambda: table.table is not None)
        await running.press(">", "s")
        numbers = [table.table.keys[row][1] for row in table.order]
        assert numbers == sorted(numbers, reverse=True)
        await running.press("s")
        assert [table.table.keys[row][1] for row in table.order] == sorted(numbers)

    look(script)


# --- copying and writing -------------------------------------------------------------------------


def test_copied_text_goes_through_the_terminal_and_tmux():
    found = clipboard.sequences("ipv6.hlim == 64 é", tmux=True)
    plain, wrapped = re.fullmatch(
        r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07\x1bPtmux;\x1b\x1b\]52;c;([A-Za-z0-9+/=]+)\x07\x1b\\",
        found,
    ).groups()
    assert b64decode(plain).decode() == "ipv6.hlim == 64 é"
    assert plain == wrapped


def test_a_lone_surrogate_is_copied_as_text():
    sent = clipboard.sequences("\udcff", tmux=False)
    assert b64decode(sent.split(";")[2].rstrip("\x07")) == b"\\udcff"


def test_what_is_too_long_for_terminals_is_only_in_the_file(tmp_path):
    assert clipboard.sequences("x" * 80_000, tmux=False) == ""
    path = clipboard.keep("x" * 80_000, tmp_path)
    assert path.read_text() == "x" * 80_000
    assert path.stat().st_mode & 0o077 == 0


def test_octets_are_source_of_c_and_python():
    data = bytes(range(20))
    assert eval(octets.as_python(data)) == data  # our own output, of our own octets
    assert octets.as_c(b"\x60\x00").splitlines()[1] == "    0x60, 0x00"
    assert octets.as_hex(b"\x60\x00") == "60 00"


def test_copies_of_field_filter_and_packet(tmp_path):
    def copied() -> str:
        return (tmp_path / clipboard.NAME).read_text()

    async def script(running: Look) -> None:
        running.main.jump(5)
        await running.settle()
        await running.press("y", "h")
        assert copied().startswith(running.session.detail.sources[0].data[:16].hex(" "))
        await running.press("y", "j")
        await running.until(lambda: copied().startswith("["))
        assert json.loads(copied())[0]["_source"]["layers"]["frame"]
        await running.press("y", "k")
        assert copied() == f"sixscope show {running.session.client.path}"
        await running.press("tab", "*")
        lines = [line.name for line in running.session.detail.lines]
        assert "ipv6.hlim" in lines
        running.main.detail.select_octet(0, 21)
        await running.press("y", "f")
        assert copied() == "ipv6.hlim == 255"
        await running.press("y", "v")
        assert copied() == "255"
        await running.press("y", "y")
        assert copied().startswith("Hop Limit: 255")

    look(script, memory=Memory(tmp_path))


def test_command_lines_are_quoted():
    assert commands.of_list("a b.pcap", "tcp && udp", "r") == (
        "sixscope show -Y 'tcp && udp' 'a b.pcap'"
    )


def test_shown_packets_are_written_and_nothing_is_overwritten_without_a_yes(tmp_path, monkeypatch):
    from dissect.capture.open import open_records

    monkeypatch.chdir(tmp_path)  # short names: each letter is a key
    out = tmp_path / "out.pcapng"
    out.write_text("mine")

    async def script(running: Look) -> None:
        running.main.apply("icmpv6.type == 134")
        await running.until(lambda: not running.session.filtering and running.session.shown.numbers)
        await running.press("E")
        await running.type("out.pcapng")
        await running.press("enter")
        await running.until(lambda: "overwrite it?" in running.text)
        assert out.read_text() == "mine"
        await running.type("y")
        await running.press("enter")
        await running.until(lambda: "packets written" in running.main.status.message)
        with open_records(out) as records:
            assert len(list(records)) == len(running.session.shown)
        await running.press("E")
        await running.type("out.json")
        await running.press("enter")
        await running.until(lambda: (tmp_path / "out.json").exists())
        found = json.loads((tmp_path / "out.json").read_text())
        assert len(found) == len(running.session.shown)

    look(script, size=(140, 30))

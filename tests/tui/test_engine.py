"""The engine's process, asked without a screen."""

import asyncio
import gzip
import io
import os
import subprocess
import sys
import time
from array import array
from ipaddress import ip_address
from pathlib import Path

import pytest

from dissect import open_capture
from dissect.capture.write import PcapWriter
from tests.captures_list import ROOT
from tests.tui.driver import CAPTURES, TOUR
from tui.engine import source
from tui.engine.client import Client
from tui.engine.jobs.filter import numbers
from tui.engine.states import Block, States
from tui.model.packets import Look

LOOK = Look(("number", "source", "destination", "protocol", "length", "info"))


class Asked:
    """An engine, asked and waited for."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.failures: list[str] = []
        client.on_failure = self.failures.append

    async def until(self, holds) -> None:
        begin = time.monotonic()
        while not holds():
            assert time.monotonic() - begin < 60, f"never came; {self.client.state}"
            await asyncio.sleep(0.005)

    async def ask(self, name, *args):
        told = []
        self.client.ask(name, *args, told=told.append, channel=f"{name}{args}")
        await self.until(lambda: told)
        return told[0]

    async def job(self, name, *args):
        parts, ended = [], []
        self.client.start(name, *args, told=parts.append, ended=ended.append)
        await self.until(lambda: ended)
        return parts, ended[0]


def asked(script, path: str, tmp_path: Path, stdin: int | None = None) -> None:
    async def run() -> None:
        client = Client(path, spool=str(tmp_path / "spool"), stdin=stdin)
        try:
            client.attach(asyncio.get_running_loop())
            await script(Asked(client))
        finally:
            client.close()

    (tmp_path / "spool").mkdir()
    asyncio.run(run())


def asked_tour(script) -> None:
    """The same of the engine for the tour that all tests use."""

    async def run() -> None:
        try:
            client = CAPTURES.begin(TOUR)
            client.attach(asyncio.get_running_loop())
            await script(Asked(client))
        finally:
            CAPTURES.detach()

    asyncio.run(run())


def test_rows_are_those_of_reading_in_order_once_it_has_been_traced(tmp_path):
    """Sequence numbers count from a stream's first, replies name their requests."""
    path = str(ROOT / "captures" / "lab" / "applications.pcapng")
    with open_capture(path) as capture:
        lines = {packet.number: packet.decode().info for packet in capture}

    async def script(it):
        await it.until(lambda: it.client.state.traced == len(lines))
        found = await it.ask("rows", list(range(1, len(lines) + 1))[-300:], LOOK)
        assert {row.number: row.texts[-1] for row in found} == {
            number: lines[number] for number in list(lines)[-300:]
        }

    asked(script, path, tmp_path)


def test_questions_jobs_and_what_is_wrong_with_them():
    async def script(it):
        checked = await it.ask("check", "ipv6.src == 2001:db8::/32 and")
        assert checked.error
        assert checked.start == 29  # behind the last word
        await it.until(lambda: it.client.state.ready)
        parts, error = await it.job("filter", "icmpv6.type == 135")
        assert [number for part in parts for number in numbers(part)] == [2, 6, 7, 11]
        assert error == ""
        _, error = await it.job("filter", "icmpv6.tpye == 135")
        assert "icmpv6.tpye" in error
        assert await it.ask("at_time", 1, 1_000_000_000) == 3  # 0.00, 0.04, 1.04 s
        assert await it.ask("detail", 41) is None
        told = dict(await it.ask("address", bytes.fromhex("fe8000000000000002005efffe005301")))
        assert told["MAC address"].startswith("00:00:5e:00:53:01")

    asked_tour(script)


def test_a_block_that_comes_again_counts_its_warnings_once():
    states = States(-1)
    states.told(Block(0, 256, 0, 10, (3, 200)))
    states.told(Block(1, 5, 10, 12, (258,)))
    states.told(Block(1, 9, 10, 13, (258, 264)))  # of a capture that grows
    assert (states.count, states.noted, states.listed.tolist()) == (265, 4, [3, 200, 258, 264])


def test_echoes_and_datagrams_are_followed():
    """tshark -Y 'icmpv6.type in {128,129} || dns': echoes 13 to 18, 39 and 40, DNS 9 and 10."""

    async def script(it):
        await it.until(lambda: it.client.state.ready)
        (ends, pieces), error = await it.job("follow", 14)
        assert error == ""
        assert ends.words == "echo 2001:db8:80::80 ⇄ 2001:db8:0:1:200:5eff:fe00:5301"
        assert [piece.number for piece in pieces] == [13, 14, 15, 16, 17, 18, 39, 40]
        assert [piece.back for piece in pieces] == 4 * [False, True]
        assert {piece.octets for piece in pieces} == {bytes(range(32))}
        (ends, pieces), _ = await it.job("follow", 10)
        assert "udp.port == 53" in ends.filter
        assert [(piece.number, piece.back) for piece in pieces] == [(9, False), (10, True)]
        assert all(b"\x03www\x07example" in piece.octets for piece in pieces)

    asked_tour(script)


def test_packets_are_sorted_by_what_their_columns_say(tmp_path):
    path = str(ROOT / "captures" / "lab" / "tunnels.pcapng")
    with open_capture(path) as capture:
        packets = [packet.decode() for packet in capture]

    def address(packet) -> int:
        if ":" in packet.source and len(packet.source) == 17 and "::" not in packet.source:
            return 0  # a MAC address: no IP packet
        ip = ip_address(packet.source)
        return int(ip) + ((0xFFFF << 32) if ip.version == 4 else 0)  # RFC 4291, section 2.5.5.2

    wanted = {
        "source": address, "length": lambda packet: packet.original,
        "protocol": lambda packet: packet.protocol, "time": lambda packet: packet.time_ns,
    }  # fmt: skip

    async def script(it):
        await it.until(lambda: it.client.state.ready and it.client.state.complete)
        for kind, key in wanted.items():
            for backwards in (False, True):
                parts, error = await it.job("sort", kind, backwards, None)
                order = array("I", b"".join(parts)).tolist()
                chosen = [packets[number - 1] for number in order]
                if kind == "protocol":  # a fragment is sorted as one, whatever it completes
                    chosen = [it for it in chosen if it.layer("ipv6.fraghdr") is None]
                values = [key(packet) for packet in chosen]
                assert error == ""
                assert sorted(order) == list(range(1, len(packets) + 1))
                assert values == sorted(values, reverse=backwards), kind
        some = array("I", [7, 3, 5])
        parts, _ = await it.job("sort", "length", False, some.tobytes())
        assert sorted(array("I", b"".join(parts))) == [3, 5, 7]

    asked(script, path, tmp_path)


def test_completions_know_names_operators_values_and_what_was_seen():
    async def script(it):
        async def words(text):
            _, found = await it.ask("complete", text, len(text))
            return [it.word for it in found]

        await it.until(lambda: it.client.state.ready and it.client.state.complete)
        await it.ask("check", "ipv6")
        assert "icmpv6.type" in await words("icmpv6.ty")
        assert "icmpv6.type" in await words("ipv6 and (icmpv6.ty")
        assert (await words("icmpv6.type "))[:2] == ["==", "!="]
        assert "135" in await words("icmpv6.type == solic")
        assert "135" in await words("icmpv6.type in {133, neigh")
        assert "and" in await words("icmpv6.type == 135 ")
        assert "2001:db8:0:1::/64" in await words("ipv6.src == 2001")
        assert '"link-local"' in await words("src.kind == ")

    asked_tour(script)


def test_only_the_latest_of_many_questions_is_answered_and_a_job_can_be_cancelled():
    async def script(it):
        told = []
        await it.until(lambda: it.client.state.complete)
        for number in range(1, 41):
            it.client.ask("detail", number, told=told.append)
        await it.until(lambda: told and told[-1].number == 40)
        assert len(told) <= 2
        await it.until(lambda: it.client.state.ready)
        ended = []
        job = it.client.start("filter", "ipv6", told=told.append, ended=ended.append)
        job.cancel()
        assert not job.running
        await it.ask("check", "ipv6")
        assert not ended

    asked_tour(script)


def test_a_mistake_in_a_question_is_told_and_the_engine_goes_on():
    async def script(it):
        ended = []
        it.client.ask("detail", "one", told=ended.append, ended=ended.append)
        await it.until(lambda: ended)
        assert "TypeError" in ended[0]
        assert it.failures == ended
        assert (await it.ask("detail", 1)).number == 1

    asked_tour(script)


def test_packages_in_the_users_folder_are_not_taken_for_ours(tmp_path, monkeypatch):
    for package in ("tui", "dissect"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise SystemExit(package_of_others)")
    monkeypatch.chdir(tmp_path)

    async def script(it):
        assert (await it.ask("detail", 1)).number == 1

    asked(script, TOUR, tmp_path)


def test_a_killed_engine_is_told(tmp_path):
    async def script(it):
        await it.ask("detail", 1)
        it.client._process.kill()
        await it.until(lambda: it.failures)
        assert "The engine stopped" in it.failures[0]

    asked(script, TOUR, tmp_path)


@pytest.mark.parametrize(
    ("octets", "said"),
    [(b"", "an empty file"), (b"no capture at all, but text", "neither a pcap nor a pcapng file")],
)
def test_what_is_no_capture_is_told(tmp_path, octets, said):
    (tmp_path / "file").write_bytes(octets)

    async def script(it):
        await it.until(lambda: it.client.state.damage)
        assert said in it.client.state.damage

    asked(script, str(tmp_path / "file"), tmp_path)


def test_a_compressed_capture_is_read_and_a_damaged_one_up_to_the_damage(tmp_path):
    import gzip

    octets = Path(TOUR).read_bytes()
    (tmp_path / "whole.gz").write_bytes(gzip.compress(octets))
    (tmp_path / "cut.pcapng").write_bytes(octets[:2000])
    with open_capture(str(tmp_path / "cut.pcapng")) as capture:
        whole = len(capture)

    async def script(it):
        await it.until(lambda: it.client.state.packets == 40)
        assert (await it.ask("detail", 40)).number == 40

    asked(script, str(tmp_path / "whole.gz"), tmp_path)

    async def damaged(it):
        await it.until(lambda: it.client.state.damage)
        assert it.client.state.packets == whole
        assert "byte " in it.client.state.damage

    (tmp_path / "other").mkdir()
    asked(damaged, str(tmp_path / "cut.pcapng"), tmp_path / "other")


def test_a_pipe_is_followed_while_it_is_open(tmp_path):
    with open_capture(TOUR) as capture:
        records = [record for record in capture.records if record.captured < 2000]
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        stream.flush()

        async def script(it):
            for record in records[:3]:
                writer.packet(record.data, record.time_ns)
            stream.flush()
            await it.until(lambda: it.client.state.packets == 3)
            assert it.client.state.live
            for record in records[3:5]:
                writer.packet(record.data, record.time_ns)
            stream.flush()
            await it.until(lambda: it.client.state.packets == 5)
            await it.until(lambda: it.client.state.ready)
            parts, _ = await it.job("filter", "icmpv6.type == 134", 3)
            assert [number for part in parts for number in numbers(part)] == [5]
            stream.close()
            await it.until(lambda: not it.client.state.live)

        try:
            asked(script, "-", tmp_path, reading)
        finally:
            os.close(reading)


def test_a_file_that_grows_is_followed(tmp_path):
    path = tmp_path / "growing.pcap"
    with open_capture(TOUR) as capture:
        records = [record for record in capture.records if record.captured < 2000]
    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)
        writer.packet(records[0].data, records[0].time_ns)
        stream.flush()

        async def script(it):
            await it.until(lambda: it.client.state.packets == 1 and it.client.state.complete)
            writer.packet(records[1].data, records[1].time_ns)
            stream.write(b"half of a record's head"[:12])
            stream.flush()
            await it.until(lambda: it.client.state.packets == 2)
            assert it.client.state.live
            assert (await it.ask("detail", 2)).number == 2
            await it.until(lambda: it.client.state.traced == 2)

        asked(script, str(path), tmp_path)


def test_the_ui_imports_no_dissector_before_the_screen(tmp_path):
    """Else the first row would come later: the engine loads them meanwhile."""
    code = "import sys, tui.app; print([it for it in ('dpkt', 'numpy') if it in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_capture_that_would_fill_the_disk_is_read_up_to_there(tmp_path, monkeypatch):
    """A gzip of a thousandth of its size, as far as a twentieth of the disk stays free."""
    path, spool = tmp_path / "bomb.pcap.gz", tmp_path / "spool"
    spool.mkdir()
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(20_000):
        writer.packet(bytes(100), number)
    path.write_bytes(gzip.compress(stream.getvalue()))
    monkeypatch.setattr(source, "SMALL", 1 << 20)
    monkeypatch.setattr(source, "_nearly_full", lambda descriptor: True)
    found = source.Source(str(path), str(spool), None)
    try:
        plain = found.path_if_there() or str(spool / source.CAPTURE)
        deadline = time.monotonic() + 60
        while found.live and time.monotonic() < deadline:
            found.size()
            time.sleep(0.01)
        assert "the disk is nearly full" in found.damage
        assert 1 << 20 < os.path.getsize(plain) < 2 << 20
    finally:
        found.remove()

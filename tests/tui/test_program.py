"""Help, palette, history, live captures: what belongs to no single pane."""

from dissect import open_capture
from dissect.capture.write import PcapWriter
from tests.tui.driver import TOUR, look
from tui.actions import ACTIONS
from tui.model.memory import Memory
from tui.screens.findings import Findings
from tui.screens.help import Help, lines
from tui.screens.statistics import OneTable


def test_the_help_has_every_action_with_its_keys():
    async def script(it):
        told = ["".join(text for text, _ in line) for line in lines(it.main.keymap, 100)]
        for action in ACTIONS.values():
            line = next(line for line in told if line.endswith(f":{action.name}"))
            assert action.title in line
            assert all("".join(keys.split()) in line.replace(" ", "") for keys in action.keys)
        await it.press("?")
        assert isinstance(it.app.screen, Help)
        assert "To the first line" in it.text
        await it.press("G", "q")
        assert it.app.screen is it.main

    look(script)


def test_the_palette_does_what_is_chosen():
    async def script(it):
        await it.press("ctrl+p")
        await it.type("mark the packet with")
        await it.until(lambda: "Mark the packet with a note" in it.text)
        await it.press("down", "enter")
        await it.until(lambda: it.main.prompt_line.display)
        await it.press("a", "enter")
        assert it.session.marks.notes == {1: "a"}

    look(script)


def test_filters_typed_before_come_back(tmp_path):
    async def script(it):
        for text in ("tcp", "udp"):
            await it.press("/", "ctrl+u", *text, "enter")
        await it.press("/", "ctrl+u", "i")
        await it.until(lambda: it.main.completions.offered)
        await it.press("escape", "up", "up")
        assert it.main.filter_bar.value == "tcp"
        await it.press("down", "down")
        assert it.main.filter_bar.value == "i"  # what was being typed

    look(script, memory=Memory(tmp_path))
    assert Memory(tmp_path).read("filters") == ["tcp", "udp"]


def test_what_to_look_at_first_leads_to_packets_and_tables():
    async def script(it):
        await it.press("!")
        page = it.app.screen
        assert isinstance(page, Findings)
        await it.until(lambda: page.findings and "still looking" not in it.lines[-1])
        at = next(at for at, found in enumerate(page.findings) if found.table)
        page.sheet.go(at)
        await it.press("t")
        assert isinstance(it.app.screen, OneTable)
        assert it.app.screen.name_of_table == page.findings[at].table
        await it.press("escape")
        at = next(at for at, found in enumerate(page.findings) if found.packets)
        page.sheet.go(at)
        await it.press("enter")
        assert it.app.screen is it.main
        assert it.session.current == page.findings[at].packets[0]

    look(script)


def test_addresses_of_a_network_are_put_together():
    """By tshark's ipv6.src and ipv6.dst of the tour 2001:db8:0:1::/64 has several hosts."""

    async def script(it):
        it.app.push_screen(OneTable(it.main, "endpoints-ipv6"))
        await it.until(lambda: isinstance(it.app.screen, OneTable) and it.app.screen.table)
        page = it.app.screen
        hosts = [row[0] for row in page.table.rows]
        assert sum(host.startswith("2001:db8:0:1:") for host in hosts) > 1
        await it.press("6")
        await it.until(lambda: len(page.table.rows) < len(hosts))
        networks = [row[0] for row in page.table.rows]
        assert networks.count("2001:db8:0:1::/64") == 1
        page.sheet.go(page.order.index(networks.index("2001:db8:0:1::/64")))
        await it.press("enter")
        await it.until(lambda: not it.session.filtering)
        assert it.session.filter == "ipv6.addr == 2001:db8:0:1::/64"

    look(script)


def test_a_file_that_grows_is_followed_and_frozen(tmp_path):
    path = tmp_path / "live.pcap"
    with open_capture(TOUR) as capture:
        records = [record for record in capture.records if record.captured < 2000][:9]

    with path.open("wb") as stream:
        writer = PcapWriter(stream, link_type=1)

        def more(count: int) -> None:
            for record in [records.pop(0) for _ in range(count)]:
                writer.packet(record.data, record.time_ns)
            stream.flush()

        more(2)

        async def script(it):
            await it.until(lambda: len(it.session.shown) == 2 and it.session.state.ready)
            more(2)
            await it.until(lambda: len(it.session.shown) == 4)
            assert "● live" in it.lines[0]
            assert it.session.current == 1  # who reads isn't disturbed
            await it.press("end")
            more(1)
            await it.until(lambda: it.session.current == 5)
            await it.press("z")
            more(1)
            await it.until(lambda: it.session.state.packets == 6)
            assert len(it.session.shown) == 5
            assert "frozen" in it.lines[0]
            await it.press("end")
            assert it.session.current == 6
            it.main.apply("icmpv6")
            await it.until(lambda: not it.session.filtering)
            before = len(it.session.shown)
            more(3)
            await it.until(lambda: it.session.filtered == 9)
            passed = [number for number in range(7, 10) if number in it.session.shown.numbers]
            assert len(it.session.shown) == before + len(passed)

        look(script, str(path), whole=False)


def test_only_marked_packets_are_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async def script(it):
        await it.press("3", "G", "m", "7", "G", "m", "alt+e", *"two.pcapng", "enter")
        await it.until(lambda: "2 packets written" in it.main.status.message)
        with open_capture(TOUR) as all_of_them, open_capture("two.pcapng") as two:
            wanted = [record.data for record in all_of_them.records]
            assert [record.data for record in two.records] == [wanted[2], wanted[6]]

    look(script)

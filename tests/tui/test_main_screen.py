"""The main screen, by keys: what is shown, selected, filtered."""

import pytest

from dissect import open_capture
from dissect.engine.notes import Severity
from tests.captures_list import ROOT
from tests.tui.driver import TOUR, look
from tui.model.columns import Column
from tui.model.memory import Memory
from tui.model.rules import Rule
from tui.model.settings import Settings, SettingsError, load


def test_rows_fields_and_octets_of_the_first_packet_are_there():
    async def script(it):
        assert "40 packets" in it.lines[0]
        assert "Multicast Listener Report Message v2" in it.text
        assert "▾ Internet Protocol Version 6, Src: ::" in it.text
        assert "0000  33 33 00 00 00 16" in it.text

    look(script)


def test_keys_of_vim_and_arrows_move_the_selection():
    async def script(it):
        await it.press("j", "j", "down")
        assert it.session.current == 4
        await it.press("k", "up")
        assert it.session.current == 2
        await it.press("2", "0", "g", "g")
        assert it.session.current == 20
        await it.press("G")
        assert it.session.current == 40
        await it.press("g", "g")
        assert it.session.current == 1

    look(script)


def test_a_filter_is_judged_while_it_is_typed_and_applied():
    async def script(it):
        await it.press("1", "2", "G", "/")
        await it.type("tcp.flgas.syn")
        await it.settle()
        assert it.main.filter_bar.has_class("-bad")
        assert "did you mean" in it.lines[-1]
        await it.press("escape", "escape")
        assert it.main.packets.has_focus
        await it.press("/")
        await it.type("icmpv6.type == 135")
        await it.settle()
        assert it.main.filter_bar.has_class("-good")
        await it.press("enter")
        await it.until(lambda: not it.session.filtering)
        await it.settle()
        # tshark -r captures/tour.pcapng -Y icmpv6.type==135 -T fields -e frame.number
        assert it.session.shown.numbers.tolist() == [2, 6, 7, 11]
        assert it.session.current == 12  # the selected packet stays
        assert "shown 4" in it.lines[0]

    look(script)


def test_a_field_makes_a_filter_a_column_and_is_excluded():
    async def script(it):
        await it.press("2", "G", "tab")
        tree = it.main.detail
        tree.go(next(at for at, index in enumerate(tree.model.seen)
                     if tree.model.lines[index].name == "ipv6.hlim"))  # fmt: skip
        await it.settle()
        assert it.lines[-1].startswith(" ipv6.hlim · byte 21 · RFC 8200 §3")
        await it.press("p")
        assert it.main.filter_bar.value == "ipv6.hlim == 255"
        assert it.main.filter_bar.has_focus
        await it.press("escape")
        assert it.session.filter == ""
        it.main.set_focus(tree)
        await it.press("a")
        await it.until(lambda: not it.session.filtering)
        # tshark -r captures/tour.pcapng -Y "ipv6.hlim == 255" -T fields -e frame.number
        assert it.session.shown.numbers.tolist() == [2, 4, 5, 6, 7, 8, 11, 12]
        await it.press("\\", "e")
        await it.until(lambda: not it.session.filtering)
        assert it.session.filter == "not ipv6.hlim == 255"
        assert len(it.session.shown) == 32
        await it.press("c")
        assert [column.kind for column in it.main.packets.columns][-2:] == ["ipv6.hlim", "info"]
        assert it.session.row(0).texts[-2] == "1"  # packet 1 is MLD, whose limit is 1 (RFC 3810)

    look(script)


def test_columns_are_resized_sorted_and_taken_away():
    async def script(it):
        packets = it.main.packets
        await it.press(">", ">", "3", "+")
        assert packets.columns[2].width == 20
        await it.press("-")
        assert packets.columns[2].width == 19
        await it.press(">", ">", ">", "s")
        await it.until(lambda: it.session.order == ("length", False))
        lengths = [int(it.session.row(at).texts[5]) for at in range(10)]
        assert lengths == sorted(lengths)
        assert it.session.current == 1
        await it.press("s")
        await it.until(lambda: it.session.order == ("length", True))
        assert it.session.shown[0] == 38  # the jumbogram
        await it.press("s")
        assert it.session.order is None
        await it.press("x")
        assert "length" not in it.session.look.columns
        await it.press("C")
        await it.type("Hops=ipv6.hlim:5")
        await it.press("enter")
        assert "Hops" in it.lines[2]

    look(script)


def test_columns_are_saved_where_the_user_says_and_over_others_only_after_a_yes(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    usual = tmp_path / "sixscope" / "config.toml"
    profile = tmp_path / "sixscope" / "profiles" / "work.toml"

    async def script(it):
        await it.press(">", ">", "3", "+", "alt+s", "enter")
        assert it.lines[-1].startswith(f" columns written to {tmp_path}")
        before = usual.read_text()
        assert "source:20" in before
        await it.press("x", "alt+s", "enter", "n", "enter")
        assert usual.read_text() == before
        await it.press("alt+s", "enter", "y", "enter")
        assert "source" not in usual.read_text()
        await it.press("alt+s", *"work", "enter")
        assert load("work").columns == it.main.packets.columns
        await it.press("alt+s", *"a/b", "enter")
        assert "no profile can be called" in it.lines[-1]

    look(script)
    assert profile.exists()


def test_marks_notes_jumps_and_times():
    async def script(it):
        await it.press("5", "G", "m", "9", "G", "M")
        await it.type("slow answer")
        await it.press("enter")
        assert it.session.marks.notes == {5: "", 9: "slow answer"}
        await it.press("g", "g", "'")
        assert it.session.current == 5
        await it.press("'")
        assert "◆ slow answer" in it.text
        await it.press('"')
        assert it.session.current == 5
        await it.press(":")
        await it.type("+1s")  # from 1.065 s: 13 is at 2.142 s
        await it.press("enter")
        await it.until(lambda: it.session.current == 13)
        await it.press(":")
        await it.type("99")
        await it.press("enter")
        assert it.session.current == 40
        assert "does not exist" in it.lines[-1]
        await it.press(":")
        await it.type("no-such-thing")
        await it.press("enter")
        assert "no command" in it.lines[-1]
        await it.press("7", "t")
        assert it.session.look.time == "u"
        await it.press("g", "g")
        assert it.session.row(0).texts[1].count(":") == 2

    look(script)


def test_packets_with_warnings_are_counted_and_found():
    path = str(ROOT / "captures" / "arp.pcapng")
    with open_capture(path) as capture:
        packets = [packet.decode() for packet in capture]
    bad = (Severity.WARNING, Severity.ERROR)
    noted = [it.number for it in packets if any(one.note.severity in bad for one in it.findings)]
    assert 1 < len(noted) < len(packets)

    async def script(it):
        await it.until(lambda: list(it.session.noted) == noted)
        await it.settle()
        assert f"!{len(noted)}  " in it.lines[0]
        await it.press("g", "g", "W")
        later = [number for number in noted if number > 1]
        assert it.session.current == later[0]
        await it.press("W")
        assert it.session.current == later[1]
        await it.press("alt+w")
        assert it.session.current == later[0]
        bar = "".join(line[-1] for line in it.lines[3 : 2 + it.main.packets.size.height])
        assert "╎" in bar or "╏" in bar
        await it.press("G", "W")
        assert it.session.current == noted[-1] or "no warning" in it.lines[-1]

    look(script, path)


def test_bits_address_and_notes_of_what_is_selected():
    async def script(it):
        await it.press("5", "G", "tab", "b")
        assert "|Version|" in it.text
        assert "|        Payload Length         |  Next Header  |   Hop Limit   |" in it.text
        tree = it.main.detail
        tree.go(next(at for at, index in enumerate(tree.model.seen)
                     if tree.model.lines[index].name == "ipv6.src"))  # fmt: skip
        await it.press("i")
        await it.settle()
        assert "link-local" in it.text
        assert "00:00:5e:00:53:fe" in it.text
        await it.press("w")
        assert "Decoded as" in it.text
        assert "icmpv6" in it.text
        await it.press("w", "*")
        assert len(tree.model.seen) == len(tree.model.lines)

    look(script, size=(150, 40))


def test_findings_of_lint_stand_where_they_belong():
    path = str(ROOT / "captures" / "arp.pcapng")

    async def script(it):
        it.main.jump(12)  # ARP-001: a hardware size that isn't Ethernet's
        await it.press("w", "*")
        model = it.main.detail.model
        at = next(at for at, line in enumerate(model.lines) if line.text.startswith("ARP-001: "))
        assert model.lines[at - 1].name == "arp.hw.size"
        assert model.lines[at].kind == "note"
        assert "ARP-001" in it.text
        assert "to do" in it.text

    look(script, path, size=(150, 50))


def test_mistakes_in_settings_are_told_and_the_rest_is_shown():
    settings = Settings(
        columns=(Column("number"), Column("no.such.field"), Column("info")),
        rules=(Rule("Broken", "tcp.flgas", "red"), Rule("Pings", "icmpv6.type == 128", "green")),
    )

    async def script(it):
        assert "colour rule Broken" in it.lines[-1] or "column no.such.field" in it.lines[-1]
        it.main.jump(13)
        await it.settle()
        assert it.session.row(12).rule == 1
        await it.press("C")
        await it.type("no.such")
        await it.press("enter")
        assert "no.such" in it.lines[-1]
        assert len(it.main.packets.columns) == 3

    look(script, settings=settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [(Settings(keys={"no-such": ("q",)}), "no action 'no-such'"),
     (Settings(theme="no-such"), "no theme 'no-such'")],
)  # fmt: skip
def test_keys_and_themes_that_do_not_exist_are_told_before_the_screen(settings, said):
    with pytest.raises(SettingsError, match=said):
        look(nothing, settings=settings)


async def nothing(it) -> None:
    raise AssertionError("the screen is there")


def test_own_keys_and_themes_are_taken():
    colors = {"base": "sixscope-light", "primary": "#112233"}
    settings = Settings(keys={"down": ("x x",)}, themes={"mine": colors}, theme="mine")

    async def script(it):
        await it.press("x", "x")
        assert it.session.current == 2
        await it.press("j")  # is down no more
        assert it.session.current == 2
        assert it.app.palette.primary.hex.lower() == "#112233"
        assert not it.app.palette.dark

    look(script, settings=settings)


def test_the_list_stands_beside_the_packet_where_there_is_room():
    async def script(it):
        packets, detail = it.main.packets, it.main.detail
        assert packets.region.right < detail.region.x
        assert packets.region.height > 40
        await it.press("v")
        assert packets.region.bottom < detail.region.y
        assert detail.region.right < it.main.inspector.region.x
        await it.press("v")
        assert detail.region.bottom < it.main.inspector.region.y
        await it.press("5", ")")
        assert packets.region.width > 120

    look(script, size=(220, 50))


def test_reassembled_octets_have_a_tab_of_their_own():
    path = str(ROOT / "captures" / "ipv6_fragments.pcapng")
    with open_capture(path) as capture:
        whole = next(it for it in capture if it.decode(detail=True).reassembled)
        number, size = whole.number, len(whole.reassembled[0].data)

    async def script(it):
        it.main.jump(number)
        await it.settle()
        assert f"Reassembled IPv6 {size:,}" in it.text
        await it.press("]")
        assert it.main.inspector.hex.source == 1
        await it.press("[")
        assert it.main.inspector.hex.source == 0

    look(script, path)


def test_splitters_move_and_the_mouse_selects():
    async def script(it):
        before = it.main.packets.size.height
        await it.press("2", ")")
        assert it.main.packets.size.height > before
        await it.pilot.click("#packets", offset=(10, 3))
        await it.settle()
        assert it.session.current == 3
        await it.pilot.click("#hex", offset=(6 + 3 * 2, 1))  # the third octet of the second line
        await it.settle()
        packets = it.main.packets
        edge = next(x for x in range(1, 80) if packets.column_at(x) == (2, True))
        wide = packets.widths[2]
        await it.pilot.mouse_down("#packets", offset=(edge, 0))
        await it.pilot.hover("#packets", offset=(edge + 5, 0))
        await it.pilot.mouse_up("#packets", offset=(edge + 5, 0))
        assert packets.widths[2] == wide + 5
        line = it.main.detail.selected
        assert line.offset <= it.main.inspector.hex.octet < line.offset + line.length

    look(script)


def test_several_captures_and_one_that_is_chosen(tmp_path):
    other = str(ROOT / "captures" / "arp.pcapng")
    memory = Memory(tmp_path)

    async def script(it):
        await it.press("3", "G", "ctrl+n")
        await it.read()
        assert "arp.pcapng" in it.lines[0]
        await it.press("ctrl+n")
        assert it.session.current == 3  # as it was left
        await it.press("o")
        assert "tour.pcapng" in it.text
        await it.type(str(ROOT / "captures" / "ipv6_frag"))
        await it.pilot.press("enter")
        await it.until(lambda: "ipv6_fragments.pcapng" in it.lines[0])
        await it.read()

    look(script, TOUR, other, memory=memory)
    assert [it.rpartition("/")[2] for it in memory.read("files")] == [
        "tour.pcapng", "arp.pcapng", "ipv6_fragments.pcapng",
    ]  # fmt: skip


def test_without_colours_everything_is_told_too(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def script(it):
        style = it.main.packets.render_line(1)
        assert style.text.strip()
        strips = it.app.screen._compositor.render_strips()
        colors = {
            segment.style.color.triplet for strip in strips for segment in strip
            if segment.style and segment.style.color and segment.style.color.triplet
        }  # fmt: skip
        assert all(max(color) - min(color) <= 2 for color in colors)  # greys

    look(script)


def test_the_selected_octet_selects_its_field_and_the_field_its_octets():
    async def script(it):
        await it.press("tab", "tab")
        it.main.inspector.hex.choose(20)
        await it.settle()
        assert it.main.detail.selected.name == "ipv6.nxt"  # octet 6 of the header at 14
        await it.press("shift+tab", "j")
        assert it.main.detail.selected.name == "ipv6.hlim"
        assert it.main.inspector.hex.octet == 21

    look(script)


def test_keys_typed_ahead_are_taken_in_their_order():
    """All at once, as from a slow line: Backspace is a binding of Textual's, which comes late."""

    async def script(it):
        await it.press(":", *"helxy", "backspace", "backspace", "p")
        assert it.main.prompt_line.answer.value == "help"
        await it.press("ctrl+u", "m", "a", "r", "k", "enter")  # all but the question is taken away
        assert it.session.marks.numbers == [1]
        await it.press("M")
        await it.press("a", "backspace")
        assert it.main.prompt_line.display
        await it.press("backspace")
        assert not it.main.prompt_line.display
        assert it.session.marks.notes == {1: ""}

    look(script)

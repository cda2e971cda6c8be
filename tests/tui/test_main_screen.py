"""The main screen, by keys: what is shown, selected, filtered."""

from tests.tui.driver import look


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

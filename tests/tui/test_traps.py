"""What is known to go wrong with Textual, and how much a step sends to the terminal."""

import statistics

import pytest

from tests.captures_list import ROOT
from tests.tui.driver import look
from tui.app import Sixscope
from tui.cells import Cells

SOURCES = sorted((ROOT / "tui").rglob("*.py"))
AVOIDED = {
    "DataTable": "takes a second for 35,000 rows",
    "Footer": "is painted anew whenever the focus changes",
    "reactive(": "paints whole widgets",
    "virtual_size =": "is a new layout",
    "@work": "threads aren't ended with the program",
    "run_worker": "the same",
    "threading": "the same",
    "copy_to_clipboard(": "fails on lone surrogates",
    "from_markup": "texts of packets are no markup",
    "Static(": "takes markup",
    "Label(": "takes markup",
}


@pytest.mark.parametrize("word", AVOIDED)
def test_what_is_avoided_is_not_used(word):
    assert [path.name for path in SOURCES if word in path.read_text(encoding="utf-8")] == []


def test_nothing_but_a_new_size_or_a_pane_is_a_new_layout(monkeypatch):
    async def script(it):
        layouts = []
        refresh = it.main._refresh_layout
        monkeypatch.setattr(
            it.main, "_refresh_layout", lambda *a, **k: (layouts.append(a), refresh(*a, **k))
        )
        state = it.session.state
        for more in (1000, 2_000_000):  # the numbers in the list take more cells
            it.session._state(state._replace(packets=state.packets + more))
        await it.press("j", "2", "0", "G", "m", "tab", "*", "j", "_", "tab", "l", "b", "b")
        pages = len(layouts)  # a page is seen instead of the octets
        assert pages <= 2
        it.session.apply("tcp")
        await it.until(lambda: not it.session.filtering)
        await it.press("tab", "j", "s", "t")
        assert len(layouts) == pages

    look(script)


def test_escape_and_drags_are_not_textuals():
    async def script(it):
        await it.press("escape")
        assert it.app.screen is it.main
        for pane in ("#packets", "#detail", "#hex", "#title", "#status"):
            await it.pilot.mouse_down(pane, offset=(2, 0))
            await it.pilot.hover(pane, offset=(12, 0))
            await it.pilot.mouse_up(pane, offset=(12, 0))
            assert not it.main.selections

    look(script)


@pytest.mark.parametrize(
    ("size", "most", "median"), [((80, 24), 2000, 1200), ((160, 50), 5000, 2000)]
)
def test_a_step_down_sends_little(size, most, median, monkeypatch):
    """At 160 columns and 50 lines up to 400 octets and 27 fields may be others."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)

    async def script(it):
        cells, written = Cells(erases=True), []
        monkeypatch.setattr(Sixscope, "is_headless", False)
        it.app._driver.write = lambda data: written.append(cells.shorter(data))
        await it.press("ctrl+l")
        assert sum(map(len, written)) > 2000
        sizes = []
        for _ in range(min(len(it.session.shown), 40) - 1):
            written.clear()
            await it.press("j")
            sizes.append(len("".join(written).encode()))
        assert min(sizes) > 0
        assert max(sizes) < most
        assert statistics.median(sizes) < median

    look(script, size=size)

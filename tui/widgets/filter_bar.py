"""The display filter: judged while it is typed, completed, remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.widgets import Input

from dissect.export.sanitise import visible
from tui.model.history import History
from tui.model.packets import Checked, Completion
from tui.widgets.completions import Completions


class Underlined(Highlighter):
    """Underlines the place of the mistake."""

    def __init__(self) -> None:
        self.place = (0, 0)
        self.style = "underline"

    def highlight(self, text: Text) -> None:
        """For rich."""
        start, end = self.place
        if end > start:
            text.stylize(self.style, start, end)


class Asks(NamedTuple):
    """Whom the bar calls: at once, so that keys typed ahead go where they should.

    judge     asks for ``Checked`` of a text, to be handed to ``judged``
    complete  asks for ``Completion``s at a caret, to be handed to ``completions``
    say       tells what is wrong, or with no words that nothing is
    apply     is given the filter that is to be applied
    leave     when the user gives up
    """

    judge: Callable[[str], None]
    complete: Callable[[str, int], None]
    say: Callable[[str], None]
    apply: Callable[[str], None]
    leave: Callable[[], None]


class FilterBar(Input):
    """Green while what is typed can be applied, red with the mistake underlined while not."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    FilterBar, FilterBar.-textual-compact, FilterBar:focus {
        height: 1; width: 1fr; border: none; padding: 0 1; background: $surface;
    }
    FilterBar.-good { color: $success; }
    FilterBar.-bad { color: $error; }
    """

    def __init__(self, history: History, listed: Completions, asks: Asks) -> None:
        self._underlined = Underlined()
        super().__init__(
            placeholder="/  display filter", highlighter=self._underlined, compact=True,
            select_on_focus=False, id="filter",
        )  # fmt: skip
        self.history = history
        self.listed = listed
        self._asks = asks
        self.checked = Checked("")
        self._wants_list = False

    def put(self, text: str) -> None:
        """Show a filter; the user may go on from there."""
        self._wants_list = False
        self.value = text
        self.cursor_position = len(text)

    # --- judging ----------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """Have it judged."""
        event.stop()
        self._asks.judge(self.value)
        if self.has_focus and self._wants_list:
            self._asks.complete(self.value, self.cursor_position)

    def judged(self, checked: Checked) -> None:
        """What is to be said of a text; of an older one it is passed over."""
        if checked.text != self.value:
            return
        self.checked = checked
        self.set_class(bool(checked.error), "-bad")
        self.set_class(bool(self.value.strip()) and not checked.error, "-good")
        start = min(checked.start, max(len(self.value.rstrip()) - 1, 0))
        self._underlined.place = (start, max(checked.end, start + 1)) if checked.error else (0, 0)
        self.refresh()
        words = checked.error
        if checked.error and checked.suggestions:
            words += f" · did you mean {', '.join(checked.suggestions)}?"
        if self.has_focus:
            self._asks.say(words)

    def completions(self, text: str, found: list[Completion]) -> None:
        """Words that fit; for another text they are passed over."""
        if text == self.value and self.has_focus:
            self.listed.offer(found, self.region.x)

    # --- keys -------------------------------------------------------------------------------------

    async def _on_key(self, event: events.Key) -> None:
        """Before ``Input``'s own, which Textual calls too."""
        listed, key = self.listed, event.key
        handled = True
        if key == "tab":
            if listed.offered:
                self._take()
            else:
                self._asks.complete(self.value, self.cursor_position)
        elif key in ("down", "ctrl+n") and listed.offered:
            listed.go(listed.cursor + 1)
        elif key in ("up", "ctrl+p") and listed.offered:
            listed.go(listed.cursor - 1)
        elif key == "up":
            self.put(self.history.older(self.value))
        elif key == "down":
            self.put(self.history.newer(self.value))
        elif key == "escape" and listed.offered:
            self._wants_list = False
            listed.offer([])
        elif key == "escape":
            self._asks.leave()
        elif key == "enter" and listed.offered and listed.touched:
            self._take()
        elif key == "enter":
            self._apply()
        else:
            handled = False
        if handled:
            event.stop()
            event.prevent_default()
            return
        if event.is_printable:
            self._wants_list = True

    def _take(self) -> None:
        """Put the chosen word where it belongs."""
        word = self.listed.chosen
        self.listed.offer([])
        if word is not None:
            self.value = self.value[: word.start] + word.word + self.value[word.end :]
            self.cursor_position = word.start + len(word.word)

    def _apply(self) -> None:
        self.listed.offer([])
        if self.checked.text == self.value and self.checked.error:
            return  # it says why already
        self._asks.apply(self.value.strip())

    def _on_paste(self, event: events.Paste) -> None:
        """One line, without what a terminal would obey."""
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(visible(" ".join(event.text.split())))

    def on_blur(self) -> None:
        """Nothing is offered to who isn't here."""
        self._wants_list = False
        self.listed.offer([])

"""A line that is asked for at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input

from dissect.export.sanitise import visible

Answered = Callable[[str | None], None]


class Prompt(Input):
    """Is seen only while something is asked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Prompt, Prompt:focus {
        height: 1; width: 1fr; border: none; padding: 0 1; background: $panel; display: none;
    }
    """

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, id="prompt")
        self._label = ""
        self._answered: Answered | None = None

    def ask(self, label: str, text: str, answered: Answered) -> None:
        """Ask; ``answered`` gets the line, or None if the user gave up."""
        self._label, self._answered = label, answered
        self.value = label + text
        self.cursor_position = len(self.value)
        self.screen.set_focus(self)

    def _done(self, line: str | None) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(line)

    async def _on_key(self, event: events.Key) -> None:
        label = len(self._label)
        gives_up = event.key in ("escape", "ctrl+c") or (
            event.key == "backspace" and self.value == self._label
        )
        if event.key == "enter" or gives_up:
            event.stop()
            event.prevent_default()
            self._done(None if gives_up else self.value[label:])
            return
        if event.key in ("home", "ctrl+a"):
            event.stop()
            event.prevent_default()
            self.cursor_position = label
            return
        if event.key in ("left", "backspace") and self.cursor_position <= label:
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(visible(" ".join(event.text.split())))

    def on_blur(self) -> None:
        """Somebody clicked elsewhere; that may be told when the next question is asked already."""
        if not self.has_focus:
            self._done(None)

"""A line that is asked for at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from dissect.export.sanitise import visible
from tui.text import Piece, width_of
from tui.widgets.one_line import OneLine

Answered = Callable[[str | None], None]


class Question(OneLine):
    """What is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """At the left."""
        return [(f" {self.words}", self.palette.style("muted", self.GROUND))], []


class Answer(Input):
    """What is typed; Escape, or Backspace where nothing is left, gives up."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Answer, Answer:focus {
        height: 1; width: 1fr; border: none; padding: 0; background: $panel;
    }
    """

    def __init__(self, done: Callable[[str | None], None]) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self._done = done

    async def _on_key(self, event: events.Key) -> None:
        """Before ``Input``'s own, which Textual calls too."""
        gives_up = event.key in ("escape", "ctrl+c") or (
            event.key == "backspace" and not self.value
        )
        if event.key == "enter" or gives_up:
            event.stop()
            event.prevent_default()
            self._done(None if gives_up else self.value)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(visible(" ".join(event.text.split())))

    def on_blur(self) -> None:
        """Somebody clicked elsewhere; that may be told when the next question is asked already."""
        if not self.has_focus:
            self._done(None)


class Prompt(Horizontal):
    """Is seen only while something is asked."""

    DEFAULT_CSS = "Prompt { height: 1; display: none; }"

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self.question = Question()
        self.answer = Answer(self._done)
        self._answered: Answered | None = None

    def compose(self) -> ComposeResult:
        """The question, and room behind it."""
        yield self.question
        yield self.answer

    def ask(self, label: str, text: str, answered: Answered) -> None:
        """Ask; ``answered`` gets the line, or None if the user gave up."""
        self._answered = answered
        self.question.words = label
        self.question.styles.width = width_of(label) + 1
        self.question.refresh()
        self.answer.value = text
        self.answer.cursor_position = len(text)
        self.screen.set_focus(self.answer)

    def _done(self, line: str | None) -> None:
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(line)

"""The right pane: octets, or what is to be said about the selected field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.model.session import Session
from tui.text import Piece, width_of
from tui.widgets.hex_view import HexView
from tui.widgets.one_line import OneLine
from tui.widgets.sheet import Sheet, Told

BYTES = "bytes"


class Page(NamedTuple):
    """A page beside the octets; ``make`` is asked for its lines whenever it is seen."""

    name: str
    title: str
    make: Callable[[], Sequence[Sequence[Told]]]


class Tabs(OneLine):
    """The names of the pages: those of the octets first."""

    GROUND = "background"

    def __init__(self, inspector: Inspector) -> None:
        super().__init__(id="tabs")
        self.inspector = inspector

    def titles(self) -> list[tuple[str, bool]]:
        """Each, and whether it is the one that is seen."""
        inspector = self.inspector
        detail, shown = inspector.session.detail, inspector.page == BYTES
        sources = [it.name for it in detail.sources] if detail else ["Frame"]
        titles = [
            (f"{name} {len(detail.sources[at].data):,}" if detail else name,
             shown and inspector.hex.source == at)
            for at, name in enumerate(sources)
        ]  # fmt: skip
        return titles + [(page.title, inspector.page == page.name) for page in inspector.pages]

    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """All of them."""
        style, pieces = self.palette.style, list[Piece]()
        for title, chosen in self.titles():
            look = style("primary" if chosen else "muted", self.GROUND, bold=chosen)
            pieces.append((f" {title} ", look))
        return pieces, []

    def on_click(self, event: events.Click) -> None:
        """Go there."""
        end = 0
        for nth, (title, _) in enumerate(self.titles()):
            end += width_of(title) + 2
            if event.x < end:
                self.inspector.turn_to(nth)
                return


class Inspector(Vertical):
    """Octets and pages, one of which is seen."""

    DEFAULT_CSS = "Inspector { height: 1fr; } Inspector > #page { display: none; }"

    def __init__(self, session: Session) -> None:
        super().__init__(id="inspector")
        self.session = session
        self.hex = HexView(session)
        self.sheet = Sheet(id="page")
        self.tabs = Tabs(self)
        self.pages: list[Page] = []
        self.page = BYTES

    def compose(self) -> ComposeResult:
        """Tabs over what they stand for."""
        yield self.tabs
        yield self.hex
        yield self.sheet

    def on_mount(self) -> None:
        """Follow the session."""
        self.session.on_detail.connect(self.tabs.update)

    def open(self, name: str) -> None:
        """Show a page, or the octets again if it is the one that is seen."""
        focused = self.hex.has_focus or self.sheet.has_focus
        self.page = BYTES if name == self.page else name
        self.hex.display = self.page == BYTES
        self.sheet.display = self.page != BYTES
        self.sheet.cursor = self.sheet.top = 0
        self.renew()
        if focused:
            self.screen.set_focus(self.hex if self.page == BYTES else self.sheet)

    def turn(self, by: int) -> None:
        """To another tab."""
        titles = self.tabs.titles()
        now = next((at for at, (_, chosen) in enumerate(titles) if chosen), 0)
        self.turn_to((now + by) % len(titles))

    def turn_to(self, nth: int) -> None:
        """To the nth tab."""
        sources = len(self.tabs.titles()) - len(self.pages)
        if nth < sources:
            if self.page != BYTES:
                self.open(self.page)
            self.hex.turn(nth - self.hex.source)
        elif self.pages[nth - sources].name != self.page:
            self.open(self.pages[nth - sources].name)
        self.tabs.update()

    def renew(self) -> None:
        """Something else is selected."""
        self.tabs.update()
        for page in self.pages:
            if page.name == self.page:
                self.sheet.put(page.make())

"""The main screen: filter, packet list, fields, octets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from tui.actions import Action, keys_of
from tui.model import wanted
from tui.model.jump import parse
from tui.model.keys import Keymap
from tui.model.packets import COLUMNS, Checked, Completion, Line
from tui.model.search import Search
from tui.model.session import Session
from tui.model.settings import Settings
from tui.screens.help import key_of
from tui.screens.pages import pages
from tui.widgets.completions import Completions
from tui.widgets.detail_tree import DetailTree
from tui.widgets.filter_bar import Asks, FilterBar
from tui.widgets.hex_view import HexView
from tui.widgets.inspector import Inspector
from tui.widgets.lines import Lines
from tui.widgets.packet_list import PacketList
from tui.widgets.prompt import Prompt
from tui.widgets.splitter import Splitter
from tui.widgets.status import Status
from tui.widgets.title import Title

if TYPE_CHECKING:
    from tui.app import Sixscope


MUCH = 200
"""Cells in the width, from which on the list stands beside the packet."""


class Main(Screen[None], inherit_bindings=False):
    """Everything about one capture; actions (``tui.actions``) work on its parts.

    session   the capture
    packets, detail, inspector, filter_bar, title_line, status, splitter, upright   its parts
    keymap    from keys to actions
    """

    CSS = """
    Main { layers: base above; layout: vertical; background: $background; }
    Main #body, Main #below { height: 1fr; }
    Main #body { layout: vertical; }
    Main #below { layout: horizontal; }
    Main.-columns #body { layout: horizontal; }
    Main.-columns #below { layout: vertical; }
    """

    def __init__(self, session: Session, name: str, settings: Settings,
                 actions: dict[str, Action]) -> None:  # fmt: skip
        super().__init__()
        self.session = session
        self.actions = actions
        self._columns = {"rows": False, "columns": True}.get(settings.layout)
        """Whether the list is beside the packet; None: as there is room."""
        self.search: Search | None = None
        self.keymap = Keymap(keys_of(actions, settings.keys))
        self.title_line = Title(session, name)
        completions = Completions()
        self.completions = completions
        asks = Asks(
            self._judge, self._complete, self._filter_said, self._filter_applied, self._filter_left
        )
        self.filter_bar = FilterBar(self.sixscope.history, completions, asks)
        self.packets = PacketList(session, settings.columns, settings.rules)
        self.detail = DetailTree(session)
        self.inspector = Inspector(session)
        self.inspector.pages = pages(self)
        self.body, self.below = Container(id="body"), Container(id="below")
        self.splitter = Splitter(self.packets, self.below, settings.share, upright=False)
        self.upright = Splitter(self.detail, self.inspector, settings.upright, upright=True)
        self.status = Status("? help  : command")
        self.prompt_line = Prompt()

    @property
    def sixscope(self) -> Sixscope:
        """The application."""
        app: Sixscope = self.app  # type: ignore[assignment]
        return app

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.title_line
        yield self.filter_bar
        with self.body:
            yield self.packets
            yield self.splitter
            with self.below:
                yield self.detail
                yield self.upright
                yield self.inspector
        yield self.status
        yield self.prompt_line
        yield self.completions

    def on_resize(self, event: events.Resize) -> None:
        """Where there is much room, the list stands beside the packet."""
        if self._columns is None:
            self._lay_out(event.size.width >= MUCH)

    def turn_layout(self) -> None:
        """The list above the packet or beside it, whatever the room."""
        self._columns = not self.has_class("-columns")
        self._lay_out(self._columns)

    def _lay_out(self, columns: bool) -> None:
        self.set_class(columns, "-columns")
        self.splitter.turn(columns)
        self.upright.turn(not columns)

    def on_mount(self) -> None:
        """Follow the session."""
        self.session.on_failure.connect(lambda: self.status.say(self.session.failure, "error"))
        self.session.on_shown.connect(self._shown)
        self.session.on_grown.connect(self._damage)
        self.session.on_grown.connect(self._check_settings)
        self._damage()
        self._check_settings()
        if self._columns:
            self._lay_out(True)
        self.set_focus(self.packets)

    def _check_settings(self) -> None:
        """Columns and colour rules are the engine's to understand: tell what it doesn't."""
        if self._checked or not self.session.state.ready:
            return
        self._checked = True
        wanted = [(f"column {it.kind}", it.kind) for it in self.packets.columns
                  if it.kind not in COLUMNS]  # fmt: skip
        wanted += [(f"colour rule {it.name}", it.filter) for it in self.packets.rules]
        for what, text in wanted:
            told = partial(self._mistaken, what)
            self.session.client.ask("check", text, channel=f"check {text}", told=told)

    def _mistaken(self, what: str, checked: Checked) -> None:
        if checked.error:
            self.status.say(f"{what}: {checked.error}", "error")

    _checked = False

    def _shown(self) -> None:
        session = self.session
        if session.filter and not session.filtering and not len(session.shown):
            self.status.say("no packet passes this filter", "warning")

    def _damage(self) -> None:
        damage = self.session.state.damage
        if damage and not self.session.state.format:
            self.sixscope.give_up(damage)
        elif damage and self.session.state.complete and not self._told_damage:
            self._told_damage = True
            self.status.say(damage, "error")

    _told_damage = False

    # --- panes ------------------------------------------------------------------------------------

    @property
    def panes(self) -> list[Lines]:
        """Those that keys go to, as they are seen."""
        beside: Lines = self.inspector.hex
        if not beside.display:
            beside = self.inspector.sheet
        return [self.packets, self.detail, beside]

    @property
    def pane(self) -> Lines:
        """The one that has the focus; the packet list if none has."""
        return self.focused if isinstance(self.focused, Lines) else self.packets

    def turn_pane(self, by: int) -> None:
        """Give the focus to another one."""
        panes = self.panes
        self.set_focus(panes[(panes.index(self.pane) + by) % len(panes)])

    # --- keys -------------------------------------------------------------------------------------

    def take_key(self, event: events.Key) -> bool:
        """A key that was pressed; False if it is an input's."""
        if isinstance(self.focused, Input):
            return False
        if self.status.message:
            self.status.say("")
        pressed = self.keymap.feed(key_of(event), self.pane.id or "")
        self.status.typed(self.keymap.pending)
        if pressed is not None:
            self.do(pressed.action, pressed.times)
        return True

    def do(self, name: str, count: int | None = None) -> None:
        """Do an action."""
        self.actions[name].run(self, count)

    def prompt(self, label: str, then: Callable[[str], None], text: str) -> None:
        """Ask for a line; ``then`` gets it, nothing happens if the user gives up."""
        back = self.pane

        def answered(line: str | None) -> None:
            self.prompt_line.display = False
            self.status.display = True
            self.set_focus(back)
            if line is not None:
                then(line)

        self.status.display = False
        self.prompt_line.display = True
        self.prompt_line.ask(label, text, answered)

    def command(self, line: str) -> None:
        """What was typed behind ``:``: where to go, or an action's name with a number before it."""
        line = line.strip()
        if not line:
            return
        where = parse(line)
        if where is None:
            digits = line[: len(line) - len(line.lstrip("0123456789"))]
            name = line[len(digits) :].strip()
            if name in self.actions:
                self.do(name, int(digits) if digits else None)
            else:
                self.status.say(f"no command {name!r}: ? shows all", "error")
        elif where.number is not None:
            self.jump(where.number)
        elif where.lines is not None:
            self.packets.go(self.packets.cursor + where.lines)
        elif self.session.current:
            client = self.session.client
            client.ask("at_time", self.session.current, where.nanoseconds, told=self.jump)

    def jump(self, number: int) -> None:
        """To a packet; the nearest there is, if it isn't shown."""
        session = self.session
        if not len(session.shown):
            return
        place = session.shown.place(number)
        session.select_place(place)
        if session.current != number:
            words = "is not shown" if number <= session.state.packets else "does not exist"
            self.status.say(f"packet {number:,} {words}; this is {session.current:,}", "warning")

    # --- filters ----------------------------------------------------------------------------------

    def _judge(self, text: str) -> None:
        self.session.client.ask("check", text, told=self._judged)

    def _judged(self, checked: Checked) -> None:
        self.filter_bar.judged(checked)

    def _complete(self, text: str, caret: int) -> None:
        self.session.client.ask("complete", text, caret, told=self._completions)

    def _completions(self, found: tuple[str, list[Completion]]) -> None:
        self.filter_bar.completions(*found)

    def _filter_said(self, words: str) -> None:
        self.status.say(words, "error")

    def _filter_left(self) -> None:
        self.filter_bar.put(self.session.filter)
        self.status.say("")
        self.set_focus(self.packets)

    def _filter_applied(self, text: str) -> None:
        self.sixscope.remember_filter(text)
        self.apply(text)
        self.set_focus(self.packets)

    def apply(self, text: str) -> None:
        """Apply a filter, and show it in the bar."""
        self.filter_bar.put(text)
        self.session.apply(text)

    def filter_by_field(self, word: str, *, apply: bool) -> None:
        """A filter from the selected field, joined to the one that there is."""
        line = self.detail.selected
        made = wanted.of_field(line) if line is not None else ""
        if not made:
            self.status.say("no filter can be made from this line", "warning")
            return
        text = wanted.joined(self.session.filter, word, made)
        if apply:
            self.sixscope.remember_filter(text)
            self.apply(text)
        else:
            self.filter_bar.put(text)
            self.set_focus(self.filter_bar)

    # --- what is selected -------------------------------------------------------------------------

    @on(Lines.Moved, "#detail")
    def _field(self) -> None:
        line = self.detail.selected
        self.inspector.hex.mark(line)
        if line is None:
            return
        self.inspector.renew()
        self.status.about(about(line))

    @on(HexView.Octet)
    def _octet(self, message: HexView.Octet) -> None:
        self.detail.select_octet(message.source, message.offset)

    @on(Lines.Chosen, "#packets")
    def _packet_chosen(self) -> None:
        self.set_focus(self.detail)


def about(line: Line) -> str:
    """``ipv6.plen · bytes 18–19 · RFC 8200 §3``."""
    words = [line.name] if line.name else []
    if line.mask:
        width = (line.mask // (line.mask & -line.mask)).bit_length()
        words.append(f"{width} bit{'s' if width > 1 else ''}")
    if line.length == 1:
        words.append(f"byte {line.offset}")
    elif line.length:
        words.append(f"bytes {line.offset}–{line.offset + line.length - 1}")
    if line.ref:
        words.append(line.ref)
    return " · ".join(words)

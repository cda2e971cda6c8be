"""The first line: the file, how many packets there are and are shown, what is going on."""

from __future__ import annotations

from tui.model.session import Session
from tui.text import Piece
from tui.widgets.one_line import OneLine


class Title(OneLine):
    """About the capture."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(id="title")
        self.session = session
        self.name_shown = name

    def on_mount(self) -> None:
        """Follow the session."""
        for signal in (self.session.on_grown, self.session.on_shown):
            signal.connect(self.update)

    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """The name and the counts; what is being done."""
        session, style = self.session, self.palette.style
        state, ground = session.state, self.GROUND
        left = [
            (" sixscope ", style("primary", ground, bold=True)),
            (f"{self.name_shown}  ", style("text", ground, bold=True)),
            (counts(session), style("muted", ground)),
        ]
        right: list[Piece] = []
        if state.noted:
            right.append((f"!{state.noted:,}  ", style("warning", ground, bold=True)))
        if session.marks:
            right.append((f"◆ {len(session.marks)}  ", style("accent", ground)))
        if state.damage:
            right.append(("damaged  ", style("error", ground, bold=True)))
        if session.frozen:
            right.append(("frozen ", style("warning", ground, bold=True)))
        elif state.live:
            right.append(("● live ", style("success", ground, bold=True)))
        return left, right


def counts(session: Session) -> str:
    """``10,000,000 packets · shown 41,233 · index 63 %``."""
    state = session.state
    words = [f"{session.shown.total:,} packet{'' if session.shown.total == 1 else 's'}"]
    if session.filter:
        words.append(f"shown {len(session.shown):,}")
        if session.filtering and session.shown.total and not state.live:
            words.append(f"filter {session.filtered * 100 // session.shown.total} %")
    if session.sorting:
        words.append("sorting")
    if not state.complete and state.size:
        words.append(f"index {state.read * 100 // state.size} %")
    return " · ".join(words)

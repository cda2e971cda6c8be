"""What to look at first: what the analyses have found, and broken rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect.analysis.names import ANALYSES
from tui.model import commands
from tui.model.tables import Finding, Found
from tui.screens.page import Page
from tui.widgets.sheet import Told

if TYPE_CHECKING:
    from tui.screens.main import Main

COLORS = {"error": "error", "warning": "warning", "note": "text"}


class Findings(Page):
    """Enter goes to the first packet, t to the table."""

    hint = "enter packet · t table · y command · esc back"

    def __init__(self, main: Main) -> None:
        super().__init__(main, "Findings")
        self.findings: list[Finding] = []
        self._left = 2

    def begin(self) -> None:
        """Ask the analyses and lint."""
        client, condition = self.main.session.client, self.main.session.filter
        client.start("report", tuple(ANALYSES), condition, told=self._told, ended=self._over)
        client.start("lint", told=self._linted, ended=self._over)

    def _told(self, found: Found) -> None:
        self._add(found.findings)

    def _linted(self, found: list[Finding]) -> None:
        self._add(found)

    def _add(self, more: list[Finding]) -> None:
        order = list(COLORS)
        self.findings = sorted([*self.findings, *more], key=lambda it: order.index(it.level))
        self._show()

    def _over(self, error: str) -> None:
        self._left -= 1
        self._show()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        self.put([_line(finding) for finding in self.findings])
        if not self.findings:
            self.put([[("  nothing so far" if self._left else "  nothing", "muted")]])
        levels = [(sum(it.level == level for it in self.findings), level) for level in COLORS]
        counts = [f"{count:,} {level}{'' if count == 1 else 's'}" for count, level in levels]
        waiting = " · still looking" if self._left else ""
        self.say(f"{', '.join(counts)}{waiting} · {self.hint}")

    def key(self, key: str) -> bool:
        """To the table."""
        finding = self._at(self.sheet.cursor)
        if key != "t" or finding is None or not finding.table:
            return False
        from tui.screens.statistics import OneTable

        self.app.push_screen(OneTable(self.main, finding.table))
        return True

    def command(self) -> str:
        """What the rules have found; the report has the rest."""
        return commands.command(self.main.session.client.path, "lint")

    def _at(self, index: int) -> Finding | None:
        return self.findings[index] if index < len(self.findings) else None

    def chosen(self, index: int) -> None:
        """To the packet."""
        finding = self._at(index)
        if finding is not None and finding.packets:
            self.dismiss()
            self.main.jump(finding.packets[0])


def _line(finding: Finding) -> list[Told]:
    packets = ", ".join(f"{number:,}" for number in finding.packets[:4])
    rule = f"{finding.rule:<8} " if finding.rule else " " * 9
    return [(f"  {finding.level:<8} ", COLORS[finding.level]), (rule, "accent"),
            (finding.words, "text"), (f"   {packets}", "muted")]  # fmt: skip

"""A verdict: what was checked, what each check found, and the exit status that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dissect.verdict.finding import Finding, Level, Rule


@dataclass
class Case:
    """One thing that was checked: a rule in a capture, an expectation.

    file     where it stands: the capture, or the file of expectations
    seconds  that it took, if that was measured
    skipped  why it could not be checked, if so
    """

    name: str
    file: str
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    skipped: str = ""


@dataclass
class Verdict:
    """All that was checked.

    command   that checked: ``lint``, ``check``
    failures  what could not be done (a file that can't be read), a line each
    fail_on   the least level of findings that count
    """

    command: str
    cases: list[Case]
    failures: list[str] = field(default_factory=list)
    fail_on: Level = Level.ERROR

    def __iter__(self) -> Iterator[Finding]:
        for case in self.cases:
            yield from case.findings

    @property
    def findings(self) -> list[Finding]:
        """All findings, in the order of the cases."""
        return list(self)

    @property
    def rules(self) -> list[Rule]:
        """The rules that found something, by their ids."""
        return sorted({finding.rule.id: finding.rule for finding in self}.values(),
                      key=lambda rule: rule.id)  # fmt: skip

    @property
    def files(self) -> list[str]:
        """The files of the cases, each once."""
        return list(dict.fromkeys(case.file for case in self.cases))

    def counts(self, finding: Finding) -> bool:
        """Whether a finding makes the verdict a bad one."""
        return finding.level >= self.fail_on and not finding.known

    def failed(self, case: Case) -> bool:
        """Whether one of its findings counts."""
        return any(self.counts(finding) for finding in case.findings)

    @property
    def status(self) -> int:
        """The exit status: 2 where something could not be done, 1 for findings that count."""
        if self.failures:
            return 2
        return int(any(self.counts(finding) for finding in self))

    @property
    def summary(self) -> str:
        """One line: how many findings of which level, in how many files."""
        files = f"{len(self.files)} file{'s' * (len(self.files) != 1)}"
        fresh = [finding for finding in self if not finding.known]
        known = len(self.findings) - len(fresh)
        parts = []
        for level in sorted(Level, reverse=True):
            number = sum(finding.level is level for finding in fresh)
            if number:
                parts.append(f"{number:,} {level.word}{'s' * (number != 1)}")
        found = ", ".join(parts) or "nothing found"
        old = f", {known:,} known from the baseline" if known else ""
        return f"{found} in {files}{old}"

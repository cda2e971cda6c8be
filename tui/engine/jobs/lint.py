"""What lint finds in the whole capture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.model.tables import Finding

if TYPE_CHECKING:
    from tui.engine.server import Engine


def run(engine: Engine) -> Iterator[list[Finding]]:
    """All findings."""
    from dissect.lint import lint

    linted = lint(engine.reader.path, strict=False)
    found = [
        Finding(
            one.level.word, one.rule.id,
            one.message + (f" ({one.count:,} times)" if one.count > 1 else ""),
            tuple(dict.fromkeys(number for number in (one.first, one.last) if number)), "",
        )
        for one in linted.findings
    ]  # fmt: skip
    yield found + [Finding("error", "", bug, (), "") for bug in linted.bugs]

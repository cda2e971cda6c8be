"""Rules by RFC: what is wrong in a capture, with the clause that says so and what to do.

    for finding in lint("cap.pcapng", select=["NDP", "error"]).findings:
        print(finding.rule.id, finding.level.word, finding.message, finding.where)

``rule.py`` says how rules are declared, ``rules/`` has them, a file an area; ``run.py`` asks them.
"""

from __future__ import annotations

from dissect.lint.options import Options
from dissect.lint.rule import LintRule, chosen, load
from dissect.lint.run import Linted, lint, lint_packet

__all__ = ["LintRule", "Linted", "Options", "chosen", "lint", "lint_packet", "load"]

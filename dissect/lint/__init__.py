"""Rules by RFC: what is wrong in a capture, with the clause that says so and what to do.

    for finding in lint("cap.pcapng", select=["NDP", "error"]).findings:
        print(finding.rule.id, finding.level.word, finding.message, finding.where)

``rule.py`` says how rules are declared, ``rules/`` has them, a file an area; ``run.py`` asks them.
Most packets are never decoded for that.  ``batch.py`` has a chunk's columns, and ``told/`` what
they tell of kinds of packets; a rule is

- asked about the packets that columns suspect (``suspects``), as trees;
- told of the messages that it follows (``heard.py``), most of them without a tree;
- shown one of those that are all alike to it (``alike``), as what that breaks they all do;
- shown the first packet of each address where columns decide it alone (``tallies``), for its words.

A test holds the findings against those of a run that decodes every packet and asks every rule.
"""

from __future__ import annotations

from dissect.lint.options import Options
from dissect.lint.rule import LintRule, chosen, load
from dissect.lint.run import Linted, lint, lint_packet

__all__ = ["LintRule", "Linted", "Options", "chosen", "lint", "lint_packet", "load"]

"""What is said about a rule: why, the clause, what to do, and a packet that breaks it."""

from __future__ import annotations

import textwrap
from pathlib import Path

from dissect.export.sanitise import visible
from dissect.lint.rule import LintRule
from dissect.verdict.formats.text import bytes_of

EXAMPLES = Path(__file__).parents[2] / "captures" / "lint"
"""The packets that the tests ask the rules about; a source tree has them."""
WIDTH = 88


def explain(rule: LintRule) -> str:
    """A page on a rule."""
    about = rule.rule
    lines = [f"{about.id}  {about.title}", ""]
    lines.append(f"Level:   {about.level.word}")
    if about.ref:
        lines += _filled("Clause:  ", about.ref)
    if rule.field:
        lines.append(f"Field:   {rule.field}")
    lines.append(f"Looks at: {_scope(rule)}")
    lines += ["", *_filled("Why:     ", about.why), "", *_filled("Fix:     ", about.fix)]
    lines += _example(rule)
    return "\n".join(lines) + "\n"


def _filled(label: str, text: str) -> list[str]:
    return textwrap.wrap(label + text, WIDTH, subsequent_indent=" " * len(label))


def _scope(rule: LintRule) -> str:
    if rule.packet:
        words = "each packet by itself"
    elif rule.two_way:
        words = "packets in both directions, one after the other"
    else:
        words = "packets one after the other"
    if rule.quoted:
        words += "; also those in error messages, as notes"
    if rule.whole:
        words += "; not packets that the capture cut"
    return words


def _example(rule: LintRule) -> list[str]:
    """The first of the packets that break it, and what lint says of them."""
    path = EXAMPLES / f"{rule.area.lower()}.pcapng"
    if not path.is_file():
        return []
    from dissect.lint.examples import broken

    packets = broken(path, rule.id)
    if packets is None:
        return []
    lines = ["", f"Example: captures/lint/{path.name}, packet {packets.first}", ""]
    lines += [f"  {line}" for line in packets.lines]
    for finding in packets.findings[:1]:
        lines += ["", f"  {finding.level.word}: {visible(finding.message)}"]
        shown = bytes_of(finding.spot)
        if shown:
            lines.append(f"  {visible(shown)}")
    return lines

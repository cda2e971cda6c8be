"""From the page as data to the text of the page, so that nothing in it runs but our own scripts.

Every text that a template shows passes ``visible`` (no control or bidirectional characters) and is
escaped by Jinja; data for scripts is JSON in which ``<``, ``>``, ``&``, ``'`` and everything beyond
ASCII are escaped.  Beside that the page tells the browser to run only scripts and styles with the
hashes of ours, and to load nothing at all (Content Security Policy Level 3).
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dissect.export.sanitise import visible

if TYPE_CHECKING:
    from dissect.report.formats.html.page import Page

HERE = Path(__file__).parent
SCRIPTS = ("vendor/charts.min.js", "tables.js", "sheet.js", "charts.js")
BARS = [f".s{percent} {{ --part: {percent}% }}" for percent in range(101)]
INDENTS = [f"td.in{step} {{ padding-left: {step * 1.25}rem }}" for step in range(1, 21)]
"""Styles by classes: attributes with styles are none of what the page may have."""
DRAWN = """:where(.plot) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot text),
:where(.plot tspan) {
  white-space: pre;
}"""
"""The style that the charting library puts into each chart (of the class ``plot``)."""


def rendered(page: Page) -> str:
    """The text of the page."""
    style = "\n".join((_source("style.css"), *BARS, *INDENTS))
    scripts = [_source(name) for name in SCRIPTS]
    return _environment().get_template("page.html").render(
        page=page, style=Markup(style), scripts=[Markup(one) for one in scripts],
        policy=policy_of([style, DRAWN], scripts),
    )  # fmt: skip


def policy_of(styles: list[str], scripts: list[str]) -> str:
    """The policy for a page with these styles and scripts in it, and nothing from elsewhere."""
    return "; ".join((
        "default-src 'none'",
        f"script-src {' '.join(map(_hash, scripts))}",
        f"style-src {' '.join(map(_hash, styles))}",
        "base-uri 'none'",
        "form-action 'none'",
    ))  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip


def _shown(value: object) -> object:
    """What stands for a value in the page: text only as it may be looked at."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _source(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

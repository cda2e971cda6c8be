"""Where a field is defined: in the words that stand beside its declaration."""

from __future__ import annotations

import re
import sys
from functools import cache, lru_cache

from dissect.engine.header import headers
from dissect.engine.tables import DISSECTORS
from dissect.engine.tree import FIELDS, Field

CLAUSE = re.compile(r"RFC \d+(?:,? (?:section|appendix) [\w.]*\w)?|IEEE [\d.]+\w*")


def clause(text: str | None) -> str:
    """The first document that a text names, and the place in it: ``RFC 8200 §3``."""
    found = CLAUSE.search(" ".join((text or "").split()))
    if found is None:
        return ""
    return re.sub(r",? section ", " §", found[0]).replace(", appendix", " appendix")


@cache
def _by_header() -> dict[str, str]:
    """The clauses of the fields of fixed headers."""
    found: dict[str, str] = {}
    for header in headers():
        module = sys.modules.get(header.__module__)
        words, wider = clause(header.__doc__), clause(module.__doc__ if module else "")
        if wider.startswith(words):  # the same document, and maybe the place in it
            words = wider
        for one in header.names:
            for field in (one, *one.bits, *one.also):
                found.setdefault(field.name, words)
    return found


@lru_cache(maxsize=4096)
def ref_of(name: str, layer: str) -> str:
    """Where a field of a layer is defined; empty if nothing says it."""
    field: Field | None = FIELDS.get(name)
    if field is not None and field.ref:
        return clause(field.ref) or field.ref
    if name in DISSECTORS:
        layer = name
    words = _by_header().get(name, "")
    if not words and layer in DISSECTORS:
        module = sys.modules.get(DISSECTORS[layer].function.__module__)
        words = clause(module.__doc__ if module else "")
    return words

"""What rules can't know: levels that a project gives them, prefixes of its translators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dissect.verdict import Level


@dataclass(frozen=True)
class Options:
    """Options of a run.

    levels       of rules, instead of their own
    translators  prefixes of translators (RFC 6052), as address and length
    nesting      IP headers in one packet that are nothing special
    """

    levels: Mapping[str, Level] = field(default_factory=dict)
    translators: tuple[tuple[bytes, int], ...] = ()
    nesting: int = 4


DEFAULT = Options()

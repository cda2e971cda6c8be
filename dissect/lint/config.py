"""``sixscope.toml``, which says what a project wants of lint, and baselines of known findings.

[lint]
select = ["NDP", "RAD", "error"]    # ids, areas, levels
ignore = ["ADR-006"]
fail-on = "warning"
translators = ["2001:db8:64::/96"]  # prefixes of NAT64 (RFC 6052), for XLT's rules
nesting = 4                         # IP headers in one packet that are nothing special

[lint.levels]
"TUN-008" = "error"
"""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from dissect.lint.options import Options
from dissect.lint.rule import load
from dissect.verdict import Case, Finding, Level

NAME = "sixscope.toml"
VERSION = 1
KEYS = frozenset(("select", "ignore", "fail-on", "translators", "nesting", "levels"))
LENGTHS = (32, 40, 48, 56, 64, 96)


class ConfigError(Exception):
    """A configuration or baseline that can't be used; says where and why, in one line."""


@dataclass(frozen=True)
class Config:
    """What a project wants of lint."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Level | None = None
    options: Options = field(default_factory=Options)


def read_config(path: str | Path | None = None) -> Config:
    """The configuration in a file; by default ``sixscope.toml`` in this folder, if it is there.

    Raises ConfigError.
    """
    place = Path(path or NAME)
    if path is None and not place.is_file():
        return Config()
    try:
        table = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{place}: {reason}") from None
    section = table.get("lint", {})
    try:
        if not isinstance(section, dict):
            raise ValueError("lint is no table")
        return _config(section)
    except ValueError as error:
        raise ConfigError(f"{place}: [lint]: {error}") from None


def _config(section: dict[str, Any]) -> Config:
    unknown = sorted(set(section) - KEYS)
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}; there are {', '.join(sorted(KEYS))}")
    levels = section.get("levels", {})
    nesting = section.get("nesting", Options().nesting)
    if not isinstance(levels, dict):
        raise ValueError("levels is no table")
    if not isinstance(nesting, int) or isinstance(nesting, bool) or nesting < 1:
        raise ValueError("nesting is no positive number")
    wrong = sorted(set(levels) - set(load()))
    if wrong:
        raise ValueError(f"levels: no rule is called {wrong[0]!r}")
    options = Options(
        levels={id: Level.of(str(word)) for id, word in levels.items()},
        translators=tuple(map(prefix_of, _words(section, "translators"))),
        nesting=nesting,
    )
    fail_on = section.get("fail-on")
    return Config(
        _words(section, "select"), _words(section, "ignore"),
        None if fail_on is None else Level.of(str(fail_on)), options,
    )  # fmt: skip


def _words(section: dict[str, Any], key: str) -> tuple[str, ...]:
    value = section.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError(f"{key} is no list of words")
    return tuple(value)


def prefix_of(text: str) -> tuple[bytes, int]:
    """A translator's prefix; raises ValueError for what is none (RFC 6052, section 2.2)."""
    address, _, length = text.partition("/")
    try:
        prefix = socket.inet_pton(socket.AF_INET6, address), int(length)
    except (OSError, ValueError):
        raise ValueError(f"{text!r} is no IPv6 prefix") from None
    if prefix[1] not in LENGTHS:
        raise ValueError(f"{text!r}: a translator's prefix has {', '.join(map(str, LENGTHS))} bits")
    return prefix


# --- baselines ---------------------------------------------------------------------------------


def read_baseline(path: str | Path) -> frozenset[str]:
    """The fingerprints of the findings in a baseline file; raises ConfigError."""
    try:
        found = orjson.loads(Path(path).read_bytes())
        if found["version"] != VERSION:
            raise ConfigError(f"{path}: a baseline of version {found['version']}, not {VERSION}")
        return frozenset(str(one["fingerprint"]) for one in found["findings"])
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{path}: not a baseline of sixscope lint") from None


def baseline_of(findings: Iterable[Finding]) -> bytes:
    """A baseline file of findings: for people as well, in an order that makes small differences."""
    rows = [
        {
            "fingerprint": one.fingerprint, "rule": one.rule.id,
            "file": Path(one.file).name.encode("utf-8", "backslashreplace").decode(),
            "key": one.key.encode("utf-8", "backslashreplace").decode(),
        }
        for one in findings
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["file"], row["rule"], row["key"]))
    return orjson.dumps({"version": VERSION, "findings": rows}, option=orjson.OPT_INDENT_2) + b"\n"


def mark_known(cases: Iterable[Case], known: frozenset[str]) -> None:
    """Mark the findings that a baseline has."""
    for case in cases:
        case.findings = [
            replace(one, known=True) if one.fingerprint in known else one for one in case.findings
        ]

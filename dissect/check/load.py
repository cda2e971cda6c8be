"""From a ``*.sixscope.toml`` to a ``Plan``: everything in it understood, its captures found."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import msgspec

from dissect.check.model import Expect, Golden, Spec, SpecError
from dissect.check.places import Path as Key
from dissect.check.places import Places

SUFFIX = ".sixscope.toml"
PASSED_OVER = frozenset((".git", ".hg", ".venv", "venv", "node_modules", "__pycache__"))
"""Folders in which nobody's expectations are looked for."""


@dataclass(frozen=True)
class Plan:
    """A file of expectations.

    path      of the file, as it was given
    spec      what it says
    captures  their paths
    """

    path: str
    spec: Spec
    captures: list[str]
    places: Places = field(repr=False)

    def error(self, key: Key, message: str) -> SpecError:
        """A mistake in the file, at a key."""
        return SpecError(self.path, self.places.line(key), key_text(key), message)

    def line(self, number: int) -> int:
        """The line on which an expectation begins; 1 where it isn't found."""
        return self.places.line(("expect", number)) or 1


def discover(paths: Iterable[str]) -> Iterator[str]:
    """The files of expectations in some folders, and those named; sorted in each folder.

    Raises FileNotFoundError for a path that isn't there.
    """
    for path in paths:
        if not os.path.isdir(path):
            if not os.path.exists(path):
                raise FileNotFoundError(2, os.strerror(2), path)
            yield path
            continue
        for folder, inner, files in os.walk(path):
            inner[:] = sorted(name for name in inner if name not in PASSED_OVER)
            for name in sorted(files):
                if name.endswith(SUFFIX):
                    yield os.path.normpath(os.path.join(folder, name))


def load(path: str) -> Plan:
    """Read a file of expectations; raises SpecError, OSError."""
    try:
        text = Path(path).read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SpecError(path, None, "", f"byte {error.start}: not UTF-8") from None
    except RecursionError:
        raise SpecError(path, None, "", "nested too deep") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, str(error)) from None
    places = Places(text)
    try:
        spec = msgspec.convert(found, Spec)
    except msgspec.ValidationError as error:
        key, message = _explained(str(error))
        raise SpecError(path, places.line(key), key_text(key), message) from None
    plan = Plan(path, spec, [], places)
    plan.captures.extend(_captures(plan))
    _check_names(plan)
    return plan


def _not_toml(path: str, message: str) -> SpecError:
    match = re.fullmatch(r"(.*) \(at line (\d+), (column \d+)\)", message)
    if match is None:
        return SpecError(path, None, "", message)
    return SpecError(path, int(match[2]), "", f"{match[1]} at {match[3]}")


# --- what msgspec says, in words for people ------------------------------------------------------

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_EXPECTED = re.compile(r"Expected `(.*)`, got `(.*)`")
_STEP = re.compile(r"\.([\w\-]+)|\[(\d+)\]|\[\.\.\.\]")
WORDS = {
    "int": "a whole number", "float": "a number", "str": "text", "bool": "true or false",
    "array": "a list", "object": "a table",
}  # fmt: skip


def _explained(error: str) -> tuple[Key, str]:
    """The key that a message of msgspec's is about, and the message in other words."""
    message, _, where = error.partition(" - at `")
    key: Key = tuple(
        int(index) if index else name for name, index in _STEP.findall(where) if name or index
    )
    if match := _UNKNOWN.fullmatch(message):
        close = get_close_matches(match[1], _keys_at(key), n=1)
        question = f"; did you mean {close[0]!r}?" if close else ""
        return (*key, match[1]), f"there is no such key{question}"
    if match := _MISSING.fullmatch(message):
        return key, f"the key {match[1]!r} is missing"
    if match := _EXPECTED.fullmatch(message):
        return key, f"is to be {_kinds(match[1])}, not {_kinds(match[2])}"
    return key, message


def _kinds(types: str) -> str:
    kinds = dict.fromkeys(WORDS.get(kind, kind) for kind in types.split(" | ") if kind != "null")
    *first, last = kinds
    return f"{', '.join(first)} or {last}" if first else last


def _keys_at(key: Key) -> list[str]:
    """The keys that there may be in a table."""
    from dissect.check import model

    kinds: dict[object, type[msgspec.Struct]] = {
        "expect": Expect, "golden": Golden, "response": model.Response, "lint": model.LintRules,
        "fields": model.FieldIs, "report": model.ReportIs, "key": model.KeyPair,
    }  # fmt: skip
    name = next((part for part in reversed(key) if isinstance(part, str)), None)
    return list(kinds.get(name, Spec).__struct_fields__)


def key_text(key: Key) -> str:
    """A key as a person counts: ``expect 1, count``."""
    text = ""
    for part in key:
        text += f" {part + 1}" if isinstance(part, int) else f", {part}" if text else part
    return text


# --- captures ------------------------------------------------------------------------------------


def _captures(plan: Plan) -> list[str]:
    """The paths of the captures, each once."""
    folder = Path(plan.path).parent
    named = plan.spec.capture
    found: dict[str, None] = {}
    for name in [named] if isinstance(named, str) else named:
        if not name:
            raise plan.error(("capture",), "a file's name is missing")
        if os.path.exists(folder / name):
            paths = [folder / name]
        else:
            paths = _globbed(plan, folder, name)
        if not paths:
            raise plan.error(("capture",), f"there is no file {name!r} in {str(folder)!r}")
        found.update(dict.fromkeys(map(str, paths)))
    if not found:
        raise plan.error(("capture",), "no file is named")
    return list(found)


def _globbed(plan: Plan, folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(pattern) if path.is_file())
    except (ValueError, NotImplementedError) as error:
        raise plan.error(("capture",), f"{pattern!r}: {error}") from None


def _check_names(plan: Plan) -> None:
    """Names tell expectations apart, in reports as in baselines."""
    seen: set[str] = set()
    for number, expect in enumerate(plan.spec.expect):
        if not expect.name.strip():
            raise plan.error(("expect", number, "name"), "is empty")
        if expect.name in seen:
            raise plan.error(
                ("expect", number, "name"), f"another expectation is called {expect.name!r} too"
            )
        seen.add(expect.name)
    if not plan.spec.expect and plan.spec.golden is None:
        raise SpecError(plan.path, None, "", "nothing is expected: neither [[expect]] nor [golden]")

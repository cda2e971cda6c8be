"""Columns written into a settings file; all else in it stays as the user has written it."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

from tui.model import columns as columns_
from tui.model.columns import Column
from tui.model.settings import SettingsError, path_of

NAME = "columns"


def has_columns(profile: str, place: Path | None = None) -> bool:
    """Whether the settings, or those of a profile, say which columns there are.

    Raises SettingsError where they can't be read.
    """
    path = path_of(profile, place)
    return NAME in _parsed(path, _read(path))


def save_columns(columns: tuple[Column, ...], profile: str, place: Path | None = None) -> Path:
    """Write columns into the settings, or into those of a profile; hands back the file.

    Raises SettingsError where that can't be done; then nothing has changed.
    """
    path = path_of(profile, place)
    old = _read(path)
    words = [columns_.written(column) for column in columns]
    wanted = {**_parsed(path, old), NAME: words}
    new = with_columns(old, words)
    if _parsed(path, new) != wanted or tuple(map(columns_.parse, words)) != columns:
        raise SettingsError(f"{path}: these columns can't be written there")
    try:
        real = path.resolve()  # a link stays one
        real.parent.mkdir(parents=True, exist_ok=True)
        part = real.with_name(f".{real.name}.new")
        part.write_text(new, encoding="utf-8")
        os.replace(part, real)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    return path


def with_columns(text: str, words: list[str]) -> str:
    """A TOML text with this list of columns; keys come before the first table."""
    line = f"{NAME} = [{', '.join(json.dumps(it, ensure_ascii=False) for it in words)}]"
    lines = text.splitlines()
    for first, old in enumerate(lines):
        if old.lstrip().startswith("["):
            break
        if old.partition("=")[0].strip() == NAME:
            last = next(end for end in range(first + 1, len(lines) + 1)
                        if _is_toml("\n".join(lines[first:end])))  # fmt: skip
            return "\n".join([*lines[:first], line, *lines[last:], ""])
    return "\n".join([line, *lines, ""])


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: {error}") from None

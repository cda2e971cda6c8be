"""Settings in a TOML file, where the system wants them; a profile is a file beside it.

theme = "sixscope-dark"
time = "r"
columns = ["number", "time", "source", "destination", "protocol", "Hops=ipv6.hlim:5", "info"]

[keys]
mark = ["m", "insert"]

[[rules]]
name = "My router"
filter = "eth.src == 00:00:5e:00:53:fe"
color = "#d7b56d"
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from dissect.export.times import FORMATS
from tui.model import columns as columns_
from tui.model.columns import Column
from tui.model.rules import DEFAULT, Rule

APP = "sixscope"


class SettingsError(Exception):
    """Settings that can't be understood: which file, where, and why."""


@dataclass(frozen=True)
class Settings:
    """How the user wants it.

    layout          rows: the list above the packet; columns: beside it; auto: as there is room
    share, upright  of the packet list in the screen, of the fields in what the list leaves
    keys            sequences by action, instead of the action's own
    themes          colours by the names of themes
    profile         whose settings are over the usual ones
    """

    theme: str = "sixscope-dark"
    time: str = "r"
    columns: tuple[Column, ...] = columns_.DEFAULT
    rules: tuple[Rule, ...] = DEFAULT
    layout: str = "auto"
    share: float = 0.45
    upright: float = 0.5
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    themes: dict[str, dict[str, str]] = field(default_factory=dict)
    profile: str = ""


def folder() -> Path:
    """Where the files are."""
    return user_config_path(APP, appauthor=False)


def path_of(profile: str, place: Path | None = None) -> Path:
    """The file of a profile, of none the usual one; raises SettingsError for what is no name."""
    place = folder() if place is None else place
    if profile != os.path.basename(profile) or profile in (".", ".."):
        raise SettingsError(f"no profile can be called {profile!r}")
    return place / "profiles" / f"{profile}.toml" if profile else place / "config.toml"


def load(profile: str = "", place: Path | None = None) -> Settings:
    """The settings, and over them those of a profile.

    Raises SettingsError for a profile that doesn't exist, and whatever can't be understood.
    """
    settings = Settings(profile=profile)
    usual = path_of("", place)
    if usual.is_file():
        settings = _with(settings, usual)
    if profile:
        path = path_of(profile, place)
        if not path.is_file():
            raise SettingsError(f"no profile {profile!r}: {path} does not exist")
        settings = _with(settings, path)
    return settings


def _with(settings: Settings, path: Path) -> Settings:
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        return changed(settings, read)
    except (tomllib.TOMLDecodeError, ValueError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {error}") from None


def changed(settings: Settings, read: dict[str, Any]) -> Settings:
    """Settings with what a file says; raises ValueError with what is wrong in it."""
    made: dict[str, Any] = {}
    for name, value in read.items():
        reader = READERS.get(name)
        if reader is None:
            raise ValueError(f"{name}: no such setting; there are {', '.join(READERS)}")
        try:
            made[name] = reader(value)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise ValueError(f"{name}: {_words(error)}") from None
    return replace(settings, **made)


def _words(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _time(value: Any) -> str:
    if value not in FORMATS:
        raise ValueError(f"{value!r} is none of {', '.join(FORMATS)}")
    return str(value)


def _layout(value: Any) -> str:
    if value not in ("auto", "rows", "columns"):
        raise ValueError(f"{value!r} is none of auto, rows, columns")
    return str(value)


def _columns(value: Any) -> tuple[Column, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("a list of columns is wanted")
    return tuple(columns_.parse(_text(it)) for it in value)


def _rules(value: Any) -> tuple[Rule, ...]:
    if not isinstance(value, list):
        raise ValueError("each rule is a [[rules]] with name, filter and color")
    return tuple(Rule(*(_text(it[key]) for key in ("name", "filter", "color"))) for it in value)


def _share(value: Any) -> float:
    if not isinstance(value, int | float) or not 0.1 <= value <= 0.9:
        raise ValueError(f"{value!r} is no number from 0.1 to 0.9")
    return float(value)


def _keys(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError('[keys] has lines such as mark = ["m"]')
    return {
        name: tuple(_text(it) for it in (keys if isinstance(keys, list) else [keys]))
        for name, keys in value.items()
    }


def _themes(value: Any) -> dict[str, dict[str, str]]:
    return {name: {key: _text(it) for key, it in theme.items()} for name, theme in value.items()}


READERS = {
    "theme": _text, "time": _time, "columns": _columns, "rules": _rules, "layout": _layout,
    "share": _share,
    "upright": _share, "keys": _keys, "themes": _themes,
}  # fmt: skip

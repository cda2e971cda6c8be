"""Copying through the terminal, also over SSH: the control sequence OSC 52.

tmux hands it on by itself with ``set-clipboard on``, else when it is wrapped and
``allow-passthrough`` is on; so both are sent there.  Terminals take only so much, and some take
nothing: what is copied is written to a file, too.
"""

from __future__ import annotations

import os
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

MOST = 74_000
"""Octets that are sent to a terminal: xterm and others ignore more."""
NAME = "clipboard"


def sequences(text: str, *, tmux: bool) -> str:
    """What makes a terminal copy a text; empty if it is too long."""
    octets = text.encode("utf-8", "backslashreplace")
    if len(octets) > MOST:
        return ""
    plain = f"\x1b]52;c;{b64encode(octets).decode()}\x07"
    return plain + (f"\x1bPtmux;\x1b{plain}\x1b\\" if tmux else "")


def in_tmux() -> bool:
    """Whether the terminal is tmux's."""
    return bool(os.environ.get("TMUX"))


def keep(text: str, folder: Path | None) -> Path | None:
    """Write a text to the file that only its user can read; None if that can't be."""
    if folder is None:
        return None
    path = folder / NAME
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        with open(os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        new.replace(path)
        return path
    return None

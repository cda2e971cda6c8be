"""What Wireshark makes of filters: many of them at once, asked of one sharkd.

sharkd comes with tshark (Debian: wireshark-common) and is the same code behind another door.  A run
of ``tshark -Y`` for every filter would take minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from dissect.crosscheck.tshark import PREFERENCES

SHARKD = shutil.which("sharkd")


class Answer(NamedTuple):
    """The numbers of the packets that pass a filter, or why it is refused."""

    packets: tuple[int, ...] = ()
    refused: str = ""


def ask(path: str, filters: Iterable[str]) -> dict[str, Answer]:
    """The answers for a capture; a filter at which sharkd breaks down has none."""
    filters = list(filters)
    requests = [
        ("load", {"file": path}),
        *(("frames", {"filter": text}) for text in filters),
    ]
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
        for number, (method, parameters) in enumerate(requests, 1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        preferences = Path(folder, "wireshark", "preferences")
        preferences.parent.mkdir()
        preferences.write_text("".join(f"{key}: {it}\n" for key, it in PREFERENCES.items()))
        done = subprocess.run(
            [SHARKD or "sharkd", "-"], input="\n".join(lines) + "\n", text=True,
            capture_output=True, timeout=300, check=False,
            env={**os.environ, "XDG_CONFIG_HOME": folder, "TZ": "UTC"},
        )  # fmt: skip
    offset = 1 + len(requests) - len(filters)
    answers = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            answer = json.loads(line)
            if answer["id"] >= offset:
                answers[filters[answer["id"] - offset]] = _answer(answer)
    return answers


def _answer(answer: dict) -> Answer:
    if "error" in answer:
        return Answer(refused=answer["error"]["message"])
    return Answer(tuple(frame["num"] for frame in answer["result"]))

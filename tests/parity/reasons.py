"""Why some of tshark's fields can't be exercised, or are not to be; data in ``reasons.toml``."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

from dissect.crosscheck.known import KNOWN

FILE = Path(__file__).with_name("reasons.toml")


def reasons(path: Path = FILE) -> dict[str, str]:
    """Field and reason.  Raises ValueError where a field has two."""
    found: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["reason"]:
        for field in entry["fields"]:
            if field in found:
                raise ValueError(f"two reasons for {field}")
            found[field] = entry["text"]
    return found


def mistake(field: str) -> str:
    """Why a field is only ever seen where tshark is wrong (see ``known``)."""
    entries = (known for known in KNOWN if fnmatchcase(field, known.field))
    return f"tshark is wrong: {max(entries, key=lambda known: len(known.field)).reason}"

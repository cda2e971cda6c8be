"""Capture files of hostile packets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dissect.capture.write import PcapngWriter
from tests.hostile.texts import TEXTS

SECOND = 1_000_000_000


def written(path: Path, packets: Iterable[tuple[int, bytes]]) -> Path:
    """A pcapng file whose own texts are hostile, too."""
    with path.open("wb") as stream:
        file = PcapngWriter(
            stream, comment=_text("".join(TEXTS)), hardware=_text(TEXTS[0]), os=_text(TEXTS[6])
        )
        links: dict[int, int] = {}
        for number, (link_type, octets) in enumerate(packets):
            if link_type not in links:
                links[link_type] = file.interface(link_type, name=_text(TEXTS[number % 7]))
            comment = _text(TEXTS[number % len(TEXTS)])
            file.packet(octets, (1_700_000_000 + number) * SECOND, links[link_type], None, comment)
    return path


def _text(text: str) -> str:
    """What UTF-8 can hold of it."""
    return text.encode("utf-8", "backslashreplace").decode()

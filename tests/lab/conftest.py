"""The lab's recordings with their truths.

``SIXSCOPE_LAB=FOLDER`` tests recordings made anew (``python captures/lab --to FOLDER``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from dissect import Packet, open_capture
from tests.captures_list import ROOT

FOLDER = Path(os.environ.get("SIXSCOPE_LAB", ROOT / "captures" / "lab"))


class Recording:
    """One scenario's capture, decoded, and the truth about it."""

    def __init__(self, scenario: str) -> None:
        self.path = FOLDER / f"{scenario}.pcapng"
        self.truth: dict[str, Any] = json.loads(
            self.path.with_suffix(".truth.json").read_text(encoding="utf-8")
        )

    @cached_property
    def packets(self) -> list[Packet]:
        """All packets, decoded in detail."""
        with open_capture(self.path, strict=True) as capture:
            return [packet.decode(detail=True) for packet in capture]

    def having(self, *names: str, **values: Any) -> Iterator[Packet]:
        """The packets that hold all these layers or fields.

        ``values``: fields with two underscores for a dot, and what one of theirs must show.
        """
        for packet in self.packets:
            if all(name in packet for name in names) and all(
                value in shown(packet, field.replace("__", ".")) for field, value in values.items()
            ):
                yield packet


def shown(packet: Packet, field: str) -> list[str]:
    """The values of a field in a packet, as tshark would print them."""
    return [node.show for node in packet.fields(field)]


@pytest.fixture(scope="module")
def recording(request: pytest.FixtureRequest) -> Recording:
    """The recording of the scenario that the test module is called after."""
    return Recording(request.module.__name__.rpartition("test_")[2])

"""Where the tests' captures are: our own, and other projects' where they are present."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "captures"


def _captures(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in (".pcap", ".pcapng"))


LINT = _captures(ROOT / "captures" / "lint")
"""Packets that break rules, with tests of their own."""

OURS = [path for path in _captures(ROOT / "captures") if path not in LINT]
FRAGMENTED = [
    path
    for path in OURS
    if path.name.startswith(
        (
            "fragments_",
            "ipv6_fragments",
            "ipv4_header",
            "tour",
            "extension_headers",
            "nat64",
            "siit",
            "tunnels",
        )
    )
]
"""Those with fragments, which are looked at put together and each by itself."""

TOLD: dict[Path, tuple[dict[str, str], ...]] = {
    ROOT / "captures" / "mpls.pcapng": tuple(
        {"mpls.payload": payload} for payload in ("ethernet", "ethernet-cw", "generic-cw")
    ),
    ROOT / "captures" / "ppp_multilink_short.pcapng": ({"mp.short_seqno": "TRUE"},),
    ROOT / "captures" / "rtp.pcapng": ({"udp.decode_as": "5004=rtp,5005=rtcp"},),
}
"""Those that are looked at once more each time with a preference, which tshark is told too."""

THEIRS = _captures(SHARED)
"""Empty where the folder is absent."""


def some(paths: list[Path], nth: int) -> list[Any]:
    """Every nth of these for each run of the tests; the others are for ``make sweep``."""
    return [
        path if not place % nth else pytest.param(path, marks=pytest.mark.sweep)
        for place, path in enumerate(paths)
    ]


def name(path: Path) -> str:
    """A short test id."""
    return str(path.relative_to(SHARED if SHARED in path.parents else ROOT / "captures"))

"""Where the tests' captures are: our own, and other projects' where they are present."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "captures"


def _captures(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in (".pcap", ".pcapng"))


OURS = _captures(ROOT / "captures")
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

THEIRS = _captures(SHARED)
"""Empty where the folder is absent."""


def name(path: Path) -> str:
    """A short test id."""
    return str(path.relative_to(SHARED if SHARED in path.parents else ROOT / "captures"))

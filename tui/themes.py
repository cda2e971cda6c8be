"""Our themes: calm, with few colours."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="sixscope-dark", primary="#6cb6d9", secondary="#8fa8c8", accent="#e0a458",
    foreground="#d3d8de", background="#12161b", surface="#161b21", panel="#1b2129",
    success="#86b98a", warning="#d9a94e", error="#e2777a", dark=True,
)  # fmt: skip
LIGHT = Theme(
    name="sixscope-light", primary="#1f6f9b", secondary="#4a6488", accent="#a8631a",
    foreground="#22272e", background="#fbfaf7", surface="#f5f3ee", panel="#eae7df",
    success="#357a3c", warning="#946200", error="#b3363c", dark=False,
)  # fmt: skip
OURS = (DARK, LIGHT)

"""The colours of everything, made from a theme's few."""

from __future__ import annotations

from functools import cached_property

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

LAYERS = 8
"""Tints that the layers of a packet take in turn."""


class Palette:
    """Styles by what they are for; a new theme has a new palette."""

    def __init__(self, theme: Theme) -> None:
        self.dark = theme.dark
        self.background = Color.parse(theme.background or ("#101418" if theme.dark else "#fbfbf9"))
        self.foreground = Color.parse(theme.foreground or ("#d5dae0" if theme.dark else "#20242a"))
        self.surface = Color.parse(theme.surface or self.background.hex)
        self.panel = Color.parse(theme.panel or self.surface.hex)
        self.primary = Color.parse(theme.primary)
        self.colors = {
            "primary": self.primary,
            "secondary": Color.parse(theme.secondary or theme.primary),
            "accent": Color.parse(theme.accent or theme.primary),
            "success": Color.parse(theme.success or "#7fb069"),
            "warning": Color.parse(theme.warning or "#d9a441"),
            "error": Color.parse(theme.error or "#e0656b"),
            "muted": self.background.blend(self.foreground, 0.55),
            "dim": self.background.blend(self.foreground, 0.34),
            "faint": self.background.blend(self.foreground, 0.16),
            "text": self.foreground,
            "background": self.background,
        }
        self.colors |= {f"hue{nth}": color for nth, color in enumerate(self.layers)}
        self._made: dict[tuple[str, str, bool, bool], Style] = {}

    def color(self, name: str) -> Color:
        """By a name of ``colors``, else any that CSS has; the text's if it is none."""
        if name in self.colors:
            return self.colors[name]
        try:
            return Color.parse(name)
        except ColorParseError:
            return self.foreground

    def style(
        self, name: str = "text", ground: str = "background", *, bold: bool = False,
        italic: bool = False,
    ) -> Style:  # fmt: skip
        """A colour of text on one of ``background``, ``cursor``, ``idle``, ``panel`` …"""
        key = name, ground, bold, italic
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Style(
                color=self.color(name).rich_color, bgcolor=self.ground(ground).rich_color,
                bold=bold or None, italic=italic or None,
            )  # fmt: skip
        return found

    def ground(self, name: str) -> Color:
        """A background by what it is for."""
        if name in self.grounds:
            return self.grounds[name]
        return self.color(name)

    @cached_property
    def grounds(self) -> dict[str, Color]:
        """Backgrounds."""
        blend = self.background.blend
        return {
            "background": self.background,
            "panel": self.panel,
            "cursor": blend(self.primary, 0.34),
            "idle": blend(self.foreground, 0.10),
            "mark": blend(self.colors["accent"], 0.22),
            "found": blend(self.colors["warning"], 0.40),
            **{f"layer{nth}": blend(color, 0.16) for nth, color in enumerate(self.layers)},
        }

    @cached_property
    def layers(self) -> list[Color]:
        """A colour for each layer of a packet: hues apart, equally light."""
        light = 0.68 if self.dark else 0.38
        hues = (0.58, 0.38, 0.11, 0.83, 0.49, 0.03, 0.70, 0.25)
        return [Color.from_hsl(hue, 0.50, light) for hue in hues[:LAYERS]]

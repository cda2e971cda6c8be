"""sixscope's terminal UI; see ``tui/README.md`` for how it is laid out.

``run`` is what ``sixscope FILE`` calls.  The engine's process is begun before Textual is imported,
so that the two start side by side.
"""

from __future__ import annotations


def run(paths: tuple[str, ...], *, profile: str = "") -> int:
    """Show captures (``-``: standard input; none: choose one) until the user quits.

    profile  the name of a settings file beside the usual one

    Hands back the exit status.  Raises ``tui.model.settings.SettingsError`` for settings that
    can't be understood.
    """
    from tui.start import start

    return start(paths, profile=profile)

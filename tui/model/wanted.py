"""Filters made from fields."""

from __future__ import annotations

from tui.model.packets import Line


def of_field(line: Line) -> str:
    """What asks for packets with the same value; empty where no filter can."""
    if not line.name or line.name.startswith("_ws.expert"):
        return ""
    if line.kind == "layer" or not line.value:
        return line.name
    return f"{line.name} == {line.value}"


def joined(before: str, word: str, wanted: str) -> str:
    """A filter and one more condition; ``word`` is ``and`` or ``and not``."""
    negated = word.endswith("not")
    if not before.strip():
        return f"not {wrapped(wanted)}" if negated else wanted
    return f"{wrapped(before.strip())} {word} {wrapped(wanted) if negated else wanted}"


def wrapped(text: str) -> str:
    """In parentheses where ``and`` or ``not`` before or behind it would be taken wrongly."""
    plain = text.split()
    return text if len(plain) <= 1 or _all_and(text) else f"({text})"


def _all_and(text: str) -> bool:
    """Conditions that are joined by ``and`` only, without quotes in which words may stand."""
    if '"' in text or "'" in text or "||" in text or "(" in text:
        return False
    words = text.lower().split()
    return "or" not in words and "xor" not in words and "not" not in words[:1]

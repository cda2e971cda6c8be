"""Packets that the user has marked, and what was written down about them."""

from __future__ import annotations


class Marks:
    """Notes by packet number; an empty one is a mark without words."""

    def __init__(self) -> None:
        self.notes: dict[int, str] = {}

    def __contains__(self, number: int) -> bool:
        return number in self.notes

    def __len__(self) -> int:
        return len(self.notes)

    def toggle(self, number: int) -> bool:
        """Mark a packet, or take the mark away with its note; whether it is marked now."""
        if number in self.notes:
            del self.notes[number]
            return False
        self.notes[number] = ""
        return True

    def write(self, number: int, note: str) -> None:
        """Mark a packet with a note."""
        self.notes[number] = note

    @property
    def numbers(self) -> list[int]:
        """All of them, in order."""
        return sorted(self.notes)

    def after(self, number: int) -> int | None:
        """The next one, the first one behind the last; None without any."""
        numbers = self.numbers
        return next((it for it in numbers if it > number), numbers[0] if numbers else None)

    def before(self, number: int) -> int | None:
        """The one before, the last one before the first."""
        numbers = self.numbers
        return next(
            (it for it in reversed(numbers) if it < number), numbers[-1] if numbers else None
        )

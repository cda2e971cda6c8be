"""What is wrong with a filter, where, and what may have been meant."""

from __future__ import annotations


class FilterError(Exception):
    """A filter that can't be understood.

    message      one sentence, without the place
    start, end   the place: offsets of characters in the filter's text
    suggestions  names that are like the unknown one, best first
    """

    def __init__(
        self, message: str, start: int = 0, end: int = 0, suggestions: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.suggestions = suggestions

    @property
    def question(self) -> str:
        """``did you mean ipv6.hlim?``, or nothing."""
        names = self.suggestions
        if not names:
            return ""
        said = ", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else names[0]
        return f"did you mean {said}?"

    def picture(self, text: str, width: int = 100) -> str:
        """The filter in one line, and a line of carets under the place."""
        first = max(0, min(self.start, len(text)) - width // 2)
        line = "".join(c if c.isprintable() else " " for c in text[first : first + width])
        start = self.start - first
        carets = max(1, min(self.end - self.start, len(line) - start))
        return f"{line}\n{' ' * start}{'^' * carets}"

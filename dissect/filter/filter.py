"""A filter, ready to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dissect import protocols  # noqa: F401  (declares the fields)
from dissect.engine.packet import Packet
from dissect.filter.check import check
from dissect.filter.found import Found
from dissect.filter.predicate import compile_test, fields_of

if TYPE_CHECKING:
    from dissect.columns import Chunk
    from dissect.filter.masks import Decide, Truth


class Filter:
    """A display filter: ``f(packet)`` says whether a packet passes it.

    text    as it was written
    test    its typed tree
    fields  the names of the fields and protocols that it looks at
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.test = check(text)
        self.fields = frozenset(value.field.name for value in fields_of(self.test))
        self._ask = compile_test(self.test)
        self._decide: Decide | None = None

    def __call__(self, packet: Packet) -> bool:
        """Whether the packet passes."""
        return self._ask(Found(packet, self.fields))

    def decide(self, chunk: Chunk) -> Truth:
        """Which rows of a chunk pass, and of which that is known."""
        if self._decide is None:
            from dissect.filter.masks import compile_mask

            self._decide = compile_mask(self.test)
        return self._decide(chunk)

    def explain(self) -> str:
        """How the filter is understood, and what decides each part of it."""
        from dissect.filter.explain import explained

        return explained(self)

    def __repr__(self) -> str:
        return f"<Filter {self.text}>"


def compile_filter(text: str) -> Filter:
    """A filter from its text; raises FilterError."""
    return Filter(text)

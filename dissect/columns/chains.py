"""Chains of protocols as numbers, so that a million packets' chains are one array of integers."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Mask = NDArray[np.bool_]
UNKNOWN = -1


class Chains:
    """Every chain met so far; number 0 is the empty one.

    A chain is its parent and the protocol behind it, as it is met on the walk.  Numbers are those
    of one process: ``text`` is what two have in common, ``translate`` turns another's into ours.
    """

    def __init__(self) -> None:
        self._texts = [""]
        self._numbers = {"": 0}
        self._next: dict[str, Ids] = {}
        self._answers: dict[Hashable, list[bool]] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, number: int) -> str:
        """The protocols with colons between them, as ``Packet.chain``."""
        return self._texts[number]

    def protocols(self, number: int) -> list[str]:
        """The protocols, outermost first."""
        text = self._texts[number]
        return text.split(":") if text else []

    def number(self, text: str) -> int:
        """The number of a chain, new or known."""
        known = self._numbers.get(text)
        if known is None:
            known = self._numbers[text] = len(self._texts)
            self._texts.append(text)
        return known

    def step(self, chains: Ids, protocol: str) -> Ids:
        """The chains that these become when one more protocol follows."""
        table = self._next.get(protocol)
        if table is None or len(table) < len(self._texts):
            table = self._grown(protocol, table)
        longer = table[chains]
        if len(longer) and longer.min() == UNKNOWN:
            for parent in np.flatnonzero(np.bincount(chains[longer == UNKNOWN])).tolist():
                text = self._texts[parent]
                table[parent] = self.number(f"{text}:{protocol}" if text else protocol)
            longer = table[chains]
        return longer

    def _grown(self, protocol: str, table: Ids | None) -> Ids:
        grown = np.full(len(self._texts) + 256, UNKNOWN, np.int32)
        if table is not None:
            grown[: len(table)] = table
        self._next[protocol] = grown
        return grown

    def where(self, question: Hashable, answer: Callable[[list[str]], bool]) -> Mask:
        """For each chain the answer by its protocols, which is asked once for each."""
        answers = self._answers.setdefault(question, [])
        for number in range(len(answers), len(self._texts)):
            answers.append(answer(self.protocols(number)))
        return np.array(answers, np.bool_)

    def having(self, protocol: str) -> Mask:
        """For each chain whether it has a protocol."""
        return self.where(protocol, lambda protocols: protocol in protocols)

    def translate(self, other: Chains) -> Ids:
        """Our number for each of another table's."""
        return np.array([self.number(text) for text in other._texts], np.int32)

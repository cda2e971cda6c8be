"""Packets of a capture as tests want them: filtered, counted, compared, with readable failures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dissect.api import Packet
from dissect.check.clauses.values import field_read
from dissect.check.load import Plan
from dissect.check.model import Expect, Spec, SpecError
from dissect.check.places import Places
from dissect.check.reading import Reading
from dissect.check.run import check_expectations
from dissect.check.several import rows
from dissect.check.text import case_text
from dissect.difference.captures import CaptureSide
from dissect.difference.decoded import Choice
from dissect.difference.differ import Comparison
from dissect.difference.verdict import verdict_of
from dissect.filter import compile_filter

SHOWN = 20
"""Packets that are shown of those that differ."""

NO_PREFERENCES: Mapping[str, str] = {}


class Packets:
    """The packets of a capture that pass a display filter.

        packets = Packets("ra.pcapng").filter("icmpv6.type == 134")
        assert packets.count == 3
        assert packets.values("ipv6.hlim") == [255, 255, 255]
        packets.expect(every="icmpv6.opt.mtu == 1480")
        assert packets == Packets("expected.pcapng").filter("icmpv6.type == 134")

    Iterating decodes them as they are in their capture, one at a time.
    """

    def __init__(
        self, path: str | Path, condition: str = "", preferences: Mapping[str, str] = NO_PREFERENCES
    ) -> None:
        """Raises FilterError."""
        self.path = str(path)
        self.condition = condition
        self._test = compile_filter(condition)
        self._reading = Reading(self.path, dict(preferences))

    def filter(self, text: str) -> Packets:
        """Those of them that pass another filter, too; raises FilterError."""
        both = f"({self.condition}) and ({text})" if self.condition else text
        return Packets(self.path, both, self._reading.preferences)

    def __iter__(self) -> Iterator[Packet]:
        with self._reading.open() as capture:
            yield from capture.filter(self.condition) if self.condition else capture

    @cached_property
    def count(self) -> int:
        """How many there are."""
        with self._reading.open() as capture:
            found = rows(capture, (self._test,))
            return sum(int(np.count_nonzero(row.passing(self._test))) for row in found)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: int) -> Packet:
        """The packet at a place, from 0; -1 is the last one.  Raises IndexError."""
        wanted = place if place >= 0 else self.count + place
        for at, packet in enumerate(self):
            if at == wanted:
                return packet.decode(detail=True)
        raise IndexError(f"{self!r} has no packet at {place}")

    def values(self, name: str) -> list[Any]:
        """The values of a field in all packets: numbers as they are, all else as it is shown.

        Raises ValueError for a name that is no field's.
        """
        read = field_read(name)
        return [value for packet in self for value in read.plain(packet)]

    def expect(self, **wanted: Any) -> None:
        """Hold them against the keys of ``[[expect]]``: ``count``, ``every``, ``fields`` …

        Raises AssertionError with all that does not hold, SpecError for a mistake.
        """
        __tracebackhide__ = True  # in pytest
        whole = {"name": f"{self!r} as expected", "filter": self.condition} | wanted
        try:
            expect = msgspec.convert(whole, Expect)
        except msgspec.ValidationError as error:
            raise SpecError("expect()", None, "", str(error)) from None
        spec = Spec(self.path, [expect], preferences=dict(self._reading.preferences))
        plan = Plan("expect()", spec, [self.path], Places(""))
        (case,) = check_expectations(plan, self.path).cases
        if case.findings or case.skipped:
            raise AssertionError(f"{self!r}:\n{case_text(case, head=False)}")

    def difference(self, other: Packets, **choice: Any) -> str:
        """How they differ from others, in lines; empty where they don't.  ``choice``: ``Choice``'s.

        Raises OSError, and as reading does.
        """
        chosen = Choice(**{"generated": False} | choice)
        with self._reading.open() as here, other._reading.open() as there:
            sides = CaptureSide(here, chosen, self._test), CaptureSide(there, chosen, other._test)
            names = self.path, other.path
            if Path(names[0]).name != Path(names[1]).name:
                names = Path(names[0]).name, Path(names[1]).name
            verdict = verdict_of(Comparison(*sides), *names, SHOWN)
        lines = [line for one in verdict for line in (one.message, *_indented(one.details))]
        return "\n".join([*lines, verdict.summary]) if verdict.total else ""

    def __eq__(self, other: object) -> bool:
        return not self.difference(other) if isinstance(other, Packets) else NotImplemented

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        number = {0: "no packets", 1: "1 packet"}.get(self.count) or f"{self.count:,} packets"
        condition = f" with {self.condition}" if self.condition else ""
        return f"<{number} of {Path(self.path).name}{condition}>"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]

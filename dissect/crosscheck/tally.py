"""Counting agreement over captures.

Judged are the protocols that we have a dissector for, not the generic and partial ones.  A field's
protocol is the first part of its name.  Every field that tshark shows for a judged protocol is
expected here:

agreed       same name, offset, length and value
different    same name, but something else isn't
missing      only tshark has it
only here    only we have it
not reached  missing, but behind a protocol that we don't decode: lowers "found", but is no
             disagreement; also what differs just because of such a protocol (``UNSETTLED``, data)
tshark wrong a disagreement that ``known`` explains
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple, cast

from dissect.api import Capture, open_capture
from dissect.capture.record import CaptureError
from dissect.crosscheck.compare import Row, compare, rows
from dissect.crosscheck.known import find
from dissect.crosscheck.tshark import (
    PREFERENCES,
    REASSEMBLING,
    Section,
    TShark,
    TSharkMissing,
    settings,
)
from dissect.engine.packet import Packet
from dissect.engine.processes import pool
from dissect.engine.tables import DISSECTORS

EXAMPLES = 4
"""Disagreements remembered per field and kind and file set."""

NO_PROTOCOLS = ("_ws.", "pkt_comment", "ethertype")
"""Beginnings of names that tshark lists among the protocols, and that are none."""

UNSETTLED = {
    "frame.protocols", "udp.stream", "udp.time_relative", "udp.time_delta", "tcp.pdu.size",
}  # fmt: skip
"""The chain itself; conversations, which protocols above UDP can set up (SIP does for RTP); and
what protocols above TCP say about their messages."""


class Example(NamedTuple):
    """A disagreement: where, and both sides (None: nothing there)."""

    path: str
    packet: int
    ours: Row | None
    theirs: Row | None


@dataclass(slots=True)
class Counts:
    """What became of a field, or of a protocol's fields; ``there``: how many tshark shows."""

    agreed: int = 0
    different: int = 0
    missing: int = 0
    extra: int = 0
    unreached: int = 0
    wrong: int = 0
    there: int = 0
    examples: list[Example] = field(default_factory=list)

    @property
    def disagreed(self) -> int:
        """How often it is ours to explain."""
        return self.different + self.missing + self.extra

    @property
    def found(self) -> float:
        """Percent of tshark's fields that we have, with whatever value."""
        here = self.agreed + self.different
        return 100 * here / max(here + self.missing + self.unreached, 1)

    @property
    def right(self) -> float:
        """Percent of the fields that somebody has, and that we reached, on which both agree."""
        return 100 * self.agreed / max(self.agreed + self.disagreed, 1)

    def add(self, other: Counts) -> None:
        """Sum up."""
        self.agreed += other.agreed
        self.different += other.different
        self.missing += other.missing
        self.extra += other.extra
        self.unreached += other.unreached
        self.there += other.there
        self.wrong += other.wrong
        self.examples = (self.examples + other.examples)[:EXAMPLES]


@dataclass(slots=True)
class Tally:
    """The counts of one file or several.

    problems  disagreements that are no fields': packets that only one side reads, dissector bugs
    errors    files that could not be compared at all
    wrong     how often each entry of ``known`` applied, by its reason
    """

    files: int = 0
    packets: int = 0
    fields: dict[str, Counts] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def count(self, name: str) -> Counts:
        """A field's counts."""
        counts = self.fields.get(name)
        if counts is None:
            counts = self.fields[name] = Counts()
        return counts

    def add(self, other: Tally) -> None:
        """Sum up."""
        self.files += other.files
        self.packets += other.packets
        for name, counts in other.fields.items():
            self.count(name).add(counts)
        self.problems += other.problems
        self.errors += other.errors
        self.wrong += other.wrong

    def protocols(self) -> dict[str, Counts]:
        """The counts of each protocol."""
        found: dict[str, Counts] = {}
        for name, counts in self.fields.items():
            found.setdefault(protocol_of(name), Counts()).add(counts)
        return dict(sorted(found.items()))

    def worst(self, count: int) -> list[tuple[str, Counts]]:
        """The fields that disagree most often."""
        bad = [item for item in self.fields.items() if item[1].disagreed]
        return sorted(bad, key=lambda item: (-item[1].disagreed, item[0]))[:count]

    @property
    def agrees(self) -> bool:
        """Whether there is nothing for us to explain."""
        return not self.problems and not any(c.disagreed for c in self.fields.values())


BY_OTHER_NAMES = {
    "mip6": "mipv6", "pppoe": "pppoes", "pweth": "pwethcw", "pwmcw": "mpls",
    "mpls_echo": "mpls-echo", "mpls_pm": "mplspmdlm", "mplstp_oam": "mplstp_fm",
}  # fmt: skip
"""Protocols whose fields begin with another name than theirs."""


def protocol_of(name: str) -> str:
    """A field's protocol: what stands before the first dot, most often."""
    first = name.partition(".")[0]
    return BY_OTHER_NAMES.get(first, first)


def judged_protocols() -> frozenset[str]:
    """The protocols that we have dissectors of our own for, which read more than a head."""
    return frozenset(protocol_of(name) for name, it in DISSECTORS.items() if not it.partial)


def check_files(
    paths: Iterable[str], judged: frozenset[str] | None = None, *, reassemble: bool = True,
    preferences: Mapping[str, str] | None = None, jobs: int = 1,
) -> Iterator[tuple[str, Tally]]:  # fmt: skip
    """Compare captures with tshark, ``jobs`` at a time; yields each file's tally in order.

    Raises TSharkMissing; PreferenceError where a preference is wrong or can't be told to tshark.
    """
    work = partial(check_file, judged=judged, reassemble=reassemble, preferences=preferences)
    paths = list(paths)
    if min(jobs, len(paths)) <= 1:
        yield from zip(paths, map(work, paths), strict=True)
        return
    with pool(min(jobs, len(paths))) as workers:
        try:
            yield from zip(paths, workers.map(work, paths), strict=True)
        finally:
            workers.shutdown(cancel_futures=True)


def check_file(
    path: str, judged: frozenset[str] | None = None, *, reassemble: bool = True,
    preferences: Mapping[str, str] | None = None,
) -> Tally:  # fmt: skip
    """Compare one capture with tshark; a file that can't be compared is an error in the tally.

    judged       the protocols whose fields count; by default all that we decode
    reassemble   whether both sides put fragments together
    preferences  ours, by name; tshark is told the same in its words

    Raises TSharkMissing; PreferenceError where a preference is wrong or can't be told to tshark.
    """
    tally = Tally(files=1)
    judge = _Judge(path, tally, judged if judged is not None else judged_protocols())
    preferences = preferences or {}
    told, decode_as = settings(preferences)
    ours = partial(open_capture, path, relative_seq=False, reassemble=reassemble,
                   preferences=preferences)  # fmt: skip
    try:
        with TShark(
            path, (REASSEMBLING if reassemble else PREFERENCES) | told, decode_as
        ) as tshark:
            _side_by_side(path, tshark, judge, ours)
    except TSharkMissing:
        raise
    except OSError as error:
        tally.errors.append(f"{path}: {error.strerror or error}")
    return tally


def _side_by_side(
    path: str, tshark: TShark, judge: _Judge, open_ours: Callable[[], Capture]
) -> None:
    tally = judge.tally
    theirs = iter(tshark)
    damage = ""
    ours = 0
    there = 0
    try:
        with open_ours() as capture:
            for packet in capture:
                ours += 1
                sections = next(theirs, None)
                if sections is None:
                    break
                there += 1
                judge.packet(packet, sections)
    except CaptureError as error:
        damage = str(error)
    there += sum(1 for _ in theirs)
    tally.packets = min(ours, there)
    if not there and tshark.stopped:
        tally.errors.append(f"{path}: {tshark.stopped.removeprefix('tshark: ')}")
    elif ours > there:
        reason = f" ({tshark.stopped})" if tshark.stopped else ""
        tally.problems.append(f"{path}: tshark reads {there} packets, we read more{reason}")
    elif ours < there:
        tally.problems.append(f"{path}: tshark reads {there} packets, we read {ours} ({damage})")


class _Remembering:
    """A decoded packet that looks for the fields of a name once, however many rows ask."""

    def __init__(self, packet: Packet) -> None:
        self._packet = packet
        self.fields = cache(packet.fields)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._packet, name)


class _Judge:
    """Compares packets and counts."""

    def __init__(self, path: str, tally: Tally, judged: frozenset[str]) -> None:
        self.path = path
        self.tally = tally
        self.judged = judged
        self.looks: Packet

    def packet(self, packet: Packet, sections: list[Section]) -> None:
        """Compare one packet's fields."""
        packet.decode(detail=True)
        self.looks = cast("Packet", _Remembering(packet))
        for finding in packet.findings:
            if finding.note.name == "sixscope.bug":
                self.tally.problems.append(f"{self.path}: packet {packet.number}: {finding.text}")
        theirs, beyond = self._theirs(sections)
        complete = self._all_judged(theirs)
        ours = [row for row in rows(packet) if self._is_judged(row.name)]
        theirs = [row for row in theirs if self._is_judged(row.name)]
        difference = compare(ours, theirs)
        for row in theirs:
            self.tally.count(row.name).there += 1
        for row in difference.agreed:
            self.tally.count(row.name).agreed += 1
        for here, there in difference.different:
            if complete or not self._depends_on_all(here.name):
                self._disagree(packet, here, there)
            else:
                self.tally.count(here.name).unreached += 1
        for row in difference.missing:
            if beyond[row] > 0:
                beyond[row] -= 1
                self.tally.count(row.name).unreached += 1
            elif complete or row.name not in UNSETTLED:
                self._disagree(packet, None, row)
            else:
                self.tally.count(row.name).unreached += 1
        for row in difference.extra:
            if complete or not self._depends_on_all(row.name):
                self._disagree(packet, row, None)

    def _theirs(self, sections: list[Section]) -> tuple[list[Row], Counter[Row]]:
        """All of tshark's fields, and those from the first protocol on that we don't decode."""
        found: list[Row] = []
        beyond: Counter[Row] = Counter()
        lost = False
        for section in sections:
            found += section.rows
            lost = lost or not self._is_judged_or_none(section.name)
            if lost:
                beyond.update(section.rows)
        return found, beyond

    def _is_judged(self, name: str) -> bool:
        return protocol_of(name) in self.judged

    @staticmethod
    def _depends_on_all(name: str) -> bool:
        """Whether a field may differ only because some protocol of the packet isn't decoded."""
        return name in UNSETTLED or protocol_of(name) == "data"

    def _all_judged(self, theirs: list[Row]) -> bool:
        """Whether tshark names no protocol that we don't decode."""
        chain = next((row.show for row in theirs if row.name == "frame.protocols"), "")
        return all(map(self._is_judged_or_none, chain.split(":")))

    def _is_judged_or_none(self, name: str) -> bool:
        return self._is_judged(name) or name.startswith(NO_PROTOCOLS)

    def _disagree(self, packet: Packet, ours: Row | None, theirs: Row | None) -> None:
        row = ours or theirs
        assert row is not None
        counts = self.tally.count(row.name)
        known = find(self.looks, ours, theirs)
        if known is not None:
            counts.wrong += 1
            self.tally.wrong[known.reason] += 1
            return
        if ours is None:
            counts.missing += 1
        elif theirs is None:
            counts.extra += 1
        else:
            counts.different += 1
        if len(counts.examples) < EXAMPLES:
            counts.examples.append(Example(self.path, packet.number, ours, theirs))

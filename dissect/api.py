"""The public API: captures, packets, layers and nodes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar, overload

from dissect import protocols  # noqa: F401  (registers the dissectors)
from dissect.address import fields  # noqa: F401  (declares what addresses say)
from dissect.capture.open import open_records
from dissect.engine.packet import NO_PREFERENCES, Packet, dissect
from dissect.engine.preferences import PreferenceError, preferences_of
from dissect.engine.session import Session
from dissect.engine.tree import Layer, Node

if TYPE_CHECKING:
    from dissect.analysis.table import Table
    from dissect.capture.file import CaptureFile
    from dissect.capture.record import Record
    from dissect.verdict import Finding

__all__ = ["Capture", "Layer", "Node", "Packet", "PreferenceError", "dissect", "open_capture"]

S = TypeVar("S", bound=Session)


class Capture:
    """The packets of a capture file: iterate over them, or take any one.

    Iterating holds one packet at a time, and carries what was seen on from packet to packet, for
    the fields that need it (stream numbers, times since a request) and for fragments.  A packet
    taken by number knows nothing of the others.  Both raise
    ``dissect.capture.record.DamagedCapture`` where the file is broken, after all packets before
    that place.
    """

    def __init__(
        self, records: CaptureFile, *, relative_seq: bool, reassemble: bool, strict: bool,
        preferences: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.records = records
        self.preferences = preferences
        self._relative_seq = relative_seq
        self.reassemble = reassemble
        self._strict = strict

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.records.close()

    @property
    def path(self) -> str:
        """The file's name, ``<stdin>`` for standard input."""
        return self.records.path

    def __iter__(self) -> Iterator[Packet]:
        packet = self._maker(self.session(Session))
        for record in self.records:
            one = packet(record)
            yield one
            one.decode()  # if nobody did: later packets refer to it

    def __len__(self) -> int:
        return len(self.records)

    @overload
    def __getitem__(self, at: int) -> Packet: ...
    @overload
    def __getitem__(self, at: slice) -> list[Packet]: ...
    def __getitem__(self, at: int | slice) -> Packet | list[Packet]:
        """The packet at an index from 0, or a list of them."""
        if isinstance(at, slice):
            return [self.packet(record, None) for record in self.records[at]]
        return self.packet(self.records[at], None)

    def filter(self, text: str) -> Iterator[Packet]:
        """The packets that pass a display filter, as iterating over all gives them.

        Columns decide where they can, so few of the others are decoded.  Raises FilterError.
        """
        from dissect.filter import compile_filter
        from dissect.filter.passing import passing

        return passing(self, compile_filter(text))

    def lint(self, *, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Finding]:
        """What rules by RFC find in it, the worst first.

        select, ignore  rules by id, area or level; by default all.  Raises ValueError for others,
        DamagedCapture.
        """
        from dissect.lint import lint

        found = lint(self, select=select, ignore=ignore)
        if found.damage is not None:
            raise found.damage
        return found.findings

    def report(self, *names: str, condition: str = "") -> dict[str, Table]:
        """Tables over all packets that pass a filter: by their names, ``sixscope report --list``.

        Raises KeyError for another name, FilterError, DamagedCapture.
        """
        from dissect.report.summary import Plan, tables_of

        return tables_of(self, Plan(names, condition=condition))

    def session(self, kind: Callable[..., S]) -> S:
        """A new session as this capture wants it."""
        return kind(relative_seq=self._relative_seq, reassemble=self.reassemble)

    def packet(self, record: Record, session: Session | None) -> Packet:
        """The packet in a record."""
        return self._maker(session)(record)

    def _maker(self, session: Session | None) -> Callable[[Record], Packet]:
        """What makes packets of records."""
        form, strict, preferences = self.records.format, self._strict, self.preferences
        return lambda record: packet_of(record, form, session, strict, preferences)


def packet_of(
    record: Record, form: str, session: Session | None = None, strict: bool = False,
    preferences: Mapping[str, Any] = NO_PREFERENCES,
) -> Packet:  # fmt: skip
    """The packet in a record of a ``pcap`` or ``pcapng`` file; only the latter has interfaces."""
    return Packet(
        record.data,
        record.link_type,
        original=record.original,
        number=record.number,
        time_ns=record.time_ns,
        ticks=record.interface.ticks,
        interface=record.interface if form == "pcapng" else None,
        comments=record.comments,
        flags=record.flags,
        drops=record.drops,
        session=session,
        preferences=preferences,
        strict=strict,
    )


def open_capture(
    source: str | os.PathLike[str] | BinaryIO, *, relative_seq: bool = True,
    reassemble: bool = True, strict: bool = False,
    preferences: Mapping[str, str] = NO_PREFERENCES,
) -> Capture:  # fmt: skip
    """Open a capture file: pcap or pcapng, compressed or not; ``-`` is standard input.

    relative_seq  TCP sequence numbers count from each stream's first, as Wireshark shows them
    reassemble    a datagram in fragments is decoded with the fragment that completes it
    strict        a dissector's mistake raises instead of becoming a note (for tests)

    preferences   decode preferences by name, as words

    Raises OSError if it can't be opened, ``UnknownFormat`` if it is no capture, PreferenceError
    for a preference that doesn't exist or can't have that value.
    """
    values = preferences_of(preferences)
    return Capture(
        open_records(source), relative_seq=relative_seq, reassemble=reassemble, strict=strict,
        preferences=values,
    )  # fmt: skip

"""Where tshark is wrong: disagreements that are counted apart, each with the clause that says so.

Measured with tshark 4.0.17.  An entry belongs here only when a document decides it against
tshark; what we can't do yet does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from dissect.crosscheck.compare import Row
from dissect.engine.packet import Packet

Kind = Literal["different", "missing", "extra"]
Condition = Callable[[Packet, Row | None, Row | None], bool]
"""Of our packet, our field (None: missing) and tshark's (None: extra)."""


def always(packet: Packet, ours: Row | None, theirs: Row | None) -> bool:
    """No further condition."""
    return True


def behind(name: str) -> Condition:
    """A packet in which we have a field or layer of that name."""
    return lambda packet, ours, theirs: name in packet


@dataclass(frozen=True)
class Known:
    """One mistake of tshark's.

    field    the field's name, with ``*`` and ``?``
    kinds    how the disagreement looks
    when     the packets and fields that it is about
    reason   what tshark does, and what we do instead
    ref      the RFC and section that decides it
    capture  a file with a packet that shows it
    """

    field: str
    kinds: frozenset[Kind]
    when: Condition
    reason: str
    ref: str
    capture: str


KNOWN: tuple[Known, ...] = ()


def find(
    packet: Packet, ours: Row | None, theirs: Row | None, known: tuple[Known, ...] | None = None
) -> Known | None:
    """The entry that explains a disagreement; None: it is to be explained by us."""
    row = ours or theirs
    assert row is not None
    kind: Kind = "missing" if ours is None else "extra" if theirs is None else "different"
    for entry in KNOWN if known is None else known:
        if (
            kind in entry.kinds
            and fnmatchcase(row.name, entry.field)
            and entry.when(packet, ours, theirs)
        ):
            return entry
    return None

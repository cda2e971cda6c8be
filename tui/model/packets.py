"""What the engine tells of packets: plain values that both processes know."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A line of the packet list.

    texts     as packets have them, to be sanitised when they are drawn
    rule      the first colour rule that fits, counted from 0; -1: none, or not known yet
    severity  of the worst note: 0 none, 1 comment or chat, 2 note, 3 warning, 4 error
    sure      what depends on packets before is known
    """

    number: int
    texts: tuple[str, ...]
    rule: int = -1
    severity: int = 0
    sure: bool = True


class Look(NamedTuple):
    """How the list is wanted.

    columns  what each shows: a name of ``COLUMNS``, or a field's
    time     tshark's name of the time format
    rules    filters of the colour rules
    """

    columns: tuple[str, ...]
    time: str = "r"
    rules: tuple[str, ...] = ()


COLUMNS = {
    "number": "No.", "time": "Time", "source": "Source", "destination": "Destination",
    "protocol": "Protocol", "length": "Length", "info": "Info",
}  # fmt: skip
"""The columns that are no fields, and their titles."""


class Line(NamedTuple):
    """A node of a packet's tree.

    depth     0: a layer
    name      display-filter name, empty for a line of text
    text      as a person reads it
    source    which of ``Detail.sources`` it stands in
    value     for a filter (``ipv6.hlim == 64``), empty where none can be made
    mask      its bits in its octets, 0: all of them; ``bits`` draws them (``.... 0101 = ``)
    kind      layer, field, generated (not in the packet), own (ours), note
    severity  of a note, as in ``Row``
    ref       where it is defined
    """

    depth: int
    name: str
    text: str
    source: int
    offset: int
    length: int
    value: str = ""
    mask: int = 0
    bits: str = ""
    kind: str = "field"
    severity: int = 0
    ref: str = ""
    address: bytes = b""


class Octets(NamedTuple):
    """The frame, or what was put together."""

    name: str
    data: bytes


class Layer(NamedTuple):
    """Octets of a protocol, for the tints of the hex view."""

    name: str
    title: str
    source: int
    start: int
    end: int


class Why(NamedTuple):
    """A note about a packet, with what led to it.

    layer     the layer or field concerned
    why, fix  of a rule of lint: what it leads to, and what to do about it
    """

    name: str
    text: str
    severity: int
    ref: str
    layer: str
    source: int
    offset: int
    length: int
    why: str = ""
    fix: str = ""


class Detail(NamedTuple):
    """All about one packet."""

    number: int
    chain: str
    lines: tuple[Line, ...]
    sources: tuple[Octets, ...]
    layers: tuple[Layer, ...]
    notes: tuple[Why, ...]
    comments: tuple[str, ...] = ()


class Checked(NamedTuple):
    """What is to be said of a filter that is being typed.

    error       a sentence, empty if it can be applied
    start, end  where the mistake is
    """

    text: str
    error: str = ""
    start: int = 0
    end: int = 0
    suggestions: tuple[str, ...] = ()


class Completion(NamedTuple):
    """A word that could stand at the caret: ``start`` and ``end`` are of what it replaces."""

    word: str
    about: str
    start: int
    end: int

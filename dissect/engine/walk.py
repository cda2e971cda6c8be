"""The driver: runs one dissector after the other over a packet, and catches what stops them.

Dissectors call no dissectors; they return where to go next, so nesting costs no recursion and
there is one place that limits depth and work.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dissect.engine import notes
from dissect.engine.cursor import Cursor
from dissect.engine.notes import DecodeStop, Finding, Malformed, Note, Truncated
from dissect.engine.position import WorkLimit
from dissect.engine.tables import DISSECTORS, VISIBLE_TABLES, Dissector, Next, Result, lookup
from dissect.engine.tree import TEXT, UNDECODED, Field, Layer, Node, Source, SourceNode

if TYPE_CHECKING:
    from dissect.engine.packet import Packet

MAX_LAYERS = 200
"""Layers in one packet, quoted ones and chunks included."""

MAX_READS = 100_000
"""Readings of a field or header in one packet; a 64 KiB packet of one-octet options stays below."""

NOTED_TABLES: dict[str, Note] = {
    "link_type": notes.LINK_UNKNOWN,
    "ethertype": notes.UNKNOWN,
    "ip_proto": notes.UNKNOWN,
}
"""Tables where a key without a dissector is worth a note; an unknown port is not."""

MALFORMED_FIELD = Field("_ws.malformed", "Malformed Packet")
FRAGMENT_FIELD = Field("_ws.unreassembled", "Unreassembled Packet")
SHORT_FIELD = Field("_ws.short", "Packet size limited during capture")


class _Task:
    """A step to be taken later, with what the walk must restore for it.

    The steps on which the walk goes straight on need none: the cursor is where they begin.
    """

    __slots__ = ("step", "start", "end", "outer", "because", "tree", "host", "facts", "quoted",
                 "closing", "source")  # fmt: skip

    def __init__(self, cursor: Cursor, step: Next, start: int, end: int) -> None:
        self.step = step
        self.start = start
        self.end = end
        self.outer = cursor.end
        """Where the part of the dissector that asked for this one ends."""
        self.because = cursor.because
        self.tree = cursor.tree
        self.host = cursor.host
        self.facts = cursor.facts
        self.quoted = cursor.quoted
        self.source = cursor.source
        self.closing = False
        """Not a dissector to call but the ``after`` of one that was called."""

    def resume(self, cursor: Cursor) -> None:
        """Set the cursor on this step's octets."""
        if self.source is not cursor.source:
            _read_in(cursor, self.source)
        cursor.pos = self.start
        cursor.end = self.end
        cursor.stop = min(self.end, len(cursor.data))
        cursor.because = self.because
        cursor.tree = self.tree
        cursor.host = self.host
        cursor.facts = self.facts
        cursor.quoted = self.quoted


FRAME = Next(name="frame")


def run(packet: Packet, *, detail: bool) -> Node | None:
    """Decode a packet into its ``layers``, ``findings`` and columns; returns the root with detail.

    Raises nothing, except a dissector's own exception if ``packet.strict``.
    """
    cursor = Cursor(packet, MAX_READS)
    root = cursor.tree = Node(TEXT, 0, len(packet.data)) if detail else None
    later: list[_Task] = []
    result: Result = FRAME
    while True:
        outer = cursor.end
        if isinstance(result, tuple):
            step = _plain(*result)
            if step.table in VISIBLE_TABLES:
                _list(cursor, step, cursor.pos)
        elif isinstance(result, Next):
            step = result
            _enter(cursor, step)
        else:
            if result:
                later.extend(reversed(_branches(cursor, result)))
            if not later:
                break
            task = later.pop()
            task.resume(cursor)
            if task.closing:
                _close(cursor, task)
                result = None
                continue
            step, outer = task.step, task.outer
        result = None
        chosen = _choose(cursor, step)
        if chosen is None:
            continue
        if len(packet.layers) >= MAX_LAYERS:
            _find(cursor, notes.DEPTH, cursor.pos, f"more than {MAX_LAYERS} layers")
            break
        if step.after is None:
            result = _call(cursor, step, chosen)
            continue
        asker, because = cursor.host, cursor.because
        result = _call(cursor, step, chosen)
        if cursor.end < outer:
            closing = _Task(cursor, step, cursor.end, outer)
            closing.host, closing.because, closing.closing = asker, because, True
            later.append(closing)
    if root is not None and root.children:
        protocols = root.children[0].find("frame.protocols")
        if protocols is not None:
            protocols.value = packet.chain
    return root


@lru_cache(maxsize=1024)
def _plain(table: str, key: Any) -> Next:
    return Next(table, key)


def _enter(cursor: Cursor, step: Next) -> None:
    """Go straight on to a step: the cursor stands there, unless the step says otherwise."""
    if step.start is not None:
        cursor.pos = step.start
        if step.source is not None:
            _read_in(cursor, step.source)
            cursor.packet.reassembled.append(step.source)
            cursor.end = cursor.stop = len(cursor.data)
            cursor.because = step.source.name
    if step.end is not None and step.end < cursor.end:
        cursor.end = step.end
        cursor.stop = min(step.end, len(cursor.data))
    if step.quoted:
        cursor.quoted = True
        cursor.facts = cursor.facts.copy()
    if step.into is not None:
        cursor.tree = _tree(cursor, step.into)
    if step.listed and step.table in VISIBLE_TABLES:
        _list(cursor, step, cursor.pos)


def _read_in(cursor: Cursor, source: Source | None) -> None:
    """Read in another source from now on, the frame for None."""
    cursor.source = source
    cursor.data = cursor.packet.data if source is None else source.data


def _branches(cursor: Cursor, steps: list[Next]) -> list[_Task]:
    """The tasks for several steps, in order."""
    tasks: list[_Task] = []
    for step in steps:
        start = cursor.pos if step.start is None else step.start
        end = cursor.end if step.end is None else min(step.end, cursor.end)
        task = _Task(cursor, step, start, end)
        if step.quoted:
            task.quoted = True
            task.facts = cursor.facts.copy()
        if step.into is not None:
            task.tree = _tree(cursor, step.into)
        if step.listed and step.table in VISIBLE_TABLES and not tasks:
            _list(cursor, step, start)
        tasks.append(task)
    return tasks


def _tree(cursor: Cursor, into: Layer | Node) -> Node | None:
    """The node of a layer or node that gets what follows, if a tree is made."""
    if cursor.tree is None:
        return None
    return into.node if isinstance(into, Layer) else into


def _list(cursor: Cursor, step: Next, start: int) -> None:
    """Name a table among the protocols."""
    quoted = cursor.quoted or step.quoted
    layer = Layer(step.table, "", start, start, start, quoted=quoted, nested=True)
    cursor.packet.layers.append(layer)


def _choose(cursor: Cursor, step: Next) -> Dissector | None:
    if step.name:
        return DISSECTORS[step.name]
    chosen = lookup(step.table, step.key)
    if chosen is not None and (
        chosen.accepts is None
        or chosen.accepts(cursor.data[cursor.pos : min(cursor.end, cursor.pos + 256)])
    ):
        return chosen
    note = NOTED_TABLES.get(step.table)
    if note is not None and not cursor.quoted:
        text = f"{note.text}: {step.table} {step.key}"
        _find(cursor, note, cursor.pos, text)
    return DISSECTORS[step.missing] if cursor.pos < cursor.end else None


def _find(cursor: Cursor, note: Note, offset: int, text: str) -> None:
    packet = cursor.packet
    layer = packet.layers[-1].name if packet.layers else "frame"
    packet.findings.append(Finding(note, layer, offset, 0, text, cursor.source))


def _call(cursor: Cursor, step: Next, chosen: Dissector) -> Result:
    """Run one dissector where the cursor stands; errors end up as findings."""
    packet, tree, source = cursor.packet, cursor.tree, cursor.source
    start, stop, nested, name = cursor.pos, cursor.stop, chosen.nested, chosen.name
    listed = not step.continues and name != "frame"
    layer = Layer(
        name, chosen.title, start, start, start, cursor.quoted, nested, chosen.generic, listed,
        source,
    )  # fmt: skip
    packet.layers.append(layer)
    if chosen.column and not (cursor.quoted or cursor.frozen):
        packet.protocol = chosen.short
    cursor.layer = layer
    cursor.start = start
    cursor.key = step.key
    cursor.context = step.context
    host = cursor.host if nested else None
    node = None
    if tree is not None:
        parent = tree if host is None or host.node is None else host.node
        if source is None:
            node = Node(chosen.node_field, start, 0, is_layer=True)
        else:
            node = SourceNode(
                chosen.node_field, start, 0, is_layer=True, stands_in=source,
                outside=parent.offset,
            )  # fmt: skip
        parent.add(node)
        layer.node = node
    cursor.at = node
    try:
        result = chosen.function(cursor)
    except Exception as error:
        result = None
        _caught(cursor, chosen, error)
    if cursor.steps:
        result = [*cursor.steps, *_listed(result)]
        cursor.steps = ()
    end = layer.end
    if cursor.pos > end:
        end = layer.end = cursor.pos
    layer.stop = stop if stop < cursor.stop else cursor.stop
    if not nested:
        cursor.host = layer
    elif host is not None and host.source is source:
        host.end = end
        if host.node is not None:
            host.node.length = end - host.offset
    if node is not None:
        node.length = end - start
    return result


def _listed(result: Result) -> list[Next]:
    if isinstance(result, list):
        return result
    return [] if result is None else [_plain(*result) if isinstance(result, tuple) else result]


def _caught(cursor: Cursor, chosen: Dissector, error: Exception) -> None:
    """What ended a dissector becomes a finding; a mistake of its own is raised if strict."""
    if isinstance(error, DecodeStop):
        _stopped(cursor, chosen, error)
    elif isinstance(error, WorkLimit):
        _find(cursor, notes.WORK, cursor.pos, f"more than {MAX_READS} readings")
    elif cursor.packet.strict:
        raise error
    else:
        text = f"Dissector bug in {chosen.name}: {error!r}; frame: {cursor.data[:256].hex()}"
        _find(cursor, notes.BUG, cursor.pos, text)


def _stopped(cursor: Cursor, chosen: Dissector, stop: DecodeStop) -> None:
    """A field did not fit: say so, unless it is a quote, which is cut by design."""
    packet = cursor.packet
    if cursor.quoted and isinstance(stop, (Truncated, Malformed)):
        if cursor.pos == cursor.layer.offset:
            cursor.layer.listed = False  # the quote ends before it
        return
    note, field, words = _ending(cursor, stop)
    size = packet.original if cursor.source is None else len(cursor.data)
    at = min(stop.offset, size)  # a pointer in the packet may lead anywhere
    _find(cursor, note, at, f"{note.text}: {chosen.name} {stop}")
    cursor.info_add(f"[{words}]")
    root = cursor.layer.node
    if root is not None:
        marker = Node(field, at, 0)
        marker.text = f"[{field.label}: {chosen.short}: {stop}]"
        root.add(marker)
        left = cursor.stop - cursor.pos
        if left > 0:
            value = cursor.data[cursor.pos : cursor.stop]
            root.add(Node(UNDECODED, cursor.pos, left, value))


def _ending(cursor: Cursor, stop: DecodeStop) -> tuple[Note, Field, str]:
    """Why octets are missing: the note, its field, and the words in the Info column."""
    if not isinstance(stop, Malformed):
        return notes.SHORT, SHORT_FIELD, SHORT_FIELD.label
    if cursor.facts.fragment:
        return notes.FRAGMENT, FRAGMENT_FIELD, "BoundErrorUnreassembled Packet"
    return notes.MALFORMED, MALFORMED_FIELD, MALFORMED_FIELD.label


def _close(cursor: Cursor, task: _Task) -> None:
    """Go back into a layer, for the octets behind those that it handed on."""
    layer = task.host
    if layer is None or task.step.after is None:
        return
    cursor.layer = layer
    cursor.start = cursor.pos
    cursor.key = task.step.key
    cursor.context = task.step.context
    cursor.at = layer.node
    try:
        task.step.after(cursor)
    except Exception as error:
        _caught(cursor, DISSECTORS[layer.name], error)

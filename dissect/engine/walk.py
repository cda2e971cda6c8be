"""The driver: runs one dissector after the other over a packet, and catches what stops them.

Dissectors call no dissectors; they return where to go next, so nesting costs no recursion and
there is one place that limits depth and work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dissect.engine import notes
from dissect.engine.cursor import Cursor, Facts, WorkLimit
from dissect.engine.notes import DecodeStop, Finding, Malformed, Note, Truncated
from dissect.engine.tables import DISSECTORS, VISIBLE_TABLES, Dissector, Next, Result, lookup
from dissect.engine.tree import TEXT, Field, Layer, Node
from dissect.engine.values import BYTES

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
UNDECODED = Field("sixscope.undecoded", "Not decoded", BYTES)


class _Task:
    """A ``Next`` with all that the walk must restore to carry it out."""

    __slots__ = ("next", "start", "end", "because", "tree", "host", "facts", "quoted", "before",
                 "bound", "outer", "closing")  # fmt: skip

    def __init__(
        self, step: Next, start: int, end: int, because: str, tree: Node | None,
        host: Layer | None, facts: Facts, quoted: bool,
    ) -> None:  # fmt: skip
        self.next = step
        self.start = start
        self.end = end
        self.because = because
        self.tree = tree
        self.host = host
        self.facts = facts
        self.quoted = quoted
        self.before: _Task | None = None
        self.bound = end
        """Where the dissector said that its part ends; what follows is its carrier's trailer."""
        self.outer = end
        """Where the part of the dissector that asked for this one ends."""
        self.closing = False
        """Not a dissector to call but the ``after`` of one that was called."""


def run(packet: Packet, *, detail: bool) -> Node | None:
    """Decode a packet into its ``layers``, ``findings`` and columns; returns the root with detail.

    Raises nothing, except a dissector's own exception if ``packet.strict``.
    """
    root = Node(TEXT, 0, len(packet.data)) if detail else None
    cursor = Cursor(packet, MAX_READS)
    first = _Task(
        Next(name="frame"), 0, packet.original, "frame.len", root, None, cursor.facts, False
    )
    tasks = [first]
    while tasks:
        task = tasks.pop()
        if task.closing:
            _close(cursor, task)
            continue
        if task.before is not None:
            task.start = max(task.start, task.before.bound)
        chosen = _choose(packet, task)
        if chosen is None:
            continue
        if len(packet.layers) >= MAX_LAYERS:
            _find(packet, notes.DEPTH, task.start, f"more than {MAX_LAYERS} layers")
            break
        result = _call(cursor, task, chosen)
        if task.next.after is not None and task.bound < task.outer:
            tasks.append(_closing(task))
        tasks.extend(reversed(_follow(cursor, task, result)))
    if root is not None and root.children:
        protocols = root.children[0].find("frame.protocols")
        if protocols is not None:
            protocols.value = packet.chain
    return root


def _choose(packet: Packet, task: _Task) -> Dissector | None:
    step = task.next
    if step.name:
        return DISSECTORS[step.name]
    chosen = lookup(step.table, step.key)
    if chosen is not None and chosen.accepts is not None:
        start = packet.data[task.start : min(task.end, task.start + 256)]
        chosen = chosen if chosen.accepts(start) else None
    if chosen is None:
        note = NOTED_TABLES.get(step.table)
        if note is not None and not task.quoted:
            _find(packet, note, task.start, f"{note.text}: {step.table} {step.key}")
        if task.start >= task.end:
            return None
        chosen = DISSECTORS[step.missing]
    return chosen


def _find(packet: Packet, note: Note, offset: int, text: str) -> None:
    layer = packet.layers[-1].name if packet.layers else "frame"
    packet.findings.append(Finding(note, layer, offset, 0, text))


def _call(cursor: Cursor, task: _Task, chosen: Dissector) -> Result:
    """Run one dissector within the bounds of its task; errors end up as findings."""
    packet = cursor.packet
    layer = Layer(chosen.name, chosen.title, task.start, quoted=task.quoted, nested=chosen.nested)
    layer.generic = chosen.generic
    layer.listed = layer.listed and not task.next.continues
    packet.layers.append(layer)
    if chosen.column and not task.quoted:
        packet.protocol = chosen.short
    _place(cursor, task, layer)
    if task.tree is not None:
        parent = task.host.node if chosen.nested and task.host is not None else task.tree
        node = Node(chosen.node_field, task.start, 0)
        node.is_layer = True
        (parent or task.tree).add(node)
        layer.node = cursor.at = node
    result = _guarded(cursor, chosen, chosen.function)
    layer.end = max(layer.end, cursor.pos)
    task.bound = cursor.end
    host = task.host if chosen.nested else None
    if host is not None:
        host.end = layer.end
    if layer.node is not None:
        layer.node.length = layer.end - layer.offset
        if host is not None and host.node is not None:
            host.node.length = host.end - host.offset
    return result


def _place(cursor: Cursor, task: _Task, layer: Layer) -> None:
    """Set the cursor on a task's octets."""
    cursor.layer = layer
    cursor.pos = cursor.start = task.start
    cursor.end = task.end
    cursor.stop = min(task.end, len(cursor.data))
    cursor.because = task.because
    cursor.facts = task.facts
    cursor.quoted = task.quoted
    cursor.key = task.next.key
    cursor.context = task.next.context
    cursor.at = None


def _guarded(cursor: Cursor, chosen: Dissector, function: Callable[[Cursor], Result]) -> Result:
    packet = cursor.packet
    try:
        return function(cursor)
    except DecodeStop as stop:
        _stopped(cursor, chosen, stop)
    except WorkLimit:
        _find(packet, notes.WORK, cursor.pos, f"more than {MAX_READS} readings")
    except Exception as error:
        if packet.strict:
            raise
        text = f"Dissector bug in {chosen.name}: {error!r}; frame: {cursor.data[:256].hex()}"
        _find(packet, notes.BUG, cursor.pos, text)
    return None


def _stopped(cursor: Cursor, chosen: Dissector, stop: DecodeStop) -> None:
    """A field did not fit: say so, unless it is a quote, which is cut by design."""
    packet = cursor.packet
    if cursor.quoted and isinstance(stop, (Truncated, Malformed)):
        return
    note, field, words = _ending(cursor, stop)
    _find(packet, note, stop.offset, f"{note.text}: {chosen.name} {stop}")
    cursor.info_add(f"[{words}]")
    root = cursor.layer.node
    if root is not None:
        marker = Node(field, stop.offset, 0)
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


def _closing(task: _Task) -> _Task:
    """The task of calling ``after`` on what is left behind the part that a task found."""
    closing = _Task(
        task.next, task.bound, task.outer, task.because, task.tree, task.host, task.facts,
        task.quoted,
    )  # fmt: skip
    closing.closing = True
    return closing


def _close(cursor: Cursor, task: _Task) -> None:
    """Go back into a layer, for the octets behind those that it handed on."""
    layer = task.host
    if layer is None or task.next.after is None:
        return
    _place(cursor, task, layer)
    cursor.at = layer.node
    _guarded(cursor, DISSECTORS[layer.name], task.next.after)


def _follow(cursor: Cursor, task: _Task, result: Result) -> list[_Task]:
    """The tasks that a dissector's result asks for, in order."""
    if result is None:
        return []
    if isinstance(result, tuple):
        result = Next(*result)
    steps = result if isinstance(result, list) else [result]
    host = cursor.layer if not cursor.layer.nested else task.host
    following: list[_Task] = []
    for step in steps:
        start = cursor.pos if step.start is None else step.start
        end = cursor.end if step.end is None else min(step.end, cursor.end)
        quoted = task.quoted or step.quoted
        facts = cursor.facts.copy() if step.quoted else cursor.facts
        tree = task.tree
        if tree is not None and step.into is not None:
            tree = step.into.node if isinstance(step.into, Layer) else step.into
        follower = _Task(step, start, end, cursor.because, tree, host, facts, quoted)
        follower.outer = cursor.end
        if step.trailing and following:
            follower.before = following[-1]
            follower.end = task.end
        following.append(follower)
        if step.table in VISIBLE_TABLES and step.listed and step is steps[0]:
            cursor.packet.layers.append(Layer(step.table, "", start, quoted=quoted, nested=True))
    return following

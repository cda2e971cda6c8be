"""Notes: what is wrong or remarkable about a packet, with a stable name and the RFC that says so.

``Truncated`` and ``Malformed`` exist only between a cursor and the driver in ``walk``: the capture
ended early (a snap length, nobody's fault), or the packet promises octets that it does not have.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct

from dissect.engine.tree import FIELDS, Field, Node, Source
from dissect.engine.values import STR, U32


class Severity(IntEnum):
    """How bad it is; the numbers are Wireshark's."""

    COMMENT = 0x00100000
    CHAT = 0x00200000
    NOTE = 0x00400000
    WARNING = 0x00600000
    ERROR = 0x00800000


class Group(IntEnum):
    """What kind of trouble it is; the numbers are Wireshark's."""

    CHECKSUM = 0x01000000
    SEQUENCE = 0x02000000
    RESPONSE = 0x03000000
    REQUEST = 0x04000000
    UNDECODED = 0x05000000
    REASSEMBLE = 0x06000000
    MALFORMED = 0x07000000
    DEBUG = 0x08000000
    PROTOCOL = 0x09000000
    SECURITY = 0x0A000000
    COMMENT = 0x0B000000
    DECRYPTION = 0x0C000000
    ASSUMPTION = 0x0D000000
    DEPRECATED = 0x0E000000


NOTES: dict[str, Note] = {}
"""Every note that can be made, by name."""


class Note(Struct, frozen=True):
    """A remark that can be made about packets.

    ``name`` is Wireshark's where it has the same remark, else our own and stable.  ``ref`` cites
    the clause; empty where no document is concerned.
    """

    name: str
    severity: Severity
    group: Group
    text: str
    ref: str = ""

    def __post_init__(self) -> None:
        NOTES.setdefault(self.name, self)
        Field(self.name, self.text, own=False)  # tshark's exports have their expert infos, too


class Finding(Struct, frozen=True):
    """A note made about octets of one packet; ``text`` is the note's own or a more exact one.

    ``source`` is what the octets stand in; None: the frame.
    """

    note: Note
    layer: str
    offset: int
    length: int
    text: str
    source: Source | None = None


class DecodeStop(Exception):
    """Why a dissector could not go on; never leaves the engine."""

    def __init__(self, needed: int, available: int, offset: int, because: str) -> None:
        super().__init__(needed, available, offset, because)
        self.needed = needed
        self.available = available
        self.offset = offset
        self.because = because

    def __str__(self) -> str:
        return (
            f"needs {self.needed} octets at offset {self.offset}, "
            f"has {self.available} (end set by {self.because})"
        )


class Truncated(DecodeStop):
    """The capture holds less of the packet than went over the wire."""


class Malformed(DecodeStop):
    """The packet ends, or one of its length fields says that it ends, before a field does."""


MALFORMED = Note(
    "_ws.malformed", Severity.ERROR, Group.MALFORMED, "Malformed packet (a field passes its end)"
)
FRAGMENT = Note(
    "_ws.unreassembled", Severity.NOTE, Group.REASSEMBLE, "The rest is in another fragment"
)
SHORT = Note("_ws.short", Severity.NOTE, Group.UNDECODED, "Packet cut short by the capture")
BUG = Note("sixscope.bug", Severity.ERROR, Group.DEBUG, "Dissector bug")
DEPTH = Note("sixscope.depth", Severity.WARNING, Group.PROTOCOL, "Nested too deep, not decoded")
WORK = Note("sixscope.work", Severity.WARNING, Group.PROTOCOL, "Too much work, rest not decoded")
UNKNOWN = Note("sixscope.unknown", Severity.NOTE, Group.UNDECODED, "Unknown protocol, not decoded")
LINK_UNKNOWN = Note(
    "sixscope.link_unknown", Severity.NOTE, Group.UNDECODED, "Unknown link type, not decoded"
)

EXPERT = Field("_ws.expert", "Expert Info", generated=True)
EXPERT_MESSAGE = Field("_ws.expert.message", "Message", STR, hidden=True, generated=True)
EXPERT_SEVERITY = Field(
    "_ws.expert.severity", "Severity level", U32, {s: s.name.title() for s in Severity},
    generated=True,
)  # fmt: skip
EXPERT_GROUP = Field(
    "_ws.expert.group", "Group", U32, {g: g.name.title() for g in Group}, generated=True
)
REFERENCE = Field("", "Reference", own=True)
"""A line for people."""


def expert_node(finding: Finding, offset: int) -> Node:
    """A finding as the ``_ws.expert`` subtree that tshark hangs under the field concerned."""
    note = finding.note
    node = Node(EXPERT, offset, 0)
    kind = f"{note.severity.name.title()}/{note.group.name.title()}"
    node.text = f"Expert Info ({kind}): {finding.text}"
    named = node.add(Node(FIELDS[note.name], 0, 0))
    named.text = finding.text
    node.add(Node(EXPERT_MESSAGE, 0, 0, finding.text))
    node.add(
        Node(EXPERT_SEVERITY, 0, 0, int(note.severity))
    ).text = f"Severity level: {note.severity.name.title()}"
    node.add(Node(EXPERT_GROUP, 0, 0, int(note.group))).text = f"Group: {note.group.name.title()}"
    if note.ref:
        node.add(Node(REFERENCE, 0, 0)).text = f"Reference: {note.ref}"
    return node

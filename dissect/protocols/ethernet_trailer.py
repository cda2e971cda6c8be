"""What follows the payload of an Ethernet frame: padding, trailer, frame check sequence.

A frame has at least 60 octets before its frame check sequence (IEEE 802.3, clause 3.2.8): shorter
payloads are padded.  Few captures say whether the check sequence was captured too, so it is guessed
as Wireshark does by default: padding is of zeros and reaches up to the 60th octet, and a frame
of 64 octets or more with four left over ends in its check sequence.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8, X32

PADDING = Field("eth.padding", "Padding", BYTES)
FCS = Field("eth.fcs", "Frame check sequence", X32)
FCS_STATUS = Field("eth.fcs.status", "FCS Status", U8, generated=True)

PADDING_BAD = Note(
    "eth.padding_bad", Severity.NOTE, Group.PROTOCOL,
    "Didn't find padding of zeros, and an undecoded trailer exists. "
    "There may be padding of non-zeros.",
)  # fmt: skip

SHOWN = (PADDING.name, FCS.name, FCS_STATUS.name, PADDING_BAD.name)
"""What may be shown besides the trailer, in whatever layer."""

MINIMUM = 60
"""Octets of the shortest frame, without its check sequence."""

NO_FCS, MAYBE_FCS, HAS_FCS = 0, -1, 4


def show_trailer(c: Cursor, field: Field, fcs: int) -> None:
    """Show all from the cursor to its end; ``field`` is what a trailer is called in this layer.

    fcs  NO_FCS, MAYBE_FCS to guess by the lengths, HAS_FCS
    """
    if c.pos >= c.stop:
        return
    doubtful = False
    frame = c.packet.original
    padding = MINIMUM - frame + c.left
    if padding > 0 and frame >= MINIMUM:
        doubtful = any(c.peek(padding))
        if not doubtful:
            c.add(PADDING, padding)
    checked = fcs == HAS_FCS or (
        fcs == MAYBE_FCS and c.end - c.layer.offset >= MINIMUM + 4 and c.left >= 4
    )
    size = min(c.left - 4 if checked else c.left, c.captured)
    if size > 0:
        c.add(field, size)
        if doubtful:
            c.note(PADDING_BAD, field.name)
    if checked:
        c.add(FCS)
        if c.at is not None:
            c.last.suffix = " [unverified]"
            c.put(FCS_STATUS, 2, c.pos - 4).text = "FCS Status: Unverified"

"""TCP's checksum, over a pseudo-header, the header and the payload (RFC 9293, section 3.1)."""

from __future__ import annotations

from dissect.engine.checksum import LEFT_TO_CARD, STATUS, Status, checksum, pseudo_header_sum
from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field, Node
from dissect.engine.values import U8, X16

TCP_PROTO = 6
INFO_WRONG = " [TCP CHECKSUM INCORRECT]"
"""For the Info column."""

CHECKSUM_STATUS = Field("tcp.checksum.status", "Checksum Status", U8, STATUS, generated=True)
CALCULATED = Field("tcp.checksum_calculated", "Calculated Checksum", X16, generated=True)

BAD_CHECKSUM = Note(
    "tcp.checksum_bad.expert", Severity.ERROR, Group.CHECKSUM, "Bad checksum",
    "RFC 9293, section 3.1",
)  # fmt: skip
CHECKSUM_FFFF = Note(
    "tcp.checksum.ffff", Severity.WARNING, Group.CHECKSUM,
    "TCP Checksum 0xffff instead of 0x0000 (see RFC 1624)", "RFC 1624",
)  # fmt: skip


def verify(c: Cursor, found: int, start: int) -> None:
    """Verify the checksum ``found``, where all that it covers is here."""
    facts, end = c.facts, c.end
    if facts.fragment or not facts.version or end > c.stop:
        if c.at is not None:
            _show(c, Status.UNVERIFIED, " [unverified]", None)
        return
    pseudo = pseudo_header_sum(c, TCP_PROTO, end - start)
    rest = checksum(c.data[start:end], pseudo)
    right = found
    if rest:
        right += rest
        right = (right & 0xFFFF) + (right >> 16)
        text = f"Bad checksum [should be 0x{right:04x}]"
        if found == pseudo:
            text += f" ({LEFT_TO_CARD})"
        c.note(BAD_CHECKSUM, "tcp.checksum", text)
        c.info_add(INFO_WRONG)
    elif right == 0xFFFF:
        c.note(CHECKSUM_FFFF, "tcp.checksum")
    if c.at is not None:
        if rest:
            words = f' incorrect, should be 0x{right:04x}(maybe caused by "TCP checksum offload"?)'
            _show(c, Status.BAD, words, right)
        else:
            _show(c, Status.GOOD, " [correct]", right)


def _show(c: Cursor, status: Status, words: str, right: int | None) -> None:
    nodes: list[Node] = c.at.children  # type: ignore[union-attr,assignment]
    node = c.node("tcp.checksum")
    node.suffix = words
    shown = [Node(CHECKSUM_STATUS, node.offset, 0, int(status))]
    shown[0].text = f"Checksum Status: {STATUS[status]}"
    if right is not None:
        shown.append(Node(CALCULATED, node.offset, 2, right))
    after = nodes.index(node) + 1
    nodes[after:after] = shown

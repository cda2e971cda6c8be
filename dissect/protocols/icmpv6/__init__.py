"""Internet Control Message Protocol for IPv6 (RFC 4443, section 2.1).

    0               8               16                             32
    +---------------+---------------+-------------------------------+
    |     Type      |     Code      |           Checksum            |
    +---------------+---------------+-------------------------------+
    |  Message body: a file of this package for each family         |

The checksum covers the whole message under IPv6's pseudo-header (RFC 4443, section 2.3).
"""

from __future__ import annotations

from dissect.engine.checksum import STATUS, Status, checksum, pseudo_header_sum, verifiable
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import U8, X16
from dissect.protocols.icmpv6.messages import DATA, INFO_CODE, MESSAGES, TYPES

PROTOCOL = 58


class Head(Header):
    """What all messages begin with, 4 octets."""

    __hdr__ = (("type", "B", 128), ("code", "B", 0), ("sum", "H", 0))
    names = (
        F("type", "icmpv6.type", "Type", TYPES),
        F("code", "icmpv6.code", "Code"),
        F("sum", "icmpv6.checksum", "Checksum", X16),
    )


CHECKSUM_STATUS = Field("icmpv6.checksum.status", "Checksum Status", U8, STATUS, generated=True)

BAD_CHECKSUM = Note(
    "icmpv6.checksum_bad.expert", Severity.WARNING, Group.CHECKSUM, "Bad checksum",
    "RFC 4443, section 2.3",
)  # fmt: skip
UNKNOWN_TYPE = Note(
    "icmpv6.undecoded.type", Severity.NOTE, Group.UNDECODED, "Message type not decoded"
)


@dissector("icmpv6", "Internet Control Message Protocol v6", "ICMPv6", ip_proto=PROTOCOL)
def icmpv6(c: Cursor) -> Result:
    """Read the head, verify the checksum, and let the message's own reader go on."""
    head = c.header(Head)
    _verify(c, head.sum)
    message = MESSAGES.get(head.type)
    if message is None:
        c.info("%s", TYPES.get(head.type) or f"Unknown ({head.type})")
        c.note(UNKNOWN_TYPE, text=f"{UNKNOWN_TYPE.text}: {head.type}")
        c.rest(DATA)
        return None
    if message.codes is None:
        c.info("%s", message.name)
    else:
        words = message.code_name(head.code)
        c.info(INFO_CODE, message.name, words)
        c.node("icmpv6.code").suffix = f" ({words})"
    return message.reader(c, head)


def _verify(c: Cursor, found: int) -> None:
    """Check the checksum, where the whole message is there to be checked."""
    start = c.layer.offset
    length = c.end - start
    status = Status.UNVERIFIED
    words = "[unverified]"
    if c.quoted:
        words += " [in ICMP error packet]"
    elif c.facts.fragment:
        words += " [fragmented datagram]"
    if verifiable(c, length):
        octets = c.data[start : c.end]
        outer = pseudo_header_sum(c, PROTOCOL, length)
        status = Status.GOOD
        words = "[correct]"
        if checksum(octets, outer):
            status = Status.BAD
            right = checksum(octets[:2] + bytes(2) + octets[4:], outer)
            words = f"incorrect, should be 0x{right:04x}"
            c.note(BAD_CHECKSUM, "icmpv6.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        c.node("icmpv6.checksum").suffix = f" {words}"
        c.put(CHECKSUM_STATUS, int(status), start + 2).text = f"Checksum Status: {STATUS[status]}"

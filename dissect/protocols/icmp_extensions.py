"""Multi-part extensions of ICMP messages (RFC 4884, section 7), the same for IPv4 and IPv6.

    0       4               12              16                     32
    +-------+-----------------------+-------------------------------+
    |Version|       Reserved        |           Checksum            |
    +-------+-----------------------+-------------------------------+
    |        Object Length          |   Class-Num   |    C-Type     |
    +-------------------------------+---------------+---------------+
    |  Object payload, then the next object                         |

Objects: MPLS label stack (RFC 4950), interface information (RFC 5837), interface identification
(RFC 8335).
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.checksum import STATUS, Status, checksum
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, NONE, STR, U8, U16, U24, U32, X16

EXTENSIONS = Field("icmp.ext", "ICMP Multi-Part Extensions", NONE)
LENGTH = Field("icmp.ext.length", "Length", U16)
CLASSES = {
    1: "MPLS Label Stack Class", 2: "Interface Information Object",
    3: "Interface Identification Object",
}  # fmt: skip
CLASS = Field("icmp.ext.class", "Class", U8, CLASSES)
CTYPE = Field("icmp.ext.ctype", "C-Type", U8)
OBJECT_DATA = Field("icmp.ext.data", "Data", BYTES)
CHECKSUM_STATUS = Field("icmp.ext.checksum.status", "Checksum Status", U8, STATUS, generated=True)
RESERVED = Field("icmp.reserved", "Reserved", BYTES)

LABEL_FIELDS = (
    Field("icmp.mpls.label", "Label", U24, mask=0xFFFFF0),
    Field("icmp.mpls.exp", "Experimental", U24, mask=0x0E, drawn=(24, 0x0E)),
    Field("icmp.mpls.s", "Stack bit", BOOL, ("Not set", "Set"), mask=0x01, drawn=(24, 0x01)),
    Field("icmp.mpls.ttl", "Time to live", U8),
)

ROLES = {
    0: "IP interface upon which datagram arrived",
    1: "sub-IP component of an IP interface",
    2: "IP interface through which datagram would have been forwarded",
    3: "IP next hop to which datagram would be forwarded",
}
INFO_BITS = Field(
    "icmp.ext.ctype", "C-Type", U8,
    bits=(
        Field("icmp.int_info.role", "Interface Role", U8, ROLES, mask=0xC0),
        Field("icmp.int_info.reserved", "Reserved", U8, mask=0x30),
        Field("icmp.int_info.ifindex", "ifIndex", BOOL, mask=0x08),
        Field("icmp.int_info.ipaddr", "IP Address", BOOL, ("Not Present", "Present"), mask=0x04),
        Field("icmp.int_info.name_present", "Interface Name", BOOL, ("Not Present", "Present"),
              mask=0x02),
        Field("icmp.int_info.mtu_present", "MTU", BOOL, ("Not Present", "Present"), mask=0x01),
    ),
)  # fmt: skip
INFO_INDEX = Field("icmp.int_info.index", "Interface Index", U32)
INFO_AFI = Field("icmp.int_info.afi", "Address Family Identifier", U16)
INFO_IPV4 = Field("icmp.int_info.ipv4", "Source", IPV4)
INFO_IPV6 = Field("icmp.int_info.ipv6", "Source", IPV6)
INFO_NAME_LENGTH = Field("icmp.int_info.name_length", "Name Length", U8)
INFO_NAME = Field("icmp.int_info.name", "Interface Name", STR)
INFO_MTU = Field("icmp.int_info.mtu", "MTU", U32)

IDENT_TYPES = {
    1: "Identifies Interface By Name", 2: "Identifies Interface By Index",
    3: "Identifies Interface By Address",
}  # fmt: skip
IDENT_NAME = Field("icmp.int_ident.name", "Name", STR, convert=lambda name: name.split("\0", 1)[0])
IDENT_INDEX = Field("icmp.int_ident.index", "Interface Index", U32)
IDENT_AFI = Field("icmp.int_ident.afi", "Address Family Identifier", U16)
IDENT_ADDRESS_LENGTH = Field("icmp.int_ident.addr_length", "Address Length", U8)
IDENT_RESERVED = Field("icmp.int_ident.reserved", "Reserved", BYTES)
IDENT_IPV4 = Field("icmp.int_ident.ipv4", "IPv4 Address", IPV4)
IDENT_IPV6 = Field("icmp.int_ident.ipv6", "IPv6 Address", IPV6)
IDENT_ADDRESS = Field("icmp.int_ident.address", "Address", BYTES)


class ExtensionHeader(Header):
    """What the objects stand behind, 4 octets."""

    __hdr__ = (("_word", "H", 0x2000), ("sum", "H", 0))
    __bit_fields__ = {"_word": (("version", 4), ("reserved", 12))}
    names = (
        F("version", "icmp.ext.version", "Version", U8, span=(0, 1), drawn=(0, 0), unmasked=True),
        F("reserved", "icmp.ext.res", "Reserved", X16),
        F("sum", "icmp.ext.checksum", "Checksum", X16),
    )


BAD_CHECKSUM = Note(
    "icmp.ext.checksum_bad", Severity.WARNING, Group.CHECKSUM, "Bad ICMP extension checksum",
    "RFC 4884, section 7",
)  # fmt: skip
TOO_LONG = Note(
    "sixscope.icmp.ext.cut", Severity.WARNING, Group.MALFORMED,
    "Extension object longer than what is left of the message", "RFC 4884, section 8",
)  # fmt: skip
BAD_LENGTH = Note(
    "sixscope.icmp.ext.length", Severity.ERROR, Group.MALFORMED,
    "Extension object shorter than its own header", "RFC 4884, section 8",
)  # fmt: skip


VERSIONS = 1, 2
"""The one of RFC 4884, and one from before it whose objects are the same."""


def extensions(c: Cursor) -> Result:
    """The extension structure, from the cursor to the end of its bounds; data in another version.

    What is in other versions is nowhere defined (RFC 4884, section 7).
    """
    whole = c.end
    with c.item(EXTENSIONS, max(c.captured, 0)):
        if not c.more:
            return None
        start, end = c.pos, c.stop
        c.end = whole  # what the capture cuts off is not malformed
        if c.left < 4:
            return Next(name="data", start=start)
        header = c.header(ExtensionHeader)
        if c.end == end:  # all of it was captured
            _verify(c, header.sum, c.data[start:end])
        while c.more and header.version in VERSIONS:
            if not _object(c):
                break
    return None if header.version in VERSIONS else Next(name="data", start=start)


def _verify(c: Cursor, found: int, octets: bytes) -> None:
    """A checksum of zero says that there is none."""
    status, words = Status.GOOD, "[correct]"
    if not found:
        status, words = Status.NOT_PRESENT, "[missing]"
    elif checksum(octets):
        right = checksum(octets[:2] + bytes(2) + octets[4:])
        status, words = Status.BAD, f"incorrect, should be 0x{right:04x}"
        c.note(BAD_CHECKSUM, "icmp.ext.checksum", f"Bad checksum [should be 0x{right:04x}]")
    if c.at is not None:
        node = c.node("icmp.ext.checksum")
        node.text = f"Checksum: 0x{found:04x} {words}" if found else f"Checksum: {words}"
        shown = c.put(CHECKSUM_STATUS, int(status), node.offset, 0 if found else 2)
        shown.text = f"Checksum Status: {STATUS[status]}"


def _object(c: Cursor) -> bool:
    """One object; False when nothing can stand behind it."""
    c.need(4)
    head = c.peek(4)
    size, number, ctype = int.from_bytes(head[:2], "big"), head[2], head[3]
    if size < 4:
        with c.text("Object with bad length") as node:
            c.add(LENGTH)
            c.add(CLASS)
            c.note(BAD_LENGTH, node)
        return False
    title = TITLES.get(number) or f"Unknown object ({number}/{ctype})"
    cut = size > c.left
    with c.text("%s", f"{title} (truncated)" if cut else title) as node:
        if cut:
            c.note(TOO_LONG, node)
        with c.limit(min(size, c.left), "icmp.ext.length"):
            c.add(LENGTH)
            c.add(CLASS)
            READERS.get(number, _unknown)(c)
    return not cut


def _unknown(c: Cursor) -> None:
    c.add(CTYPE)
    c.rest(OBJECT_DATA)


def _labels(c: Cursor) -> None:
    """MPLS label stack entries."""
    label, exp, bottom, ttl = LABEL_FIELDS
    kind = c.add(CTYPE)
    if kind != 1:
        c.rest(OBJECT_DATA)
        return
    while c.more:
        with c.text("") as node:
            c.need(4)
            number = c.peek_add(label)
            c.skip(2)
            word = c.octet()
            if c.at is not None:
                at = c.pos
                c.put(exp, word >> 1 & 7, at, 1)
                c.put(bottom, word & 1, at, 1)
            c.skip(1)
            hops = c.add(ttl)
            node.text = f"Label: {number}, Exp: {word >> 1 & 7}, S: {word & 1}, TTL: {hops}"


def _information(c: Cursor) -> None:
    """What is known about an interface: its bits say what is given."""
    kind = c.add(INFO_BITS)
    if c.at is not None:
        given = [bit.label for bit in INFO_BITS.bits if bit.kind is BOOL and kind & bit.mask]
        c.last.suffix = ", ".join(["", f"Interface Role: {ROLES[kind >> 6]}", *given])
    if kind & 8:
        c.add(INFO_INDEX)
    if kind & 4:
        with c.text("IP Address Sub-Object"):
            family = c.add(INFO_AFI)
            c.add(RESERVED, 2)
            if family in (1, 2):
                c.add(INFO_IPV4 if family == 1 else INFO_IPV6)
    if kind & 2:
        with c.text("Interface Name Sub-Object"):
            length = c.add(INFO_NAME_LENGTH)
            c.add(INFO_NAME, max(length - 1, 0))
    if kind & 1:
        c.add(INFO_MTU)


def _identification(c: Cursor) -> None:
    """Which interface an extended echo request asks about."""
    kind = c.add(CTYPE)
    if c.at is not None:
        c.last.suffix = f" ({IDENT_TYPES.get(kind, 'Unknown')})"
    if kind == 1:
        c.add(IDENT_NAME, c.left)
    elif kind == 2:
        c.add(IDENT_INDEX)
    elif kind == 3:
        family = c.add(IDENT_AFI)
        c.add(IDENT_ADDRESS_LENGTH)
        c.add(IDENT_RESERVED, 1)
        if family in (1, 2):
            c.add(IDENT_IPV4 if family == 1 else IDENT_IPV6)
        else:
            c.rest(IDENT_ADDRESS)
    else:
        c.rest(OBJECT_DATA)


TITLES = {1: "MPLS Stack Entry", 2: CLASSES[2], 3: CLASSES[3]}
READERS: dict[int, Callable[[Cursor], None]] = {1: _labels, 2: _information, 3: _identification}

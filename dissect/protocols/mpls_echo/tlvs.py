"""The TLVs of MPLS echo (RFC 8029, section 3): the walk, labels, and the TLVs that say little.

0                               16                             32
+-------------------------------+-------------------------------+
|             Type              |            Length             |
+-------------------------------+-------------------------------+
|  Value, padded with zeros to a multiple of 4 octets           |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import DuplicateKey
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV4, IPV6, U8, U16, U32, X24, X32
from dissect.protocols.mpls_echo.codes import LABELS, PAD_ACTIONS, RESPONDERS, TLVS, VENDOR

TLV_NAMES: Callable[[int], str | None] = lambda kind: TLVS.get(min(kind, VENDOR))  # noqa: E731
TYPE = Field("mpls_echo.tlv.type", "Type", U16, TLV_NAMES)
ERRORED_TYPE = Field("mpls_echo.tlv.errored.type", "Errored TLV Type", U16, TLV_NAMES)
LENGTH = Field("mpls_echo.tlv.len", "Length", U16)
VALUE = Field("mpls_echo.tlv.value", "Value", BYTES)
PADDING = Field("sixscope.mpls_echo.tlv.padding", "Padding", BYTES)

PAD_ACTION = Field("mpls_echo.tlv.pad_action", "Pad Action", U8, PAD_ACTIONS)
PAD = Field("mpls_echo.tlv.pad_padding", "Padding", BYTES)
VENDOR_ID = Field("mpls_echo.tlv.vendor_id", "Vendor Id", U32)
TOS = Field("mpls_echo.tlv.reply.tos", "Reply-TOS Byte", U8)
TOS_ZERO = Field("mpls_echo.tlv.reply.tos.mbz", "MBZ", X24)
TARGET_TYPE = Field("mpls_echo.tlv.resp_id.type", "Target Type", U16, RESPONDERS)
TARGET_LENGTH = Field("mpls_echo.tlv.resp_id.length", "Length", U16, hidden=True)
TARGET = Field("mpls_echo.tlv.resp_id.ipv4", "Target IPv4 Address", IPV4)
TARGET6 = Field("sixscope.mpls_echo.tlv.resp_id.ipv6", "Target IPv6 Address", IPV6)
JITTER = Field("mpls_echo.tlv.echo_jitter", "Echo Jitter time", U32)
GLOBAL = Field("mpls_echo.lspping.tlv.src.addr.gid", "Global ID", U32)
NODE = Field("mpls_echo.lspping.tlv.src.addr.nid", "Node ID", IPV4)
DISCRIMINATOR = Field("mpls_echo.bfd_discriminator", "BFD Discriminator", X32)

INVALID_LENGTH = Note(
    "mpls_echo.tlv.len.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid TLV length",
    "RFC 8029, section 3",
)  # fmt: skip

Reader = Callable[[Cursor, int], None]
"""Reads a TLV's value, of which the length is given."""

READERS: dict[int, tuple[int, int, Reader]] = {}
"""By TLV type: the least and the greatest length that the value can have, and what reads it."""

ANY_LENGTH = 0xFFFF
ERRORED = 9


def tlv(kind: int, least: int = 0, most: int = ANY_LENGTH) -> Callable[[Reader], Reader]:
    """Register what reads a TLV; raises DuplicateKey."""

    def register(reader: Reader) -> Reader:
        if kind in READERS:
            raise DuplicateKey(f"two readers for TLV {kind}")
        READERS[kind] = least, most, reader
        return reader

    return register


def tlvs(c: Cursor, kind_field: Field = TYPE) -> None:
    """All that follow."""
    while c.more:
        if c.left < 4:
            text = f"Error processing TLV: length is {c.left}, should be >= 4"
            c.note(INVALID_LENGTH, text=text)
            return
        _tlv(c, kind_field)


def _tlv(c: Cursor, kind_field: Field) -> None:
    c.need(4)
    kind, length = (int.from_bytes(c.peek(2, ahead), "big") for ahead in (0, 2))
    name = TLV_NAMES(kind) or f"Unknown TLV type (0x{kind:04X})"
    with c.text("%s%s", "" if kind_field is TYPE else "Errored TLV Type: ", name):
        c.add(kind_field)
        c.add(LENGTH)
        size = min(length, c.left)
        with c.limit(size, because=LENGTH.name):
            if size:
                _value(c, min(kind, VENDOR), size, kind_field)
    padding = -size % 4
    if padding and c.left >= padding and c.peek(padding) == bytes(padding):
        c.add(PADDING, padding)


def _value(c: Cursor, kind: int, size: int, kind_field: Field) -> None:
    if kind == ERRORED and kind_field is TYPE:
        tlvs(c, ERRORED_TYPE)
        return
    least, most, reader = READERS.get(kind, (0, ANY_LENGTH, _unknown))
    if least <= size <= most:
        reader(c, size)
        return
    should = f"{least}" if least == most else f">= {least}"
    c.note(INVALID_LENGTH, LENGTH.name, f"Invalid TLV Length (claimed {size}, should be {should})")


def _unknown(c: Cursor, size: int) -> None:
    c.add(VALUE, size)


def label(c: Cursor, field: Field, exp: Field, bottom: Field, last: Field) -> str:
    """An entry of a label stack whose parts are shown as octets; hands back words about it."""
    c.need(4)
    word = int.from_bytes(c.peek(4), "big")
    at = c.pos
    c.put(field, word >> 12, at, 3)
    c.put(exp, word >> 9 & 7, at + 2, 1)
    c.put(bottom, word >> 8 & 1, at + 2, 1)
    c.put(last, word & 0xFF, at + 3, 1)
    c.skip(4)
    return label_name(word >> 12)


def label_name(number: int) -> str:
    """A label's number, with the meaning of a special one."""
    if number > 15:
        return str(number)
    return f"{number} ({LABELS.get(number, 'Reserved - Unknown')})"


# --- the simple ones ---------------------------------------------------------------------------


@tlv(3)
def pad(c: Cursor, size: int) -> None:
    """Octets that fill the message, and what the reply does with them."""
    c.add(PAD_ACTION)
    if size > 1:
        c.add(PAD, size - 1)


@tlv(5, 4)
def vendor_code(c: Cursor, size: int) -> None:
    """A vendor's number alone."""
    c.add(VENDOR_ID)


@tlv(VENDOR, 4)
def vendor_private(c: Cursor, size: int) -> None:
    """A vendor's number, and octets that only it understands."""
    c.add(VENDOR_ID)
    c.add(VALUE, size - 4)


@tlv(10, 4, 4)
def reply_tos(c: Cursor, size: int) -> None:
    """The Type of Service octet that the reply is to have."""
    c.add(TOS)
    c.add(TOS_ZERO)


@tlv(11, 4)
def responder(c: Cursor, size: int) -> None:
    """Who of a point-to-multipoint path's ends is to answer (RFC 6425, section 3.2)."""
    kind, length = (int.from_bytes(c.peek(2, ahead), "big") for ahead in (0, 2))
    wanted = {1: 4, 2: 16, 3: 4, 4: 16}.get(kind)
    if wanted is None:
        return
    if length != wanted:
        text = f"Invalid TLV Length (claimed {size}, should be {wanted})"
        c.note(INVALID_LENGTH, LENGTH.name, text)
        return
    c.add(TARGET_TYPE)
    c.add(TARGET_LENGTH)
    c.add(TARGET if wanted == 4 else TARGET6)


@tlv(12, 4, 4)
def jitter(c: Cursor, size: int) -> None:
    """How long at most the answer may be put off, in milliseconds (RFC 6425, section 3.3)."""
    c.add(JITTER)


@tlv(13, 8)
@tlv(14, 8)
def identifier(c: Cursor, size: int) -> None:
    """Who asks, or is asked (RFC 6426, section 2.2)."""
    c.add(GLOBAL)
    c.add(NODE)


@tlv(15, 4)
def discriminator(c: Cursor, size: int) -> None:
    """The BFD session that this message begins (RFC 5884, section 6.1)."""
    c.add(DISCRIMINATOR)

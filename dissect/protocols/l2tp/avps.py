"""L2TP's attribute value pairs (RFC 2661, section 4; RFC 3931, section 5): the walk.

    0 1 2           6               16                              32
    +-+-+-----------+---------------+-------------------------------+
    |M|H| reserved  |    Length     |           Vendor ID           |
    +-+-+-----------+---------------+-------------------------------+
    |        Attribute Type         |  Value: the rest of Length    |
    +-------------------------------+-------------------------------+

``attributes`` has those of IETF, ``vendors`` those of vendors.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U16
from dissect.protocols.codes.l2tp import VENDORS
from dissect.protocols.l2tp.attributes import IETF, UNNAMED
from dissect.protocols.l2tp.common import BAD_LENGTH, Message, unknown
from dissect.protocols.l2tp.vendors import VENDOR_ATTRIBUTES

MANDATORY = Field("l2tp.avp.mandatory", "Mandatory", BOOL, mask=0x8000)
HIDDEN = Field("l2tp.avp.hidden", "Hidden", BOOL, mask=0x4000)
LENGTH = Field("l2tp.avp.length", "Length", U16, mask=0x03FF)
VENDOR = Field("l2tp.avp.vendor_id", "Vendor ID", U16, VENDORS)

HEAD = 6


def read_avps(c: Cursor, message: Message) -> None:
    """All that follow; packets that are in them are taken later."""
    while c.more and _avp(c, message):
        pass


def _avp(c: Cursor, message: Message) -> bool:
    """One attribute; False after a length that can't be."""
    c.need(HEAD)
    flags, vendor, kind = (int.from_bytes(c.peek(2, at), "big") for at in (0, 2, 4))
    size = flags & LENGTH.mask
    if size < HEAD:
        text = f"AVP length must be >= 6, got {size}"
        with c.text(text) as node:
            c.note(BAD_LENGTH, node, text)
            c.skip(2)
        return False
    owner = VENDOR_ATTRIBUTES.get(vendor, UNNAMED) if vendor else IETF
    name = owner.type.value_name(kind) or f"Unknown ({kind})"
    title = f"{name} AVP"
    if vendor:
        title = f"Vendor {owner.name or 'Unknown'} ({vendor}): {title}"
    with c.text(title) as node:
        node.length = size
        with c.limit(size, because=LENGTH.name):
            for field in (MANDATORY, HIDDEN, LENGTH):
                c.peek_add(field, 2)
            c.skip(2)
            if not flags & HIDDEN.mask:  # what it has is encrypted
                c.add(VENDOR)
                c.add(owner.type)
                reader = owner.readers.get(kind)
                if reader is None:
                    unknown(c, message, empty=bool(vendor))
                else:
                    reader(c, message)
    return True

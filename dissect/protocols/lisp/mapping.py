"""LISP's mapping records: an endpoint prefix and its locators (RFC 9301, section 5.4).

0               8               16      19 20   24              32
+---------------------------------------------------------------+
|                          Record TTL                           |
+---------------+---------------+-----+-+-----------------------+
| Locator Count | EID Mask Len  | ACT |A|       Reserved        |
+-------+-------+---------------+-----+-+-----------------------+
| Rsvd  |  Map-Version Number   |        EID-Prefix-AFI         |
+-------+-----------------------+-------------------------------+
|  EID-Prefix, then for each locator:                           |
+---------------+---------------+---------------+---------------+
|   Priority    |    Weight     |  M Priority   |   M Weight    |
+---------------+---------------+-+-+-+---------+---------------+
|         Unused Flags          |L|p|R|        Loc-AFI          |
+-------------------------------+-------------------------------+
|                            Locator                            |
+---------------------------------------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, NONE, STR, U8, U16, U32, X16, address_text
from dissect.protocols.codes.lisp import ACTIONS, FAMILIES, REFERRALS
from dissect.protocols.lisp.addresses import (
    FORMATS,
    KINDS,
    NAME,
    NOT_SET,
    SET,
    address_fields,
    read_address,
    read_name,
    readable,
    unexpected,
)
from dissect.protocols.lisp.formats import read_format

MAPPING = Field("lisp.mapping", "Mapping Record", NONE)
TTL = Field("lisp.mapping.ttl", "Record TTL", U32)
COUNT = Field("lisp.mapping.loccnt", "Locator Count", U8)
MASK_LENGTH = Field("lisp.mapping.eid.masklen", "EID Mask Length", U8)
ACTION = Field("lisp.mapping.act", "Action", U16, ACTIONS, mask=0xE000)
AUTHORITATIVE = Field("lisp.mapping.auth", "Authoritative bit", BOOL, SET, mask=0x1000)
INCOMPLETE = Field("lisp.referral.incomplete", "Incomplete", BOOL, SET, mask=0x0800)
RESERVED_1 = Field("lisp.mapping.res1", "Reserved", X16, mask=0x07FF)
RESERVED_2 = Field("lisp.mapping.res2", "Reserved", X16, mask=0xF000)
SIGNATURES = Field("lisp.referral.sigcnt", "Signature Count", U16, mask=0xF000)
VERSION = Field("lisp.mapping.ver", "Mapping Version", U16, mask=0x0FFF)
EID = address_fields("lisp.mapping.eid", "EID Prefix", "EID Prefix AFI")

LOCATOR = Field("lisp.loc", "Locator Record", NONE)
WEIGHTS = (
    Field("lisp.loc.priority", "Priority", U8), Field("lisp.loc.weight", "Weight", U8),
    Field("lisp.loc.multicast_priority", "Multicast Priority", U8),
    Field("lisp.loc.multicast_weight", "Multicast Weight", U8),
)  # fmt: skip
LOCATOR_FLAGS = Field(
    "lisp.loc.flags", "Flags", X16,
    bits=(
        Field("lisp.loc.flags.res", "Reserved", X16, mask=0xFFF8),
        Field("lisp.loc.flags.local", "Local", BOOL, SET, mask=0x0004),
        Field("lisp.loc.flags.probe", "Probe", BOOL, SET, mask=0x0002),
        Field("lisp.loc.flags.reach", "Reachable", BOOL, SET, mask=0x0001),
    ),
)  # fmt: skip
LOCATOR_FAMILY = Field("lisp.loc.afi", "AFI", U16, FAMILIES)
LOCATOR_TEXT = Field("lisp.loc.locator", "Locator", STR)

FAMILY_AT = 10
"""Where a record's address family stands."""


def read_mappings(c: Cursor, count: int, *, referral: bool = False) -> str | None:
    """So many records.

    Hands back the prefix of a single one as text, empty for several; None where one holds an
    address that can't be read, and nothing behind it can.
    """
    prefix = ""
    for number in range(1, count + 1):
        found = _mapping(c, number, referral)
        if found is None:
            return None
        prefix = found
    return prefix if count == 1 else ""


def _mapping(c: Cursor, number: int, referral: bool) -> str | None:
    if not readable(c, FAMILY_AT):
        return None
    with c.item(MAPPING) as node:
        ttl = c.add(TTL)
        count = c.add(COUNT)
        length = c.add(MASK_LENGTH)
        action = c.peek_add(ACTION, 2)
        authoritative = c.peek_add(AUTHORITATIVE, 2)
        if referral:
            c.peek_add(INCOMPLETE, 2)
        c.add(RESERVED_1)
        c.peek_add(SIGNATURES if referral else RESERVED_2)
        c.add(VERSION)
        address = read_address(c, EID, read_format)
        prefix = f"{address}/{length}"
        names = REFERRALS if referral else ACTIONS
        words = names.get(action, "Unknown")
        node.text = (
            f"Mapping Record {number}, EID Prefix: {prefix}, TTL: {ttl}, Action: {words}, "
            f"{'' if authoritative else 'Not '}Authoritative"
        )
    end = node.length
    parent, c.at = c.at, c.at if c.at is None else node
    try:
        for index in range(1, count + 1):
            if not _locator(c, index):
                return None
    finally:
        c.at = parent
        node.length = end
    return prefix


def _locator(c: Cursor, number: int) -> bool:
    """One locator; False for an address that can't be read."""
    with c.item(LOCATOR) as node:
        for field in WEIGHTS:
            c.add(field)
        c.add(LOCATOR_FLAGS)
        family = c.add(LOCATOR_FAMILY)
        if family == FORMATS:
            text = read_format(c)
        elif family == NAME:
            text = read_name(c, LOCATOR_TEXT)
        elif not family:
            text = NOT_SET
            c.put(LOCATOR_TEXT, text)
        elif family in KINDS:
            size = KINDS[family][1].size
            c.need(size)
            text = address_text(c.peek(size))
            c.put(LOCATOR_TEXT, text, c.pos, size)
            c.skip(size)
        else:
            unexpected(c, family)
            return False
        node.text = f"Locator Record {number}, RLOC: {text}"
    return True

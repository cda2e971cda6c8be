"""The Commercial IP Security Option of IPv4 (option 134; FIPS 188)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, STR, U8, U32
from dissect.protocols.codes.ipv4_options import CIPSO_TAGS

DOI = Field("ip.cipso.doi", "DOI", U32)
TAG = Field("ip.cipso.tag_type", "Tag Type", U8, CIPSO_TAGS)
LEVEL = Field("ip.cipso.sensitivity_level", "Sensitivity Level", U8)
CATEGORIES = Field("ip.cipso.categories", "Categories", STR)
DATA = Field("ip.cipso.tag_data", "Tag data", BYTES)

MALFORMED_TAG = Note(
    "ip.cipso.malformed", Severity.ERROR, Group.SEQUENCE, "Malformed CIPSO tag", "FIPS 188"
)

PADDING, BITMAP, ENUMERATED, RANGED, PERMISSIVE, FREE = 0, 1, 2, 5, 6, 7


def cipso(c: Cursor) -> None:
    """The domain of interpretation, then tags up to the end or to one that is wrong."""
    c.add(DOI)
    while c.left:
        start = c.pos
        tag = c.add(TAG)
        if tag == PADDING:
            continue
        on = c.last
        size = c.octet() if c.left else 0
        if tag in CIPSO_TAGS:
            least = 2 if tag == FREE else 4
            wrong = size < least or start + size > c.end
        else:
            on.suffix = f" ({size} bytes)"
            wrong = size < 2 or start + size > c.end
        if wrong:
            c.note(MALFORMED_TAG, on)
            c.skip(c.left)
            return
        c.skip(1)
        with c.limit(size - 2, because="ip.cipso.tag_type"):
            _tag(c, tag)


def _tag(c: Cursor, tag: int) -> None:
    if tag in (PERMISSIVE, FREE):
        c.add(DATA, c.left)
    elif tag not in CIPSO_TAGS:
        c.skip(c.left)
    else:
        c.skip(1)  # alignment
        c.add(LEVEL)
        if c.left:
            octets = c.peek(c.left)
            c.put(CATEGORIES, _categories(tag, octets), c.pos, c.left)
            c.skip(c.left)


def _categories(tag: int, octets: bytes) -> str:
    """The categories as numbers; a range counts down, its lower end may be left out."""
    if tag == BITMAP:
        bits = (
            str(8 * at + bit)
            for at, octet in enumerate(octets)
            for bit in range(8)
            if octet << bit & 0x80
        )
        return ",".join(bits)
    numbers = [int.from_bytes(octets[i : i + 2], "big") for i in range(0, len(octets) - 1, 2)]
    if tag == ENUMERATED:
        return ",".join(map(str, numbers))
    if len(numbers) % 2:
        numbers.append(0)
    return ",".join(f"{high}-{low}" for high, low in zip(numbers[::2], numbers[1::2], strict=True))

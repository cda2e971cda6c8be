"""Encapsulated Remote Switched Port Analyzer: mirrored frames in GRE (draft-foschiano-erspan).

    0       4               16    19 21  22                        32
    +-------+---------------+-----+---+-+---------------------------+
    |Version|     VLAN      | COS |En |T|        Session ID         |  type II and III
    +-------+---------------+-----+---+-+---------------------------+
    |       Reserved        |                 Index                 |  type II
    +-----------------------+---------------------------------------+
    |                           Timestamp                           |  type III
    +-------------------------------+-+---------+-----------+-+---+-+
    |      Security Group Tag       |P|   FT    |   Hw ID   |D|Gra|O|
    +-------------------------------+-+---------+-----------+-+---+-+
    |  O: platform specific subheader, 8 octets                     |

Type I has no header at all.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U16, U32, U64

VERSIONS = {1: "Type II", 2: "Type III"}
ENCAPSULATIONS = {
    0: "Originally without VLAN tag", 1: "Originally ISL encapsulated",
    2: "Originally 802.1Q encapsulated", 3: "VLAN tag preserved in frame",
}  # fmt: skip
INTEGRITY = {
    0: "Good or unknown integrity", 1: "Short frame", 2: "Oversized frame",
    3: "CRC or alignment error",
}  # fmt: skip
TRUNCATED = {0: "Not truncated", 1: "Truncated"}
FRAME_TYPES = {0: "Ethernet", 2: "IP"}
GRANULARITIES = {
    0: "100 microseconds", 1: "100 nanoseconds", 2: "IEEE 1588", 3: "Custom granularity",
}  # fmt: skip

_START = (("_version_vlan", "H", 0x1000), ("_flags", "H", 0))
_START_BITS = {
    "_version_vlan": (("version", 4), ("vlan", 12)),
    "_flags": (("cos", 3), ("encap", 2), ("truncated", 1), ("spanid", 10)),
}
_START_NAMES = (
    F("version", "erspan.version", "Version", U16, VERSIONS),
    F("vlan", "erspan.vlan", "Vlan", U16),
    F("cos", "erspan.cos", "COS", U16),
)
_END_NAMES = (
    F("truncated", "erspan.truncated", "Truncated", U16, TRUNCATED),
    F("spanid", "erspan.spanid", "SpanID", U16),
)


class TypeII(Header):
    """Eight octets."""

    __hdr__ = (*_START, ("_index", "I", 0))
    __bit_fields__ = {**_START_BITS, "_index": (("reserved", 12), ("index", 20))}
    names = (
        *_START_NAMES,
        F("encap", "erspan.encap", "Encap", U16, ENCAPSULATIONS),
        *_END_NAMES,
        F("reserved", "erspan.reserved", "Reserved", U32),
        F("index", "erspan.index", "Index", U32),
    )


class TypeIII(Header):
    """Twelve octets."""

    __hdr__ = (*_START, ("timestamp", "I", 0), ("sgt", "H", 0), ("_more", "H", 0))
    __bit_fields__ = {
        **_START_BITS,
        "_more": (("p", 1), ("ft", 5), ("hw", 6), ("direction", 1), ("gra", 2), ("o", 1)),
    }
    names = (
        *_START_NAMES,
        F("encap", "erspan.bso", "Bad/Short/Oversized", U16, INTEGRITY),
        *_END_NAMES,
        F("timestamp", "erspan.timestamp", "Timestamp", U32, mask=0xFFFFFFFF),
        F("sgt", "erspan.sgt", "Security Group Tag", U16, mask=0xFFFF),
        F("p", "erspan.p", "Has Ethernet PDU", U16),
        F("ft", "erspan.ft", "Frame Type", U16, FRAME_TYPES),
        F("hw", "erspan.hw", "Hardware ID", U16),
        F("direction", "erspan.direction", "Direction", BOOL, ("Ingress", "Egress")),
        F("gra", "erspan.gra", "Timestamp granularity", U16, GRANULARITIES),
        F("o", "erspan.o", "Optional Sub headers", U16),
    )


PLATFORM = Field("erspan.platid", "Platform ID", U32, mask=0xFC000000)


def _word(name: str, label: str, mask: int) -> Field:
    return Field(f"erspan.{name}", label, U32, mask=mask)


WHOLE = 0xFFFFFFFF
SUBHEADERS: dict[int, tuple[tuple[Field, ...], tuple[Field, ...]]] = {
    1: (
        (_word("pid1.rsvd1", "Reserved", 0x03FFF000), _word("pid1.vsmid", "VSM Domain ID", 0xFFF)),
        (_word("pid1.port_index", "Port ID/Index", WHOLE),),
    ),
    3: (
        (_word("pid3.rsvd1", "Reserved", 0x03FFC000),
         _word("pid3.port_index", "Port ID/Index", 0x3FFF)),
        (_word("pid3.timestamp", "Upper 32-bit Timestamp", WHOLE),),
    ),
    4: (
        (_word("pid4.rsvd1", "Reserved", 0x03FFC000), _word("pid4.rsvd2", "Reserved", 0x3FFF)),
        (_word("pid4.rsvd3", "Reserved", WHOLE),),
    ),
    5: (
        (_word("pid5.switchid", "Switch ID", 0x03FF0000),
         _word("pid5.port_index", "Port ID/Index", 0xFFFF)),
        (_word("pid5.timestamp", "Timestamp (seconds)", WHOLE),),
    ),
    7: (
        (_word("pid7.rsvd1", "Reserved", 0x03F00000),
         _word("pid7.source_index", "Source Index", 0xFFFFF)),
        (_word("pid7.timestamp", "Upper 32-bit Timestamp", WHOLE),),
    ),
}  # fmt: skip
"""By platform ID: the fields of the first word behind it, and of the second.  6 is as 5,
0 as 7."""
SUBHEADERS[6] = SUBHEADERS[5]
SUBHEADERS[0] = SUBHEADERS[7]
RESERVED = Field("erspan.pid.rsvd", "Reserved", U64, mask=0x03FFFFFF)

UNKNOWN = Note(
    "erspan.version.unknown",
    Severity.WARNING,
    Group.UNDECODED,
    "Unknown version, please report or test to use fake ERSPAN preference",
)

ETHERNET = 0x6558
TYPE_1 = 1


@dissector(
    "erspan", "Encapsulated Remote Switch Packet ANalysis", "ERSPAN",
    gre_proto=(0x88BE, 0x22EB), erspan=TYPE_1,
)  # fmt: skip
def erspan(c: Cursor) -> Result:
    """Read the header of the type, go on into the mirrored frame."""
    title = "Encapsulated Remote Switch Packet ANalysis"
    if c.key == TYPE_1:
        c.title(f"{title} Type I")
        return Next("ethertype", ETHERNET, listed=False)
    c.info("ERSPAN:")
    first = c.peek(1)
    version = first[0] >> 4 if first else 0
    if version == 1:
        c.title(f"{title} Type II")
        c.header(TypeII)
    elif version == 2:
        c.title(f"{title} Type III")
        header = c.header(TypeIII)
        if header.o:
            _subheader(c)
        if header.ft not in FRAME_TYPES:
            return Next(name="data")
        if header.ft == 2:
            return Next("ethertype", 0x0800, listed=False)
    else:
        c.title(f"{title} Unknown")
        c.peek_add(VERSION)
        c.add(VERSION)
        c.note(UNKNOWN, c.last)
        c.layer.end = c.stop
        return None
    return Next("ethertype", ETHERNET, listed=False)


VERSION = Field("erspan.version", "Version", U16, VERSIONS, mask=0xF000)


def _subheader(c: Cursor) -> None:
    """Eight octets whose layout depends on the platform."""
    platform = c.peek_add(PLATFORM)
    layout = SUBHEADERS.get(platform)
    if layout is None:
        c.add(RESERVED)
        return
    for fields in layout:
        for field in fields:
            c.peek_add(field)
        c.skip(4)

"""Network Service Header (RFC 8300, section 2).

0   2 3 4           10          16              24             32
+---+-+-+-----------+-----------+-------+-------+---------------+
|Ver|O|U|    TTL    |  Length   |U|U|U|U|MD Type|  Next Protocol|
+---+-+-+-----------+-----------+-------+-------+---------------+
|             Service Path Identifier           | Service Index |
+-----------------------------------------------+---------------+
|  MD type 1: four context headers of 4 octets                  |
|  MD type 2: metadata with class, type and length              |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, DX8, DX16, U16, X8, X16, Kind

DX24 = Kind("DX24", 3, "uint", str, lambda value: f"{value} (0x{value:06x})")
NEXT_PROTOCOLS = {
    0: "None", 1: "IPv4", 2: "IPv6", 3: "Ethernet", 4: "NSH", 5: "MPLS", 254: "Experiment 1",
    255: "Experiment 2",
}  # fmt: skip


class NSH(Header):
    """Base header and service path header, 8 octets."""

    __hdr__ = (
        ("_base", "H", 0x0FC6),  # length: in 4-octet words, the whole header
        ("mdtype", "B", 1),
        ("next", "B", 1),
        ("_path", "I", 0x000001FF),
    )
    __bit_fields__ = {
        "_base": (("version", 2), ("o", 1), ("c", 1), ("ttl", 6), ("length", 6)),
        "_path": (("spi", 24), ("si", 8)),
    }
    names = (
        F("version", "nsh.version", "Version", DX16),
        F("o", "nsh.Obit", "O Bit", U16),
        F("c", "nsh.CBit", "C Bit", U16),
        F("ttl", "nsh.ttl", "Time to live", X16),
        F("length", "nsh.length", "Length", DX16),
        F("mdtype", "nsh.mdtype", "MD Type", DX8),
        F("next", "nsh.nextproto", "Next Protocol", NEXT_PROTOCOLS),
        F("spi", "nsh.spi", "SPI", DX24, span=(4, 3)),
        F("si", "nsh.si", "SI", DX8, span=(7, 1)),
    )


CONTEXT = Field("nsh.contextheader", "Context Header", BYTES)
METADATA_CLASS = Field("nsh.metadataclass", "TLV Class", DX16)
METADATA_TYPE = Field("nsh.metadatatype", "Type", DX8)
UNASSIGNED = Field("nsh.metadataunassignedbit", "Unassigned Bit", X8, mask=0x80)
METADATA_LENGTH = Field("nsh.metadatalen", "Length", X8, mask=0x7F)
METADATA = Field("nsh.metadata", "Variable Metadata", BYTES)

INVALID_LENGTH = Note(
    "nsh.length.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid total length",
    "RFC 8300, section 2.2",
)  # fmt: skip

FIXED_LENGTH = 6
NEXT_ETHERTYPES = {1: 0x0800, 2: 0x86DD, 3: 0x6558, 4: 0x894F, 5: 0x8847}


@dissector("nsh", "Network Service Header", "NSH", ethertype=0x894F, udp_port=6633)
def nsh(c: Cursor) -> Result:
    """Read the headers and metadata, go on by Next Protocol."""
    c.info("Network Service Header")
    header = c.header(NSH)
    if header.mdtype == 1:
        _contexts(c, header.length)
    elif header.length < 2:
        c.note(INVALID_LENGTH, "nsh.length")
        return None
    else:
        with c.limit(4 * header.length - 8, because="nsh.length"):
            while c.more and header.mdtype == 2:
                _metadata(c)
            c.skip(c.left)
    if not c.more:
        return None
    kind = NEXT_ETHERTYPES.get(header.next)
    return Next("ethertype", kind, listed=False) if kind else Next(name="data")


def _contexts(c: Cursor, length: int) -> None:
    """Four words, whatever the length says; it can only be 6 (RFC 8300, section 2.4)."""
    if length != FIXED_LENGTH:
        text = "Length MUST be of value 0x6 for MD Type equal to 0x1"
        c.note(INVALID_LENGTH, "nsh.length", text)
    for _ in range(4):
        c.add(CONTEXT, 4)


def _metadata(c: Cursor) -> None:
    """One item, padded to 4 octets."""
    c.add(METADATA_CLASS)
    c.add(METADATA_TYPE)
    c.peek_add(UNASSIGNED)
    length = c.add(METADATA_LENGTH)
    if length:
        c.add(METADATA, length)
        c.skip(min(-length % 4, c.left))

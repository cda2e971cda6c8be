"""Generic Network Virtualization Encapsulation (RFC 8926, section 3).

0   2           8               16              24             32
+---+-----------+-+-+-----------+-------------------------------+
|Ver|  Opt Len  |O|C| Reserved  |         Protocol Type         |
+---+-----------+-+-+-----------+---------------+---------------+
|       Virtual Network Identifier (VNI)        |   Reserved    |
+-------------------------------+---------------+-----+---------+
|         Option Class          |C|    Type     |Rsvd | Length  |
+-------------------------------+---------------+-----+---------+
|  option data, Length counts it in 4-octet words               |
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U8, U32, U64, X8, X16, Kind
from dissect.protocols.codes.ethertypes import ETHERTYPES

VNI = Kind("VNI", 3, "uint", lambda v: f"0x{v:06x}", lambda v: f"0x{v:06x} ({v})")


def _octets(words: int) -> int:
    return 4 * words


class Geneve(Header):
    """The fixed header, 8 octets."""

    __hdr__ = (("_first", "B", 0), ("flags", "B", 0), ("proto", "H", 0x6558), ("_vni", "I", 0))
    __bit_fields__ = {
        "_first": (("version", 2), ("words", 6)),
        "_vni": (("vni", 24), ("reserved", 8)),
    }
    names = (
        F("version", "geneve.version", "Version", U8, drawn=(0, 0), unmasked=True),
        F("words", "geneve.option.length", "Length", U8, convert=_octets, unit=" bytes",
          drawn=(0, 0), unmasked=True),
        F("flags", "geneve.flags", "Flags", X8,
          bits=(
              F("flags", "geneve.flags.oam", "Operations, Administration and Management Frame",
                BOOL, within=(0, 1)),
              F("flags", "geneve.flags.critical", "Critical Options Present", BOOL,
                within=(1, 1)),
              F("flags", "geneve.flags.reserved", "Reserved", BOOL, within=(2, 6)),
          )),
        F("proto", "geneve.proto_type", "Protocol Type", X16, ETHERTYPES),
        F("vni", "geneve.vni", "Virtual Network Identifier (VNI)", VNI, span=(4, 3)),
        F("reserved", "geneve.reserved", "Reserved", X8, span=(7, 1), hidden=True),
    )  # fmt: skip


CLASS_RANGES = (
    (0x0000, 0x00FF, "Standard"), (0x0100, 0x0100, "Linux"), (0x0101, 0x0101, "Open vSwitch"),
    (0x0102, 0x0102, "Open Virtual Networking (OVN)"),
    (0x0103, 0x0103, "In-band Network Telemetry (INT)"), (0x0104, 0x0104, "VMware"),
    (0x0105, 0x0105, "Amazon.com, Inc."), (0x0106, 0x0106, "Cisco Systems, Inc."),
    (0x0107, 0x0107, "Oracle Corporation"), (0x0108, 0x0110, "Amazon.com, Inc."),
    (0x0111, 0x0118, "IBM"), (0x0119, 0x0128, "Ericsson"),
    (0x0129, 0x0129, "Oxide Computer Company"), (0x0130, 0x0131, "Cisco Systems, Inc."),
    (0x0132, 0x0135, "Google LLC"), (0x0136, 0x0136, "InfoQuick Global Connection Tech Ltd."),
    (0x0137, 0xFEFF, "Unassigned"), (0xFFF0, 0xFFFF, "Experimental"),
)  # fmt: skip


def option_class(number: int) -> str | None:
    """Who assigns the option types of a class."""
    return next((name for low, high, name in CLASS_RANGES if low <= number <= high), None)


OPTIONS = Field("geneve.options", "Geneve Options", BYTES)
OPTION = Field("geneve.option", "Option", BYTES)
OPTION_CLASS = Field("geneve.option.class", "Class", X16, option_class)
OPTION_TYPE = Field("geneve.option.type", "Type", X8)
CRITICAL = Field("geneve.option.type.critical", "Critical Option", BOOL, mask=0x80, hidden=True)
OPTION_FLAGS = Field(
    "geneve.option.flags", "Flags", X8, hidden=True,
    bits=(Field("geneve.option.flags.reserved", "Reserved", BOOL, mask=0xE0),),
    convert=lambda octet: octet >> 5,
)  # fmt: skip
OPTION_LENGTH = Field("geneve.option.length", "Length", U8, unit=" bytes")
UNKNOWN_DATA = Field("geneve.option.unknown.data", "Unknown Option Data", BYTES)

GOOGLE = 0x0132
NETWORK, ENDPOINT, PROFILE = 1, 2, 3
NAMES = {
    (GOOGLE, NETWORK): "GCP Virtual Network ID",
    (GOOGLE, ENDPOINT): "GCP Endpoint ID",
    (GOOGLE, PROFILE): "GCP Profile ID",
}
NETWORK_ID = Field("geneve.option.gcp.vnid", "GCP Virtual Network ID", U32, mask=0xFFFFFFF0)
DIRECTION = Field(
    "geneve.option.gcp.direction", "GCP Traffic Direction", BOOL, ("Ingress", "Egress"), mask=1
)
NETWORK_RESERVED = Field("geneve.option.gcp.reserved", "GCP Reserved bits", BOOL, mask=0x0E)
ENDPOINT_ID = Field("geneve.option.gcp.endpoint", "GCP Endpoint ID", BYTES)
PROFILE_ID = Field("geneve.option.gcp.profile", "GCP Profile ID", U64)

UNKNOWN_VERSION = Note(
    "geneve.version.unknown", Severity.WARNING, Group.PROTOCOL, "Unknown version",
    "RFC 8926, section 3.4",
)  # fmt: skip
INVALID_LENGTH = Note(
    "geneve.option.length.invalid", Severity.WARNING, Group.PROTOCOL, "Invalid length for option",
    "RFC 8926, section 3.5",
)  # fmt: skip


@dissector("geneve", "Generic Network Virtualization Encapsulation", "Geneve", udp_port=6081)
def geneve(c: Cursor) -> Result:
    """Read the header and its options, go on by Protocol Type."""
    header = c.header(Geneve)
    name = ETHERTYPES.get(header.proto)
    c.title(f"Generic Network Virtualization Encapsulation, VNI: 0x{header.vni:06x}")
    c.info("Encapsulated %s", name or f"0x{header.proto:04x} (unknown)")
    if header.version:
        c.note(UNKNOWN_VERSION, "geneve.version")
        return None
    if c.at is not None:
        words = ((0x80, "Operations, Administration and Management Frame"),
                 (0x40, "Critical Options Present"))  # fmt: skip
        c.node("geneve.flags").suffix = "".join(f", {w}" for bit, w in words if header.flags & bit)
    if header.words:
        size = 4 * header.words
        with c.item(OPTIONS, size, because="geneve.option.length") as node:
            node.text = f"Options: ({size} bytes)"
            while c.more:
                _option(c)
    return Next("ethertype", header.proto, listed=False)


def _option(c: Cursor) -> None:
    """One option; its length can't be wrong by less than the options' end."""
    words = c.peek(1, 3)
    size = 4 + 4 * (words[0] & 0x1F) if words else 4
    with c.item(OPTION, min(size, c.left)) as node:
        number = c.add(OPTION_CLASS)
        kind = c.peek_add(OPTION_TYPE)
        critical = "Critical" if kind & 0x80 else "Non-critical"
        c.last.suffix = f" ({critical})"
        c.add(CRITICAL)
        c.peek_add(OPTION_FLAGS)
        c.skip(1)
        c.put(OPTION_LENGTH, size, c.pos - 1, 1)
        if c.at is not None:
            name = NAMES.get((number, kind & 0x7F), "Unknown")
            assigned = option_class(number) or "Unknown"
            node.text = (
                f"{name}, Class: {assigned} (0x{number:04x}) Type: 0x{kind:02x} ({critical})"
            )
        if size - 4 > c.left:
            c.note(INVALID_LENGTH, c.last)
        _data(c, number, kind & 0x7F)


def _data(c: Cursor, number: int, kind: int) -> None:
    if number != GOOGLE or kind not in (NETWORK, ENDPOINT, PROFILE):
        c.add(UNKNOWN_DATA, c.left)
    elif kind == NETWORK:
        word = c.peek_add(NETWORK_ID, 4)
        at = c.pos
        low = c.octet(3)
        c.put(DIRECTION, low & 1, at, 4)
        c.put(NETWORK_RESERVED, low >> 1 & 7, at, 4)
        c.skip(4)
        assert word is not None
    elif kind == ENDPOINT:
        c.add(ENDPOINT_ID, c.left)
    else:
        c.add(PROFILE_ID, c.left)

"""LCP's options: RFC 1661 (section 6), RFC 1570, RFC 1990 (multilink), RFC 2153 (vendors) …."""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import (
    BOOL,
    BYTES,
    DX8,
    DX16,
    ETHER,
    IPV4,
    OUI,
    STR,
    U8,
    U16,
    U32,
    X8,
    X16,
    X32,
)
from dissect.protocols.codes.ppp import (
    CALLBACKS,
    CHAP_ALGORITHMS,
    CHARACTER_SETS,
    CONTROL_CHARACTERS,
    DCE_MODES,
    ENDPOINT_CLASSES,
    MULTILINK_FORMATS,
    PROTOCOLS,
)
from dissect.protocols.codes.vendors import vendor
from dissect.protocols.ppp_control.options import Family

LCP = Family("lcp.opt")

VENDOR = Field("lcp.opt.oui", "OUI", OUI, vendor)
VENDOR_KIND = Field("lcp.opt.kind", "Kind", DX8)
DATA = Field("lcp.opt.data", "Data", BYTES)
AUTHENTICATION = Field("lcp.opt.auth_protocol", "Authentication Protocol", X16, PROTOCOLS)
ALGORITHM = Field("lcp.opt.algorithm", "Algorithm", U8, CHAP_ALGORITHMS)
QUALITY = Field("lcp.opt.quality_protocol", "Quality Protocol", X16, PROTOCOLS)
PERIOD = Field("lcp.opt.reporting_period", "Reporting Period", U32, unit=" microseconds")
WINDOW = Field("lcp.opt.window", "Window", U8, unit=" frames")
HDLC_ADDRESS = Field("lcp.opt.hdlc_address", "Address", BYTES)
OPERATION = Field("lcp.opt.operation", "Operation", U8, CALLBACKS)
MESSAGE = Field("lcp.opt.message", "Message", BYTES)
CLASS = Field("lcp.opt.ep_disc_class", "Class", U8, ENDPOINT_CLASSES)
IP_ADDRESS = Field("lcp.opt.ip_address", "IP Address", IPV4)
MAC_ADDRESS = Field("lcp.opt.802_1_address", "IEEE 802.1 Address", ETHER)
MAGIC_BLOCK = Field("lcp.opt.magic_block", "PPP Magic-Number Block", BYTES)
MAGIC = Field("lcp.opt.magic_number", "Magic Number", X32)
DIRECTORY_NUMBER = Field("lcp.opt.psndn", "Public Switched Network Directory Number", BYTES)
IDENTIFICATION = Field("lcp.opt.id", "Identification", BYTES)
ELISION_CLASS = Field("lcp.opt.class", "Class", U8)
PREFIX = Field("lcp.opt.prefix", "Prefix", BYTES)
CHARACTER_SET = Field("lcp.opt.MIBenum", "MIBenum", U32, CHARACTER_SETS)
LANGUAGE = Field("lcp.opt.language_tag", "Language-Tag", STR)


def _flag(name: str, label: str, mask: int) -> Field:
    return Field(f"lcp.opt.{name}", label, BOOL, mask=mask)


ASYNC_MAP = Field(
    "lcp.opt.asyncmap", "Async Control Character Map", X32,
    bits=tuple(
        _flag(f"asyncmap.{label[:3].strip().lower()}", label, 1 << bit)
        for bit, label in enumerate(CONTROL_CHARACTERS)
    ),
)  # fmt: skip
CHECK_SEQUENCES = Field(
    "lcp.opt.fcs_alternatives", "FCS Alternatives", X8,
    bits=(
        _flag("fcs_alternatives.ccitt32", "CCITT 32-bit", 0x04),
        _flag("fcs_alternatives.ccitt16", "CCITT 16-bit", 0x02),
        _flag("fcs_alternatives.null", "NULL FCS", 0x01),
    ),
)  # fmt: skip
STUFFING = Field(
    "lcp.opt.flags", "Flags", X8,
    bits=(
        Field("lcp.opt.flags.reserved", "Reserved", X8, mask=0xFC),
        _flag("flags.pre", "PRE", 0x02),
        _flag("flags.zxe", "ZXE", 0x01),
    ),
)  # fmt: skip

LCP.fixed(1, "Maximum Receive Unit", "lcp.opt.mtu_bytes",
          Field("lcp.opt.mru", "Maximum Receive Unit", U16))  # fmt: skip
LCP.fixed(2, "Async Control Character Map", "lcp.opt.asyncmap_bytes", ASYNC_MAP)
LCP.fixed(5, "Magic Number", "lcp.opt.magic_number_bytes", MAGIC)
LCP.fixed(6, "Link Quality Monitoring", "lcp.opt.linkqualmon", PERIOD)
LCP.fixed(7, "Protocol Field Compression", "lcp.opt.field_compress")
LCP.fixed(8, "Address and Control Field Compression", "lcp.opt.addr_field_compress")
LCP.fixed(9, "FCS Alternatives", "lcp.opt.fcs_alternatives_bytes", CHECK_SEQUENCES)
LCP.fixed(10, "Self Describing Pad", "lcp.opt.self_desc_pad",
          Field("lcp.opt.maximum", "Maximum", U8, unit=" octets"))  # fmt: skip
LCP.fixed(15, "Compound Frames (Deprecated)", "lcp.opt.compound_frames")
LCP.fixed(16, "Nominal Data Encapsulation (Deprecated)", "lcp.opt.nomdataencap")
LCP.fixed(17, "Multilink MRRU", "lcp.opt.multilink_mrru", Field("lcp.opt.mrru", "MRRU", U16))
LCP.fixed(18, "Multilink Short Sequence Number Header", "lcp.opt.multilink_ssnh")
LCP.fixed(21, "DCE Identifier", "lcp.opt.dce_identifier",
          Field("lcp.opt.mode", "Mode", U8, DCE_MODES))  # fmt: skip
LCP.fixed(22, "Multi Link Plus Procedure", "lcp.opt.multilink_pp",
          Field("lcp.opt.unused", "Unused", replace(BYTES, size=2)))  # fmt: skip
LCP.fixed(23, "Link Discriminator for BACP", "lcp.opt.link_discrim_bytes",
          Field("lcp.opt.link_discrim", "Link Discriminator", DX16))  # fmt: skip
LCP.fixed(25, "Consistent Overhead Byte Stuffing (COBS)", "lcp.opt.cobs", STUFFING)
LCP.fixed(27, "Multilink header format", "lcp.opt.multilink_hdr_fmt",
          Field("lcp.opt.code", "Code", U8, MULTILINK_FORMATS),
          Field("lcp.opt.max_susp_classes", "Max suspendable classes", U8))  # fmt: skip
LCP.fixed(29, "Simple Data Link on SONET/SDH", "lcp.opt.sonet_sdh")

CHAP, LINK_QUALITY = 0xC223, 0xC025


@LCP.variable(0, "Vendor Specific", "lcp.opt.vendor", 6)
def vendor_specific(c: Cursor) -> None:
    """A vendor's own option (RFC 2153)."""
    c.add(VENDOR)
    c.add(VENDOR_KIND)
    c.rest(DATA)


@LCP.variable(3, "Authentication Protocol", "lcp.opt.auth_protocol_bytes", 4)
def authentication_protocol(c: Cursor) -> str:
    """How to prove who one is (RFC 1661, section 6.2); CHAP names a hash (RFC 1994, section 3)."""
    protocol = c.add(AUTHENTICATION)
    if protocol == CHAP and c.more:
        c.add(ALGORITHM)
    c.rest(DATA)
    return f": {AUTHENTICATION.value_text(protocol)}"


@LCP.variable(4, "Quality Protocol", "lcp.opt.quality_protocol_bytes", 4)
def quality_protocol(c: Cursor) -> str:
    """How the link is watched (RFC 1661, section 6.3); reports come at an interval (RFC 1989)."""
    protocol = c.add(QUALITY)
    if protocol == LINK_QUALITY:
        c.add(PERIOD)
    return f": {QUALITY.value_text(protocol)}"


@LCP.variable(11, "Numbered Mode", "lcp.opt.numbered_mode", 3)
def numbered_mode(c: Cursor) -> str:
    """Frames have numbers (RFC 1663)."""
    window = c.add(WINDOW)
    c.rest(HDLC_ADDRESS)
    return f": {WINDOW.value_text(window)}"


@LCP.variable(13, "Callback", "lcp.opt.callback", 3)
def callback(c: Cursor) -> str:
    """The other side is to call back (RFC 1570, section 2.3)."""
    operation = c.add(OPERATION)
    c.rest(MESSAGE)
    return f": {CALLBACKS.get(operation, 'Unknown')}"


ENDPOINT_SIZES: dict[int, Container[int]] = {
    0: (0,), 1: range(21), 2: (4,), 3: (6,), 4: range(4, 21, 4), 5: range(16),
}  # fmt: skip
"""How many octets an endpoint's address may have, by class."""
ENDPOINT = Note(
    "sixscope.lcp.endpoint", Severity.WARNING, Group.PROTOCOL,
    "An endpoint's address of a length that its class does not have", "RFC 1990, section 5.1.3",
)  # fmt: skip


@LCP.variable(19, "Multilink Endpoint Discriminator", "lcp.opt.multilink_ep_disc", 3)
def endpoint_discriminator(c: Cursor) -> str:
    """Who is at the end: an address by its class, of limited length (RFC 1990, section 5.1.3)."""
    kind = c.add(CLASS)
    size = c.left
    if kind == 1:
        _at_most(c, DATA, 20)
    elif kind == 2 and size >= 4:
        c.add(IP_ADDRESS)
    elif kind == 3 and size >= 6:
        c.add(MAC_ADDRESS)
    elif kind == 4 and size and size % 4 == 0:
        with c.item(MAGIC_BLOCK, min(size, 20)):
            while c.more:
                c.add(MAGIC)
    elif kind == 5:
        _at_most(c, DIRECTORY_NUMBER, 15)
    elif kind:
        c.rest(DATA)
    fits = ENDPOINT_SIZES.get(kind)
    if fits is not None and size not in fits:
        c.note(ENDPOINT, CLASS.name, f"Class {kind} with {size} octets")
    return f": Class: {ENDPOINT_CLASSES.get(kind, 'Unknown')}"


@LCP.variable(24, "Authentication Option", "lcp.opt.auth", 3)
def authentication(c: Cursor) -> None:
    """An identification of counted length, and data."""
    _counted(c, IDENTIFICATION)
    c.rest(DATA)


@LCP.variable(26, "Prefix Elision", "lcp.opt.prefix_elision", 2)
def prefix_elision(c: Cursor) -> None:
    """For each class the octets that its packets begin with (RFC 2686)."""
    while c.more:
        c.add(ELISION_CLASS)
        _counted(c, PREFIX)


@LCP.variable(28, "Internationalization", "lcp.opt.internationalization", 7)
def internationalization(c: Cursor) -> None:
    """Character set and language of messages (RFC 2484)."""
    c.add(CHARACTER_SET)
    c.rest(LANGUAGE)


def _at_most(c: Cursor, field: Field, size: int) -> None:
    """The octets that are left, but no more than may be there."""
    if c.more:
        c.add(field, min(c.left, size))


def _counted(c: Cursor, field: Field) -> None:
    """Octets behind the octet that counts them, shown with it."""
    size = c.octet()
    c.need(1 + size)
    c.put(field, c.peek(size, 1), c.pos, 1 + size)
    c.skip(1 + size)

"""Options whose layout depends on what is in them, or that matter for the rest of the packet."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV6, STR, U8, U16, U32, X8, X16, X32
from dissect.protocols.ipv6_options.reader import DESTINATION, HOP, OPTION, Option, know, within

# --- Jumbo Payload -----------------------------------------------------------------------------

JUMBO_LENGTH = Field("ipv6.opt.jumbo", "Payload Length", U32)
SHORTEST_JUMBO = 65536

PROHIBITED = Note(
    "ipv6.opt.jumbo.prohibited", Severity.WARNING, Group.PROTOCOL,
    "When IPv6 payload length does not equal 0 a Jumbo Payload option must not be present",
    "RFC 2675, section 3",
)  # fmt: skip
NOT_JUMBO = Note(
    "ipv6.opt.jumbo.truncated", Severity.WARNING, Group.PROTOCOL,
    "Jumbo Payload option present and jumbo length < 65536", "RFC 2675, section 3",
)  # fmt: skip


def _jumbo(c: Cursor) -> None:
    length = c.add(JUMBO_LENGTH)
    if length < SHORTEST_JUMBO:
        c.note(NOT_JUMBO, c.last)
    if c.facts.version == 6 and c.facts.ip.plen:
        c.note(PROHIBITED, OPTION.name)
    else:
        c.facts.jumbo = True


# --- Home Address ------------------------------------------------------------------------------

HOME_ADDRESS = Field("ipv6.opt.mipv6.home_address", "MIPv6 Home Address", IPV6)


def _home_address(c: Cursor) -> None:
    """The sender's permanent address: the one that upper layers and their checksums go by."""
    address = c.add(HOME_ADDRESS)
    if c.facts.version == 6:
        c.facts.source = address
        c.ends(address, c.facts.final or c.facts.destination)


# --- Path MTU ----------------------------------------------------------------------------------

MIN_PMTU = Field("ipv6.opt.pmtu.min", "Minimum Reported PMTU", U16)
RETURNED_PMTU = Field(
    "ipv6.opt.pmtu.rtn", "Return Minimum PMTU", U16, convert=lambda word: word & 0xFFFE
)
RETURN_FLAG = Field("ipv6.opt.pmtu.r_flag", "Return Flag", BOOL, convert=lambda octet: octet & 1)


def _path_mtu(c: Cursor) -> None:
    c.add(MIN_PMTU)
    c.peek_add(RETURNED_PMTU)
    c.skip(1)
    c.add(RETURN_FLAG)


# --- Quick-Start -------------------------------------------------------------------------------

RATES = dict(enumerate((
    "0 bit/s", "80 Kbit/s", "160 Kbit/s", "320 Kbit/s", "640 Kbit/s", "1.28 Mbit/s",
    "2.56 Mbit/s", "5.12 Mbit/s", "10.24 Mbit/s", "20.48 Mbit/s", "40.96 Mbit/s", "81.92 Mbit/s",
    "163.84 Mbit/s", "327.68 Mbit/s", "655.36 Mbit/s", "1.31072 Gbit/s",
)))  # fmt: skip
REQUEST, REPORT = 0, 8
FUNCTION = Field(
    "ipv6.opt.qs_func", "Function", U8, {REQUEST: "Rate request", REPORT: "Rate report"}, mask=0xF0
)
RATE = Field("ipv6.opt.qs_rate", "Rate", U8, RATES, mask=0x0F)
QS_TTL = Field("ipv6.opt.qs_ttl", "QS TTL", U8)
TTL_DIFF = Field("ipv6.opt.qs_ttl_diff", "TTL Diff", U8, generated=True)
UNUSED = Field("ipv6.opt.qs_unused", "Not Used", U8)
NONCE = Field("ipv6.opt.qs_nonce", "QS Nonce", X32, mask=0xFFFFFFFC)
QS_RESERVED = Field("ipv6.opt.qs_reserved", "Reserved", X32, mask=0x3)


def _quick_start(c: Cursor) -> None:
    """A rate asked for, with a TTL that every router counts down; or the rate that was granted."""
    option = c.at
    function = c.peek_add(FUNCTION)
    if function not in (REQUEST, REPORT):
        return
    rate = RATES[c.add(RATE)]
    if function == REQUEST:
        ttl = c.peek_add(QS_TTL)
        hops = c.facts.ip.hlim if c.facts.version == 6 else 0
        diff = (hops - ttl) % 256
        c.put(TTL_DIFF, diff, c.pos, 1)
        c.skip(1)
        rate = f"{rate}, QS TTL {ttl}, QS TTL diff {diff}"
    else:
        c.add(UNUSED)
    c.peek_add(NONCE)
    c.add(QS_RESERVED)
    if option is not None:
        option.text = f"Quick-Start, {rate}"


# --- CALIPSO -----------------------------------------------------------------------------------

DOMAIN = Field("ipv6.opt.calipso.doi", "CALIPSO Domain of Interpretation", U32)
WORDS = Field("ipv6.opt.calipso.cmpt.length", "Compartment Length", U8)
LEVEL = Field("ipv6.opt.calipso.sens_level", "Sensitivity Level", U8)
CHECKSUM = Field("ipv6.opt.calipso.checksum", "Checksum", X16)
BITMAP = Field("ipv6.opt.calipso.cmpt_bitmap", "Compartment Bitmap", BYTES)


def _calipso(c: Cursor) -> None:
    c.add(DOMAIN)
    words = c.add(WORDS)
    c.add(LEVEL)
    c.add(CHECKSUM)
    within(c, BITMAP, 4 * words)


# --- SMF duplicate packet detection ------------------------------------------------------------

HASHED = Field("ipv6.opt.smf_dpd.hash_bit", "H-bit", BOOL, mask=0x80)
TAGGER_TYPE = Field(
    "ipv6.opt.smf_dpd.tid_type", "TaggerID Type", U8,
    {0: "NULL", 1: "DEFAULT", 2: "IPv4", 3: "IPv6"}, mask=0x70,
)  # fmt: skip
TAGGER_LENGTH = Field("ipv6.opt.smf_dpd.tid_len", "TaggerID Length", U8, mask=0x0F)
TAGGER = Field("ipv6.opt.smf_dpd.tagger_id", "TaggerID", BYTES)
IDENTIFIER = Field("ipv6.opt.smf_dpd.ident", "Identifier", BYTES)
HASH_ASSIST = Field("ipv6.opt.smf_dpd.hav", "Hash Assist Value", BYTES)


def _smf_dpd(c: Cursor) -> None:
    if c.peek_add(HASHED):
        c.add(HASH_ASSIST, c.left)
        return
    kind = c.peek_add(TAGGER_TYPE)
    length = c.add(TAGGER_LENGTH)
    if kind:  # the length is one less than that of the identifier
        within(c, TAGGER, length + 1)
    if c.more:
        c.add(IDENTIFIER, c.left)


# --- MPL ---------------------------------------------------------------------------------------

SEED_SIZES = {0: 0, 1: 2, 2: 8, 3: 16}
MPL_FLAGS = Field(
    "ipv6.opt.mpl.flag", "Flag", X8,
    bits=(
        Field(
            "ipv6.opt.mpl.flag.s", "Seed ID Length", U8,
            {0: "0", 1: "16-bit unsigned integer", 2: "64-bit unsigned integer",
             3: "128-bit unsigned integer"},
            mask=0xC0,
        ),
        Field("ipv6.opt.mpl.flag.m", "Largest Sequence", BOOL, mask=0x20),
        Field("ipv6.opt.mpl.flag.v", "Version", BOOL, mask=0x10),
        Field("ipv6.opt.mpl.flag.rsv", "Reserved", X8, mask=0x0F),
    ),
)  # fmt: skip
SEQUENCE = Field("ipv6.opt.mpl.sequence", "Sequence", X8)
SEED = Field("ipv6.opt.mpl.seed_id", "Seed ID", BYTES)
SOURCE_IS_SEED = Note(
    "ipv6.opt.mpl.ipv6_src_seed_id", Severity.COMMENT, Group.PROTOCOL,
    "Seed ID is the IPv6 Source Address", "RFC 7731",
)  # fmt: skip


def _mpl(c: Cursor) -> None:
    size = SEED_SIZES[c.add(MPL_FLAGS) >> 6]
    if not size:
        c.note(SOURCE_IS_SEED, c.last)
    c.add(SEQUENCE)
    if size:
        within(c, SEED, size)


# --- Line Identification -----------------------------------------------------------------------

LINE_LENGTH = Field("ipv6.opt.lio.length", "LineIDLen", U8)
LINE = Field("ipv6.opt.lio.line_id", "Line ID", STR)


def _line(c: Cursor) -> None:
    within(c, LINE, c.add(LINE_LENGTH))


know(
    Option(0xC2, read=_jumbo, length=4, header=HOP, ref="RFC 2675, section 2"),
    Option(0xC9, read=_home_address, length=16, header=DESTINATION, ref="RFC 6275, section 6.3"),
    Option(0x30, read=_path_mtu, length=4, header=HOP, ref="RFC 9268"),
    Option(0x26, read=_quick_start, length=6, header=HOP, ref="RFC 4782"),
    Option(0x07, read=_calipso, least=8, header=HOP, ref="RFC 5570"),
    Option(0x08, read=_smf_dpd, least=1, header=HOP, ref="RFC 6621"),
    Option(0x8C, read=_line, least=1, header=DESTINATION, ref="RFC 6788"),
    Option(0x6D, read=_mpl, least=2, header=HOP, ref="RFC 7731"),
)

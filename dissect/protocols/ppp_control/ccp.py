"""CCP's options: one for each way to compress (RFC 1962, section 4)."""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, DX8, OUI, U8, U16, X8, X32
from dissect.protocols.codes.ppp import (
    DCE_MODES,
    DEFLATE_METHODS,
    LZS_CHECKS,
    LZS_DCP_CHECKS,
    LZS_DCP_PROCESSING,
)
from dissect.protocols.codes.vendors import vendor
from dissect.protocols.ppp_control.options import Family

CCP = Family("ccp.opt")

VENDOR = Field("ccp.opt.oui", "OUI", OUI, vendor)
SUBTYPE = Field("ccp.opt.subtype", "Subtype", DX8)
DATA = Field("ccp.opt.data", "Data", BYTES)
HISTORY = Field("ccp.opt.history", "History", U8)
VERSION = Field("ccp.opt.version", "Version", BYTES)


def _bits(name: str, label: str, mask: int) -> Field:
    return Field(f"ccp.opt.{name}", label, U8, mask=mask)


def _supported(name: str, mask: int, no: str, yes: str) -> Field:
    label = name.upper()
    return Field(f"ccp.opt.supported_bits.{name}", label, BOOL, (no, yes), mask=mask)


HISTORIES = Field("ccp.opt.history_count", "History Count", U16)
CHECK_MODE = Field(
    "ccp.opt.cm", "Check Mode Field", U8,
    bits=(
        _bits("cm.reserved", "Reserved", 0xF8),
        Field("ccp.opt.cm.check_mode", "Check Mode", U8, LZS_CHECKS, mask=0x07),
    ),
)  # fmt: skip
SUPPORTED = Field(
    "ccp.opt.supported_bits", "Supported Bits", X32,
    bits=(
        _supported("h", 0x01000000, "Stateless mode OFF", "Stateless mode ON"),
        _supported("m", 0x80, "56-bit encryption OFF", "56-bit encryption ON"),
        _supported("s", 0x40, "128-bit encryption OFF", "128-bit encryption ON"),
        _supported("l", 0x20, "40-bit encryption OFF", "40-bit encryption ON"),
        _supported("d", 0x10, "Obsolete (should ALWAYS be 0)", "Obsolete (should NOT be 1)"),
        _supported("c", 0x01, "No desire to negotiate MPPC", "Desire to negotiate MPPC"),
    ),
)  # fmt: skip
VERSION_DICTIONARY = Field(
    "ccp.opt.vd", "Vers/Dict", X8,
    bits=(_bits("vd.vers", "Vers", 0xE0), _bits("vd.dict", "Dict", 0x1F)),
)  # fmt: skip
MAGNALINK = (
    _bits("fe", "Features", 0xC0),
    Field("ccp.opt.p", "Packet by Packet flag", BOOL, ("Disabled", "Enabled"), mask=0x20),
    _bits("History", "History", 0x1F),
)
CONTEXTS = Field("ccp.opt.contexts", "# Contexts", U8)
DEFLATE = (
    (
        _bits("window", "Window", 0xF0),
        Field("ccp.opt.method", "Method", U8, DEFLATE_METHODS, mask=0x0F),
    ),
    (
        _bits("mbz", "MBZ", 0xFC),
        Field("ccp.opt.chk", "Chk", U8, {0: "sequence number check method"}, mask=0x03),
    ),
)


def _dictionaries(count: int) -> str:
    """The mode by the number of dictionaries."""
    few = ("Datagram Mode (one dictionary and no history)",
           "Multi-Datagram Mode (one dictionary with history)")  # fmt: skip
    return few[count] if count < len(few) else "Individual Link Mode"


MODE_COUNT = Field("ccp.opt.mode_dictcount", "Mode/Dictionary Count", U16, _dictionaries)
DICTIONARY_SIZE = Field("ccp.opt.dict_size", "Dictionary Size", U16)
HISTORY_LENGTH = Field("ccp.opt.history_length", "History Length", U16)

CCP.fixed(18, "Microsoft PPE/PPC", "ccp.opt.mppe", SUPPORTED)
CCP.fixed(21, "BSD LZW Compress", "ccp.opt.bsdcomp", VERSION_DICTIONARY)
CCP.fixed(23, "LZS-DCP", "ccp.opt.lzsdcp", HISTORIES,
          Field("ccp.opt.check_mode", "Check Mode", U8, LZS_DCP_CHECKS),
          Field("ccp.opt.process_mode", "Process Mode", U8, LZS_DCP_PROCESSING))  # fmt: skip
CCP.fixed(25, "PPP for Data Compression in Data Circuit-Terminating Equipment (DCE)",
          "ccp.opt.dce", Field("ccp.opt.mode", "Mode", U8, DCE_MODES))  # fmt: skip


@CCP.variable(0, "OUI", "ccp.opt_oui", 6)
def proprietary(c: Cursor) -> None:
    """A vendor's own compression (RFC 1962, section 4.1)."""
    c.add(VENDOR)
    c.add(SUBTYPE)
    c.rest(DATA)


def _opaque(c: Cursor) -> None:
    """Parameters without a known layout."""
    c.rest(DATA)


for kind, name, head in (
    (1, "Predictor type 1", "predict1"), (2, "Predictor type 2", "predict2"),
    (3, "Puddle Jumper", "puddle"), (16, "Hewlett-Packard PPC", "hpppc"),
    (20, "V.42bis compression", "v42bis"),
):  # fmt: skip
    CCP.variable(kind, name, f"ccp.opt.{head}", 2)(_opaque)


@CCP.variable(17, "Stac Electronics LZS", "ccp.opt.stac", 5)
def stac(c: Cursor) -> None:
    """How many histories, and how packets are checked (RFC 1974, section 4)."""
    c.add(HISTORIES)
    c.add(CHECK_MODE)


@CCP.variable(19, "Gandalf FZA", "ccp.opt.gfza", 3)
def gandalf(c: Cursor) -> None:
    """A history's size, and a version (RFC 1993)."""
    c.add(HISTORY)
    c.rest(VERSION)


def _words(*words: tuple[Field, ...]) -> Callable[[Cursor], None]:
    """What reads octets with several fields in each."""

    def read(c: Cursor) -> None:
        for fields in words:
            for field in fields:
                c.peek_add(field)
            c.skip(1)

    return read


CCP.exact(24, "MVRCA (Magnalink)", "ccp.opt.mvrca", 4)(_words(MAGNALINK, (CONTEXTS,)))
CCP.exact(26, "Deflate", "ccp.opt.deflate", 4)(_words(*DEFLATE))


@CCP.variable(27, "V.44/LZJH compression", "ccp.opt.v44lzjh", 4)
def v44(c: Cursor) -> None:
    """ITU-T V.44, annex B."""
    c.add(MODE_COUNT)
    for field in (DICTIONARY_SIZE, HISTORY_LENGTH):
        if c.more:
            c.add(field)

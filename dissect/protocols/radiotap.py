"""Radiotap: what a capturing radio says about an IEEE 802.11 frame (radiotap.org).

    +---------+---------+-------------------+---------------------------------------+----------
    | Version | Pad     | Length, 2         | Present, 4; more while bit 31 is set  | Fields
    +---------+---------+-------------------+---------------------------------------+----------

Numbers are least significant first.  Only the head is read, and the flags, which say whether the
frame behind it ends with its check sequence.
"""

from __future__ import annotations

from msgspec.structs import replace

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, U16_LE, U64_LE, X8, X32_LE


class Radiotap(Header):
    """The first four octets."""

    __byte_order__ = "<"
    __hdr__ = (("version", "B", 0), ("pad", "B", 0), ("len", "H", 8))
    names = (
        F("version", "radiotap.version", "Header revision"),
        F("pad", "radiotap.pad", "Header pad"),
        F("len", "radiotap.length", "Header length", U16_LE),
    )


BITS: dict[int, tuple[str, str]] = {
    0: ("tsft", "TSFT"),
    1: ("flags", "Flags"),
    2: ("rate", "Rate"),
    3: ("channel", "Channel"),
    4: ("fhss", "FHSS"),
    5: ("dbm_antsignal", "dBm Antenna Signal"),
    6: ("dbm_antnoise", "dBm Antenna Noise"),
    7: ("lock_quality", "Lock Quality"),
    8: ("tx_attenuation", "TX Attenuation"),
    9: ("db_tx_attenuation", "dB TX Attenuation"),
    10: ("dbm_tx_power", "dBm TX Power"),
    11: ("antenna", "Antenna"),
    12: ("db_antsignal", "dB Antenna Signal"),
    13: ("db_antnoise", "dB Antenna Noise"),
    14: ("rxflags", "RX flags"),
    15: ("txflags", "TX flags"),
    17: ("data_retries", "data retries"),
    18: ("xchannel", "Channel+"),
    19: ("mcs", "MCS information"),
    20: ("ampdu", "A-MPDU Status"),
    21: ("vht", "VHT information"),
    22: ("timestamp", "frame timestamp"),
    23: ("he", "HE information"),
    24: ("he_mu", "HE-MU information"),
    26: ("0_length.psdu", "0 Length PSDU"),
    27: ("l_sig", "L-SIG"),
    28: ("tlv", "TLVs"),
}
"""The fields that bits of the first word announce."""

BOOL_LE = replace(BOOL, name="BOOL_LE", size=4, little=True)
PRESENCE = ("Absent", "Present")
SPACE_BITS = (
    Field("radiotap.present.rtap_ns", "Radiotap NS next", BOOL_LE, mask=1 << 29),
    Field("radiotap.present.vendor_ns", "Vendor NS next", BOOL_LE, mask=1 << 30),
    Field("radiotap.present.ext", "Ext", BOOL_LE, PRESENCE, mask=1 << 31),
)
"""The bits of every word that say what the next one is about, and whether there is one."""
FIELD_BITS = tuple(
    Field(f"radiotap.present.{name}", label, BOOL_LE, PRESENCE, mask=1 << bit)
    for bit, (name, label) in BITS.items()
)

PRESENT = Field("radiotap.present", "Present flags")
FIRST_WORD = Field(
    "radiotap.present.word", "Present flags word", X32_LE, bits=(*FIELD_BITS, *SPACE_BITS)
)
MORE_WORDS = Field("radiotap.present.word", "Present flags word", X32_LE, bits=SPACE_BITS)
TIME = Field("radiotap.mactime", "MAC timestamp", U64_LE)
FLAGS = Field("radiotap.flags", "Flags", X8, bits=(
    Field("radiotap.flags.cfp", "CFP", BOOL, mask=0x01),
    Field("radiotap.flags.preamble", "Preamble", BOOL, ("Long", "Short"), mask=0x02),
    Field("radiotap.flags.wep", "WEP", BOOL, mask=0x04),
    Field("radiotap.flags.frag", "Fragmentation", BOOL, mask=0x08),
    Field("radiotap.flags.fcs", "FCS at end", BOOL, mask=0x10),
    Field("radiotap.flags.datapad", "Data Pad", BOOL, mask=0x20),
    Field("radiotap.flags.badfcs", "Bad FCS", BOOL, mask=0x40),
    Field("radiotap.flags.shortgi", "Short GI", BOOL, mask=0x80),
))  # fmt: skip
REST = Field("sixscope.radiotap.fields", "More fields", BYTES)

HAS_TIME, HAS_FLAGS, HAS_MORE = 1 << 0, 1 << 1, 1 << 31
FCS_AT_END = 0x10


@dissector("radiotap", "Radiotap Header", "802.11", partial=True, link_type=127)
def radiotap(c: Cursor) -> Result:
    """Read as far as the flags, and go on behind the length."""
    start = c.pos
    header = c.header(Radiotap)
    c.title("Radiotap Header v%d, Length %d", header.version, header.len)
    check_sequence = False
    with c.limit(header.len - 4, "radiotap.length"):
        with c.item(PRESENT):
            present = word = c.add(FIRST_WORD)
            while word & HAS_MORE:
                word = c.add(MORE_WORDS)
        if present & HAS_TIME:
            c.skip(-(c.pos - start) % 8)
            c.add(TIME)
        if present & HAS_FLAGS:
            check_sequence = bool(c.add(FLAGS) & FCS_AT_END)
        c.rest(REST)
    return Next(name="wlan", context=check_sequence)

"""What several registries say of a link: delays (RFC 7471, section 4), administrative groups
(RFC 7308, section 2.1), depths of label stacks (RFC 8476, section 2)."""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U8, U24, X8, X32
from dissect.protocols.ospf.codes import DEPTHS
from dissect.protocols.ospf.common import NOT_ZERO, SET, Tlvs, Words

FLAGS = Field("ospf.tlv.unidirectional_link_flags", "Flags", X8, bits=(
    Field("ospf.tlv.unidirectional_link_flags.a", "(A) Anomalous", BOOL, SET, mask=0x80),
    Field("ospf.tlv.unidirectional_link_flags.reserved", "Reserved", X8, mask=0x7F),
))  # fmt: skip
RESERVED_OCTET = Field("ospf.tlv.unidirectional_link_reserved", "Reserved", X8)
DELAY = Field("ospf.tlv.unidirectional_link_delay", "Delay", U24)
SHORTEST = Field("ospf.tlv.unidirectional_link_delay_min", "Min Delay", U24)
LONGEST = Field("ospf.tlv.unidirectional_link_delay_max", "Max Delay", U24)
VARIATION = Field("ospf.tlv.unidirectional_delay_variation", "Delay Variation", U24)
GROUP = Field("ospf.tlv.extended_admin_group", "Extended Admin Group", X32)
DEPTH_TYPE = Field("ospf.tlv.igp_msd_type", "MSD Type", U8, DEPTHS)
DEPTH = Field("ospf.tlv.igp_msd_value", "MSD Value", U8)


def _flags(c: Cursor) -> None:
    if c.add(FLAGS) & 0x7F:
        c.note(NOT_ZERO, FLAGS.name, "Reserved field should be 0")


def _reserved(c: Cursor) -> None:
    if c.add(RESERVED_OCTET):
        c.note(NOT_ZERO, c.last)


def delay(c: Cursor) -> Words:
    """The mean delay, in microseconds."""
    _flags(c)
    return "  (Delay: %u usec)", c.add(DELAY)


def delays(c: Cursor) -> Words:
    """The shortest and the longest delay."""
    _flags(c)
    shortest = c.add(SHORTEST)
    _reserved(c)
    return "  (Min/Max Delay: %u/%u usec)", shortest, c.add(LONGEST)


def variation(c: Cursor) -> Words:
    """How much the delay varies."""
    _reserved(c)
    return "  (Variation: %u usec)", c.add(VARIATION)


def groups(c: Cursor) -> Words:
    """Any number of words of administrative groups."""
    number = 0
    while c.left >= 4:
        value = c.add(GROUP)
        c.last.text = f"Extended Admin Group[{number}]: 0x{value:08x}"
        number += 1
    return None


def depths(c: Cursor) -> Words:
    """How many labels or segments are possible, by kind."""
    while c.left >= 2:
        c.add(DEPTH_TYPE)
        c.add(DEPTH)
    return None


def link_delays(tlvs: Tlvs, first: int) -> None:
    """Register the delays under three types that follow each other."""
    tlvs.reader(first)(delay)
    tlvs.reader(first + 1)(delays)
    tlvs.reader(first + 2)(variation)

"""Pseudowires over MPLS: Ethernet (RFC 4448, section 4.6), the associated channel (RFC 4385).

0       4               16                                     32
+-------+---------------+---------------------------------------+
|0 0 0 0|   Reserved    |  Sequence Number                      |  control word
+-------+-------+-------+---------------------------------------+
|0 0 0 1|Version|Reserved (8)   |  Channel Type                 |  associated channel header
+-------+-------+---------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, U8, U16, X8, X16
from dissect.protocols.codes.pw_channels import CHANNELS
from dissect.protocols.label_payload import CONTROL_WORD, chosen, is_ethernet

ETHERNET = 0x6558
CHANNEL_PROTO = {0x0021: 4, 0x0057: 41}
"""Channel types that are IP's, with its protocol numbers."""
BY_NIBBLE = {1: Next(name="pwach"), 4: Next("ip_proto", 4), 6: Next("ip_proto", 41)}


class AssociatedChannel(Header):
    """Four octets."""

    __hdr__ = (("_first", "B", 0x10), ("res", "B", 0), ("type", "H", 0))
    __bit_fields__ = {"_first": (("nibble", 4), ("version", 4))}
    names = (
        F("version", "pwach.ver", "Channel Version", U8),
        F("res", "pwach.res", "Reserved", X8),
        F("type", "pwach.channel_type", "Channel Type", X16, CHANNELS),
    )


class ControlWord(Header):
    """Four octets, of which only the sequence number has a meaning."""

    __hdr__ = (("flags", "H", 0), ("seq", "H", 0))
    names = (F("seq", "pweth.cw.sequence_number", "Sequence Number", U16),)


class GenericControlWord(Header):
    """Four octets, of a pseudowire of any kind (RFC 4385, section 3)."""

    __hdr__ = (("first", "H", 0), ("seq", "H", 0))
    names = (
        F("first", "pwmcw.flags", "Flags", X16, within=(4, 6)),
        F("first", "pwmcw.length", "Length", U8, within=(10, 6), span=(1, 1)),
        F("seq", "pwmcw.sequence_number", "Sequence Number", U16),
    )


ETHERNET_PW = Field("pweth", "PW (ethernet)", BOOL, hidden=True)
WITH_WORD = Field("pweth.cw", "PW Control Word (ethernet)", BOOL, hidden=True)

GUESSED = Note(
    "sixscope.pseudowire.guess", Severity.CHAT, Group.ASSUMPTION,
    "Nothing says that this is an Ethernet pseudowire, nor whether it has a control word",
    "RFC 4448, section 4.6",
)  # fmt: skip
NO_CONTROL_WORD = Note(
    "pwmcw.error_processing_message", Severity.ERROR, Group.MALFORMED, "Error processing Message",
    "RFC 4385, section 3",
)  # fmt: skip
TOO_SHORT = Note(
    "pwach.error_processing_message", Severity.ERROR, Group.MALFORMED, "Error processing Message",
    "RFC 4385, section 5",
)  # fmt: skip
RESERVED_NOT_ZERO = Note(
    "pwach.res.not_zero", Severity.ERROR, Group.MALFORMED,
    "Error: this byte is reserved and must be 0", "RFC 4385, section 5",
)  # fmt: skip


@dissector("pwethheuristic", "Ethernet PW (CW heuristic)", "", column=False)
def ethernet_heuristic(c: Cursor) -> Result:
    """Guess whether a control word stands before the frame."""
    if c.left < CONTROL_WORD:
        return Next(name="data")
    with_word = is_ethernet(c, 4) or not is_ethernet(c, 0)
    c.note(GUESSED)
    return Next(name="pwethcw" if with_word else "pwethnocw")


@dissector("pwethcw", "PW Ethernet Control Word", "PW", column=False)
def ethernet_with_word(c: Cursor) -> Result:
    """A frame behind a control word; IP and channels tell by four bits that they are none."""
    c.layer.listed = not chosen(c)
    nibble = c.octet() >> 4
    if nibble in BY_NIBBLE:
        return BY_NIBBLE[nibble]
    c.put(WITH_WORD, True)
    c.header(ControlWord)
    return Next("ethertype", ETHERNET, listed=False)


@dissector("pwmcw", "PW MPLS Control Word (generic/preferred)", "PW", column=False)
def generic_word(c: Cursor) -> Result:
    """What a pseudowire carries that is nothing we know; IP and channels tell by four bits."""
    c.layer.listed = False
    if c.left < CONTROL_WORD:
        c.note(NO_CONTROL_WORD)
        return None
    nibble = c.octet() >> 4
    if nibble in BY_NIBBLE:
        return BY_NIBBLE[nibble]
    c.header(GenericControlWord)
    return Next(name="data") if c.more else None


@dissector("pwethnocw", "Ethernet PW (no CW)", "PW", column=False)
def ethernet_without_word(c: Cursor) -> Result:
    """Nothing but the frame."""
    c.layer.listed = not chosen(c)
    c.put(ETHERNET_PW, True)
    return Next("ethertype", ETHERNET, listed=False)


@dissector("pwach", "PW Associated Channel Header", "PW", column=False)
def associated_channel(c: Cursor) -> Result:
    """A channel that goes the way of the pseudowire, or of a section with its own label."""
    if any(layer.name == "mpls" and layer.header.label == 13 for layer in c.packet.layers[-2:-1]):
        c.title("Generic Associated Channel Header")
    if c.left < CONTROL_WORD:
        c.note(TOO_SHORT)
        return None
    header = c.header(AssociatedChannel)
    if header.res:
        c.note(RESERVED_NOT_ZERO, "pwach.res")
    return _channel(header.type)


def _channel(kind: int) -> Result:
    """Where a channel type leads."""
    return ("ip_proto", CHANNEL_PROTO[kind]) if kind in CHANNEL_PROTO else ("pw_channel", kind)


class Management(Header):
    """Two octets: of what protocol the management channel's message is (RFC 5718, section 2)."""

    __hdr__ = (("proto", "H", 0),)
    names = (F("proto", "mcc.proto", "Protocol Id", X16, CHANNELS),)


@dissector("mcc", "Management Communication Channel (MCC)", "MCC", column=False, pw_channel=0x0001)
def management(c: Cursor) -> Result:
    """A message of any protocol that has a channel type."""
    return _channel(c.header(Management).proto)

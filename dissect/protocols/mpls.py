"""Multiprotocol Label Switching: the label stack (RFC 3032, section 2.1).

    0                                       20    23 24           32
    +---------------------------------------+-----+-+---------------+
    |                 Label                 | Exp |S|      TTL      |
    +---------------------------------------+-----+-+---------------+

Nothing says what follows the bottom of the stack.  Its first four bits tell (RFC 4928, RFC 4385):
4 and 6 are IP, 1 is an associated channel, 0 a pseudowire with a control word.  An Ethernet
pseudowire without control word begins with any four bits of a MAC address, so where an address
would make an implausible IP packet we look for an Ethernet header first.  Who knows better says so:
the preference ``mpls.payload``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.preferences import Preference, one_of
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.values import U32, Kind
from dissect.protocols.codes.ethertypes import ETHERTYPES

SPECIAL = {
    0: "IPv4 Explicit-Null", 1: "Router Alert", 2: "IPv6 Explicit-Null", 3: "Implicit-Null",
    7: "Entropy Label Indicator (ELI)", 13: "Generic Associated Channel Label (GAL)",
    14: "OAM Alert", 15: "Extension Label (XL)",
}  # fmt: skip
"""Special-purpose labels (IANA, mpls-label-values); the others below 16 are not assigned."""
ROUTER_ALERT, IMPLICIT_NULL, ENTROPY, ASSOCIATED_CHANNEL, OAM_ALERT, EXTENSION = 1, 3, 7, 13, 14, 15
BEHIND = {ENTROPY: "Entropy Label", EXTENSION: "Extended Special-Purpose Label"}
"""What the label after one of these is."""
FIRST_ORDINARY = 16
EXPLICIT_NULL = {0: 4, 2: 6}
"""Labels that say the IP version of what follows."""

LABEL = Kind("LABEL", 4, "uint", str, lambda value: f"{value} (0x{value:05x})")


class Label(Header):
    """One entry of the stack, 4 octets."""

    __hdr__ = (("_word", "I", 0x00000100),)
    __bit_fields__ = {"_word": (("label", 20), ("exp", 3), ("s", 1), ("ttl", 8))}
    names = (
        F("label", "mpls.label", "MPLS Label", LABEL),
        F("exp", "mpls.exp", "MPLS Experimental Bits", U32),
        F("s", "mpls.bottom", "MPLS Bottom Of Label Stack", U32),
        F("ttl", "mpls.ttl", "MPLS TTL", U32),
    )


INVALID_LABEL = Note(
    "mpls.invalid_label", Severity.WARNING, Group.PROTOCOL, "Invalid Label",
    "RFC 5586, section 4.2",
)  # fmt: skip
GUESSED = Note(
    "sixscope.mpls.guess", Severity.NOTE, Group.ASSUMPTION,
    "Taken for an Ethernet pseudowire: the octets fit an Ethernet header, and no IP header",
    "RFC 4928, section 3",
)  # fmt: skip


def _rule(name: str, text: str, ref: str) -> Note:
    return Note(f"sixscope.mpls.{name}", Severity.WARNING, Group.PROTOCOL, text, ref)


Rule = Callable[[Any, int], bool]
"""Whether a label breaks a rule: its header, and the label above it in the stack."""

RULES: tuple[tuple[Note, Rule], ...] = (
    (
        _rule("alert_bottom", "Router Alert at the bottom of the stack", "RFC 3032, section 2.1"),
        lambda entry, above: entry.label == ROUTER_ALERT and entry.s,
    ),
    (
        _rule("implicit_null", "Implicit Null is only signaled, never sent",
              "RFC 3032, section 2.1"),
        lambda entry, above: entry.label == IMPLICIT_NULL,
    ),
    (
        _rule("reserved", "Special-purpose label that is not assigned", "RFC 7274, section 3"),
        lambda entry, above: entry.label < FIRST_ORDINARY and entry.label not in SPECIAL
        and above not in BEHIND,
    ),
    (
        _rule("nothing_behind", "This label needs another one behind it, and is the last",
              "RFC 6790, section 4.2; RFC 7274, section 3.1"),
        lambda entry, above: entry.label in BEHIND and above not in BEHIND and entry.s,
    ),
    (
        _rule("entropy", "An entropy label is none of the special-purpose labels",
              "RFC 6790, section 3"),
        lambda entry, above: above == ENTROPY and entry.label < FIRST_ORDINARY,
    ),
    (
        _rule("entropy_ttl", "The TTL of an entropy label is 0", "RFC 6790, section 4.2"),
        lambda entry, above: above == ENTROPY and entry.ttl != 0,
    ),
    (
        _rule("extended", "0 to 15, but for the entropy label indicator, are no extended labels",
              "RFC 7274, section 3.1"),
        lambda entry, above: above == EXTENSION and entry.label < FIRST_ORDINARY
        and entry.label != ENTROPY,
    ),
)  # fmt: skip

OTHER_VERSION = _rule(
    "explicit_null", "The first four bits are not the IP version of the Explicit NULL label",
    "RFC 3032, section 2.1",
)  # fmt: skip

PAYLOAD = Preference(
    "mpls.payload", "auto", one_of("auto", "ethernet", "ethernet-cw", "generic-cw", "ip"),
    "What follows the bottom of the label stack",
)  # fmt: skip
CHOSEN = {
    "ethernet": Next(name="pwethnocw"), "ethernet-cw": Next(name="pwethcw"),
    "generic-cw": Next(name="pwmcw"),
}  # fmt: skip


@dissector(
    "mpls", "MultiProtocol Label Switching Header", "MPLS",
    ethertype=(0x8847, 0x8848), ip_proto=137, udp_port=6635, ppp_proto=(0x0281, 0x0283),
)  # fmt: skip
def mpls(c: Cursor) -> Result:
    """One label; each has a layer of its own."""
    c.info("MPLS Label Switched Packet")
    entry = c.header(Label)
    above = _above(c)
    name = BEHIND.get(above) or SPECIAL.get(entry.label)
    for note, broken in RULES:
        if broken(entry, above):
            c.note(note, "mpls.label")
    if c.at is not None:
        words = f"{entry.label} ({name})" if name else str(entry.label)
        c.title(
            f"MultiProtocol Label Switching Header, Label: {words}, Exp: {entry.exp}, "
            f"S: {entry.s}, TTL: {entry.ttl}"
        )
        if name:
            c.node("mpls.label").text = f"MPLS Label: {name} ({entry.label})"
    if not entry.s:
        if entry.label == ASSOCIATED_CHANNEL:
            c.note(INVALID_LABEL, "mpls.label")
        return Next(name="mpls", continues=True)
    version = EXPLICIT_NULL.get(entry.label)
    if version is not None and version != c.octet() >> 4:
        c.note(OTHER_VERSION, "mpls.label")
    c.need(1)
    if entry.label == ASSOCIATED_CHANNEL:
        return Next(name="pwach")
    return Next(name="mpls_y1711") if entry.label == OAM_ALERT else _payload(c)


def _above(c: Cursor) -> int:
    """The label above this one in its stack; -1 at the top."""
    before = c.packet.layers[-2:-1]
    if before and before[0].name == "mpls" and not before[0].header.s:
        label: int = before[0].header.label
        return label
    return -1


def _payload(c: Cursor) -> Result:
    """What the preference says, else the first four bits, or an Ethernet header in their place."""
    choice = c.preference(PAYLOAD)
    if choice in CHOSEN:
        return CHOSEN[choice]
    nibble = c.data[c.pos] >> 4
    if choice == "ip":
        return ("ip_proto", 4) if nibble == 4 else ("ip_proto", 41)
    if nibble == 0:
        return Next(name="pwethheuristic")
    if nibble in (4, 6):
        plausible = _plausible_ip(c, nibble)
    else:
        plausible = nibble == 1 and c.peek(1, 1) == b"\0"
    if not plausible and is_ethernet(c, 0):
        c.note(GUESSED)
        return Next(name="pwethnocw")
    if nibble == 4:
        return "ip_proto", 4
    if nibble == 6:
        return "ip_proto", 41
    return Next(name="pwach" if nibble == 1 else "data")


def _plausible_ip(c: Cursor, version: int) -> bool:
    """Whether an IP header's lengths fit what is left, but for padding."""
    octets = c.peek(6)
    if len(octets) < 6:
        return True
    if version == 4:
        size = int.from_bytes(octets[2:4], "big")
        return octets[0] & 15 >= 5 and 20 <= size <= c.left
    size = 40 + int.from_bytes(octets[4:6], "big")
    return size <= c.left and not any(c.peek(c.left - size, size))


def is_ethernet(c: Cursor, ahead: int) -> bool:
    """Whether an Ethernet header stands there: a source that is no group, a type that fits."""
    octets = c.peek(15, ahead)
    if len(octets) < 15 or octets[6] & 1:
        return False
    kind = int.from_bytes(octets[12:14], "big")
    if kind < 0x600:
        return 3 <= kind <= c.left - ahead - 14
    if kind == 0x0800:
        return octets[14] >> 4 == 4
    if kind == 0x86DD:
        return octets[14] >> 4 == 6
    return kind in ETHERTYPES

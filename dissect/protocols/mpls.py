"""Multiprotocol Label Switching: the label stack (RFC 3032, section 2.1).

    0                                       20    23 24           32
    +---------------------------------------+-----+-+---------------+
    |                 Label                 | Exp |S|      TTL      |
    +---------------------------------------+-----+-+---------------+

Nothing says what follows the bottom of the stack: see ``label_payload``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tables import Next, Result, dissector
from dissect.engine.values import U32, Kind
from dissect.protocols.label_payload import payload

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
    return Next(name="mpls_y1711") if entry.label == OAM_ALERT else payload(c)


def _above(c: Cursor) -> int:
    """The label above this one in its stack; -1 at the top."""
    before = c.packet.layers[-2:-1]
    if before and before[0].name == "mpls" and not before[0].header.s:
        label: int = before[0].header.label
        return label
    return -1

"""MPLS label stacks (RFC 3032, RFC 7274, RFC 6790, RFC 5586)."""

from __future__ import annotations

from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.verdict import Level

ROUTER_ALERT, IMPLICIT_NULL, CHANNEL = 1, 3, 13
EXPLICIT_NULL = {0: 4, 2: 6}
TELLING = frozenset((0, 1, 4, 6))
"""First four bits of control words, associated channels, IPv4 and IPv6 (RFC 4928)."""
FIRST_ORDINARY = 16


def above(at: At) -> At | None:
    """The entry above in the stack."""
    before = at.before
    if before is None or before.name != "mpls" or before.header is None or before.header.s:
        return None
    return before


@rule(
    "MPL-001", Level.ERROR, "RFC 3032, section 2.1", "Label stack without a bottom",
    why="The last entry has S set.  Without it a router takes payload for labels.",
    fix="Set S in the last entry.",
    on="mpls", field="mpls.bottom", whole=True,
)  # fmt: skip
def bottomless(at: At) -> Hits:
    """The frame ends before one."""
    header, after = at.header, at.after
    if header is not None and not header.s and (after is None or after.header is None):
        yield Hit(f"MPLS stack without bottom: label {header.label} is the last in the frame")


@rule(
    "MPL-002", Level.ERROR, "RFC 3032, section 2.1", "Label that must not be here",
    why="Implicit null is only agreed on, never sent; router alert has another label below it.",
    fix="Pop the label instead of swapping to 3; push an ordinary label below label 1.",
    on="mpls", field="mpls.label",
)  # fmt: skip
def not_allowed(at: At) -> Hits:
    """As noted by the decoder."""
    if at.noted("sixscope.mpls.implicit_null", "sixscope.mpls.alert_bottom"):
        where = " at the bottom" if at.header.label == ROUTER_ALERT else ""
        yield Hit(f"Label {at.header.label} not allowed here{where}")


@rule(
    "MPL-003", Level.WARNING, "RFC 3032, section 2.1; RFC 7274, sections 3 and 3.1",
    "Special-purpose label misused",
    why="Labels 4 to 6 and 8 to 12 mean nothing yet; behind 15 comes an extended special-purpose "
        "label, which is none of the first 16.",
    fix="Use labels from 16 on; look for a router that counts from 0.",
    on="mpls", field="mpls.label",
)  # fmt: skip
def special(at: At) -> Hits:
    """With label 15 an error."""
    header = at.header
    if header is None:
        return
    if at.noted("sixscope.mpls.reserved"):
        yield Hit(f"Special-purpose label {header.label} misused: it is not assigned")
    elif header.label == 15 and at.noted("sixscope.mpls.nothing_behind"):
        yield Hit("Special-purpose label 15 misused: nothing behind it", level=Level.ERROR)
    elif at.noted("sixscope.mpls.extended"):
        yield Hit(f"Special-purpose label {header.label} misused: behind label 15",
                  level=Level.ERROR)  # fmt: skip


@rule(
    "MPL-004", Level.WARNING, "RFC 6790, sections 3 and 4.2; RFC 5586, section 4.2",
    "Entropy label or associated channel out of order",
    why="The entropy label stands behind its indicator, is none of the first 16, and has TTL 0, so "
        "that it never gets to the top.  The associated channel's label is the last one.",
    fix="Push ELI and EL together; push GAL at the bottom.",
    on="mpls", field="mpls.label",
)  # fmt: skip
def entropy(at: At) -> Hits:
    """Outside of the transport profile GAL may be elsewhere (RFC 5586): a note."""
    header = at.header
    if header is None:
        return
    if header.label == 7 and at.noted("sixscope.mpls.nothing_behind"):
        yield Hit("ELI sequence invalid: nothing behind label 7")
    elif at.noted("sixscope.mpls.entropy"):
        yield Hit(f"ELI sequence invalid: entropy label {header.label}")
    elif at.noted("sixscope.mpls.entropy_ttl"):
        yield Hit(f"ELI sequence invalid: entropy label with TTL {header.ttl}", field="mpls.ttl")
    if header.label == CHANNEL and not header.s:
        yield Hit("GAL (label 13) is not the bottom of the stack", level=Level.NOTE, key="gal")


@rule(
    "MPL-005", Level.ERROR, "RFC 3032, section 2.1; RFC 4182, section 3",
    "Explicit null of the other IP version",
    why="At the bottom the label says which version follows.  The router behind it drops, or "
        "misreads the packet.",
    fix="Push 0 for IPv4, 2 for IPv6.",
    on="mpls", field="mpls.label",
)  # fmt: skip
def payload(at: At) -> Hits:
    """Behind other labels, what looks like nothing that is known is a note."""
    header = at.header
    if header is None or not header.s:
        return
    octets = at.data[at.layer.end : at.layer.end + 1]
    if not octets:
        return
    nibble, label = octets[0] >> 4, header.label
    version = EXPLICIT_NULL.get(label)
    if version is not None:
        if nibble != version:
            yield Hit(f"Label {label} announces IPv{version}, payload nibble is {nibble}")
    elif label >= FIRST_ORDINARY and nibble not in TELLING:
        yield Hit(f"Behind label {label} payload nibble is {nibble}: a pseudowire without control "
                  "word?", level=Level.NOTE, key="nibble")  # fmt: skip


@rule(
    "MPL-006", Level.WARNING, "RFC 3032, section 2.4; RFC 3443, section 3", "MPLS TTL 0",
    why="A router that would send TTL 0 discards the packet.",
    fix="Copy the IP header's TTL, or begin with 255, when pushing.",
    on="mpls", field="mpls.ttl",
)  # fmt: skip
def no_hops(at: At) -> Hits:
    """Of the top entry; entropy labels have it."""
    if at.header is not None and at.header.ttl == 0 and above(at) is None:
        yield Hit(f"MPLS TTL 0 with label {at.header.label}")


@suspects("MPL")
def stacks(batch: Batch) -> Mask:
    """Special labels, TTL 0, and payloads that are no IP; columns walk the ordinary ones."""
    mask = batch.where("mpls.label", lambda label: label < FIRST_ORDINARY)
    mask |= batch.where("mpls.ttl", lambda ttl: ttl == 0)
    return mask | batch.layers("mpls") & ~batch.layers("ip", "ipv6")

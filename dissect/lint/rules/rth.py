"""Routing headers (RFC 8200, section 4.4; RFC 8754)."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.lint.addresses import is_multicast
from dissect.lint.at import At
from dissect.lint.rule import Hit, Hits, rule
from dissect.lint.words import ip
from dissect.verdict import Level

SOURCE, NIMROD, MOBILE, RPL, SEGMENTS = 0, 1, 2, 3, 4
COMPACT = (5, 6)
KNOWN = (SOURCE, NIMROD, MOBILE, RPL, SEGMENTS, *COMPACT, 253, 254)
O_FLAG = 0x20
"""The only assigned flag (RFC 9259, section 2.1)."""
PAD1, PADN, HMAC = 0, 4, 5
MOST_HMAC = 8 + 32 - 2


def segments(at: At) -> list[bytes]:
    """The addresses of a list of segments, as far as they are there."""
    octets = at.payload[: 8 * at.header.len + 8]
    count = min(octets[4] + 1, (len(octets) - 8) // 16) if len(octets) >= 8 else 0
    return [octets[8 + 16 * n : 24 + 16 * n] for n in range(count)]


@rule(
    "RTH-001", Level.ERROR, "RFC 5095, section 3", "Deprecated Routing header",
    why="Type 0 lets anybody send packets to and fro between two nodes until the link is full.  "
        "Every node must answer as if it didn't know the type.",
    fix="Don't send it; drop it at the edge.",
    on="ipv6.routing", field="ipv6.routing.type", quoted=True,
)  # fmt: skip
def deprecated(at: At) -> Hits:
    """Nimrod's type was never used much."""
    if at.header is None:
        return
    if at.header.type == SOURCE:
        yield Hit("Deprecated Routing header type 0")
    elif at.header.type == NIMROD:
        yield Hit("Deprecated Routing header type 1 (Nimrod)", level=Level.WARNING)


@rule(
    "RTH-002", Level.ERROR, "RFC 8200, section 4.4; RFC 6275, section 6.4.1; RFC 6554, section 3",
    "Routing header whose length and Segments Left don't fit",
    why="There can't be more stops left than the header has addresses.  Nodes discard it with a "
        "Parameter Problem.",
    fix="Count the addresses.",
    on="ipv6.routing", field="ipv6.routing.segleft", quoted=True, whole=True,
)  # fmt: skip
def lengths(at: At) -> Hits:
    """As noted by the decoder; lists of segments have a rule of their own."""
    header = at.header
    if header is None or header.type == SEGMENTS:
        return
    for note in at.notes("ipv6.routing.invalid_length", "ipv6.routing.invalid_segleft"):
        field = "ipv6.routing.len" if "length" in note.note.name else "ipv6.routing.segleft"
        yield Hit(f"Routing header length {header.len}/Segments Left {header.segleft} invalid "
                  f"for type {header.type}", field=field)  # fmt: skip
        return


@rule(
    "RTH-003", Level.ERROR, "RFC 8754, section 4.3.1.1", "Segment list that its counts don't fit",
    why="The endpoint looks for the next segment where there is none, and answers with a Parameter "
        "Problem.",
    fix="Last Entry is the number of segments less 1, Segments Left at most one more than that.",
    on="ipv6.routing", field="ipv6.routing.srh.last_entry", whole=True,
)  # fmt: skip
def segment_counts(at: At) -> Hits:
    """As the section checks them."""
    header = at.header
    octets = at.payload
    if header is None or header.type != SEGMENTS or len(octets) < 5:
        return
    last = octets[4]
    if last > header.len // 2 - 1 or header.segleft > last + 1:
        yield Hit(f"SRH Last Entry {last}/Segments Left {header.segleft} impossible for length "
                  f"{header.len}")  # fmt: skip


@rule(
    "RTH-004", Level.WARNING, "RFC 8754, sections 2, 2.1 and 2.1.2",
    "Segment Routing header: bad fields",
    why="Unassigned flags are 0; a TLV ends in its header, and the HMAC in it has at most 32 "
        "octets, in units of 8.  Endpoints ignore, or drop, what isn't so.",
    fix="Clear the flags; set the TLVs' lengths.",
    on="ipv6.routing", field="ipv6.routing.srh.flags", whole=True,
)  # fmt: skip
def segment_fields(at: At) -> Hits:
    """Flag O is RFC 9259's."""
    header = at.header
    octets = at.payload[: 8 * header.len + 8] if header is not None else b""
    if header is None or header.type != SEGMENTS or len(octets) < 8:
        return
    if octets[5] & ~O_FLAG:
        yield Hit(f"SRH flags {octets[5]:#04x} invalid: unassigned bits are set")
    for kind, length, there in _tlvs(octets, 8 + 16 * (octets[4] + 1)):
        if length > there:
            yield Hit(f"SRH TLV {kind} of {length} octets runs past the header",
                      field="sixscope.srh.tlv.length")  # fmt: skip
        elif kind == HMAC and ((length + 2) % 8 or length > MOST_HMAC or length < 6):
            yield Hit(f"SRH HMAC TLV length {length} invalid", field="sixscope.srh.tlv.length")


def _tlvs(octets: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Type, length, and how many octets there are behind that."""
    while place < len(octets):
        if octets[place] == PAD1:
            place += 1
            continue
        length = octets[place + 1] if place + 1 < len(octets) else 0
        yield octets[place], length, len(octets) - place - 2
        place += 2 + length


@rule(
    "RTH-005", Level.WARNING, "RFC 8754, sections 2 and 4.1",
    "IPv6 destination that isn't the active segment",
    why="The destination is always the segment that Segments Left points at.  Otherwise the packet "
        "goes to a node that isn't in its list.",
    fix="Set both together when a segment ends.  Compressed segments (RFC 9800) differ by right.",
    on="ipv6.routing", field="ipv6.dst", whole=True,
)  # fmt: skip
def active_segment(at: At) -> Hits:
    """A reduced list leaves its first segment out: Segments Left is then past the list.

    A compressed segment list changes the destination only behind its block: the first octets stay.
    """
    header, host = at.header, at.ip
    if header is None or header.type != SEGMENTS or host is None or host.header is None:
        return
    listed = segments(at)
    if header.segleft < len(listed):
        segment, dst = listed[header.segleft], host.header.dst
        if dst != segment and dst[:4] != segment[:4]:
            yield Hit(f"IPv6 destination {ip(dst)} is not the active segment {ip(segment)}")


@rule(
    "RTH-006", Level.WARNING, "RFC 8200, section 4.4; RFC 6554, section 3",
    "Routing header of unknown type, or with a group in it",
    why="A node that doesn't know the type discards the packet while segments are left.  A group "
        "is no stop on a way: the packet would be multiplied.",
    fix="Use types that the nodes know; list unicast addresses only.",
    on="ipv6.routing", field="ipv6.routing.type",
)  # fmt: skip
def unknown_type(at: At) -> Hits:
    """Groups are an error."""
    header, host = at.header, at.ip
    if header is None:
        return
    if header.type not in KNOWN and header.segleft:
        yield Hit(f"Routing header type {header.type}: unknown, and {header.segleft} segments left")
    names = ("ipv6.src_route_list.multicast_addr", "ipv6.dst_addr.not_multicast")
    group = at.noted(*names)
    if header.type == SEGMENTS:
        group = any(map(is_multicast, segments(at)))
    if group or (
        header.type in (SOURCE, MOBILE, RPL) and host is not None and host.header is not None
        and is_multicast(host.header.dst)
    ):  # fmt: skip
        yield Hit(f"Routing header type {header.type}: a multicast address on the way",
                  level=Level.ERROR, key="group")  # fmt: skip

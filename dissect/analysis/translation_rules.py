"""What a translator must do to a packet (RFC 7915), and what one did: the differences.

Sections 4 are from IPv4 to IPv6, sections 5 the other way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from dissect.analysis.translated import ICMP, ICMPV6, NO_PORTS, UDP, Side

if TYPE_CHECKING:
    from dissect.analysis.analysis import Level

SHORTEST = 1260
"""Longer IPv4 packets are sent with Don't Fragment (section 5.1)."""
LEAST_MTU = 1280
DIFFERENCE, FRAGMENT = 20, 8
"""Octets by which an IPv6 header is longer than an IPv4 header; of a Fragment header."""
PLATEAUS = (65535, 32000, 17914, 8166, 4352, 2002, 1492, 1280)
"""RFC 1191, section 7.1, as far as an IPv6 MTU may be."""

ECHO_TYPES = {8: 128, 0: 129}
TO_6 = {
    **{(3, code): (1, 0) for code in (0, 1, 5, 6, 7, 8, 11, 12)},
    **{(3, code): (1, 1) for code in (9, 10, 13, 15)},
    (3, 2): (4, 1), (3, 3): (1, 4), (3, 4): (2, 0), (11, 0): (3, 0), (11, 1): (3, 1),
    (12, 0): (4, 0), (12, 2): (4, 0),
}  # fmt: skip
"""Section 4.2; others are dropped."""
TO_4 = {
    (1, 0): (3, 1), (1, 1): (3, 10), (1, 2): (3, 1), (1, 3): (3, 1), (1, 4): (3, 3),
    (2, 0): (3, 4), (3, 0): (11, 0), (3, 1): (11, 1), (4, 0): (12, 0), (4, 1): (3, 2),
}  # fmt: skip
"""Section 5.2."""
POINTER_TO_6 = {0: 0, 1: 1, 2: 4, 3: 4, 8: 7, 9: 6, **dict.fromkeys(range(12, 16), 8),
                **dict.fromkeys(range(16, 20), 24)}  # fmt: skip
"""Figure 3; others are dropped."""
POINTER_TO_4 = {0: 0, 1: 1, 4: 2, 5: 2, 6: 9, 7: 8, **dict.fromkeys(range(8, 24), 12),
                **dict.fromkeys(range(24, 40), 16)}  # fmt: skip
"""Figure 6."""
NEXT_HEADER = 6
"""Where IPv6's Next Header is, to which an unknown protocol points (section 4.2)."""


class Flaw(NamedTuple):
    """A difference that there must not be: the field, the rule that it breaks, and how."""

    field: str
    rule: str
    level: Level
    words: str


def flaws(before: Side, after: Side) -> Iterator[Flaw]:
    """What is wrong with a packet behind a translator."""
    yield from _header(before, after)
    yield from _transport(before, after)
    yield from (
        _fragments_to_6(before, after) if after.version == 6 else _fragments_to_4(before, after)
    )
    if before.quote is not None and after.quote is not None:
        yield from _error(before, after)


def _header(before: Side, after: Side) -> Iterator[Flaw]:
    if after.hops >= before.hops:
        name = "hop limit" if after.version == 6 else "TTL"
        yield Flaw(name, "XLT-004", "warning", f"{before.hops} became {after.hops}, but a "
                   "translator takes at least 1 away")  # fmt: skip
    if after.mark != before.mark:
        name = "traffic class" if after.version == 6 else "ToS"
        words = f"0x{before.mark:02x} became 0x{after.mark:02x}, but is copied by default"
        yield Flaw(name, "XLT-004", "note", words)
    if before.quote is None and after.size != before.size:
        words = f"{before.size} octets behind the header became {after.size}"
        yield Flaw("length", "XLT-004", "error", words)
    if after.version == 4 and after.header != 20:
        yield Flaw("options", "", "warning", "IPv4 options, which no translator makes")


def _transport(before: Side, after: Side) -> Iterator[Flaw]:
    if before.payload != after.payload:
        yield Flaw("payload", "XLT-003", "error", "the octets of the payload are not the same")
    if before.protocol == UDP and after.version == 6 and not after.sum:
        yield Flaw("checksum", "XLT-006", "error", "UDP without a checksum came into IPv6")
    elif before.protocol == UDP and before.sum and not after.sum:
        yield Flaw("checksum", "XLT-003", "warning", "the UDP checksum was left out")
    elif before.sound and after.sound is False:
        yield Flaw("checksum", "XLT-003", "error", f"right before, wrong behind: 0x{after.sum:04x}")
    elif before.sound is False and after.sound:
        yield Flaw("checksum", "XLT-003", "warning", "wrong before, and made anew behind")
    if before.kind is not None and before.quote is None and after.kind is not None:
        old, new = (before, after) if before.version == 4 else (after, before)
        assert old.kind is not None
        assert new.kind is not None
        wanted = ECHO_TYPES.get(old.kind[0])
        if (wanted, old.kind[1]) != new.kind:
            yield _kind(before, after)


def _kind(before: Side, after: Side) -> Flaw:
    assert before.kind is not None
    assert after.kind is not None
    was, became = ("/".join(map(str, kind)) for kind in (before.kind, after.kind))
    return Flaw("ICMP type/code", "XLT-006", "error", f"type/code {was} became {became}")


def _fragments_to_4(before: Side, after: Side) -> Iterator[Flaw]:
    """Section 5.1."""
    if before.identification is not None:
        wanted = before.identification & 0xFFFF
        if after.identification != wanted:
            yield Flaw("identification", "XLT-005", "warning", f"0x{before.identification:08x} "
                       f"became 0x{after.identification:04x}, not its last 16 bits")  # fmt: skip
        if after.whole:
            yield Flaw("DF", "XLT-005", "warning", "Don't Fragment is set in what was fragments")
    elif after.pieces == 1 and after.whole != (after.total > SHORTEST):
        words = "is set in a packet of {} octets, and may only be in longer ones than {}"
        if not after.whole:
            words = "is not set in a packet of {} octets, and must be in longer ones than {}"
        text = "Don't Fragment " + words.format(after.total, SHORTEST)
        yield Flaw("DF", "XLT-005", "warning", text)


def _fragments_to_6(before: Side, after: Side) -> Iterator[Flaw]:
    """Section 4.1."""
    if after.identification is not None:
        if after.identification != before.identification:
            yield Flaw("identification", "XLT-005", "warning", f"0x{before.identification or 0:04x}"
                       f" became 0x{after.identification:08x}")  # fmt: skip
        if after.pieces == 1 and before.pieces == 1 and before.whole:
            yield Flaw("fragment header", "XLT-005", "note", "one was put into a whole packet")
    if not before.whole and after.largest > LEAST_MTU and before.pieces == 1:
        yield Flaw("fragmentation", "XLT-005", "note", f"{after.largest} octets in one, though "
                   f"Don't Fragment is not set: more than {LEAST_MTU} are cut")  # fmt: skip


def _error(before: Side, after: Side) -> Iterator[Flaw]:
    """Sections 4.2, 4.3, 5.2 and 5.3."""
    assert before.kind is not None
    assert before.quote is not None
    assert after.quote is not None
    if after.quote.version != after.version:
        words = f"the packet quoted is IPv{after.quote.version} still"
        yield Flaw("quote", "XLT-006", "error", words)
        return
    table = TO_6 if after.version == 6 else TO_4
    wanted = table.get(before.kind)
    if wanted is None or wanted != after.kind:
        yield _kind(before, after)
        return
    if wanted in ((2, 0), (3, 4)):
        yield from _mtu(before, after)
    elif wanted[0] == (4 if after.version == 6 else 12):
        yield from _pointer(before, after)
    one, other = before.quote, after.quote
    if not one.behind and {one.protocol, other.protocol} != {ICMPV6, ICMP} and (
        one.protocol != other.protocol
    ):  # fmt: skip
        words = f"the protocol of the packet quoted was {one.protocol} and became {other.protocol}"
        yield Flaw("quote", "XLT-006", "error", words)


def _mtu(before: Side, after: Side) -> Iterator[Flaw]:
    """The MTU may be less than that of the message, where the next hop's is."""
    assert before.quote is not None
    was, became = before.value & 0xFFFF, after.value
    if after.version == 6:
        if not was:
            octets = before.quote.length
            was = next((p for p in PLATEAUS if p < octets), LEAST_MTU) - DIFFERENCE
        most = max(LEAST_MTU, was + DIFFERENCE)
        if not LEAST_MTU <= became <= most:
            yield Flaw("MTU", "XLT-006", "error", f"{was} became {became}, not up to {most}")
        return
    was, became = before.value, after.value & 0xFFFF
    most = was - DIFFERENCE - (FRAGMENT if before.quote.part else 0)
    if not 0 < became <= most:
        yield Flaw("MTU", "XLT-006", "error", f"{was} became {became}, not up to {most}")


def _pointer(before: Side, after: Side) -> Iterator[Flaw]:
    if after.version == 6:
        was = before.value >> 24
        wanted = NEXT_HEADER if before.kind == (3, 2) else POINTER_TO_6.get(was)
        became = after.value
    else:
        was, became = before.value, after.value >> 24
        wanted = POINTER_TO_4.get(was)
    if became != wanted:
        yield Flaw("pointer", "XLT-006", "error", f"{was} became {became}, not {wanted}")


def port_flaws(before: Side, after: Side, *, kept: tuple[bool, bool]) -> Iterator[Flaw]:
    """Ports that must be the same: of the ends whose addresses were worked out (RFC 6052)."""
    if before.ports == NO_PORTS or before.protocol == ICMP:
        return
    for which, was, became, must in zip(
        ("source", "destination"), before.ports, after.ports, kept, strict=True
    ):
        if must and was != became:
            yield Flaw("port", "", "error", f"{which} port {was} became {became}")

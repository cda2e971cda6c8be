"""IPv6 fragments (RFC 8200, section 4.5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.engine.session import Table
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.fragments import LONGEST, WAITING, Datagram, Overlap, Pieces, overlap
from dissect.lint.gathered import HEADER, Mask
from dissect.lint.rule import Hit, Hits, rule, suspects
from dissect.lint.told.parts import HEADER as AT
from dissect.lint.words import ip
from dissect.verdict import Level

UNIT = 8
SMALLEST_LINK = 1280
STEADY = 8
"""Identifications in a row from which on a pattern is no chance."""


class Fragment:
    """A fragment that no error quotes."""

    def __init__(self, at: At) -> None:
        header = at.header
        self.start = UNIT * header.offset
        self.more = bool(header.more)
        self.octets = at.payload[UNIT:]
        host = at.ip
        around = host.header if host is not None and host.name == "ipv6" else None
        self.key = None
        if around is not None:
            self.key = at.wire, around.src, around.dst, header.ident
        self.source = around.src if around is not None else b""
        self.size = 0
        """Of the packet, without its link layer."""
        self.before = 0
        """Octets of extension headers before the Fragment header."""
        if host is not None and around is not None:
            self.size = HEADER + around.plen
            self.before = at.layer.offset - host.layer.offset - HEADER
        self.cut = at.context.cut or self.size - HEADER - self.before - UNIT > len(self.octets)

    @property
    def atomic(self) -> bool:
        """A whole packet, in spite of its header."""
        return not (self.start or self.more)

    @property
    def length(self) -> int:
        """Octets of the part, captured or not."""
        return max(self.size - HEADER - self.before - UNIT, 0)


def fragment_of(at: At) -> Fragment | None:
    """The fragment with this header, if it can be read."""
    if at.header is None:
        return None
    found = at.once(Fragment)
    return found if found.key is not None else None


@rule(
    "FRG-001", Level.ERROR, "RFC 8200, section 4.5", "Fragment of odd length that others follow",
    why="Offsets count 8 octets, so that every fragment but the last has a multiple of 8.  The "
        "receiver discards it with a Parameter Problem.",
    fix="Cut packets at multiples of 8 octets.",
    on="ipv6.fraghdr", field="ipv6.fraghdr.more",
)  # fmt: skip
def odd_length(at: At) -> Hits:
    """By Payload Length."""
    part = fragment_of(at)
    if part is not None and part.more and part.length % UNIT:
        yield Hit(f"Non-final fragment of {part.length} octets (not a multiple of 8)")


@rule(
    "FRG-002", Level.ERROR, "RFC 8200, section 4.5", "Fragment past 65535 octets",
    why="The packet that is put together would be longer than Payload Length can say.  The "
        "receiver discards the fragment; those that don't overflow a buffer.",
    fix="Drop it; only an attacker or a broken stack sends it.",
    on="ipv6.fraghdr", field="ipv6.fraghdr.offset",
)  # fmt: skip
def too_far(at: At) -> Hits:
    """With the extension headers before the Fragment header, which come again in the whole."""
    part = fragment_of(at)
    if part is not None and part.before + part.start + part.length > LONGEST:
        yield Hit(f"Fragment at offset {part.start} would exceed {LONGEST} octets")


class Arrivals:
    """All fragments, once, for the rules that compare them."""

    def __init__(self) -> None:
        self.pieces = Pieces()
        self.done: tuple[int, int] | None = None
        self.part: Fragment | None = None
        self.datagram: Datagram | None = None
        self.overlap: Overlap | None = None
        """With the first of those before that it overlaps."""
        self.tails = ""
        self.ended: list[tuple[Datagram, int]] = []

    def take(self, at: At) -> Fragment | None:
        """A fragment; rules of the same packet get what was found when the first one asked."""
        mark = at.packet.number, at.place
        if mark == self.done:
            return self.part
        self.done, self.part = mark, None
        part = fragment_of(at)
        self.overlap, self.tails = None, ""
        if part is None or part.atomic or part.cut:
            return None
        self.part = part
        known = self.pieces.table.get(part.key)
        if known is not None and at.time - known.begun > WAITING and not known.complete:
            self._end(known, at.time)
        datagram = self.datagram = self.pieces.of(part.key, at.time)
        if datagram.first is None:
            datagram.first, datagram.source = at.packet, part.source
            datagram.ident = at.header.ident
        start, end = part.start, part.start + len(part.octets)
        for one in datagram.pieces:
            if one.start < end and start < one.end:
                self.overlap = overlap(one, start, part.octets)
                break
        if not part.more:
            if datagram.length is not None and datagram.length != end:
                self.tails = f"{datagram.length} and {end}"
            elif any(one.end > end for one in datagram.pieces):
                self.tails = f"{end} and more"
            datagram.length = end
        elif datagram.length is not None and end > datagram.length:
            self.tails = f"{datagram.length} and more"
        self.pieces.add(datagram, start, part.octets, at.packet.number)
        length = datagram.length
        again = self.overlap is not None and self.overlap.duplicate
        if not (again or datagram.complete or length is None) and datagram.have >= length:
            datagram.complete = at.time
        return part

    def _end(self, datagram: Datagram, now: int) -> None:
        if len(self.ended) < 1000:
            self.ended.append((datagram, now))

    def take_ended(self) -> Iterator[Datagram]:
        """The datagrams that others have taken the place of, incomplete."""
        ended, self.ended = self.ended, []
        for datagram, _ in ended:
            yield datagram


@rule(
    "FRG-003", Level.ERROR, "RFC 8200, section 4.5; RFC 5722, section 4", "Overlapping fragments",
    why="A packet with overlapping fragments is silently discarded, as attackers use them to hide "
        "one content behind another.  Exact duplicates may come from the network.",
    fix="Find the sender; a stack that overlaps fragments miscounts offsets.",
    on="ipv6.fraghdr", field="ipv6.fraghdr.offset",
)  # fmt: skip
def overlapping(at: At) -> Hits:
    """Exact duplicates are a note."""
    arrivals = at.state(Arrivals)
    part = arrivals.take(at)
    if part is None:
        return
    both = arrivals.overlap
    if both is None:
        return
    if both.duplicate:
        yield Hit(f"Fragment of {at.header.ident:#x} at octet {both.start} came again",
                  level=Level.NOTE, key=f"again {ip(part.source)}")  # fmt: skip
    else:
        yield Hit(f"Fragments of {at.header.ident:#x} overlap at octets {both.start}-"
                  f"{both.end - 1}")  # fmt: skip


@rule(
    "FRG-004", Level.NOTE, "RFC 6946, section 4; RFC 8021, section 3", "Atomic fragment",
    why="A Fragment header on a whole packet serves nothing, since nobody asks for it any more; "
        "many networks drop whatever has that header.",
    fix="Don't send Fragment headers for whole packets, nor Packet Too Big below 1280.",
    on="ipv6.fraghdr", field="ipv6.fraghdr",
)  # fmt: skip
def atomic(at: At) -> Hits:
    """Reserved bits add to the message."""
    part = fragment_of(at)
    if part is not None and part.atomic:
        header = at.header
        more = " with reserved bits set" if header.reserved or header.bits else ""
        yield Hit(f"Atomic fragment {header.ident:#x}{more}")


@rule(
    "FRG-005", Level.ERROR, "RFC 8200, section 4.5; RFC 7112, section 5",
    "First fragment without all headers",
    why="Firewalls decide by the first fragment: all headers up to the upper layer's must be in "
        "it.  Receivers discard the packet otherwise.",
    fix="Send shorter extension headers, or larger first fragments.",
    on="ipv6.fraghdr", field="ipv6.fraghdr.nxt",
)  # fmt: skip
def headers_split(at: At) -> Hits:
    """Noted by the decoder."""
    if at.noted("sixscope.fragment.headers_split"):
        yield Hit(f"First fragment of {at.header.ident:#x} lacks the complete header chain: "
                  f"it has {max(at.layer.stop - at.layer.end, 0)} octets")  # fmt: skip


@rule(
    "FRG-006", Level.NOTE, "RFC 8200, section 5; RFC 7112", "Tiny fragment",
    why="Every link carries 1280 octets, so nobody needs to cut smaller ones.  No RFC forbids it, "
        "but it is a known way around filters.  A fragment without data is good for nothing.",
    fix="Cut at the path MTU, or at 1280 octets.",
    on="ipv6.fraghdr", field="ipv6.plen",
)  # fmt: skip
def tiny(at: At) -> Hits:
    """The last one may be small."""
    part = fragment_of(at)
    if part is None or part.atomic:
        return
    if not part.length:
        yield Hit("Fragment without data", level=Level.WARNING, key="empty")
    elif part.more and part.size < SMALLEST_LINK:
        yield Hit(f"Non-final fragment packet is only {part.size} octets")


@rule(
    "FRG-007", Level.ERROR, "RFC 8200, section 4.5", "Fragments that disagree on the length",
    why="The last fragment says how long the packet is.  Where two say different things hosts put "
        "together different packets.",
    fix="Drop them; look for two senders with the same identification.",
    on="ipv6.fraghdr", field="ipv6.fraghdr.more",
)  # fmt: skip
def contradiction(at: At) -> Hits:
    """Two ends, or something behind the end."""
    arrivals = at.state(Arrivals)
    if arrivals.take(at) is not None and arrivals.tails:
        yield Hit(f"Fragments of {at.header.ident:#x} disagree on total length: {arrivals.tails}")


@rule(
    "FRG-008", Level.NOTE, "RFC 8200, section 4.5", "Packet whose fragments never completed it",
    why="Fragments got lost, or were filtered.  The receiver waits 60 seconds, and then says so "
        "with a Time Exceeded (code 1) if it had the first one.",
    fix="Look for filters that drop fragments; send packets that need none.",
    on="ipv6.fraghdr", field="ipv6.fraghdr.ident", two_way=False,
)  # fmt: skip
class Incomplete:
    """Datagrams that others took the place of, or that the capture's end left waiting."""

    def __init__(self) -> None:
        self.arrivals: Arrivals | None = None

    def __call__(self, at: At) -> Hits:
        """Those whose identification comes again after a minute."""
        self.arrivals = at.state(Arrivals)
        self.arrivals.take(at)
        for datagram in self.arrivals.take_ended():
            yield self._hit(datagram, "60 s after the first fragment")

    def end(self) -> Hits:
        """The others."""
        if self.arrivals is not None:
            for datagram in self.arrivals.pieces.table.entries.values():
                if not datagram.complete and datagram.pieces:
                    yield self._hit(datagram, "at the end of the capture")

    def _hit(self, datagram: Datagram, when: str) -> Hit:
        need = datagram.length if datagram.length is not None else "?"
        return Hit(
            f"Packet {datagram.ident:#x} never completed: {datagram.have} of {need} octets {when}",
            key=ip(datagram.source), packet=datagram.first,
        )  # fmt: skip


@rule(
    "FRG-009", Level.WARNING, "RFC 8200, section 4.5; RFC 7739, section 3",
    "Fragment Identification used again, or easy to guess",
    why="An identification that comes again within a minute mixes up two packets.  One that others "
        "can guess lets them add fragments of their own.",
    fix="Choose identifications at random, or by a secret hash of the destination (RFC 7739).",
    on="ipv6.fraghdr", field="ipv6.fraghdr.ident",
)  # fmt: skip
class Identifications:
    """The last packets of each source, and the steps between their identifications."""

    def __init__(self) -> None:
        self.complete: Table[tuple[int, int]] = Table(4096)
        self.steps: Table[tuple[int, int, int]] = Table(1024)

    def __call__(self, at: At) -> Hits:
        """First fragments count."""
        part = fragment_of(at)
        if part is None or part.start:
            return
        ident, now = at.header.ident, at.time
        content = hash(part.octets)
        before = self.complete.get(part.key)
        if before is not None and now - before[0] < WAITING and before[1] != content:
            yield Hit(f"Fragment Identification {ident:#x} reused "
                      f"{(now - before[0]) / 1e9:.1f} s after")  # fmt: skip
        fresh = before is None
        self.complete.put(part.key, (now, content))
        if not fresh:
            return
        last = self.steps.get(part.source)
        step = (ident - last[0]) & 0xFFFFFFFF if last is not None else 0
        times = last[2] + 1 if last is not None and step == last[1] else 1
        self.steps.put(part.source, (ident, step, times))
        if times == STEADY and step:
            source = ip(part.source)
            text = f"Fragment Identification of {source} is predictable: it grows by {step}"
            yield Hit(text, level=Level.NOTE, key=f"predictable {source}")


@suspects("FRG-003", "FRG-007", "FRG-008", "FRG-009")
def fragments(batch: Batch) -> Mask:
    """Packets with Fragment headers."""
    return batch.layers("ipv6.fraghdr") & ~batch.quoting


@suspects("FRG")
def odd(batch: Batch) -> Mask:
    """Those that by themselves may be wrong: plain ones by where they begin and end."""
    mask = fragments(batch)
    rows = np.flatnonzero(mask & batch.fragments)
    at = batch.chunk.start[rows] + AT
    word, size = batch.short(at + 2), batch.short(at - HEADER + 4) + HEADER
    start, length, more = word & ~7, size - HEADER - UNIT, word & 1 == 1
    fine = (start > 0) & (length > 0) & (start + length <= LONGEST)
    fine &= ~more | (length % UNIT == 0) & (size >= SMALLEST_LINK)
    mask[rows[fine]] = False
    return mask

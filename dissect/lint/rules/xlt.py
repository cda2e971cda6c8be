"""Translators between IPv6 and IPv4 (RFC 6052, RFC 7915); pairs are found by the analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dissect.address.embed import LENGTHS, extract
from dissect.lint.addresses import is_global4, prefixed
from dissect.lint.at import At
from dissect.lint.batch import Batch
from dissect.lint.gathered import Mask
from dissect.lint.nd import ADVERTISE_ROUTER, PREF64, Message, MessageListener
from dissect.lint.rule import NOTHING, Hit, Hits, rule, suspects
from dissect.lint.words import ip
from dissect.protocols.ipv6 import IPv6
from dissect.verdict import Level

if TYPE_CHECKING:
    from dissect.lint.run import Run

WELL_KNOWN = bytes.fromhex("0064ff9b0000000000000000")
CODES = {0: 96, 1: 64, 2: 56, 3: 48, 4: 40, 5: 32}
"""Lengths of PREF64's prefixes (RFC 8781, section 4)."""
MOST_PREFIXES = 32
MOST_WAITING = 16384
"""Packets that wait for their twins, which come within a second."""
RESERVED = 8
"""The octet of an address that is always 0, bits 64 to 71."""


def behind(length: int) -> int:
    """Where the octets behind an embedded IPv4 address begin."""
    return 16 if length == 96 else length // 8 + (5 if length <= 64 else 4)


@rule(
    "XLT-001", Level.ERROR, "RFC 6052, section 2.2", "IPv4-embedded address: bits not 0",
    why="Bits 64 to 71 of such an address are 0, and so are those behind the IPv4 address.  A "
        "translator may take another IPv4 address out of it, or drop the packet.",
    fix="Put the IPv4 address together by RFC 6052, leaving the octet out.",
    on=("ipv6", "icmpv6"), kinds=(ADVERTISE_ROUTER,), field="ipv6.src",
)  # fmt: skip
class Embedded(MessageListener):
    """The prefixes of translators: configured, or announced by routers."""

    def __init__(self) -> None:
        self.prefixes: list[tuple[bytes, int]] = []

    def begin(self, run: Run) -> None:
        """Those of the configuration."""
        self.prefixes += run.options.translators

    def heard(self, said: Message) -> Hits:
        """Announcements."""
        for kind, value in said.options:
            if kind == PREF64 and len(value) == 14 and value[1] & 7 in CODES:
                known = value[2:14] + bytes(4), CODES[value[1] & 7]
                if known not in self.prefixes and len(self.prefixes) < MOST_PREFIXES:
                    self.prefixes.append(known)
        return NOTHING

    def __call__(self, at: At) -> Hits | None:
        """Announcements; and packets that the columns are not sure of."""
        return super().__call__(at) if at.name == "icmpv6" else self._addresses(at)

    def _addresses(self, at: At) -> Hits:
        header = at.header
        if header is not None and not at.context.sure:
            for end, address in (("src", header.src), ("dst", header.dst)):
                for prefix, length in self.prefixes:
                    if prefixed(address, prefix, length):
                        yield from self._judge(address, length, f"ipv6.{end}")

    def _judge(self, address: bytes, length: int, field: str) -> Hits:
        if address[RESERVED]:
            yield Hit(f"{ip(address)}: u octet {address[RESERVED]:#04x} must be 0", key=ip(address),
                      field=field)  # fmt: skip
        elif any(address[behind(length) :]):
            yield Hit(f"{ip(address)}: bits behind the IPv4 address must be 0", level=Level.NOTE,
                      key=ip(address), field=field)  # fmt: skip

    def batch(self, batch: Batch) -> Hits:
        """All addresses with these prefixes."""
        for prefix, length in self.prefixes:
            size = length // 8
            start = np.frombuffer(prefix[:size], np.uint8)
            for part in batch.parts(IPv6):
                head = part.head
                for end in ("src", "dst"):
                    addresses = getattr(head, end)
                    mine = (addresses[:, :size] == start).all(axis=1)
                    rest = addresses[:, behind(length) :].any(axis=1)
                    mine &= (addresses[:, RESERVED] != 0) | rest
                    for place in np.flatnonzero(mine).tolist():
                        for hit in self._judge(addresses[place].tobytes(), length, f"ipv6.{end}"):
                            hit.packet = batch.packet(int(part.rows[place]))
                            yield hit


@rule(
    "XLT-002", Level.WARNING, "RFC 6052, section 3.1; RFC 8215, section 3",
    "Private IPv4 address behind the well-known prefix",
    why="64:ff9b::/96 is for global IPv4 addresses: a private one means something else in each "
        "network, and packets to it must be dropped.",
    fix="Use 64:ff9b:1::/48, or a prefix of your own, for private addresses.",
    on="ipv6", field="ipv6.dst",
)  # fmt: skip
def private(at: At) -> Hits:
    """Of either address."""
    header = at.header
    if header is None:
        return
    for end, address in (("src", header.src), ("dst", header.dst)):
        if address[:12] == WELL_KNOWN and not is_global4(extract(address, LENGTHS[-1])):
            yield Hit(f"{ip(address)} embeds non-global {ip(address[12:])} under the well-known "
                      "prefix", key=ip(address), field=f"ipv6.{end}")  # fmt: skip


class Pairs:
    """The two sides of translated packets, as ``dissect.analysis.translators`` joins them."""

    def __init__(self) -> None:
        self.analysis: Any = None
        self.waiting: list[Any] = []
        self.seen: object = None
        self.number = 0
        self._findings: list[Any] | None = None

    def begin(self, run: Run) -> None:
        """Make the analysis, with the prefixes of the configuration."""
        if self.analysis is None:
            from dissect.analysis.options import Options
            from dissect.analysis.translation_map import prefix_of
            from dissect.analysis.translators import Translators

            given = (f"{ip(prefix)}/{length}" for prefix, length in run.options.translators)
            options = Options(nat64_prefixes=tuple(map(prefix_of, given)))
            self.analysis = Translators(options, waiting=MOST_WAITING)

    def packet(self, at: At) -> None:
        """A packet, once, if the columns are not sure of it."""
        from dissect.analysis.analysis import names_in, place_of

        if at.context.sure or self.number == at.packet.number:
            return
        self.number = at.packet.number
        if self.analysis.wants(names_in(at.packet)):
            self.waiting += self.analysis.read(at.packet, place_of(at.packet, 0))

    def batch(self, batch: Batch) -> None:
        """A chunk, once; then its events are taken in, in order."""
        from dissect.columns.seen import Seen

        if self.seen is batch:
            return
        self.seen = batch
        self.waiting += self.analysis.scan(Seen(batch.chunk, batch.whole), 0)
        for event in sorted(self.waiting, key=lambda event: event[0].number):
            self.analysis.take(event)
        self.waiting = []

    def findings(self, id: str) -> Hits:
        """What was found that breaks a rule."""
        if self._findings is None:
            self._findings = list(self.analysis.findings())
        for found in self._findings:
            if found.rule == id:
                first = min((ref.number for ref in found.packets), default=0)
                yield Hit(found.words, key=found.words, level=Level.of(found.level), number=first)


class OfPairs:
    """A rule that asks about pairs; whichever of them are chosen show the packets, each once."""

    id = ""

    def begin(self, run: Run) -> None:
        """Remember whom to ask."""
        self.pairs = run.state(Pairs)
        self.pairs.begin(run)

    def __call__(self, at: At) -> None:
        """A packet."""
        self.pairs.packet(at)

    def batch(self, batch: Batch) -> Hits:
        """A chunk."""
        self.pairs.batch(batch)
        return iter(())

    def end(self) -> Hits:
        """What was found."""
        return self.pairs.findings(self.id)


@rule(
    "XLT-003", Level.ERROR, "RFC 7915, sections 4.1, 4.5 and 5.1", "Translator broke a packet",
    why="The packet was right before the translator, and isn't behind it: the receiver drops it.",
    fix="Update the checksum for both addresses (RFC 7915, section 4.5).",
    on="frame", field="ipv6.dst",
)  # fmt: skip
class Broken(OfPairs):
    """By both sides of the packet."""

    id = "XLT-003"


@rule(
    "XLT-004", Level.WARNING, "RFC 7915, sections 4.1 and 5.1", "Translator's header is wrong",
    why="A translator is a router: it takes one off the hop limit, copies the traffic class, and "
        "sets the length.  Without that packets go round for ever, or are cut.",
    fix="Translate each field as sections 4.1 and 5.1 say.",
    on="frame", field="ipv6.hlim",
)  # fmt: skip
class Headers(OfPairs):
    """By both sides of the packet."""

    id = "XLT-004"


@rule(
    "XLT-005", Level.WARNING, "RFC 7915, sections 4.1 and 5.1", "Translator's fragment is wrong",
    why="Long IPv4 packets keep DF, so that path MTU discovery works; short ones may be "
        "fragmented.  Identifications are carried over, or fragments don't find each other.",
    fix="Set DF above 1260 octets only; copy the identification.",
    on="frame", field="ip.flags.df",
)  # fmt: skip
class Fragments(OfPairs):
    """By both sides of the packet."""

    id = "XLT-005"


@rule(
    "XLT-006", Level.ERROR, "RFC 7915, sections 4.2, 4.3, 5.2 and 5.3", "Translator's ICMP wrong",
    why="Each type, code, MTU and pointer has its counterpart, and the quoted packet is translated "
        "too.  Otherwise the sender doesn't know which packet is meant, or what to do.",
    fix="Map errors by the tables of RFC 7915.",
    on="frame", field="icmpv6.type",
)  # fmt: skip
class Messages(OfPairs):
    """By both sides of the message."""

    id = "XLT-006"


@suspects("XLT")
def translated(batch: Batch) -> Mask:
    """The well-known prefix, with whatever address."""
    mask = batch.none
    for part in batch.parts(IPv6):
        for prefix in batch.prefixes(part):
            mask[part.rows[prefix == 0x0064_FF9B]] = True
    return mask

"""A tunnel and a nesting of tunnels: what is known of each, and its row."""

from __future__ import annotations

from dissect.analysis.analysis import Link, Spanned
from dissect.analysis.table import Ref, Row
from dissect.analysis.teredo_ends import Verdict
from dissect.analysis.tunnel_steps import Step
from dissect.analysis.words import few, some
from dissect.engine.values import address_text

INSIDE, NUMBERS = 1_000, 16
"""How many are kept of each tunnel: pairs inside, and numbers of each kind."""
SEVERAL = -1


class Tunnel(Spanned):
    """A tunnel between two ends, a being the one that was seen to send first."""

    __slots__ = (
        "kind", "depth", "a", "b", "ports", "packets", "octets", "overhead", "inner", "outer",
        "numbers", "inside", "more_inside", "pieces", "largest_piece", "roles",
        "checked", "wrong", "unverifiable", "wrongs", "link", "begun", "latest",
    )  # fmt: skip

    def __init__(self, step: Step, depth: int, link: Link, begun: int) -> None:
        self.kind, self.depth = step.kind, depth
        self.a, self.b = step.outer
        self.ports = [0, 0]  # of each end; SEVERAL: more than one
        self.packets = [0, 0]
        self.octets = self.overhead = self.inner = self.outer = 0
        self.numbers: tuple[str, ...] = ()
        self.inside: dict[tuple[bytes, bytes], None] = {}
        self.more_inside = False
        self.pieces = self.largest_piece = 0
        self.roles: tuple[dict[str, int], dict[str, int]] | None = None
        self.checked = self.wrong = self.unverifiable = 0
        self.wrongs: dict[str, tuple[Verdict, tuple[Ref, ...]]] | None = None
        self.link, self.begun, self.latest = link, begun, begun

    def add(
        self, step: Step, latest: int, packets: int, octets: int, pieces: int, largest_piece: int
    ) -> None:  # fmt: skip
        """Count packets of one direction, as ``Carried`` has them."""
        _, outer, ports, number, inner, overhead, size = step
        way = 0 if outer[0] == self.a else 1
        self.packets[way] += packets
        self.octets += octets
        self.latest = latest
        for end, port in enumerate(ports):
            if port and self.ports[end ^ way] != port:
                self.ports[end ^ way] = SEVERAL if self.ports[end ^ way] else port
        if number and number not in self.numbers and len(self.numbers) < NUMBERS:
            self.numbers += (number,)
        self.outer = max(self.outer, size)
        if inner is not None:
            self.overhead = max(self.overhead, overhead)
            self.inner = max(self.inner, size - overhead)
            if len(self.inside) < INSIDE:
                self.inside[inner] = None
            elif inner not in self.inside:
                self.more_inside = True
        if pieces > 1:
            self.pieces += pieces
            self.largest_piece = max(self.largest_piece, largest_piece)

    def role(self, end: bytes, role: str) -> None:
        """Give an end a role."""
        if self.roles is None:
            self.roles = {}, {}
        roles = self.roles[0 if end == self.a else 1]
        roles[role] = roles.get(role, 0) + 1

    def blame(self, verdict: Verdict, ref: Ref) -> None:
        """Keep what is wrong, and the first packets that show it."""
        if self.wrongs is None:
            self.wrongs = {}
        _, known = self.wrongs.get(verdict.words, (verdict, ()))
        if known or len(self.wrongs) < NUMBERS:
            self.wrongs[verdict.words] = verdict, few(known, ref)

    def mtu(self, reported: tuple[int, Ref] | None) -> tuple[int | None, str | None]:
        """What fits inside, and how that is known."""
        if reported is not None:
            return reported[0], f"reported in {reported[1]}"
        if self.largest_piece and self.overhead:
            return self.largest_piece - self.overhead, "by outer fragments"
        return None, None

    @property
    def verdict(self) -> str | None:
        """Whether the addresses inside agree with the ends."""
        if self.wrong:
            return f"{self.wrong:,} of {self.checked:,} wrong"
        if self.unverifiable and not self.checked:
            return "not verifiable"
        return "consistent" if self.checked else None

    def row(self, reported: tuple[int, Ref] | None) -> Row:
        """The tunnel's row; ``reported``: octets that fit inside, by an error."""
        ports = [port if port > 0 else None for port in self.ports]
        roles = [
            some(sorted(roles, key=lambda role: -roles[role])) or None
            for roles in self.roles or ({}, {})
        ]
        mtu, how = self.mtu(reported)
        inside = len(self.inside)
        rules = sorted({wrong.rule for wrong, _ in (self.wrongs or {}).values()})
        return (
            self.kind, address_text(self.a), ports[0], roles[0], address_text(self.b), ports[1],
            roles[1], some(self.numbers) or None, self.depth, *self.packets, self.octets,
            self.overhead or None, self.inner or None, mtu, how, self.pieces or None, inside,
            some(f"{address_text(a)} → {address_text(b)}" for a, b in self.inside) or None,
            self.verdict, ", ".join(rules) or None, self.first, self.last,
        )  # fmt: skip


class Nesting(Spanned):
    """Packets in the same tunnels in each other, outermost first."""

    def __init__(self, kinds: tuple[str, ...], link: Link, begun: int) -> None:
        self.path = " > ".join(kinds)
        self.depth = len(kinds)
        self.link, self.begun, self.latest = link, begun, begun
        self.packets = self.octets = 0

    @property
    def row(self) -> Row:
        """Its row."""
        return self.path, self.depth, self.packets, self.octets, self.first, self.last

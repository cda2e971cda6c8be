"""A tunnel and a nesting of tunnels: what is known of each, and its row."""

from __future__ import annotations

from dissect.analysis.analysis import Link, Spanned
from dissect.analysis.table import Ref, Row
from dissect.analysis.teredo_ends import Verdict
from dissect.analysis.tunnel_steps import Ends, Step
from dissect.analysis.words import few, some
from dissect.engine.values import address_text

INSIDE, NUMBERS = 1_000, 16
"""How many are kept of each tunnel: pairs inside, and numbers of each kind."""
SEVERAL, NO_PORTS = -1, (0, 0)


class Traits:
    """What the steps of a tunnel tell, put together.

    ports       of each end; SEVERAL: more than one
    overhead    octets between the outer header and the inner one, the most
    inner       octets of the largest packet inside
    """

    def __init__(self, step: Step) -> None:
        self.ports = [0, 0]
        self.numbers: tuple[str, ...] = ()
        self.overhead = self.inner = 0
        self.inside: dict[Ends, None] = {}
        self.more_inside = False
        self.add(step, 0)

    def add(self, step: Step, way: int) -> None:
        """Another step, of the end ``way``."""
        _, _, ports, number, inner, overhead, size = step
        if ports != NO_PORTS:
            for end, port in enumerate(ports):
                if port and self.ports[end ^ way] != port:
                    self.ports[end ^ way] = SEVERAL if self.ports[end ^ way] else port
        if number and number not in self.numbers and len(self.numbers) < NUMBERS:
            self.numbers += (number,)
        if inner is not None:
            if overhead > self.overhead:
                self.overhead = overhead
            if size - overhead > self.inner:
                self.inner = size - overhead
            if len(self.inside) < INSIDE:
                self.inside[inner] = None
            elif inner not in self.inside:
                self.more_inside = True


class Tunnel(Spanned):
    """A tunnel between two ends, a being the one that was seen to send first.

    Most are met once: what they don't have is the class's.

    step      the first one
    sent      packets from a to b, and ``returned`` those from b to a
    """

    returned = pieces = largest_piece = 0
    checked = wrong = unverifiable = 0
    roles: tuple[dict[str, int], dict[str, int]] | None = None
    wrongs: dict[str, tuple[Verdict, tuple[Ref, ...]]] | None = None
    _traits: Traits | None = None

    def __init__(
        self, step: Step, depth: int, link: Link, begun: int, latest: int, packets: int, octets: int
    ) -> None:  # fmt: skip
        self.step, self.depth, self.link = step, depth, link
        self.begun, self.latest = begun, latest
        self.sent, self.octets = packets, octets

    @property
    def kind(self) -> str:
        """What the mechanism is called."""
        return self.step.kind

    @property
    def a(self) -> bytes:
        """The end that was seen to send first."""
        return self.step.outer[0]

    @property
    def b(self) -> bytes:
        """The other one."""
        return self.step.outer[1]

    @property
    def packets(self) -> int:
        """How many went through, both ways."""
        return self.sent + self.returned

    @property
    def traits(self) -> Traits:
        """What its steps tell."""
        return self._traits or Traits(self.step)

    @property
    def has_more_inside(self) -> bool:
        """Whether not all pairs inside are kept."""
        return self._traits is not None and self._traits.more_inside

    def add(self, step: Step, latest: int, packets: int, octets: int) -> None:
        """Count packets of another step, in one direction, as ``Carried`` has them."""
        if self._traits is None:
            self._traits = Traits(self.step)
        way = 0 if step.outer[0] == self.step.outer[0] else 1
        self._traits.add(step, way)
        if way:
            self.returned += packets
        else:
            self.sent += packets
        self.octets += octets
        self.latest = latest

    def came_in(self, pieces: int, largest: int) -> None:
        """Count the fragments of an outer packet, and the octets of the largest."""
        self.pieces += pieces
        self.largest_piece = max(self.largest_piece, largest)

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
        overhead = self.traits.overhead
        if self.largest_piece and overhead:
            return self.largest_piece - overhead, "by outer fragments"
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
        traits = self.traits
        ports = [port if port > 0 else None for port in traits.ports]
        roles = [
            some(sorted(roles, key=lambda role: -roles[role])) or None
            for roles in self.roles or ({}, {})
        ]
        mtu, how = self.mtu(reported)
        rules = sorted({wrong.rule for wrong, _ in (self.wrongs or {}).values()})
        return (
            self.kind, address_text(self.a), ports[0], roles[0], address_text(self.b), ports[1],
            roles[1], some(traits.numbers) or None, self.depth, self.sent, self.returned,
            self.octets, traits.overhead or None, traits.inner or None, mtu, how,
            self.pieces or None, len(traits.inside),
            some(f"{address_text(a)} → {address_text(b)}" for a, b in traits.inside) or None,
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

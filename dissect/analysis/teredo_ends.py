"""Who is at the ends of Teredo's packets: a client, its server, or a relay (RFC 4380).

A client's address tells its server, and the address and port that its translator gives it
(section 4).  Bubbles go through the server, as does what asks for a relay (section 5.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from dissect.address.inside import TEREDO
from dissect.address.special import block_of
from dissect.analysis.identifiers import LINK_LOCAL
from dissect.engine.values import address_text

if TYPE_CHECKING:
    from dissect.analysis.analysis import Level
    from dissect.analysis.tunnel import Tunnel
    from dissect.analysis.tunnel_steps import Step

MOST = 1_000
PORT = 3544
"""The servers' (section 2.7)."""
ALL_ROUTERS = b"\xff\x02" + bytes(13) + b"\x02"


class Verdict(NamedTuple):
    """What addresses inside tell of a tunnel's end.

    outcome  ``right``, ``wrong`` or ``unverifiable``; None where they tell nothing
    words    what is wrong or remarkable, and ``rule``
    """

    end: bytes
    role: str = ""
    outcome: str | None = None
    rule: str = ""
    level: Level = "note"
    words: str = ""


class Client:
    """What a client's address says."""

    def __init__(self, address: bytes) -> None:
        self.server = address[4:8]
        self.port = int.from_bytes(address[10:12]) ^ 0xFFFF
        self.ipv4 = (int.from_bytes(address[12:]) ^ 0xFFFF_FFFF).to_bytes(4)


class Teredo:
    """Learns the servers from their clients' addresses."""

    def __init__(self) -> None:
        self._servers: set[bytes] = set()

    def verdicts(self, step: Step) -> Iterator[Verdict]:
        """For each end its role, what is known of it, and what is wrong."""
        assert step.inner is not None
        qualifies = step.inner[1] == ALL_ROUTERS
        for end, port, inner in zip(step.outer, step.ports, step.inner, strict=True):
            if inner[:4] == TEREDO:
                yield self._client_side(end, port, inner)
            elif port == PORT:
                yield Verdict(end, "server")
            elif inner[:2] == LINK_LOCAL:  # a client's or a relay's, unless it qualifies (5.2.1)
                yield Verdict(end, "client" if qualifies else "")
            else:
                yield Verdict(end, "relay")

    def _client_side(self, end: bytes, port: int, inner: bytes) -> Verdict:
        client = Client(inner)
        if len(self._servers) < MOST:
            self._servers.add(client.server)
        if (end, port) == (client.ipv4, client.port):
            return Verdict(end, "client", "right")
        if end == client.server:
            return Verdict(end, "server", "right")
        if len(end) == 4 and block_of(end).kind == "private":
            return Verdict(end, "client", "unverifiable")  # before its translator
        words = (
            f"{address_text(inner)} tells {address_text(client.ipv4)} port {client.port}, but the "
            f"end is {address_text(end)} port {port}"
        )
        return Verdict(end, "", "wrong", "TER-002", "error", words)

    def name(self, tunnels: Iterable[Tunnel]) -> None:
        """Ends that clients' addresses name are servers; others are what they are elsewhere."""
        ends = [
            (end, roles)
            for tunnel in tunnels if tunnel.roles is not None and tunnel.kind == "Teredo"
            for end, roles in zip((tunnel.a, tunnel.b), tunnel.roles, strict=True)
        ]  # fmt: skip
        known: dict[bytes, dict[str, int]] = {}
        for end, roles in ends:
            known.setdefault(end, {}).update(roles)
        for end, roles in ends:
            if end in self._servers:
                roles.clear()
                roles["server"] = 1
            elif not roles:
                roles.update(known[end])

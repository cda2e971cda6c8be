"""What DHCPv6 and DHCP have in common: exchanges of a client with servers, and what is lent.

A message that relay agents pass on is seen on several links.  Each place is a view of its own, so
that a copy is no retransmission; times are told as the view nearest to the client has them.
"""

from __future__ import annotations

from typing import NamedTuple

from dissect.analysis.analysis import Link, Place, Spanned
from dissect.analysis.dhcp_messages import Message
from dissect.analysis.dhcpv6_octets import Lent
from dissect.analysis.of_link import FOREVER, SECOND, seconds
from dissect.analysis.table import Ref

STEPS, VIEWS, SERVERS = 16, 8, 8
"""Of one exchange."""
AGAIN_NS = 60 * SECOND
"""So long after its answer the same transaction is another one: numbers are used again."""


class Where(NamedTuple):
    """A link, and how many relay agents a message has passed."""

    relays: int
    link: Link


class View:
    """An exchange as it is seen in one place."""

    def __init__(self, at: Place) -> None:
        self.begun_ns = at.time_ns
        self.asked_ns = 0
        self.asks: dict[str, int] = {}
        self.response: float | None = None
        self.answered_ns = 0
        self.drift: float | None = None

    def add(self, message: Message) -> None:
        """Take in a message."""
        now = message.at.time_ns
        if message.is_answer:
            self.answered_ns = now
            if self.response is None and self.asked_ns:
                self.response = seconds(self.asked_ns, now)
            return
        if not self.asks:
            self.begun_ns = now
        self.asked_ns = now
        if message.kind in self.asks or len(self.asks) < STEPS:
            self.asks[message.kind] = self.asks.get(message.kind, 0) + 1
        if message.elapsed is not None:
            drift = message.elapsed - (now - self.begun_ns) / SECOND
            if self.drift is None or abs(drift) > abs(self.drift):
                self.drift = drift

    @property
    def retransmissions(self) -> int:
        """Messages that were sent again."""
        return sum(self.asks.values()) - len(self.asks)

    @property
    def took(self) -> float | None:
        """From the first question to the last answer."""
        return seconds(self.begun_ns, self.answered_ns) if self.asks else None


class Exchange:
    """What a client asks with one transaction number, and what it is told."""

    def __init__(self, message: Message) -> None:
        self.client, self.xid = message.client, message.xid
        self.mac, self.name = message.mac, message.name
        self.asked = "" if message.is_answer else message.kind
        self.outcome = ""
        self.failed = ""
        self.steps: list[str] = []
        self.servers: dict[bytes, None] = {}
        self.relays: tuple[bytes, ...] = ()
        self.views: dict[Where, View] = {}
        self.first = self.last = message.at.ref
        self.begun_ns = message.at.time_ns
        self.granted: set[bytes] = set()

    def add(self, message: Message) -> None:
        """Take in a message."""
        where = self._where(message)
        if where not in self.views and len(self.views) < VIEWS:
            self.views[where] = View(message.at)
        if where in self.views:
            self.views[where].add(message)
        self.last = message.at.ref
        self.mac = self.mac or message.mac
        self.name = self.name or message.name
        if message.kind not in self.steps and len(self.steps) < STEPS:
            self.steps.append(message.kind)
        if len(message.relays) > len(self.relays):
            self.relays = message.relays
        if message.is_answer:
            self.outcome = message.kind
            self.failed = message.failed or self.failed
            if message.server and len(self.servers) < SERVERS:
                self.servers[message.server] = None

    def _where(self, message: Message) -> Where:
        """A DHCP relay agent's name stays in the answer that it passes on, unlike in a question."""
        here = Where(len(message.relays), message.at.link)
        if message.is_answer and here not in self.views:
            for where, view in self.views.items():
                if where.link == here.link and view.asks:
                    return where
        return here

    @property
    def nearest(self) -> tuple[Where, View]:
        """Where it is seen nearest to the client."""
        where = min(self.views, key=lambda it: it.relays)
        return where, self.views[where]

    def is_over(self, message: Message) -> bool:
        """Whether a message with the same number must be of another exchange."""
        if message.is_answer or not self.outcome:
            return False
        view = self.views.get(self._where(message))
        if message.renews and view is not None and view.answered_ns > view.asked_ns:
            return True
        answered = max(view.answered_ns for view in self.views.values())
        return message.at.time_ns - answered > AGAIN_NS


class Lease(Spanned):
    """An address or prefix that a client was given."""

    def __init__(self, message: Message, lent: Lent) -> None:
        self.client, self.lent = message.client, lent
        self.link = message.at.link
        self.mac, self.name = message.mac, message.name
        self.server = message.server
        self.relays = message.relays
        self.nearest = len(message.relays)
        self.begun = self.latest = message.at.number
        self.begun_ns = self.given_ns = message.at.time_ns
        self.renewals = -1
        self.ended = ""
        self.ended_at: Ref | None = None
        self.ended_ns = 0

    def give(self, message: Message, lent: Lent) -> None:
        """It is given, or given again."""
        self.lent, self.server = lent, message.server or self.server
        self.latest, self.given_ns = message.at.number, message.at.time_ns
        self.renewals += 1
        self.ended, self.ended_at, self.ended_ns = "", None, 0
        if lent.valid == 0:
            self.end("withdrawn", message.at)

    def end(self, how: str, at: Place) -> None:
        """It is given back, or taken."""
        self.ended, self.ended_at, self.ended_ns = how, at.ref, at.time_ns
        self.latest = at.number

    @property
    def expires_ns(self) -> int | None:
        """When it ends unless it is renewed; None: never, or not known."""
        valid = self.lent.valid
        if valid is None or valid == FOREVER or not self.given_ns:
            return None
        return self.given_ns + valid * SECOND

    def state(self, now_ns: int) -> str:
        """``bound``, ``expired``, or how it ended."""
        expires = self.expires_ns
        return self.ended or ("expired" if expires and now_ns > expires else "bound")

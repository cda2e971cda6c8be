"""The kinds of packets that moulds are cast for: what is free in them, and what is sure of it.

Free are octets that dissectors pass on: beside their own text nothing in the tree depends on them,
in rows that are ``sure``.  Whatever isn't listed here as free makes a shape of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dissect.columns.chunk import Mask
from dissect.engine.header import Header
from dissect.engine.tree import FIELDS
from dissect.lines.kinds import Group
from dissect.lines.transport import plain_segments
from dissect.moulds.columns import Columns, of_field, of_header, of_payload
from dissect.moulds.states import ANSWERED, KNOWN, PASSED, SEEN, State, matched
from dissect.protocols import esp, tcp, udp
from dissect.protocols.generic import GENERIC
from dissect.protocols.icmpv6 import Head, echo
from dissect.protocols.tcp_flags import ACK, RST

LONGEST_KEPT = 1500
"""Octets of a payload that is a part of the shape."""
BEFORE = frozenset(("eth", "ethertype", "vlan"))
"""What may stand before IPv6, no octet of which is free."""


def _nothing(at: int) -> Columns:
    return iter(())


def _all(g: Group) -> Mask:
    return np.ones(len(g), np.bool_)


@dataclass(frozen=True)
class Carrier:
    """A protocol in IPv6.

    number  in the pseudo-header of its checksum
    free    attributes of its header; of the ports those that aren't in the table of its payloads
    sure    rows that are so; that they are whole, and the checksum right, is made sure beside
    """

    name: str
    header: type[Header]
    number: int
    free: tuple[str, ...]
    sure: Callable[[Group], Mask]
    state: State | None = None

    @property
    def ports(self) -> str:
        """The table of what it carries by its ports; empty without ports."""
        return f"{self.name}_port" if "sport" in self.free else ""


@dataclass(frozen=True)
class Payload:
    """What a carrier carries.

    looked   octets at its beginning that are read, from ``free`` on (offset, end) free
    kept     all of it makes the shape; else it is as good as random
    skips    from where on octets are shown that nobody explains
    columns  of the free octets that are read, given where it begins
    state    what the session tells of the last of ``protocols``, in which it is looked for
    """

    protocols: tuple[str, ...] = ()
    looked: int = 0
    free: tuple[int, int] = (0, 0)
    kept: bool = False
    skips: tuple[int, ...] = ()
    columns: Callable[[int], Columns] = _nothing
    state: State | None = None
    sure: Callable[[Group], Mask] = _all


# --- carriers ------------------------------------------------------------------------------------


def _segments(g: Group) -> Mask:
    """An acknowledgment number without its flag, and a reset with a payload, are remarkable."""
    head = g.head(tcp.TCP)
    reset = (head.flags & RST != 0) & (g.end - g.at > 4 * head.off.astype(np.int64))
    return plain_segments(g) & (head.flags & ACK != 0) & ~reset & (head.sum != 0xFFFF)


def _datagrams(g: Group) -> Mask:
    head = g.head(udp.UDP)
    return (head.len == g.end - g.at) & (head.sum != 0)


def _types(*types: int) -> Callable[[Group], Mask]:
    return lambda g: np.isin(g.head(Head).type, types)


TCP = Carrier(
    "tcp", tcp.TCP, tcp.TCP_PROTO, ("sport", "dport", "seq", "ack", "win", "sum"), _segments, SEEN
)
UDP = Carrier(
    "udp", udp.UDP, udp.UDP_PROTO, ("sport", "dport", "len", "sum"), _datagrams, KNOWN
)  # fmt: skip
ECHO = Carrier("icmpv6", Head, 58, ("sum",), _types(echo.REQUEST, echo.REPLY), ANSWERED)
MESSAGE = Carrier("icmpv6", Head, 58, ("sum",), _types(*range(130, 138), 143))
"""Multicast Listener Discovery, Neighbor Discovery."""

# --- payloads ------------------------------------------------------------------------------------


def _numbers(at: int) -> Columns:
    yield from of_field(echo.IDENTIFIER, at)
    yield from of_field(echo.SEQUENCE, at + 2)


def _security(at: int) -> Columns:
    return of_header(esp.ESP, at, ("spi", "sequence"))


def _record(at: int) -> Columns:
    return of_field(FIELDS["dpkt.tls.length"], at + 3)


def _enough(size: int) -> Callable[[Group], Mask]:
    return lambda g: g.end - g.at >= size


DNS = ("dns", "mdns", "llmnr")
KEPT = ("dhcpv6", "ripng", *(entry.name for entry in GENERIC))

KINDS: list[tuple[Carrier, Payload]] = [
    (TCP, Payload()),
    (TCP, Payload(("data",), skips=(0,))),
    (TCP, Payload(("tls",), looked=5, free=(3, 5), skips=(0, 5), columns=_record)),
    (UDP, Payload()),
    (UDP, Payload(("data",), skips=(0,))),
    (UDP, Payload(("udpencap", "esp"), looked=8, free=(0, 8), skips=(0,), columns=_security,
                  state=PASSED, sure=_enough(16))),
    *((UDP, Payload((name,), kept=True, state=matched(name), sure=_enough(20))) for name in DNS),
    *((carrier, Payload((name,), kept=True)) for carrier in (TCP, UDP) for name in KEPT
      if name != "tls"),
    *((ECHO, Payload(protocols, looked=4, free=(0, 4), skips=(4,), columns=_numbers,
                     sure=_enough(8))) for protocols in ((), ("data",))),
    (MESSAGE, Payload(kept=True)),
]  # fmt: skip


def kinds_of(protocols: list[str]) -> list[tuple[Carrier, Payload]]:
    """The kinds that packets with a chain of protocols may be of."""
    if "ipv6" not in protocols:
        return []
    place = protocols.index("ipv6")
    before, behind = protocols[:place], protocols[place + 1 :]
    if not BEFORE.issuperset(before):
        return []
    if behind[:1] == ["ipv6.hopopts"]:
        behind = behind[1:]
    return [
        (carrier, payload) for carrier, payload in KINDS
        if behind == [carrier.name, *payload.protocols]
    ]  # fmt: skip


def surely(g: Group, carrier: Carrier, payload: Payload) -> Mask:
    """The rows of a group that a mould can give the text of, if their checksum is right."""
    chunk, rows = g.chunk, g.rows
    limit = chunk.limit(rows)
    found = (chunk.captured[rows] == chunk.original[rows]) & (g.end == limit)
    if payload.kept:
        found &= g.end - g.at <= LONGEST_KEPT
    first = np.flatnonzero(found)
    some = g.of(found)
    found[first] = _plain_options(some) & carrier.sure(some) & payload.sure(some)
    return found


ALERTS = (0x0502_0000_0100, 0x0100_0502_0000)
"""A Router Alert (RFC 2711) and padding, less the kind of alert."""


def _plain_options(g: Group) -> Mask:
    """No Hop-by-Hop Options, or a Router Alert alone."""
    behind = g.at - g.places.at[g.rows] - 40
    found = behind == 0
    rows = np.flatnonzero(behind == 8)
    if len(rows):
        some = g.of(behind == 8)
        octets = np.stack([some.chunk.octets[some.at - 6 + step] for step in range(6)], 1)
        octets[:, 2:4] = np.where(octets[:, :1] == 5, 0, octets[:, 2:4])
        octets[:, 4:6] = np.where(octets[:, :1] == 1, 0, octets[:, 4:6])
        words = octets.astype(np.int64) @ (1 << np.arange(40, -8, -8))
        found[rows] = np.isin(words, ALERTS)
    return found

"""UDP, UDP-Lite and TCP, and how their payload is chosen: by port, or by its looks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dissect.columns.chunk import Flag, Mask, Rows, Values
from dissect.columns.group import Group, Onward, Result
from dissect.columns.looks import beginnings
from dissect.columns.options import sound
from dissect.columns.targets import has
from dissect.columns.walk import CERTAIN, SUSPECTS, vector
from dissect.engine.tables import HEURISTICS
from dissect.protocols.tcp import TCP
from dissect.protocols.tcp_flags import RST
from dissect.protocols.tcp_options import MANY
from dissect.protocols.udp import UDP, UDPLite

UDP_HEADER: int = UDP.__hdr_len__
TCP_HEADER: int = TCP.__hdr_len__
STAMPS_ONLY = 0x0101080A
"""Two octets of padding and the Timestamps option: by far the most usual options."""

PLAIN_OPTIONS = {kind: (option.size - 2, option.size - 2) for kind, option in MANY.items()
                 if kind in (2, 3, 4, 8)} | {5: (8, 32)}  # fmt: skip
"""Octets of data in the options of ordinary connections (RFC 9293, 7323, 2018)."""


@vector("udp", UDP, turn=3)
def udp(g: Group) -> Result:
    """Length bounds the payload; one that can't be is left to the tree reader."""
    head = g.head(UDP)
    length = head.len.astype(np.int64)
    end = g.at + length
    g.doubt(length < UDP_HEADER)
    if not g.quoted:
        g.doubt(end > g.end)
    return by_port(g, "udp", head.sport, head.dport, UDP_HEADER, np.minimum(end, g.end))


@vector("udplite", UDPLite, without=("udp.length",), families=("udp", "udplite"), turn=3)
def udplite(g: Group) -> Result:
    """UDP's ports; all of the IP payload is the datagram."""
    head = g.head(UDPLite)
    return by_port(g, "udp", head.sport, head.dport, UDP_HEADER, g.end)


@vector("tcp", TCP, without=(
    "tcp.seq", "tcp.ack",  # counted from a stream's first, which only a session knows
    "tcp.flags.ae", "tcp.flags.cwr", "tcp.flags.ece",  # a counter in streams with Accurate ECN
), turn=3)  # fmt: skip
def tcp(g: Group) -> Result:
    """Options are looked through for those that are more than a note in the margin."""
    head = g.head(TCP)
    octets = 4 * head.off.astype(np.int64)
    g.doubt((octets < TCP_HEADER) | (octets > g.left))
    g.fits(octets)
    usual = (octets == 32) & (g.long(20) == STAMPS_ONLY)
    looked = np.flatnonzero(~usual & (octets > TCP_HEADER))
    if len(looked):
        good = sound(g.some(looked), TCP_HEADER, octets[looked], PLAIN_OPTIONS,
                     single=(0, 1), counted=2, last=0)  # fmt: skip
        g.doubt(g.spread(looked, ~good))
    payload = head.flags & RST == 0
    return by_port(g, "tcp", head.sport, head.dport, octets, g.end, payload)


def by_port(
    g: Group, carrier: str, source: Values, destination: Values, skip: Rows | int, end: Rows,
    where: Mask | None = None,
) -> Result:  # fmt: skip
    """On by the lower port or else the higher one; by looks where neither tells."""
    table = f"{carrier}_port"
    low, high = np.minimum(source, destination), np.maximum(source, destination)
    low_known = has(table, low) & (low != 0)
    known = low_known | has(table, high)
    payload = g.at + skip < (np.minimum(end, g.stop) if g.chunk.cut else end)
    if where is not None:
        payload &= where
    unknown = payload & ~known
    if not g.quoted:
        g.flag(Flag.OPEN, unknown)
    onward = [Onward(table, np.where(low_known, low, high), skip, end, payload & known)]
    for name, wanted in _by_looks(g, carrier, skip, end, unknown):
        onward.append(Onward(name=name, skip=skip, end=end, where=wanted))
        unknown &= ~wanted
    return [*onward, Onward(name="data", skip=skip, end=end, where=unknown)]


def _by_looks(
    g: Group, carrier: str, skip: Rows | int, end: Rows, where: Mask
) -> Iterator[tuple[str, Mask]]:  # fmt: skip
    """Protocols that want payloads by their looks; doubted is where somebody only might."""
    rows = np.flatnonzero(where)
    if not len(rows):
        return
    payloads = g.some(rows, skip, end)
    whole = payloads.stop == payloads.end
    free = np.ones(len(rows), np.bool_)  # wanted by nobody so far
    first = payloads.octet()
    for name, _, looks in HEURISTICS.get(carrier, ()):
        near = np.flatnonzero(free & beginnings(looks)[first])
        if not len(near):
            continue
        some, suspects = payloads.some(near), SUSPECTS.get(name)
        wanted = payloads.spread(near, suspects(some) if suspects else some.like(looks))
        if carrier == "udp" and name in CERTAIN:
            mine = np.flatnonzero(wanted & whole)
            sure = g.spread(rows, payloads.spread(mine, CERTAIN[name](payloads.some(mine))))
            yield name, sure
            free &= ~sure[rows]
            wanted &= ~whole
        g.doubt(g.spread(rows, wanted))

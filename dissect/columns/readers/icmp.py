"""ICMPv6 and ICMP: the head, the bodies of common messages, and the packets that errors quote."""

from __future__ import annotations

import numpy as np

from dissect.columns.chunk import Mask, Rows
from dissect.columns.group import Group, Onward, Result
from dissect.columns.walk import vector
from dissect.protocols import icmp
from dissect.protocols.icmpv6 import Head, echo, mld, ndp
from dissect.protocols.icmpv6.nd_options import REDIRECTED_HEADER

HEAD: int = Head.__hdr_len__
QUOTE = 8
"""Octets before what an error quotes."""
MLD_QUERY, MLD_REPORT, MLD_DONE, MLD_REPORT_2 = 130, 131, 132, 143
ND = {
    133: None, 134: ndp.RouterAdvertisement, 135: ndp.NeighborSolicitation,
    136: ndp.NeighborAdvertisement, 137: ndp.Redirect,
}  # fmt: skip
"""The bodies of Neighbor Discovery's messages before their options; of solicitations, nothing."""
ERRORS = (1, 2, 3, 4)
ND_MOST = 32
"""Neighbor Discovery options in one message."""
BODIES = (mld.Query, mld.Version1, mld.Report, *(body for body in ND.values() if body))


@vector("icmpv6", Head, *BODIES, without=("icmpv6.reserved",), turn=2)
def icmpv6(g: Group) -> Result:
    """Echo carries data, errors quote a packet; the families of ND and MLD end here."""
    kind = g.head(Head).type.astype(np.int64)
    known = np.zeros(len(g), np.bool_)
    pings = (kind == echo.REQUEST) | (kind == echo.REPLY)
    quotes = np.isin(kind, ERRORS)
    if pings.any():
        known |= pings
        g.fits(HEAD + 4, pings)
        inside_teredo = g.chunk.chains.having("teredo")[g.chunk.chain[g.rows]]
        scarce = (
            g.stop - g.at <= QUOTE + 4
        )  # a request to a relay has one field more before its data
        g.doubt((kind == echo.REQUEST) & inside_teredo & scarce)
    if quotes.any():
        known |= quotes
        g.fits(QUOTE + 1, quotes)
        extended = np.isin(kind, (1, 3)) & (g.octet(HEAD) != 0)
        g.doubt(quotes & extended)
    if not known.all():
        known |= _discovery(g, kind) | _listeners(g, kind)
        g.doubt(~known)
    return [
        Onward(name="data", skip=QUOTE, where=pings & (g.left > QUOTE)),
        Onward("ip_proto", 41, QUOTE, where=quotes, quoted=True),
    ]


def _discovery(g: Group, kind: Rows) -> Mask:
    """Neighbor Discovery: the bodies, and no option that quotes a packet."""
    found = np.zeros(len(g), np.bool_)
    for number, body in ND.items():
        mine = kind == number
        if mine.any():
            found |= mine
            size = HEAD + 4
            if body is not None:
                g.head(body, HEAD, mine)
                size = HEAD + body.__hdr_len__
            g.doubt(mine & ~_no_quotes(g, size, mine))
    return found


def _no_quotes(g: Group, skip: int, where: Mask) -> Mask:
    """The rows whose options all fit, and none of which is a Redirected Header."""
    found = where.copy()
    rows = np.flatnonzero(where)
    at, stop = g.at[rows] + skip, g.stop[rows]
    found[rows[(at > stop) | (stop < g.end[rows])]] = False
    for _ in range(ND_MOST):
        on = at < stop
        rows, at, stop = rows[on], at[on], stop[on]
        if not len(rows):
            return found
        kind, size = g.octet_at(at), 8 * g.octet_at(at + 1)
        wrong = (kind == REDIRECTED_HEADER) | (size == 0) | (at + size > stop)
        found[rows[wrong]] = False
        rows, at, stop = rows[~wrong], (at + size)[~wrong], stop[~wrong]
    found[rows] = False
    return found


def _listeners(g: Group, kind: Rows) -> Mask:
    """Multicast Listener Discovery: the length of a query tells its version."""
    query = kind == MLD_QUERY
    second = query & (g.left >= HEAD + mld.VERSION_2_QUERY)
    first = (query & ~second) | (kind == MLD_REPORT) | (kind == MLD_DONE)
    report = kind == MLD_REPORT_2
    for header, rows in ((mld.Query, second), (mld.Version1, first), (mld.Report, report)):
        if rows.any():
            g.head(header, HEAD, rows)
    found: Mask = first | second | report
    return found


V4_ERRORS = (icmp.UNREACHABLE, icmp.QUENCH, icmp.REDIRECT, icmp.TIME_EXCEEDED, icmp.PARAMETER)


@vector("icmp", icmp.Head, icmp.Identified, without=("icmp.checksum.status",), turn=2)
def icmpv4(g: Group) -> Result:
    """Echo carries data, errors quote a packet; with extensions behind it they are rare."""
    kind = g.head(icmp.Head).type.astype(np.int64)
    pings = (kind == icmp.ECHO) | (kind == icmp.ECHO_REPLY)
    quotes = np.isin(kind, V4_ERRORS)
    g.doubt(~(pings | quotes))
    g.head(icmp.Identified, HEAD, pings)
    g.fits(QUOTE, quotes)
    left = g.left - QUOTE
    extensible = np.isin(kind, tuple(icmp.EXTENSIBLE))
    old = (left > icmp.OLD_SIZE) & (g.short(QUOTE + 2) <= icmp.OLD_SIZE)
    g.doubt(extensible & ((g.octet(HEAD + 1) != 0) | old))
    protocol = np.where(g.octet(QUOTE) >> 4 == 6, 41, 4)
    return [
        Onward(name="data", skip=QUOTE, where=pings & (left > 0)),
        Onward("ip_proto", protocol, QUOTE, where=quotes & (left > 0), quoted=True),
    ]

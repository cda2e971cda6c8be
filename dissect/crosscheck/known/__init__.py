"""Where tshark is wrong: disagreements that are counted apart, each with the clause that says so.

Measured with tshark 4.0.17.  An entry belongs here only when a document decides it against
tshark, or when we show octets of a broken packet that tshark leaves out; what we can't do yet does
not belong here.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from dissect.crosscheck.compare import Row
from dissect.crosscheck.known.calls import CALLS
from dissect.crosscheck.known.capture import CAPTURE
from dissect.crosscheck.known.dhcpv6 import DHCPV6
from dissect.crosscheck.known.entry import Kind, Known
from dissect.crosscheck.known.fragments import FRAGMENTS
from dissect.crosscheck.known.general import GENERAL
from dissect.crosscheck.known.icmpv6 import ICMPV6
from dissect.crosscheck.known.ipv4 import IPV4
from dissect.crosscheck.known.ipv6 import IPV6
from dissect.crosscheck.known.l2tp import L2TP
from dissect.crosscheck.known.links import LINKS
from dissect.crosscheck.known.lisp import LISP
from dissect.crosscheck.known.mobility import MOBILITY
from dissect.crosscheck.known.mpls import MPLS
from dissect.crosscheck.known.names import NAMES
from dissect.crosscheck.known.routing import ROUTING
from dissect.crosscheck.known.transport import TRANSPORT
from dissect.crosscheck.known.tunnels import TUNNELS
from dissect.engine.packet import Packet

__all__ = ["KNOWN", "Known", "find"]

KNOWN: tuple[Known, ...] = (
    *FRAGMENTS,
    *IPV4,
    *ROUTING,
    *IPV6,
    *TRANSPORT,
    *LINKS,
    *CALLS,
    *MPLS,
    *NAMES,
    *GENERAL,
    *TUNNELS,
    *L2TP,
    *LISP,
    *ICMPV6,
    *CAPTURE,
    *DHCPV6,
    *MOBILITY,
)


def find(
    packet: Packet, ours: Row | None, theirs: Row | None, known: tuple[Known, ...] | None = None
) -> Known | None:
    """The entry that explains a disagreement; None: it is to be explained by us."""
    row = ours or theirs
    assert row is not None
    kind: Kind = "missing" if ours is None else "extra" if theirs is None else "different"
    for entry in KNOWN if known is None else known:
        if (
            kind in entry.kinds
            and fnmatchcase(row.name, entry.field)
            and entry.when(packet, ours, theirs)
        ):
            return entry
    return None

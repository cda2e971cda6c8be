"""MPLS-TP linear protection: Protection State Coordination (RFC 6378, section 4.2).

0   2       6   8               16              24              32
+---+-------+---+-+-------------+---------------+---------------+
|Ver|Request|PT |R|  Reserved1  |     FPath     |     Path      |
+---+-------+---+-+-------------+---------------+---------------+
|          TLV Length           |           Reserved2           |
+-------------------------------+-------------------------------+
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tables import Result, dissector
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, U8

REQUESTS = {
    0: "No Request", 1: "Do Not Revert", 4: "Wait to Restore", 5: "Manual Switch",
    7: "Signal Degrade", 10: "Signal Fail", 12: "Forced Switch", 14: "Lockout of protection",
}  # fmt: skip
SHORT = {0: "NR", 1: "DNR", 4: "WTR", 5: "MS", 7: "SD", 10: "SF", 12: "FS", 14: "LO"}
PROTECTION = {
    0: "for future extensions",
    1: "unidirectional switching using a permanent bridge",
    2: "bidirectional switching using a selector bridge",
    3: "bidirectional switching using a permanent bridge",
}
REVERTIVE = {0: "non-revertive mode", 1: "revertive mode"}
FAULTS = {0: "protection", 1: "working"}
DATA_PATHS = {0: "protection is not in use", 1: "protection is in use"}


class Coordination(Header):
    """Six octets; the two that fill the second word are not shown."""

    __hdr__ = (
        ("_first", "B", 0), ("_second", "B", 0), ("fpath", "B", 0), ("path", "B", 0),
        ("tlvs", "H", 0),
    )  # fmt: skip
    __bit_fields__ = {
        "_first": (("version", 2), ("request", 4), ("protection", 2)),
        "_second": (("revertive", 1), ("reserved", 7)),
    }
    names = (
        F("version", "mpls_psc.ver", "Version", U8),
        F("request", "mpls_psc.req", "Request", U8, lambda n: REQUESTS.get(n, "Unassigned")),
        F("protection", "mpls_psc.pt", "Protection Type", U8, PROTECTION),
        F("revertive", "mpls_psc.rev", "R", U8, REVERTIVE),
        F("fpath", "mpls_psc.fpath", "Fault Path", U8,
          lambda n: FAULTS.get(n, "for future extensions")),
        F("path", "mpls_psc.dpath", "Data Path", U8,
          lambda n: DATA_PATHS.get(n, "for future extensions")),
        F("tlvs", "mpls_psc.tlvlen", "TLV Length"),
    )  # fmt: skip


TLVS = Field("sixscope.mpls_psc.tlvs", "TLVs", BYTES)


@dissector("mpls_psc", "PSC", "PSC", pw_channel=0x0024)
def coordination(c: Cursor) -> Result:
    """The state of one end; nothing follows but TLVs, of which none is defined."""
    header = c.header(Coordination)
    request = SHORT.get(header.request, "Unknown-Request")
    c.info("%s(%d,%d)", request, header.fpath, header.path)
    if c.left > 2:
        c.skip(2)
        c.rest(TLVS)
    return None

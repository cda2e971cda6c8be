"""Mobile IPv6 Fast Handovers (RFC 5568, section 6.1) and Experimental Mobility (RFC 4065).

+---------------+---------------+-------------------------------+
|    Subtype    | Reserved/Flags|          Identifier           |
+---------------+---------------+-------------------------------+
|  Options                                                      |
"""

from __future__ import annotations

from typing import Any

from dissect.engine.cursor import Cursor
from dissect.engine.tables import Result
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, DX16, U8, X8
from dissect.protocols.icmpv6.messages import RESERVED, SET, message, name_flags
from dissect.protocols.icmpv6.nd_options import options

PROXY_SOLICITATION, PROXY_ADVERTISEMENT, INITIATE, ACKNOWLEDGE = 2, 3, 4, 5
SUBTYPES = {
    PROXY_SOLICITATION: "Router Solicitation for Proxy Advertisement",
    PROXY_ADVERTISEMENT: "Proxy Router Advertisement",
    INITIATE: "Handover Initiate",
    ACKNOWLEDGE: "Handover Acknowledge",
}
CODES = {
    PROXY_ADVERTISEMENT: {
        0: "MN should use AP-ID, AR-info tuple",
        1: "Network Initiated Handover trigger",
        2: "No new router information",
        3: "Limited new router information",
        4: "Unsolicited",
    },
    INITIATE: {
        0: "FBU sent from previous link",
        1: "FBU sent from new link",
    },
    ACKNOWLEDGE: {
        0: "Handover Accepted, NCoA valid",
        1: "Handover Accepted, NCoA not valid",
        2: "Handover Accepted, NCoA assigned",
        3: "Handover Accepted, use PCoA",
        4: "Message sent unsolicited",
        128: "Handover Not Accepted, reason unspecified",
        129: "Administratively prohibited",
        130: "Insufficient resources",
    },
}

SUBTYPE = Field("icmpv6.fmip6.subtype", "Subtype", U8, SUBTYPES)
FLAGS = Field(
    "icmpv6.fmip6.hi.flag", "Flag", X8,
    bits=(
        Field("icmpv6.fmip6.hi.flag.s", "Assigned address configuration", BOOL, SET, mask=0x80),
        Field("icmpv6.fmip6.hi.flag.a", "Buffer", BOOL, SET, mask=0x40),
        Field("icmpv6.fmip6.hi.flag.reserved", "Reserved", U8, mask=0x3F),
    ),
)  # fmt: skip
IDENTIFIER = Field("icmpv6.fmip6.identifier", "Identifier", DX16)


@message(150, "Experimental Mobility")
@message(154, "FMIPv6")
def fast_handover(c: Cursor, head: Any) -> Result:
    """The subtype says which message it is and what the head's code means."""
    subtype = c.add(SUBTYPE)
    c.info_add(" (%s)", SUBTYPES.get(subtype) or f"Unknown ({subtype})")
    codes = CODES.get(subtype)
    if codes is not None:
        c.node("icmpv6.code").suffix = f" ({codes.get(head.code) or f'Unknown {head.code}'})"
    if subtype == INITIATE:
        c.add(FLAGS)
        name_flags(c, "icmpv6.fmip6.hi.flag")
    elif subtype in SUBTYPES:
        c.add(RESERVED, 1)
    else:
        c.skip(1)
    c.add(IDENTIFIER)
    options(c)
    return None

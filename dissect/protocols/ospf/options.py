"""Options of versions 2 and 3, and other flags (RFC 2328, A.2; RFC 5340, A.2; RFC 5250; RFC 7166).

version 2:  |DN| O|DC| L|N/P|MC| E|MT|
version 3:  |      13 bits      |AT| L|AF|  | |DC| R| N|MC| E|V6|
"""

from __future__ import annotations

from dissect.engine.header import F
from dissect.engine.values import X8, X24
from dissect.protocols.ospf.common import SET, YES, flags

SIGNALLING_2 = 0x10
SIGNALLING_3, AUTHENTICATED_3 = 0x200, 0x400

CAPABLE = ("Not capable", "Capable")
SUPPORTED = ("Not supported", "Supported")
PRESENT = ("Not Present", "Present")

_NSSA = (3, "n", "(N) NSSA", SUPPORTED)
_PROPAGATE = (3, "p", "(P) Propagate", SET)


def options_2(attr: str = "options", *, propagate: bool = False) -> F:
    """Options of version 2; ``propagate``: as they are in the header of an NSSA's LSA."""
    return flags(attr, "ospf.v2.options", "Options", X8, (
        (7, "dn", "DN", SET),
        (6, "o", "O", SET),
        (5, "dc", "(DC) Demand Circuits", SUPPORTED),
        (4, "l", "(L) LLS Data block", PRESENT),
        _PROPAGATE if propagate else _NSSA,
        (2, "mc", "(MC) Multicast", CAPABLE),
        (1, "e", "(E) External Routing", CAPABLE),
        (0, "mt", "(MT) Multi-Topology Routing", YES),
    ))  # fmt: skip


def options_3(start: int, attr: str = "options") -> F:
    """Options of version 3, which are 24 bits ``start`` octets into the header."""
    return flags(attr, "ospf.v3.options", "Options", X24, (
        (10, "at", "AT", SET),
        (9, "l", "L", SET),
        (8, "af", "AF", SET),
        (5, "dc", "DC", SET),
        (4, "r", "R", SET),
        (3, "n", "N", SET),
        (2, "mc", "MC", SET),
        (1, "e", "E", SET),
        (0, "v6", "V6", SET),
    ), span=(start, 3))  # fmt: skip


def description_flags(attr: str = "flags") -> F:
    """What a Database Description says about the exchange."""
    return flags(attr, "ospf.dbd", "DB Description", X8, (
        (3, "r", "(R) OOBResync", SET),
        (2, "i", "(I) Init", SET),
        (1, "m", "(M) More", SET),
        (0, "ms", "(MS) Master", YES),
    ))  # fmt: skip


_ROUTER = (
    (3, "w", "(W) Wild-card multicast receiver", YES),
    (2, "v", "(V) Virtual link endpoint", YES),
    (1, "e", "(E) AS boundary router", YES),
    (0, "b", "(B) Area border router", YES),
)


def router_2(attr: str = "flags") -> F:
    """What a router is, in version 2."""
    more = ((7, "h", "(H) flag", YES), (4, "n", "(N) flag", YES))
    return flags(attr, "ospf.v2.router.lsa.flags", "Flags", X8, (more[0], more[1], *_ROUTER))


def router_3(attr: str = "flags") -> F:
    """What a router is, in version 3."""
    return flags(attr, "ospf.v3.router.lsa.flags", "Flags", X8, _ROUTER, span=(0, 1))


def prefix_options(start: int, attr: str = "options") -> F:
    """How a prefix may be used (RFC 5340, A.4.1.1)."""
    return flags(attr, "ospf.v3.prefix.options", "PrefixOptions", X8, (
        (3, "p", "(P) Propagate", SET),
        (2, "mc", "(MC) Multicast", SET),
        (1, "la", "(LA) Local Address", SET),
        (0, "nu", "(NU) NoUnicast", SET),
    ), span=(start, 1))  # fmt: skip


def external_flags(attr: str = "flags") -> F:
    """What is there of an external route, and how its metric counts (RFC 5340, A.4.7)."""
    return flags(attr, "ospf.v3.as.external.flags", "Flags", X8, (
        (2, "e", "(E) External Metric", ("Type 1", "Type 2")),
        (1, "f", "(F) Forwarding Address", ("Absent", "Present")),
        (0, "t", "(T) External Route Tag", PRESENT),
    ), span=(0, 1))  # fmt: skip

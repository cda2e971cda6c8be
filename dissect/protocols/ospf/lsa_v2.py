"""Link state advertisements of version 2 (RFC 2328, appendix A.4; opaque ones: RFC 5250, A.2).

0               8               16              24             32
+-------------------------------+---------------+---------------+
|            LS age             |    Options    |    LS type    |
+-------------------------------+---------------+---------------+
|    Link State ID, or opaque type (8 bits) and opaque ID       |
|                      Advertising Router                       |
|                      LS sequence number                       |
+-------------------------------+-------------------------------+
|          LS checksum          |            length             |
+-------------------------------+-------------------------------+
|  Body, by type                                                |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import NOWHERE, TEXT, Field, Node
from dissect.engine.values import BOOL, IPV4, U8, U16, U24, U32, X16, X32
from dissect.protocols.ospf import segments, te
from dissect.protocols.ospf.codes import (
    EXTERNAL_TYPES,
    LINK_IDS,
    LINKS,
    LINKS_SHORT,
    LSAS_2,
    OPAQUES,
)
from dissect.protocols.ospf.common import BAD_LENGTH, BODY, UNFIT_LSA, UNKNOWN_LSA, Speaker
from dissect.protocols.ospf.grace import read_grace
from dissect.protocols.ospf.options import options_2, router_2
from dissect.protocols.ospf.router_information import read_router_information

LSA_HEADER_SIZE = 20
_AGE = (
    F("age", "ospf.lsa.age", "LS Age (seconds)", U16),
    F("do_not_age", "ospf.lsa.donotage", "Do Not Age Flag", U16),
)
_TYPE = F("type", "ospf.lsa", "LS Type", LSAS_2)
_END = (
    F("router", "ospf.advrouter", "Advertising Router"),
    F("sequence", "ospf.lsa.seqnum", "Sequence Number", X32),
    F("sum", "ospf.lsa.chksum", "Checksum", X16),
    F("length", "ospf.lsa.length", "Length"),
)


class Lsa2(Header):
    """In front of a body, 20 octets."""

    __hdr__ = (
        ("_age", "H", 1), ("options", "B", 2), ("type", "B", 1), ("id", "4s", bytes(4)),
        ("router", "4s", bytes(4)), ("sequence", "I", 0x80000001), ("sum", "H", 0),
        ("length", "H", LSA_HEADER_SIZE),
    )  # fmt: skip
    __bit_fields__ = {"_age": (("do_not_age", 1), ("age", 15))}
    names = (*_AGE, options_2(), _TYPE, F("id", "ospf.lsa.id", "Link State ID"), *_END)


class LsaNssa(Lsa2):
    """The same with an option of another meaning (RFC 3101, section 2.3)."""

    names = (
        *_AGE, options_2(propagate=True), _TYPE, F("id", "ospf.lsa.id", "Link State ID"), *_END,
    )  # fmt: skip


class LsaOpaque(Header):
    """With a Link State ID in two parts."""

    __hdr__ = (
        ("_age", "H", 1), ("options", "B", 0x42), ("type", "B", 10), ("_id", "I", 0),
        ("router", "4s", bytes(4)), ("sequence", "I", 0x80000001), ("sum", "H", 0),
        ("length", "H", LSA_HEADER_SIZE),
    )  # fmt: skip
    __bit_fields__ = {
        "_age": (("do_not_age", 1), ("age", 15)), "_id": (("opaque", 8), ("id", 24)),
    }  # fmt: skip
    names: ClassVar[tuple[F, ...]] = (
        *_AGE, options_2(), _TYPE,
        F("opaque", "ospf.lsid_opaque_type", "Link State ID Opaque Type", U8, OPAQUES,
          span=(4, 1)),
        F("id", "ospf.lsid.opaque_id", "Link State ID Opaque ID", U24, span=(5, 3)),
        *_END,
    )  # fmt: skip


class LsaTe(LsaOpaque):
    """With a Link State ID in three parts (RFC 3630, section 2.2)."""

    names = (
        *_AGE, options_2(), _TYPE,
        F("opaque", "ospf.lsid_opaque_type", "Link State ID Opaque Type", U8, OPAQUES,
          span=(4, 1)),
        F("id", "ospf.lsid_te_lsa.reserved", "Link State ID TE-LSA Reserved", U8, within=(0, 8),
          span=(5, 1)),
        F("id", "ospf.lsid_te_lsa.instance", "Link State ID TE-LSA Instance", U16, within=(8, 16),
          span=(6, 2)),
        *_END,
    )  # fmt: skip


KINDS = {
    1: Field("ospf.lsa.router", "Router LSA", BOOL, hidden=True),
    2: Field("ospf.lsa.network", "Network LSA", BOOL, hidden=True),
    3: Field("ospf.lsa.summary", "Summary LSA (IP Network)", BOOL, hidden=True),
    4: Field("ospf.lsa.asbr", "Summary LSA (ASBR)", BOOL, hidden=True),
    5: Field("ospf.lsa.asext", "AS-External LSA (ASBR)", BOOL, hidden=True),
    6: Field("ospf.lsa.member", "Group Membership LSA", BOOL, hidden=True),
    7: Field("ospf.lsa.nssa", "NSSA AS-External LSA", BOOL, hidden=True),
    8: Field("ospf.lsa.attr", "External Attributes LSA", BOOL, hidden=True),
} | dict.fromkeys((9, 10, 11), Field("ospf.lsa.opaque", "Opaque LSA", BOOL, hidden=True))
NSSA, TRAFFIC_ENGINEERING = 7, 1
OPAQUE_TYPES = (9, 10, 11)
LEAST = {1: 24, 2: 28, 3: 28, 4: 28, 5: 36, 7: 36}
"""Octets that an LSA of a type must have, if more than its header."""
MULTI_TOPOLOGY = 0x01

Body = Callable[[Cursor, Any], None]
"""Reads a body, which the bounds hold; gets the header."""


def read_lsa_2(c: Cursor, speaker: Speaker, *, whole: bool) -> bool:
    """One LSA, or its header alone; False where its length can't be right and nothing follows."""
    c.need(LSA_HEADER_SIZE)
    octets = c.peek(LSA_HEADER_SIZE)
    length = int.from_bytes(octets[18:20], "big")
    kind, opaque = octets[3], octets[4]
    wrong = length < LEAST.get(kind, LSA_HEADER_SIZE)
    size = length if whole and not wrong else LSA_HEADER_SIZE
    with c.entry(TEXT, size, UNFIT_LSA, because="ospf.lsa.length") as node:
        name = LSAS_2.get(kind, "Unknown")
        node.text = ("LSA-type %d (%s), len %d", kind, name, length)
        head = c.header(_header_of(kind, opaque))
        if kind in KINDS:
            c.put(KINDS[kind], kind, c.pos - 17, 1)
        if wrong:
            words = f"Invalid LSA length ({length}) for type {name}"
            c.note(BAD_LENGTH, "ospf.lsa.length", words)
            return False
        if whole and c.more:
            _body(c, head, opaque, node)
    return True


def _header_of(kind: int, opaque: int) -> type[Header]:
    if kind in OPAQUE_TYPES:
        return LsaTe if opaque == TRAFFIC_ENGINEERING else LsaOpaque
    return LsaNssa if kind == NSSA else Lsa2


def _body(c: Cursor, head: Any, opaque: int, node: Node) -> None:
    if head.type in OPAQUE_TYPES:
        reader = OPAQUE_BODIES.get(opaque)
        if reader is not None:
            reader(c)
            return
        c.note(UNKNOWN_LSA, node, f"Unknown LSA Type {opaque}")
    elif head.type in BODIES:
        BODIES[head.type](c, head)
        return
    else:
        c.note(UNKNOWN_LSA, "ospf.lsa.length")
    c.rest(BODY)


# --- bodies ------------------------------------------------------------------------------------


class Router(Header):
    """In front of a router's links, 4 octets."""

    __hdr__ = (("flags", "B", 0), ("zero", "B", 0), ("links", "H", 0))
    names = (router_2(), F("links", "ospf.lsa.number_of_links", "Number of Links"))


class Link(Header):
    """One link of a router, 12 octets and 4 for each further metric."""

    __hdr__ = (
        ("id", "4s", bytes(4)), ("address", "4s", bytes(4)), ("type", "B", 3), ("metrics", "B", 0),
        ("metric", "H", 10),
    )  # fmt: skip
    names = (
        F("id", "ospf.lsa.router.linkid", "Link ID"),
        F("address", "ospf.lsa.router.linkdata", "Link Data"),
        F("type", "ospf.lsa.router.linktype", "Link Type"),
        F("metrics", "ospf.lsa.router.nummetrics", "Number of Metrics"),
        F("metric", "ospf.lsa.router.metric0", "0 Metric"),
    )


METRIC_OF = Field("ospf.ls.metric", "Metric", U32)


def read_router(c: Cursor, head: Any) -> None:
    """The links of a router."""
    words = "MT-ID" if head.options & MULTI_TOPOLOGY else "TOS"
    for _ in range(c.header(Router).links):
        with c.text("") as line:
            _link(c, words, line)


def _link(c: Cursor, words: str, line: Node) -> None:
    link = c.header(Link)
    line.text = (
        "Type: %-8s ID: %-15s Data: %-15s Metric: %d",
        LINKS_SHORT.get(link.type, "Unknown"), link.id, link.address, link.metric,
    )  # fmt: skip
    if line is not NOWHERE:
        c.node("ospf.lsa.router.linkid").suffix = f" - {LINK_IDS.get(link.type, 'Unknown link ID')}"
        c.node(
            "ospf.lsa.router.linktype"
        ).suffix = f" - {LINKS.get(link.type, 'Unknown link type')}"
        c.node("ospf.lsa.router.nummetrics").suffix = f" - {words}"
    for _ in range(link.metrics):
        at, service, metric = c.pos, c.octet(), c.uint(4) & 0xFFFF
        c.put(METRIC_OF, metric, at, 4).text = f"{words}: {service}, Metric: {metric}"


NETWORK_MASK = Field("ospf.lsa.network.netmask", "Netmask", IPV4)
ATTACHED = Field("ospf.lsa.network.attchrtr", "Attached Router", IPV4)


def read_network(c: Cursor, head: Any) -> None:
    """The routers of a network."""
    c.add(NETWORK_MASK)
    while c.more:
        c.add(ATTACHED)


class SummaryMetric(Header):
    """To a network or a router elsewhere, 4 octets."""

    __hdr__ = (("_word", "I", 10),)
    __bit_fields__ = {"_word": (("tos", 8), ("metric", 24))}
    names = (
        F("tos", "ospf.lsa.tos", "TOS", U8, span=(0, 1), unmasked=True),
        F("metric", "ospf.metric", "Metric", U32, span=(1, 3)),
    )


SUMMARY_MASK = Field("ospf.lsa.asbr.netmask", "Netmask", IPV4)


def read_summary(c: Cursor, head: Any) -> None:
    """A network or a router in another area."""
    c.add(SUMMARY_MASK)
    while c.more:
        c.header(SummaryMetric)


class ExternalMetric(Header):
    """To a network outside of the autonomous system, 12 octets."""

    __hdr__ = (("_word", "I", 0x80000014), ("forward", "4s", bytes(4)), ("tag", "I", 0))
    __bit_fields__ = {"_word": (("external", 1), ("tos", 7), ("metric", 24))}
    names = (
        F("external", "ospf.lsa.asext.type", "External Type", BOOL, EXTERNAL_TYPES, span=(0, 1)),
        F("tos", "ospf.lsa.tos", "TOS", U8, span=(0, 1)),
        F("metric", "ospf.metric", "Metric", U32, span=(1, 3)),
        F("forward", "ospf.lsa.asext.fwdaddr", "Forwarding Address"),
        F("tag", "ospf.lsa.asext.extrttag", "External Route Tag"),
    )


EXTERNAL_MASK = Field("ospf.lsa.asext.netmask", "Netmask", IPV4)


def read_external(c: Cursor, head: Any) -> None:
    """A network outside of the autonomous system."""
    c.add(EXTERNAL_MASK)
    while c.more:
        c.header(ExternalMetric)


BODIES: dict[int, Body] = {
    1: read_router, 2: read_network, 3: read_summary, 4: read_summary, 5: read_external,
    7: read_external,
}  # fmt: skip
OPAQUE_BODIES: dict[int, Callable[[Cursor], None]] = {
    1: te.read_te, 3: read_grace, 4: read_router_information, 7: segments.read_prefixes,
    8: segments.read_links,
}  # fmt: skip

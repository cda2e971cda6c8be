"""Link state advertisements of version 3 (RFC 5340, appendix A.4).

0               8               16                             32
+-------------------------------+-+---+-------------------------+
|            LS age             |U|S12|    LSA Function Code    |
+-------------------------------+-+---+-------------------------+
|                         Link State ID                         |
|                      Advertising Router                       |
|                      LS sequence number                       |
+-------------------------------+-------------------------------+
|          LS checksum          |            length             |
+-------------------------------+-------------------------------+
|  Body, by function code: prefixes are padded to whole words   |
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.notes import Group, Note, Severity
from dissect.engine.tree import TEXT, Field
from dissect.engine.values import BOOL, IPV4, IPV6, U8, U16, U32, X16, X32
from dissect.protocols.ospf.codes import HANDLING, LINKS, LSAS_3, NEWER_LSAS, SCOPES
from dissect.protocols.ospf.common import (
    BAD_LENGTH,
    BODY,
    LONGER,
    REST,
    UNFIT_LSA,
    UNKNOWN_LSA,
    Speaker,
    reserved,
    reserved_octet,
    should_be_zero,
)
from dissect.protocols.ospf.grace import read_grace
from dissect.protocols.ospf.options import external_flags, options_3, prefix_options, router_3
from dissect.protocols.ospf.router_information import read_router_information

LSA_HEADER_SIZE = 20


def ls_type() -> F:
    """How an LSA of unknown type is handled, how far it is flooded, and what it is."""
    return F("type_word", "ospf.v3.lsa", "LS Type", X16, bits=(
        F("u", "ospf.v3.lsa.u", "LSA Handling", BOOL, HANDLING),
        F("scope", "ospf.v3.lsa.s12", "Flooding Scope", X16, SCOPES),
        F("function", "ospf.v3.lsa.fc", "Function Code", U16, LSAS_3 | NEWER_LSAS),
    ))  # fmt: skip


class Lsa3(Header):
    """In front of a body, 20 octets."""

    __hdr__ = (
        ("_age", "H", 1), ("_type", "H", 0x2001), ("id", "4s", bytes(4)),
        ("router", "4s", bytes(4)), ("sequence", "I", 0x80000001), ("sum", "H", 0),
        ("length", "H", LSA_HEADER_SIZE),
    )  # fmt: skip
    __bit_fields__ = {
        "_age": (("do_not_age", 1), ("age", 15)),
        "_type": (("u", 1), ("scope", 2), ("function", 13)),
    }
    names = (
        F("age", "ospf.lsa.age", "LS Age (seconds)", U16),
        F("do_not_age", "ospf.v3.lsa.do_not_age", "Do Not Age", BOOL),
        ls_type(),
        F("id", "ospf.link_state_id", "Link State ID"),
        F("router", "ospf.advrouter", "Advertising Router"),
        F("sequence", "ospf.lsa.seqnum", "Sequence Number", X32),
        F("sum", "ospf.lsa.chksum", "Checksum", X16),
        F("length", "ospf.lsa.length", "Length"),
    )


KINDS = {
    1: Field("ospf.v3.lsa.router", "Router-LSA", BOOL, hidden=True),
    2: Field("ospf.v3.lsa.network", "Network-LSA", BOOL, hidden=True),
    3: Field("ospf.v3.lsa.interprefix", "Inter-Area-Prefix-LSA", BOOL, hidden=True),
    4: Field("ospf.v3.lsa.interrouter", "Inter-Area-Router-LSA", BOOL, hidden=True),
    5: Field("ospf.v3.lsa.asext", "AS-External-LSA", BOOL, hidden=True),
    6: Field("ospf.v3.lsa.member", "Group-Membership-LSA", BOOL, hidden=True),
    7: Field("ospf.v3.lsa.nssa", "NSSA-LSA", BOOL, hidden=True),
    8: Field("ospf.v3.lsa.link", "Link-LSA", BOOL, hidden=True),
    9: Field("ospf.v3.lsa.intraprefix", "Intra-Area-Prefix-LSA", BOOL, hidden=True),
    12: Field("ospf.v3.lsa.opaque", "Router Information Opaque-LSA", BOOL, hidden=True),
}
METRIC = ("metric", "ospf.metric", "Metric", U32)
PREFIX_LENGTH = ("length", "ospf.prefix_length", "PrefixLength", U8)
REFERENCED_TYPE = Field(
    "ospf.v3.lsa.referenced_ls_type", "Referenced LS type", X16, LSAS_3 | NEWER_LSAS
)
PREFIX6 = Field("ospf.v3.address_prefix.ipv6", "Address Prefix", IPV6)
PREFIX4 = Field("ospf.v3.address_prefix.ipv4", "Address Prefix", IPV4)

SHORT = Note(
    "sixscope.ospf.lsa.length", Severity.ERROR, Group.MALFORMED, "LSA shorter than its header",
    "RFC 5340, appendix A.4.2",
)  # fmt: skip

Body = Callable[[Cursor, Speaker], None]
"""Reads a body, which the bounds hold."""


def read_lsa_3(c: Cursor, speaker: Speaker, *, whole: bool) -> bool:
    """One LSA, or its header alone; False where its length can't be right and nothing follows."""
    c.need(LSA_HEADER_SIZE)
    octets = c.peek(LSA_HEADER_SIZE)
    length = int.from_bytes(octets[18:20], "big")
    wrong = length < LSA_HEADER_SIZE
    size = length if whole and not wrong else LSA_HEADER_SIZE
    with c.entry(TEXT, size, UNFIT_LSA, because="ospf.lsa.length") as node:
        head = c.header(Lsa3)
        kind = head.function
        name = LSAS_3.get(kind) or NEWER_LSAS.get(kind, "Unknown")
        node.text = ("LSA-type %d (%s), len %d", kind, name, length)
        if kind in KINDS:
            c.put(KINDS[kind], head.type_word, c.pos - 18, 2)
        if wrong:
            c.note(SHORT, "ospf.lsa.length", f"LSA length {length}, of at least {LSA_HEADER_SIZE}")
            return False
        if whole:
            reader = BODIES.get(kind)
            if reader is not None:
                reader(c, speaker)
                if c.more:
                    c.note(LONGER, "ospf.lsa.length")
                    c.rest(REST)
            else:
                c.note(UNKNOWN_LSA, node, f"Unknown LSA Type {kind}")
                c.rest(BODY)
    return True


def add_prefix(c: Cursor, speaker: Speaker, length: int) -> None:
    """A prefix, of which as many 32-bit words are there as its length needs."""
    size = (length + 31) // 32 * 4
    field, whole = (PREFIX4, 4) if speaker.ipv4 else (PREFIX6, 16)
    if size > whole:
        c.note(BAD_LENGTH, text=f"Prefix length {length} of at most {8 * whole}")
        c.skip(size)
        return
    c.need(size)
    c.put(field, c.peek(size).ljust(whole, b"\0"), None, size)
    c.skip(size)


# --- bodies ------------------------------------------------------------------------------------


class Router(Header):
    """In front of a router's interfaces, 4 octets."""

    __hdr__ = (("_word", "I", 0x13),)
    __bit_fields__ = {"_word": (("flags", 8), ("options", 24))}
    names = (router_3(), options_3(1))


class Interface(Header):
    """One interface of a router, 16 octets."""

    __hdr__ = (
        ("kind", "B", 1), ("reserved", "1s", b"\0"), ("metric", "H", 10), ("interface", "I", 1),
        ("neighbour_interface", "I", 1), ("neighbour", "4s", bytes(4)),
    )  # fmt: skip
    names = (
        F("kind", "ospf.v3.lsa.type", "Type", LINKS),
        reserved("reserved"),
        F(*METRIC),
        F("interface", "ospf.v3.lsa.interface_id", "Interface ID"),
        F("neighbour_interface", "ospf.v3.lsa.neighbor_interface_id", "Neighbor Interface ID"),
        F("neighbour", "ospf.v3.lsa.neighbor_router_id", "Neighbor Router ID"),
    )


def read_router(c: Cursor, speaker: Speaker) -> None:
    """A router's interfaces that have neighbours."""
    c.header(Router)
    if not c.more:
        return
    number = 0
    with c.text("Router Interfaces"):
        while c.more:
            number += 1
            with c.text("Entry #%d", number):
                should_be_zero(c, c.header(Interface).reserved)


class Network(Header):
    """In front of a network's routers, 4 octets."""

    __hdr__ = (("_word", "I", 0x13),)
    __bit_fields__ = {"_word": (("zero", 8), ("options", 24))}
    names = (reserved_octet("zero", 0), options_3(1))


ATTACHED = Field("ospf.v3.lsa.attached_router", "Attached Router", IPV4)


def read_network(c: Cursor, speaker: Speaker) -> None:
    """The routers of a network."""
    should_be_zero(c, c.header(Network).zero)
    while c.more:
        c.add(ATTACHED)


class InterAreaPrefix(Header):
    """In front of the prefix, 8 octets."""

    __hdr__ = (("_word", "I", 10), ("length", "B", 64), ("options", "B", 0),
               ("reserved", "2s", bytes(2)))  # fmt: skip
    __bit_fields__ = {"_word": (("zero", 8), ("metric", 24))}
    names = (
        reserved_octet("zero", 0), F(*METRIC, span=(1, 3)), F(*PREFIX_LENGTH), prefix_options(5),
        reserved("reserved"),
    )  # fmt: skip


def read_inter_area_prefix(c: Cursor, speaker: Speaker) -> None:
    """A prefix in another area."""
    told = c.header(InterAreaPrefix)
    should_be_zero(c, told.zero, told.reserved)
    add_prefix(c, speaker, told.length)


class InterAreaRouter(Header):
    """A router in another area, 12 octets."""

    __hdr__ = (("_word1", "I", 0x13), ("_word2", "I", 10), ("router", "4s", bytes(4)))
    __bit_fields__ = {
        "_word1": (("zero1", 8), ("options", 24)), "_word2": (("zero2", 8), ("metric", 24)),
    }  # fmt: skip
    names = (
        reserved_octet("zero1", 0),
        options_3(1),
        reserved_octet("zero2", 4),
        F(*METRIC, span=(5, 3)),
        F("router", "ospf.v3.lsa.destination_router_id", "Destination Router ID"),
    )


def read_inter_area_router(c: Cursor, speaker: Speaker) -> None:
    """A boundary router in another area."""
    told = c.header(InterAreaRouter)
    should_be_zero(c, told.zero1, told.zero2)


class External(Header):
    """In front of the prefix, 8 octets."""

    __hdr__ = (("_word", "I", 0x04000014), ("length", "B", 64), ("options", "B", 0),
               ("referenced", "H", 0))  # fmt: skip
    __bit_fields__ = {"_word": (("flags", 8), ("metric", 24))}
    names = (
        external_flags(), F(*METRIC, span=(1, 3)), F(*PREFIX_LENGTH), prefix_options(5),
        F("referenced", REFERENCED_TYPE.name, REFERENCED_TYPE.label, X16,
          LSAS_3 | NEWER_LSAS),
    )  # fmt: skip


HAS_FORWARDING, HAS_TAG = 0x02, 0x01
FORWARDING6 = Field("ospf.v3.lsa.forwarding_address.ipv6", "Forwarding Address", IPV6)
FORWARDING4 = Field("ospf.v3.lsa.forwarding_address.ipv4", "Forwarding Address", IPV4)
TAG = Field("ospf.v3.lsa.external_route_tag", "External Route Tag", U32)
REFERENCED_ID = Field("ospf.v3.lsa.referenced_link_state_id", "Referenced Link State ID", IPV4)
ADDRESS_SIZE = 16
"""Octets of an address outside of prefixes, IPv4's too, which stands in their beginning
(RFC 5838, sections 2.5 and 2.6)."""


def read_external(c: Cursor, speaker: Speaker) -> None:
    """A prefix outside of the autonomous system."""
    told = c.header(External)
    add_prefix(c, speaker, told.length)
    if c.more and told.flags & HAS_FORWARDING:
        _address(c, FORWARDING4 if speaker.ipv4 else FORWARDING6)
    if c.more and told.flags & HAS_TAG:
        c.add(TAG)
    if c.more and told.referenced:
        c.add(REFERENCED_ID)


def _address(c: Cursor, field: Field) -> None:
    with c.limit(ADDRESS_SIZE):
        c.add(field)


class LinkHead(Header):
    """In front of a link's address, 4 octets."""

    __hdr__ = (("_word", "I", 0x01000013),)
    __bit_fields__ = {"_word": (("priority", 8), ("options", 24))}
    names = (
        F("priority", "ospf.v3.lsa.router_priority", "Router Priority", U8, span=(0, 1)),
        options_3(1),
    )


class LinkPrefix(Header):
    """In front of one of a link's prefixes, 4 octets."""

    __hdr__ = (("length", "B", 64), ("options", "B", 0), ("reserved", "2s", bytes(2)))
    names = (F(*PREFIX_LENGTH), prefix_options(1), reserved("reserved"))


LINK_LOCAL6 = Field(
    "ospf.v3.lsa.link_local_interface_address.ipv6", "Link-local Interface Address", IPV6
)
LINK_LOCAL4 = Field(
    "ospf.v3.lsa.link_local_interface_address.ipv4", "Link-local Interface Address", IPV4
)
PREFIXES = Field("ospf.v3.lsa.num_prefixes", "# prefixes", U32)


def read_link(c: Cursor, speaker: Speaker) -> None:
    """A router's address and prefixes on the link."""
    c.header(LinkHead)
    _address(c, LINK_LOCAL4 if speaker.ipv4 else LINK_LOCAL6)
    for _ in range(c.add(PREFIXES)):
        told = c.header(LinkPrefix)
        should_be_zero(c, told.reserved)
        add_prefix(c, speaker, told.length)


class IntraAreaPrefix(Header):
    """Whose prefixes these are, 12 octets."""

    __hdr__ = (
        ("count", "H", 0), ("referenced", "H", 0x2001), ("id", "4s", bytes(4)),
        ("router", "4s", bytes(4)),
    )  # fmt: skip
    names = (
        F("count", PREFIXES.name, PREFIXES.label, U32),
        F("referenced", REFERENCED_TYPE.name, REFERENCED_TYPE.label, X16,
          LSAS_3 | NEWER_LSAS),
        F("id", REFERENCED_ID.name, REFERENCED_ID.label),
        F("router", "ospf.v3.lsa.referenced_advertising_router", "Referenced Advertising Router"),
    )  # fmt: skip


class AreaPrefix(Header):
    """In front of one of a router's or network's prefixes, 4 octets."""

    __hdr__ = (("length", "B", 64), ("options", "B", 0), ("metric", "H", 10))
    names = (F(*PREFIX_LENGTH), prefix_options(1), F(*METRIC))


def read_intra_area_prefix(c: Cursor, speaker: Speaker) -> None:
    """Prefixes of a router or network."""
    for _ in range(c.header(IntraAreaPrefix).count):
        add_prefix(c, speaker, c.header(AreaPrefix).length)


BODIES: dict[int, Body] = {
    1: read_router, 2: read_network, 3: read_inter_area_prefix, 4: read_inter_area_router,
    5: read_external, 7: read_external, 8: read_link, 9: read_intra_area_prefix,
    11: lambda c, speaker: read_grace(c), 12: lambda c, speaker: read_router_information(c),
}  # fmt: skip
"""By function code; ``extended`` adds those of RFC 8362."""

"""Candidate Access Router Discovery in options (RFC 4066, section 5.1).

CARD Request     Version (3 bits), P, C, A, T, Reserved (9), Sequence Number (4), sub-options
CARD Reply       Version (3 bits), P, U, L, Reserved (10), Sequence Number (4), sub-options

A sub-option's length counts 8 octets, as an option's does:

L2 ID                  Context-ID, Status, L2-Type (2), the identifier, filled with zeros
Address                Context-ID, Address Type, address
Capability Container   Context-ID, P and Reserved, attributes
Preferences            codes of attributes (2 each), up to 0
Requirements           attributes
Trusted Anchor         Component (2), its name
Router Certificate     Context-ID, Reserved, All Components (2), Component (2), certificate, padding

An attribute: Code (2), Length, Reserved, Lifetime (2), data; behind the last one is code 0.
The fields are ours: Wireshark 4.0 has none.
"""

from __future__ import annotations

from collections.abc import Callable

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV4, IPV6, NONE, U8, U16, X16, Kind
from dissect.protocols.icmpv6.messages import SET
from dissect.protocols.icmpv6.nd_options import BAD_LENGTH, TOO_SHORT, Words, option
from dissect.protocols.icmpv6.nd_secure import der_size


def _own(name: str, label: str, kind: Kind = NONE, **more: object) -> Field:
    return Field(f"sixscope.icmpv6.opt.card.{name}", label, kind, **more)  # type: ignore[arg-type]


def _head(*flags: tuple[str, str]) -> type[Header]:
    """Version, flags (letter, meaning), sequence number."""

    class Head(Header):
        """Behind type and length, 6 octets."""

        __hdr__ = (("_word", "H", 0x2000), ("sequence", "I", 0))
        __bit_fields__ = {
            "_word": (
                ("version", 3), *((letter, 1) for letter, _ in flags), ("rest", 13 - len(flags)),
            )
        }  # fmt: skip
        names = (
            F("version", "sixscope.icmpv6.opt.card.version", "Version", U8),
            *(
                F(letter, f"sixscope.icmpv6.opt.card.{letter}", f"{words} ({letter.upper()})",
                  BOOL, SET)
                for letter, words in flags
            ),
            F("rest", "sixscope.icmpv6.opt.card.reserved", "Reserved", X16),
            F("sequence", "sixscope.icmpv6.opt.card.sequence", "Sequence number"),
        )  # fmt: skip

    return Head


REQUEST = _head(
    ("p", "Messages can be piggybacked"), ("c", "Capabilities are asked for"),
    ("a", "Addresses are not asked for"), ("t", "All certificates are asked for"),
)  # fmt: skip
REPLY = _head(("p", "Messages can be piggybacked"), ("u", "Unsolicited"), ("l", "Last message"))

SUB_OPTIONS = {
    1: "L2 ID", 2: "Address", 3: "Capability Container", 4: "Preferences", 5: "Requirements",
    6: "Trusted Anchor", 7: "Router Certificate",
}  # fmt: skip
SUB_OPTION = _own("sub", "Sub-option")
TYPE = _own("sub.type", "Type", U8, enum=SUB_OPTIONS)
LENGTH = _own("sub.length", "Length", U8)
CONTEXT = _own("context", "Context-ID", U8)
STATUS = _own("l2.status", "Status", U8, enum={
    0: "None", 1: "Candidate", 2: "Match", 3: "Resolver error",
})  # fmt: skip
L2_TYPE = _own("l2.type", "Layer-2 type", U16)
L2_ID = _own("l2.id", "Layer-2 identifier, padded", BYTES)
IPV4_TYPE, IPV6_TYPE = 1, 2
ADDRESS_TYPE = _own("address.type", "Address type", U8, enum={IPV4_TYPE: "IPv4", IPV6_TYPE: "IPv6"})
ADDRESS4 = _own("address.ipv4", "Address", IPV4)
ADDRESS6 = _own("address.ipv6", "Address", IPV6)
CAPABLE = _own("capability.flags", "Flags", U8, bits=(
    _own("capability.p", "Messages can be piggybacked (P)", BOOL, enum=SET, mask=0x80),
))  # fmt: skip
ATTRIBUTE = _own("attribute", "Attribute")
CODE = _own("attribute.code", "Code", U16)
ATTRIBUTE_LENGTH = _own("attribute.length", "Length", U8)
RESERVED = _own("attribute.reserved", "Reserved", U8)
LIFETIME = _own("attribute.lifetime", "Lifetime", U16, unit=" seconds")
DATA = _own("attribute.data", "Data", BYTES)
COMPONENTS = _own("components", "All components", U16)
COMPONENT = _own("component", "Component", U16)
ANCHOR = _own("anchor", "Name of the trusted anchor, padded", BYTES)
CERTIFICATE = _own("certificate", "Certificate", BYTES)
UNKNOWN = _own("unknown", "Unknown", BYTES)
PADDING = _own("padding", "Padding", BYTES)


@option(138, "CARD Request")
def card_request(c: Cursor, size: int) -> Words:
    """Which routers are behind those access points?"""
    return _card(c, REQUEST)


@option(139, "CARD Reply")
def card_reply(c: Cursor, size: int) -> Words:
    """Routers, and what they can do."""
    return _card(c, REPLY)


def _card(c: Cursor, head: type[Header]) -> Words:
    told = c.header(head)
    while c.more:
        c.need(2)
        kind, units = c.peek(2)
        if not units:
            c.note(BAD_LENGTH, c.at, "Invalid length of a sub-option (Zero)")
            c.rest(PADDING)
            break
        with c.entry(SUB_OPTION, 8 * units, TOO_SHORT, because=LENGTH.name) as node:
            node.text = f"{SUB_OPTION.label}: {SUB_OPTIONS.get(kind) or f'Unknown {kind}'}"
            c.add(TYPE)
            c.add(LENGTH)
            READERS.get(kind, _unknown)(c)
            c.rest(PADDING)
    return " : %d", told.sequence


def _l2_id(c: Cursor) -> None:
    c.add(CONTEXT)
    c.add(STATUS)
    c.add(L2_TYPE)
    c.add(L2_ID, c.left)


def _address(c: Cursor) -> None:
    c.add(CONTEXT)
    kind = c.add(ADDRESS_TYPE)
    if kind in (IPV4_TYPE, IPV6_TYPE):
        c.add(ADDRESS4 if kind == IPV4_TYPE else ADDRESS6)
    else:
        c.rest(UNKNOWN)


def _capabilities(c: Cursor) -> None:
    c.add(CONTEXT)
    c.add(CAPABLE)
    _attributes(c)


def _preferences(c: Cursor) -> None:
    while _goes_on(c):
        c.add(CODE)


def _attributes(c: Cursor) -> None:
    while _goes_on(c):
        c.need(3)
        with c.item(ATTRIBUTE, c.peek(1, 2)[0], because=ATTRIBUTE_LENGTH.name):
            c.add(CODE)
            c.add(ATTRIBUTE_LENGTH)
            c.add(RESERVED)
            c.add(LIFETIME)
            c.rest(DATA)


def _goes_on(c: Cursor) -> bool:
    """Whether another code follows, which isn't the last one."""
    if not c.more:
        return False
    c.need(2)
    return c.peek(2) != bytes(2)


def _anchor(c: Cursor) -> None:
    c.add(COMPONENT)
    c.rest(ANCHOR)


def _certificate(c: Cursor) -> None:
    c.add(CONTEXT)
    c.add(RESERVED)
    c.add(COMPONENTS)
    c.add(COMPONENT)
    c.add(CERTIFICATE, der_size(c))


def _unknown(c: Cursor) -> None:
    c.rest(UNKNOWN)


READERS: dict[int, Callable[[Cursor], None]] = {
    1: _l2_id,
    2: _address,
    3: _capabilities,
    4: _preferences,
    5: _attributes,
    6: _anchor,
    7: _certificate,
}

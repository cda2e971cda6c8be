"""Options of fast handover (RFC 5568, section 6.4), handover keys (RFC 5269), hierarchical Mobile
IPv6 (RFC 5380, section 5) and 3G CDMA networks (RFC 5271, section 6).

    IP Address/Prefix       Option-Code, Prefix Length, Reserved (4), Address
    Link-layer Address      Option-Code, address, padding
    NA Acknowledgment       Option-Code, Status, Reserved (4), the address to use for Status 2
    MAP                     Distance and Preference (4 bits each), Flags, Lifetime (4), Address
    Handover Key            Pad Length, Algorithm (4 bits), Reserved, [Lifetime (2)], key, padding
    Handover Assist, MN Id  Option-Code, length, value, padding
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header
from dissect.engine.tree import Field
from dissect.engine.values import BYTES, IPV6, U8, U16, X8
from dissect.protocols.icmpv6.messages import bits, flag, name_flags, reserved
from dissect.protocols.icmpv6.nd_options import PADDING, RESERVED, Words, option

ADDRESS_CODES = {
    1: "Old Care-of Address",
    2: "New Care-of Address",
    3: "NAR's IP address",
    4: "NAR's Prefix (sent in PrRtAdv)",
}


class AddressPrefix(Header):
    """Behind type and length, 22 octets."""

    __hdr__ = (
        ("code", "B", 1), ("length", "B", 64), ("reserved", "4s", bytes(4)),
        ("address", "16s", bytes(16)),
    )  # fmt: skip
    names = (
        F("code", "icmpv6.opt.ipa.option_code", "Option-code", ADDRESS_CODES),
        F("length", "icmpv6.opt.ipa.prefix_len", "Prefix Length"),
        reserved("reserved", "icmpv6.opt.reserved"),
        F("address", "icmpv6.opt.ipa.ipv6_address", "IPv6 Address"),
    )


class NewRouterPrefix(Header):
    """Behind type and length, 22 octets."""

    __hdr__ = AddressPrefix.__hdr__
    names = (
        F("code", "icmpv6.opt.nrpi.option_code", "Option-code"),
        F("length", "icmpv6.opt.nrpi.prefix_len", "Prefix Length"),
        reserved("reserved", "icmpv6.opt.reserved"),
        F("address", "icmpv6.opt.nrpi.prefix", "Prefix"),
    )


class MobilityAnchor(Header):
    """Behind type and length, 22 octets."""

    __hdr__ = (
        ("_first", "B", 0), ("flags", "B", 0), ("lifetime", "I", 0),
        ("address", "16s", bytes(16)),
    )  # fmt: skip
    __bit_fields__ = {"_first": (("distance", 4), ("preference", 4))}
    names = (
        F("distance", "icmpv6.opt.map.distance", "Distance", U8),
        F("preference", "icmpv6.opt.map.preference", "Preference", U8),
        F(
            "flags", "icmpv6.opt.map.flag", "Flag", X8,
            bits=(
                flag("flags", 0, "icmpv6.opt.map.flag.r", "RCoA Flag", None),
                bits("flags", 1, 7, "icmpv6.opt.map.flag.reserved", "Reserved", U8),
            ),
        ),
        F("lifetime", "icmpv6.opt.map.valid_lifetime", "Valid Lifetime"),
        F("address", "icmpv6.opt.map.global_address", "Global Address"),
    )  # fmt: skip


LINK_CODES = {
    0: "Wildcard",
    1: "Link-layer Address of the New Access Point",
    2: "Link-layer Address of the MN",
    3: "Link-layer Address of the NAR",
    4: "Link-layer Address of the source",
    5: "The AP belongs to the current interface of the router",
    6: "No prefix information available",
    7: "No fast handovers support available",
}
LINK_CODE = Field("icmpv6.opt.lla.option_code", "Option-code", U8, LINK_CODES)
LINK_ADDRESS = Field("icmpv6.opt.lla.bytes", "Link-Layer Address", BYTES)

STATUS = {
    1: "New CoA is invalid, perform address configuration",
    2: "New CoA is invalid, use the supplied CoA",
    3: "NCoA is invalid, use NAR's IP address as NCoA in FBU",
    4: "PCoA supplied, do not send FBU",
    128: "LLA is unrecognized",
}
ACK_CODE = Field("icmpv6.opt.naack.option_code", "Option-Code", U8)
ACK_STATUS = Field("icmpv6.opt.naack.status", "Status", U8, STATUS)
ACK_ADDRESS = Field("icmpv6.opt.naack.supplied_ncoa", "Supplied NCoA", IPV6)

KEY_PAD_LENGTH = Field("icmpv6.opt.hkr.pad_length", "Pad Length", U8)
KEY_ALGORITHM = Field("icmpv6.opt.hkr.at", "AT", U8, mask=0xF0)
KEY_RESERVED = Field("icmpv6.opt.hkr.reserved", "Reserved", U8, mask=0x0F)
KEY_PUBLIC = Field(
    "icmpv6.opt.hkr.encryption_public_key", "Handover Key Encryption Public Key", BYTES
)
KEY_ENCRYPTED = Field("icmpv6.opt.hkr.encrypted_handover_key", "Encrypted Handover Key", BYTES)
KEY_LIFETIME = Field("icmpv6.opt.hkr.lifetime", "Lifetime", U16)
KEY_HEAD = 4
"""Octets in front of a lifetime or key."""
KEY_PADDING = Field("icmpv6.opt.hkr.padding", "Padding", BYTES)

ASSIST_CODE = Field(
    "icmpv6.opt.hai.option_code", "Option-Code", U8,
    {1: "Access Network Identifier (AN ID)", 2: "Sector ID"},
)  # fmt: skip
ASSIST_LENGTH = Field("icmpv6.opt.hai.length", "HAI-Length", U8)
ASSIST_VALUE = Field("icmpv6.opt.hai.value", "HAI-Value", BYTES)
NODE_CODE = Field("icmpv6.opt.mn.option_code", "Option-Code", U8, {1: "NAI", 2: "IMSI"})
NODE_LENGTH = Field("icmpv6.opt.mn.length", "MN-Length", U8)
NODE_VALUE = Field("icmpv6.opt.mn.value", "MN-Value", BYTES)


@option(17, "IP Address/Prefix Option")
def address_prefix(c: Cursor, size: int) -> Words:
    """An address or prefix; the code says whose."""
    told = c.header(AddressPrefix)
    return " %s/%d", told.address, told.length


@option(18, "New Router Prefix Information")
def new_router_prefix(c: Cursor, size: int) -> Words:
    """A prefix of the new access router."""
    told = c.header(NewRouterPrefix)
    return " %s/%d", told.address, told.length


@option(19, "Link-layer Address")
def link_layer_address(c: Cursor, size: int) -> Words:
    """A link-layer address; the code says whose."""
    c.add(LINK_CODE)
    c.add(LINK_ADDRESS, c.left)
    return None


@option(20, "Neighbor Advertisement Acknowledgment")
def acknowledgment(c: Cursor, size: int) -> Words:
    """What becomes of the new care-of address."""
    c.add(ACK_CODE)
    status = c.add(ACK_STATUS)
    if status != 2:
        c.add(RESERVED, c.left)
        return None
    c.add(RESERVED, 4)
    if c.more:
        c.add(ACK_ADDRESS)
    return None


@option(23, "MAP")
def mobility_anchor(c: Cursor, size: int) -> Words:
    """A mobility anchor point."""
    c.header(MobilityAnchor)
    name_flags(c, "icmpv6.opt.map.flag")
    return None


@option(27, "Handover Key Request")
def key_request(c: Cursor, size: int) -> Words:
    """The public key that a handover key is to be encrypted with."""
    return _key(c, KEY_PUBLIC, size - KEY_HEAD)


@option(28, "Handover Key Reply")
def key_reply(c: Cursor, size: int) -> Words:
    """The handover key, encrypted."""
    return _key(c, KEY_ENCRYPTED, size - KEY_HEAD, reply=True)


def _key(c: Cursor, field: Field, room: int, *, reply: bool = False) -> Words:
    padding = c.add(KEY_PAD_LENGTH)
    c.peek_add(KEY_ALGORITHM)
    c.add(KEY_RESERVED)
    if reply:
        c.add(KEY_LIFETIME)
        room -= KEY_LIFETIME.kind.size
    c.add(field, room - padding)
    c.add(KEY_PADDING, padding)
    return None


@option(29, "Handover Assist Information")
def assist_information(c: Cursor, size: int) -> Words:
    """Something that helps the handover."""
    return _value(c, ASSIST_CODE, ASSIST_LENGTH, ASSIST_VALUE)


@option(30, "Mobile Node Identifier Option")
def node_identifier(c: Cursor, size: int) -> Words:
    """Who the mobile node is."""
    return _value(c, NODE_CODE, NODE_LENGTH, NODE_VALUE)


def _value(c: Cursor, code: Field, length: Field, value: Field) -> Words:
    c.add(code)
    c.add(value, c.add(length))
    c.add(PADDING, c.left)
    return None

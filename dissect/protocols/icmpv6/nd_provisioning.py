"""Options that tell of provisioning domains (RFC 8801), encrypted resolvers (RFC 9463), and
directories of resources (RFC 9176).

PvD ID          H, L, R, Delay (4 bits), Sequence Number (2), a name; with R the head of a router
                advertisement; the options of that domain (RFC 8801, section 3.1)
Encrypted DNS   Service Priority (2), Lifetime (4), and each behind its length of two octets: a
                name, addresses, service parameters (RFC 9463, section 6.1)
Directory       Reserved (2), Valid Lifetime (4), Address (RFC 9176, section 4.1.1)

The fields are ours: Wireshark 4.0 has none.
"""

from __future__ import annotations

from dissect.engine.cursor import Cursor
from dissect.engine.tree import Field
from dissect.engine.values import BOOL, BYTES, IPV6, STR, U8, U16, U32, X16, Kind, Special
from dissect.protocols.icmpv6.names import domain_name
from dissect.protocols.icmpv6.nd_options import (
    LIFETIMES,
    RESERVED,
    Words,
    option,
    read_option,
)

PVD, RDAO, DNR = 21, 41, 144


def _own(name: str, label: str, kind: Kind, **more: object) -> Field:
    return Field(f"sixscope.icmpv6.opt.{name}", label, kind, **more)  # type: ignore[arg-type]


PADDING = _own("provisioning.padding", "Padding", BYTES)

FLAGS = _own("pvd.flags", "Flags", X16, bits=(
    _own("pvd.h", "More is to be had by HTTP (H)", BOOL, mask=0x8000),
    _own("pvd.l", "Also told by DHCPv4 (L)", BOOL, mask=0x4000),
    _own("pvd.r", "With the head of a router advertisement (R)", BOOL, mask=0x2000),
    _own("pvd.delay", "Delay", U8, mask=0x000F),
))  # fmt: skip
SEQUENCE = _own("pvd.sequence", "Sequence number", U16)
NAME = _own("pvd.name", "Provisioning domain", STR)
ADVERTISEMENT = _own("pvd.advertisement", "Head of the router advertisement", BYTES)
IGNORED = _own("pvd.ignored", "Ignored options", BYTES)
R_BIT, ADVERTISEMENT_SIZE = 0x2000, 16

PRIORITY = _own("dnr.priority", "Service priority", U16)
LIFETIME = _own("dnr.lifetime", "Lifetime", U32, enum=LIFETIMES)
NAME_LENGTH = _own("dnr.name_length", "Authentication name length", U16)
RESOLVER = _own("dnr.name", "Authentication domain name", STR)
ADDRESSES_LENGTH = _own("dnr.addresses_length", "Addresses length", U16)
ADDRESS = _own("dnr.address", "Resolver address", IPV6)
PARAMETERS_LENGTH = _own("dnr.parameters_length", "Service parameters length", U16)
PARAMETERS = _own("dnr.parameters", "Service parameters", BYTES)

VALID_LIFETIME = _own(
    "rdao.lifetime", "Valid lifetime", U32, enum=Special({0: "Not valid any more"})
)
DIRECTORY = _own("rdao.address", "Resource directory", IPV6)


@option(PVD, "PvD ID Router Advertisement")
def provisioning_domain(c: Cursor, size: int) -> Words:
    """A domain's name and its own options; one in another is not looked into (section 3.1)."""
    start = c.pos - 2
    flags = int.from_bytes(c.peek(2), "big")
    c.add(FLAGS)
    c.add(SEQUENCE)
    name = _name(c, NAME)
    padding = (start - c.pos) % 8
    if padding:
        c.add(PADDING, padding)
    if flags & R_BIT:
        c.add(ADVERTISEMENT, ADVERTISEMENT_SIZE)
    while c.more and c.peek(1) != bytes((PVD,)) and read_option(c):
        pass
    c.rest(IGNORED)
    return " : %s", name


@option(DNR, "Encrypted DNS")
def encrypted_dns(c: Cursor, size: int) -> Words:
    """A resolver that speaks TLS, QUIC or HTTPS: its name, and maybe where and how."""
    priority = c.add(PRIORITY)
    c.add(LIFETIME)
    with c.limit(c.add(NAME_LENGTH), because=NAME_LENGTH.name):
        name = _name(c, RESOLVER) if c.more else ""
    if priority:  # else nothing but the name is told
        with c.limit(c.add(ADDRESSES_LENGTH), because=ADDRESSES_LENGTH.name):
            while c.more:
                c.add(ADDRESS)
        with c.limit(c.add(PARAMETERS_LENGTH), because=PARAMETERS_LENGTH.name):
            c.rest(PARAMETERS)
    if c.more:
        c.add(PADDING, c.left)
    return " : %s", name


@option(RDAO, "Resource Directory Address")
def resource_directory(c: Cursor, size: int) -> Words:
    """Where a directory of what constrained nodes offer is."""
    c.add(RESERVED, 2)
    c.add(VALID_LIFETIME)
    return " : %s", c.add(DIRECTORY)


def _name(c: Cursor, field: Field) -> str:
    at = c.pos
    name = domain_name(c)
    c.put(field, name, at, c.pos - at)
    return name

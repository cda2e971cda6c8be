"""OSPFv3: packets with every LSA, option and trailer; and builders that version 2 needs, too."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from dissect.engine.checksum import checksum
from dissect.engine.header import Header
from dissect.protocols.ospf import extended, header, hello, lls, lsa_v3
from dissect.protocols.ospf.database import Description3, Request3
from making.build import ethernet, ip4, ip6, ipv6, multicast_mac, pseudo_sum, write

OSPF = 89
ROUTER_ID, NEIGHBOUR_ID, OTHER_ID = ip4("192.0.2.1"), ip4("192.0.2.2"), ip4("192.0.2.3")
LOCAL, ALL_SPF = ip6("fe80::200:5eff:fe00:5301"), ip6("ff02::5")
PREFIX = ip6("2001:db8:0:1::")
HELLO, DESCRIPTION, REQUEST, UPDATE, ACKNOWLEDGEMENT = 1, 2, 3, 4, 5
LINK, AREA, AS = 0, 1, 2
"""Flooding scopes."""
L, AT = 0x200, 0x400
OPTIONS = 0x13


def fletcher(octets: bytes) -> int:
    """The checksum of an LSA whose age is left out (RFC 2328, section 12.1.7), at octet 14."""
    c0 = c1 = 0
    for octet in octets:
        c0 = (c0 + octet) % 255
        c1 = (c1 + c0) % 255
    x = ((len(octets) - 14 - 1) * c0 - c1) % 255
    y = (510 - c0 - x) % 255
    return (x or 255) << 8 | (y or 255)


def packet3(
    kind: int, body: bytes, behind: bytes = b"", *, instance: int = 0, area: int = 0,
    length: int | None = None, total: int | None = None, version: int = 3, reserved: bytes = b"\0",
) -> bytes:  # fmt: skip
    """A packet of version 3 in a frame; ``behind``: signalling and trailer."""
    size = 16 + len(body) if length is None else length
    head = header.Head(version=version, kind=kind, length=size, router=ROUTER_ID)
    head.area = struct.pack(">I", area)
    end = bytes(header.Instance(instance=instance, reserved=reserved))
    if total is None:
        total = checksum(bytes(head) + end + body, pseudo_sum(LOCAL, ALL_SPF, OSPF, size))
    head.sum = total
    octets = bytes(head) + end + body + behind
    return ethernet(ipv6(octets, OSPF, LOCAL, ALL_SPF, hlim=1), dst=multicast_mac(ALL_SPF))


def sealed(head: Header, body: bytes, length: int | None = None) -> bytes:
    """An LSA with its length and checksum."""
    head.length = 20 + len(body) if length is None else length
    head.sum = fletcher(bytes(head)[2:] + body)
    return bytes(head) + body


def lsa3(
    function: int, body: bytes = b"", scope: int = AREA, *, age: int = 1, unknown: int = 0,
    length: int | None = None,
) -> bytes:  # fmt: skip
    """An LSA of version 3."""
    head = lsa_v3.Lsa3(_age=age, _type=unknown << 15 | scope << 13 | function)
    head.id, head.router = ip4("0.0.0.7"), ROUTER_ID
    return sealed(head, body, length)


def update(*lsas: bytes, count: int | None = None) -> bytes:
    """The body of a Link State Update."""
    return struct.pack(">I", len(lsas) if count is None else count) + b"".join(lsas)


def tlv(kind: int, value: bytes, length: int | None = None) -> bytes:
    """Type, length, value, padded to whole words."""
    head = struct.pack(">HH", kind, len(value) if length is None else length)
    return head + value + bytes(-len(value) % 4)


def signalling(*tlvs: bytes, words: int | None = None) -> bytes:
    """A block of link-local signalling."""
    body = b"".join(tlvs)
    head = lls.Signalling(words=1 + len(body) // 4 if words is None else words)
    head.sum = checksum(bytes(head) + body)
    return bytes(head) + body


def trailer(digest: bytes = bytes(range(32)), length: int | None = None, kind: int = 1) -> bytes:
    """An authentication trailer."""
    size = 16 + len(digest) if length is None else length
    return bytes(lls.Trailer(kind=kind, length=size, sa=1, sequence=0x600600000001)) + digest


@dataclass
class Prefix:
    """A prefix as LSAs have it: length, options, and as many words as the length needs."""

    length: int
    address: bytes = PREFIX
    options: int = 0

    def octets(self) -> bytes:
        """The words."""
        return self.address[: (self.length + 31) // 32 * 4]


def hello3(options: int = OPTIONS, *neighbours: bytes, priority: int = 1) -> bytes:
    """The body of a Hello."""
    head = hello.Hello3(_word=priority << 24 | options, designated=ROUTER_ID)
    return bytes(head) + b"".join(neighbours)


def description3(options: int, flags: int, *lsas: bytes, reserved: int = 0) -> bytes:
    """The body of a Database Description."""
    head = Description3(_word=reserved << 24 | options, flags=flags, sequence=0x6006)
    head.reserved = bytes((reserved,))
    return bytes(head) + b"".join(lsas)


def router3(*links: tuple[int, int], flags: int = 0, reserved: bytes = b"\0") -> bytes:
    """A router's interfaces as (type, metric)."""
    parts = [
        bytes(lsa_v3.Interface(kind=kind, reserved=reserved, metric=metric, interface=number,
                               neighbour_interface=number + 1, neighbour=NEIGHBOUR_ID))
        for number, (kind, metric) in enumerate(links, 1)
    ]  # fmt: skip
    return bytes(lsa_v3.Router(_word=flags << 24 | OPTIONS)) + b"".join(parts)


def area_prefix(prefix: Prefix, reserved: int = 0) -> bytes:
    """A prefix in another area."""
    head = lsa_v3.InterAreaPrefix(_word=reserved << 24 | 10, length=prefix.length)
    head.options, head.reserved = prefix.options, bytes((0, reserved))
    return bytes(head) + prefix.octets()


def external3(flags: int, prefix: Prefix, *more: bytes, referenced: int = 0) -> bytes:
    """A prefix of elsewhere, with what the flags promise."""
    head = lsa_v3.External(_word=flags << 24 | 20, length=prefix.length, referenced=referenced)
    head.options = prefix.options
    return bytes(head) + prefix.octets() + b"".join(more)


def link3(address: bytes, *prefixes: Prefix, count: int | None = None) -> bytes:
    """A router's address and prefixes on a link."""
    parts = [
        bytes(lsa_v3.LinkPrefix(length=one.length, options=one.options)) + one.octets()
        for one in prefixes
    ]
    number = struct.pack(">I", len(prefixes) if count is None else count)
    return bytes(lsa_v3.LinkHead()) + address.ljust(16, b"\0") + number + b"".join(parts)


def intra_area(*prefixes: Prefix, count: int | None = None, referenced: int = 0x2001) -> bytes:
    """Prefixes of a router or network."""
    head = lsa_v3.IntraAreaPrefix(count=len(prefixes) if count is None else count)
    head.referenced, head.router = referenced, ROUTER_ID
    parts = [
        bytes(lsa_v3.AreaPrefix(length=one.length, options=one.options)) + one.octets()
        for one in prefixes
    ]
    return bytes(head) + b"".join(parts)


NETWORK = bytes(lsa_v3.Network()) + ROUTER_ID + NEIGHBOUR_ID
AREA_ROUTER = bytes(lsa_v3.InterAreaRouter(router=OTHER_ID))
PREFIXES = [
    Prefix(0),
    Prefix(1, ip6("8000::")),
    Prefix(48),
    Prefix(64, options=0x0F),
    Prefix(128, LOCAL, 2),
]


def exchange() -> Iterator[tuple[bytes, str]]:
    """Two routers meet and fill each other's databases."""
    yield packet3(HELLO, hello3()), "Hello, nobody heard of"
    yield packet3(HELLO, hello3(OPTIONS, NEIGHBOUR_ID, OTHER_ID)), "Hello, two neighbours"
    yield packet3(HELLO, hello3(0xFFF8FF), area=6), "Hello, options that have no name yet"
    yield packet3(HELLO, hello3(0x00013F), instance=1), "Hello, all options but two, instance 1"
    yield packet3(DESCRIPTION, description3(OPTIONS, 7)), "Database Description, the first"
    heads = [lsa3(function, length=64) for function in (1, 2, 3, 4, 5, 6, 7, 8, 9, 12)]
    yield packet3(DESCRIPTION, description3(OPTIONS, 0, *heads)), "… headers of all LSAs"
    yield packet3(DESCRIPTION, description3(OPTIONS, 0x0F, reserved=6)), "… reserved octets"
    wanted = [Request3(_type=kind, id=ip4("0.0.0.7"), router=ROUTER_ID) for kind in (0x2001, 8)]
    yield packet3(REQUEST, b"".join(map(bytes, wanted))), "Link State Request"
    strange = bytes(Request3(reserved=b"\0\6", _type=0xE006))
    yield packet3(REQUEST, strange), "… of a type that is reserved, with reserved octets set"
    yield packet3(ACKNOWLEDGEMENT, b"".join(heads)), "Link State Acknowledgement"
    yield packet3(ACKNOWLEDGEMENT, b""), "… of nothing"


def advertisements() -> Iterator[tuple[bytes, str]]:
    """Updates with each LSA."""
    links = router3((1, 10), (2, 1), (3, 65535), (4, 7), flags=0x0F)
    yield packet3(UPDATE, update(lsa3(1, links), lsa3(1, router3()))), "Router LSAs"
    yield packet3(UPDATE, update(lsa3(1, router3((1, 1), reserved=b"\6")))), "… reserved octet"
    yield packet3(UPDATE, update(lsa3(2, NETWORK, age=0x8E10))), "Network LSA that doesn't age"
    several = [lsa3(3, area_prefix(prefix)) for prefix in PREFIXES]
    yield packet3(UPDATE, update(*several)), "Inter-area prefixes, of 0 to 128 bits"
    yield packet3(UPDATE, update(lsa3(3, area_prefix(PREFIXES[2], 6)))), "… reserved octets"
    yield packet3(UPDATE, update(lsa3(4, AREA_ROUTER))), "Inter-area router"
    told = [ip6("2001:db8::1"), struct.pack(">I", 6006), ip4("0.0.0.9")]
    plain = external3(0, Prefix(0))
    full = external3(7, PREFIXES[3], *told, referenced=0x2001)
    yield packet3(UPDATE, update(lsa3(5, plain, AS), lsa3(5, full, AS))), "AS-external"
    yield packet3(UPDATE, update(lsa3(7, full))), "NSSA"
    promised = external3(7, PREFIXES[3], referenced=0x2001)
    yield packet3(UPDATE, update(lsa3(5, promised, AS))), "AS-external, flags promise more"
    yield packet3(UPDATE, update(lsa3(8, link3(LOCAL, *PREFIXES), LINK))), "Link LSA"
    yield packet3(UPDATE, update(lsa3(9, intra_area(*PREFIXES)))), "Intra-area prefixes"
    yield packet3(UPDATE, update(lsa3(6, bytes(8)))), "Group membership, which has no reader"
    unknown = lsa3(99, bytes(8), LINK, unknown=1)
    yield packet3(UPDATE, update(unknown, lsa3(4, AREA_ROUTER))), "Unknown, then a known one"
    information = b"".join((
        tlv(1, b"\xfd\0\0\0"), tlv(7, b"router-1.example"), tlv(8, b"\0\1\x80"),
        tlv(10, struct.pack(">I", 6006)),
    ))  # fmt: skip
    yield packet3(UPDATE, update(lsa3(12, information, unknown=1))), "Router information"


def families() -> Iterator[tuple[bytes, str]]:
    """Prefixes of IPv4 (RFC 5838)."""
    prefix = Prefix(24, ip4("198.51.100.0"))
    lsas = (
        lsa3(3, area_prefix(prefix)), lsa3(9, intra_area(prefix)),
        lsa3(8, link3(ROUTER_ID, prefix), LINK),
        lsa3(5, external3(7, prefix, ip4("192.0.2.9").ljust(16, b"\0"), ip4("0.0.0.6")), AS),
    )  # fmt: skip
    yield packet3(UPDATE, update(*lsas), instance=66), "IPv4 prefixes, instance 66"
    yield packet3(UPDATE, update(*lsas), instance=64), "IPv4 prefixes, instance 64"
    default = lsa3(3, area_prefix(Prefix(0)))
    yield packet3(UPDATE, update(default, lsas[0]), instance=96), "IPv4's default route"
    yield packet3(HELLO, hello3(0x0113), instance=32), "IPv6 multicast, instance 32"
    yield packet3(HELLO, hello3(0x0113), instance=128), "An instance out of the ranges"


def behind() -> Iterator[tuple[bytes, str]]:
    """Signalling and authentication behind packets."""
    block = signalling(
        tlv(1, struct.pack(">I", 3)), tlv(3, b"\x60\x06\xe0\0"), tlv(4, NEIGHBOUR_ID + OTHER_ID),
        tlv(5, NEIGHBOUR_ID), tlv(6, OTHER_ID), tlv(8, b"\x80\0\0\0"), tlv(9, bytes(4)),
        tlv(7, b"\1\xc0\0\0" + NEIGHBOUR_ID + OTHER_ID),
    )  # fmt: skip
    yield packet3(HELLO, hello3(OPTIONS | L), block), "Hello with signalling"
    yield packet3(DESCRIPTION, description3(OPTIONS | L, 7), block), "Description with signalling"
    authenticated = hello3(OPTIONS | AT, NEIGHBOUR_ID)
    yield packet3(HELLO, authenticated, trailer(), total=0), "Hello with a trailer"
    both = hello3(OPTIONS | AT | L)
    short = signalling(tlv(1, struct.pack(">I", 1)))
    yield packet3(HELLO, both, short + trailer(), total=0), "… with both"
    yield packet3(UPDATE, update(lsa3(2, NETWORK)), trailer(), total=0), "Update with a trailer"


def extensions() -> Iterator[tuple[bytes, str]]:
    """Extended LSAs (RFC 8362), and a grace LSA (RFC 5187)."""
    forwarding = tlv(1, ip6("2001:db8::1")) + tlv(2, ROUTER_ID) + tlv(3, ip4("0.0.0.6"))
    link = tlv(1, router3((1, 10))[4:] + tlv(999, b"sixscope"))
    outside = extended.ExternalPrefix(_word=4 << 24 | 20, length=64)
    whose = bytes(extended.Referenced(id=ip4("0.0.0.7"), router=ROUTER_ID))
    prefix = area_prefix(PREFIXES[3])
    lsas = (
        lsa3(33, router3() + link), lsa3(34, bytes(lsa_v3.Network()) + tlv(2, NETWORK[4:])),
        lsa3(35, tlv(3, prefix)), lsa3(36, tlv(4, AREA_ROUTER)),
        lsa3(37, tlv(5, bytes(outside) + PREFIX[:8] + forwarding), AS),
        lsa3(39, tlv(5, bytes(outside) + PREFIX[:8])),
        lsa3(40, bytes(lsa_v3.LinkHead()) + tlv(7, LOCAL) + tlv(8, ROUTER_ID) + tlv(6, prefix),
             LINK),
        lsa3(41, whose + tlv(6, prefix)),
    )  # fmt: skip
    yield packet3(UPDATE, update(*lsas)), "Extended LSAs"
    grace = tlv(1, struct.pack(">I", 120)) + tlv(2, b"\1")
    yield packet3(UPDATE, update(lsa3(11, grace, LINK))), "Grace LSA"


def broken() -> Iterator[tuple[bytes, str]]:
    """Lengths and counts that lie, versions and types that are none."""
    yield packet3(HELLO, hello3(), length=60), "The packet's length is too large"
    yield packet3(HELLO, hello3(OPTIONS, NEIGHBOUR_ID), length=10), "… smaller than the header"
    yield packet3(HELLO, hello3(), total=0x6006), "Wrong checksum"
    yield packet3(HELLO, hello3(), reserved=b"\6"), "Reserved octet of the header"
    yield packet3(HELLO, hello3()[:10]), "A Hello ends early"
    yield packet3(HELLO, hello3(OPTIONS, NEIGHBOUR_ID[:3])), "… in a neighbour"
    yield packet3(9, hello3()), "Unknown packet type"
    yield packet3(HELLO, hello3(), version=4), "Unknown version"
    yield packet3(UPDATE, update(lsa3(2, NETWORK), count=0x80000000)), "More LSAs promised"
    yield packet3(UPDATE, update(lsa3(2, NETWORK), count=0)), "None promised"
    yield packet3(UPDATE, update(lsa3(2, NETWORK, length=200))), "An LSA's length is too large"
    yield packet3(UPDATE, update(lsa3(9, intra_area(PREFIXES[2], count=60000)))), "Prefixes missing"
    long = bytes(lsa_v3.InterAreaPrefix(length=200)) + bytes(28)
    yield packet3(UPDATE, update(lsa3(3, long))), "A prefix of 200 bits"
    yield packet3(HELLO, hello3(OPTIONS | L)), "Signalling promised"
    yield packet3(HELLO, hello3(OPTIONS | L), signalling(words=60)), "Signalling too long"
    lying = signalling(tlv(1, struct.pack(">I", 1), length=65284))
    both = hello3(OPTIONS | L | AT)
    yield packet3(HELLO, both, lying + trailer(), total=0), "Signalling's TLV too long"
    yield packet3(HELLO, hello3(OPTIONS | AT), trailer(length=200), total=0), "Trailer too long"
    yield packet3(HELLO, hello3(OPTIONS | AT), trailer(length=4), total=0), "Trailer too short"
    network = update(lsa3(2, NETWORK))
    yield packet3(UPDATE, network, length=16 + len(network) + 4), "Longer than the packet"
    two = lsa3(3, area_prefix(PREFIXES[2]), length=37) + b"\0" + lsa3(2, NETWORK)
    yield packet3(UPDATE, update(two, count=2)), "An LSA whose length is odd"
    odd = lsa3(3, area_prefix(Prefix(63)))
    yield packet3(UPDATE, update(odd)), "A prefix of 63 bits, with the 64th set"
    padded = signalling(tlv(9, b"\0\7"), tlv(8, b"\x80\0\0\0"))
    yield packet3(HELLO, hello3(OPTIONS | L), padded), "An unknown TLV with padding"
    relays = signalling(tlv(7, b"\xc0\0\0\0"), tlv(8, b"\x80\0\0\0"), tlv(9, bytes(4)))
    yield packet3(HELLO, hello3(OPTIONS | L), relays), "Relays without a neighbour"
    short = packet3(DESCRIPTION, description3(OPTIONS, 7), length=16 + 11)
    yield short, "A description that passes the packet's length by an octet"
    yield packet3(13, b""), "An unknown type of packet, with nothing in it"


def _cases() -> Iterator[tuple[bytes, str]]:
    for cases in (exchange, advertisements, families, behind, extensions, broken):
        yield from cases()


FILES = {"ospfv3.pcapng": lambda path: write(path, _cases())}

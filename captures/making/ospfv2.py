"""OSPFv2: packets with every LSA, traffic engineering, segment routing, authentication."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from dissect.protocols.ospf import header, hello, lsa_v2, switching
from dissect.protocols.ospf.database import Description2, Request2
from making.build import ethernet, ip4, ip6, ipv4, write
from making.ospf import (
    ACKNOWLEDGEMENT,
    DESCRIPTION,
    HELLO,
    NEIGHBOUR_ID,
    OSPF,
    OTHER_ID,
    REQUEST,
    ROUTER_ID,
    UPDATE,
    sealed,
    signalling,
    tlv,
    update,
)

SOURCE, ALL_SPF, ALL_SPF_MAC = ip4("192.0.2.1"), ip4("224.0.0.5"), b"\x01\0\x5e\0\0\5"
NETWORK, MASK = ip4("198.51.100.0"), ip4("255.255.255.0")
E, L, O, MT = 0x02, 0x10, 0x40, 0x01  # noqa: E741
NONE, PASSWORD, DIGEST = (struct.pack(">H", kind) for kind in range(3))


def packet2(
    kind: int, body: bytes, behind: bytes = b"", *, auth: bytes = NONE + bytes(8),
    length: int | None = None, total: int | None = None,
) -> bytes:  # fmt: skip
    """A packet of version 2 in a frame; ``auth``: the last 10 octets of its header."""
    size = 24 + len(body) if length is None else length
    head = header.Head(version=2, kind=kind, length=size, router=ROUTER_ID)
    if total is None:
        total = checksum(bytes(head) + auth[:2] + body)
    head.sum = total
    octets = ipv4(bytes(head) + auth + body + behind, OSPF, SOURCE, ALL_SPF, ttl=1, tos=0xC0)
    return ethernet(octets, 0x0800, dst=ALL_SPF_MAC)


def lsa2(
    kind: int, body: bytes = b"", *, options: int = E, age: int = 1, length: int | None = None
) -> bytes:
    """An LSA of version 2."""
    head_class = lsa_v2.LsaNssa if kind == lsa_v2.NSSA else lsa_v2.Lsa2
    head = head_class(_age=age, options=options, type=kind, id=NETWORK, router=ROUTER_ID)
    return sealed(head, body, length)


def opaque(kind: int, *tlvs: bytes, scope: int = 10, number: int = 7) -> bytes:
    """An opaque LSA of TLVs."""
    head = lsa_v2.LsaOpaque(type=scope, _id=kind << 24 | number, router=ROUTER_ID)
    return sealed(head, b"".join(tlvs))


def hello2(options: int = E, *neighbours: bytes) -> bytes:
    """The body of a Hello."""
    return bytes(hello.Hello2(mask=MASK, options=options, designated=SOURCE)) + b"".join(neighbours)


def description2(options: int, flags: int, *lsas: bytes) -> bytes:
    """The body of a Database Description."""
    return bytes(Description2(options=options, flags=flags, sequence=0x6006)) + b"".join(lsas)


def router2(*links: tuple[int, tuple[int, ...]], flags: int = 0, count: int | None = None) -> bytes:
    """A router's links as (type, metrics of other topologies)."""
    body = b""
    for kind, metrics in links:
        body += bytes(lsa_v2.Link(id=NETWORK, address=MASK, type=kind, metrics=len(metrics)))
        body += b"".join(
            struct.pack(">BBH", number, 0, metrics[number]) for number in range(len(metrics))
        )
    number = len(links) if count is None else count
    return bytes(lsa_v2.Router(flags=flags, links=number)) + body


SUMMARY = MASK + bytes(lsa_v2.SummaryMetric(_word=0x0200000A))
EXTERNAL = MASK + b"".join(
    bytes(lsa_v2.ExternalMetric(_word=word, forward=OTHER_ID, tag=6006))
    for word in (0x80000014, 0x0200000A)
)


def exchange() -> Iterator[tuple[bytes, str]]:
    """Two routers meet and fill each other's databases."""
    yield packet2(HELLO, hello2()), "Hello, nobody heard of"
    yield packet2(HELLO, hello2(0xEF, NEIGHBOUR_ID, OTHER_ID)), "Hello, all options but one"
    yield packet2(DESCRIPTION, description2(E, 7)), "Database Description, the first"
    heads = [lsa2(kind, length=64) for kind in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99)]
    yield packet2(DESCRIPTION, description2(E, 0x0F, *heads)), "… headers of all LSAs"
    wanted = b"".join(bytes(Request2(type=kind, id=NETWORK)) for kind in (1, 5, 99))
    yield packet2(REQUEST, wanted), "Link State Request"
    yield packet2(ACKNOWLEDGEMENT, b"".join(heads)), "Link State Acknowledgement"


def advertisements() -> Iterator[tuple[bytes, str]]:
    """Updates with each LSA that RFC 2328 has, and some that nobody reads."""
    links = router2((1, ()), (2, ()), (3, ()), (4, ()), (9, ()), flags=0x9F)
    yield packet2(UPDATE, update(lsa2(1, links))), "Router LSA"
    topologies = lsa2(1, router2((1, (5, 6, 7))), options=E | MT)
    yield packet2(UPDATE, update(topologies, lsa2(1, router2((3, (9,)))))), "… of more topologies"
    attached = lsa2(2, MASK + ROUTER_ID + NEIGHBOUR_ID, age=0x8E10)
    yield packet2(UPDATE, update(attached)), "Network LSA that doesn't age"
    yield packet2(UPDATE, update(lsa2(3, SUMMARY), lsa2(4, SUMMARY))), "Summaries"
    yield packet2(UPDATE, update(lsa2(5, EXTERNAL))), "AS-external"
    yield packet2(UPDATE, update(lsa2(7, EXTERNAL, options=0x08))), "NSSA"
    yield packet2(UPDATE, update(lsa2(6, bytes(8)), lsa2(8, bytes(8)))), "No readers for these"
    yield packet2(UPDATE, update(lsa2(99, bytes(8)), lsa2(3, SUMMARY))), "Unknown, then known"
    yield packet2(UPDATE, update(opaque(99, bytes(8), scope=11))), "Unknown opaque type"
    grace = (tlv(1, struct.pack(">I", 120)), tlv(2, b"\2"), tlv(3, SOURCE), tlv(9, b"abcd"))
    yield packet2(UPDATE, update(opaque(3, *grace, scope=9))), "Grace LSA"


def number(value: float) -> bytes:
    """A bandwidth."""
    return struct.pack(">f", value)


def capability(kind: int, *more: bytes) -> bytes:
    """An interface switching capability."""
    bands = b"".join(number(125e6 / (n + 1)) for n in range(8))
    return tlv(15, bytes(switching.Switching(switching=kind, encoding=8)) + bands + b"".join(more))


def engineering() -> Iterator[tuple[bytes, str]]:
    """Traffic engineering, GMPLS, optical networks."""
    constraints = b"\1\0\0\0" + b"".join(number(1e6 * n) for n in range(1, 9))
    link = (
        tlv(1, b"\1"), tlv(2, NEIGHBOUR_ID), tlv(3, SOURCE + ROUTER_ID), tlv(4, NEIGHBOUR_ID),
        tlv(5, struct.pack(">I", 10)), tlv(6, number(1.25e9)), tlv(7, number(1e9)),
        tlv(8, b"".join(number(1e8 * n) for n in range(8))), tlv(9, b"\x80\0\0\5"),
        tlv(11, struct.pack(">II", 3, 4)), tlv(14, b"\x20\0\0\0"),
        tlv(16, struct.pack(">II", 60, 6)), tlv(17, constraints),
        tlv(26, struct.pack(">II", 1, 0x80000000)), tlv(27, b"\x80\0\x01\0"),
        tlv(28, b"\0\0\0\x64" + b"\0\0\1\0"), tlv(29, b"\0\0\0\x0a"), tlv(60, b"sixscope"),
    )  # fmt: skip
    address = tlv(1, SOURCE)
    yield packet2(UPDATE, update(opaque(1, address))), "Traffic engineering, router address"
    yield packet2(UPDATE, update(opaque(1, tlv(2, b"".join(link))))), "… a link"
    strange = (
        tlv(17, b"\1\0\6\0" + number(1)), tlv(17, bytes(5)), tlv(17, bytes(40)), tlv(17, bytes(4)),
        tlv(28, b"\0\0\0\x64" + b"\6\0\1\0"), tlv(29, b"\6\0\0\x0a"),
    )  # fmt: skip
    yield packet2(UPDATE, update(opaque(1, tlv(2, b"".join(strange))))), "… that breaks rules"
    labels = bytes(switching.LabelSet()) + bytes(switching.BaseLabel(_word=0x60000020)) + bytes(8)
    grid = bytes(switching.FlexibleGrid()) + b"\xff\xff\0\0"
    bands = (
        capability(1, number(1e3), struct.pack(">HH", 1500, 0)),
        capability(100, number(1e3), b"\1\0\0\0"), capability(51), capability(150),
        capability(150, labels), capability(151, labels), capability(152, grid),
    )  # fmt: skip
    yield packet2(UPDATE, update(opaque(1, tlv(2, b"".join(bands))))), "… that switches"
    base = bytes(switching.LabelSet()) + bytes(switching.BaseLabel()) + bytes(8)
    lambdas = tlv(2, capability(151, base))
    yield packet2(UPDATE, update(opaque(1, lambdas))), "… lambdas of a DWDM grid"
    optical = tlv(32773, ROUTER_ID) + tlv(32774, NEIGHBOUR_ID)
    optical += tlv(32775, b"\x64\5\0\0" + b"\6\0\0\7" + b"\x63\0\0\1")
    addresses = (
        tlv(32777, ROUTER_ID), tlv(32776, b"\x20\0\0\0" + SOURCE),
        tlv(32778, b"\x80\0\0\0" + ip6("2001:db8::1")),
        tlv(32779, b"\x28\0\0\0" + b"\x47\0\5\x80\xff"),
        tlv(32799, bytes(4)),
    )  # fmt: skip
    yield packet2(UPDATE, update(opaque(1, tlv(2, optical)))), "OIF: nodes and timeslots"
    yield packet2(UPDATE, update(opaque(1, tlv(32768, b"".join(addresses))))), "OIF: addresses"
    short = tlv(32768, tlv(32777, b"ab"))
    yield packet2(UPDATE, update(opaque(1, short))), "OIF: an address too short"
    yield packet2(UPDATE, update(opaque(1, tlv(77, b"sixscope")))), "… unknown"


def segments() -> Iterator[tuple[bytes, str]]:
    """Router information, and what extended prefixes and links say of segments."""
    label, index = tlv(1, b"\0\x3e\x80"), tlv(1, struct.pack(">I", 100))
    flexible = b"\x80\1\0\x80" + b"".join(
        tlv(kind, struct.pack(">I", 1 << kind)) for kind in range(1, 6)
    )
    information = (
        tlv(1, b"\xfd\0\0\0"), tlv(7, b"router-1"), tlv(8, b"\0\1"),
        tlv(9, b"\0\x1f\x40\0" + label), tlv(14, b"\0\3\xe8\6" + index + tlv(9, b"abcd")),
        tlv(9, b"\0\0\1\0" + tlv(1, b"\0\1")), tlv(12, b"\1\x0a\x29\5"),
        tlv(15, b"\x80\0\0\0"), tlv(15, b"\x80\0\0\6"), tlv(16, flexible),
        tlv(11, struct.pack(">I", 6006)), tlv(99, b"sixscope"),
    )  # fmt: skip
    yield packet2(UPDATE, update(opaque(4, *information))), "Router information"
    segment = tlv(2, b"\x7c\0\0\1" + struct.pack(">I", 100))
    labelled = tlv(2, b"\x0c\0\0\0" + b"\0\x3e\x80") + tlv(2, b"\0\0") + tlv(9, b"abcd")
    prefixes = (
        tlv(1, b"\1\x18\0\xc0" + NETWORK + segment), tlv(1, b"\5\0\0\0" + labelled),
        tlv(2, b"\x18\0\0\x0a\x80\0\0\0" + NETWORK + segment), tlv(2, b"\0\0\0\1\0\0\0\6"),
        tlv(9, b"abcd"),
    )  # fmt: skip
    yield packet2(UPDATE, update(opaque(7, *prefixes))), "Extended prefixes"
    delays = tlv(12, b"\x80\0\1\0") + tlv(13, b"\0\0\1\0\0\0\2\0") + tlv(14, b"\0\0\0\1")
    groups = tlv(19, b"\0\0\0\6") + tlv(20, bytes(7) + b"\1") + tlv(22, bytes(3) + b"\x0a")
    parts = (
        tlv(2, b"\xf8\0\0\1" + b"\0\x3e\x80"), tlv(2, b"\x60\0\0\1" + struct.pack(">I", 9)),
        tlv(2, b"\0"), tlv(3, b"\x60\0\0\1" + NEIGHBOUR_ID + b"\0\x3e\x80"),
        tlv(3, b"\0\0\0\0" + NEIGHBOUR_ID + struct.pack(">I", 9)), tlv(3, b"\0"),
        tlv(6, b"\1\x0a"), tlv(7, b""), tlv(8, SOURCE), tlv(9, struct.pack(">II", 3, 4)),
        tlv(10, b"\4\4\0\0" + b"\xf0\0\0\0" + b"\x80\0\0\0" + delays + groups + tlv(99, b"abcd")),
        tlv(99, b"abcd"),
    )  # fmt: skip
    link = tlv(1, b"\1\0\0\0" + NEIGHBOUR_ID + SOURCE + b"".join(parts))
    yield packet2(UPDATE, update(opaque(8, link, tlv(9, b"abcd")))), "Extended link"


def secured() -> Iterator[tuple[bytes, str]]:
    """Authentication, and signalling behind packets."""
    yield packet2(HELLO, hello2(), auth=PASSWORD + b"six\0cope"), "Hello with a password"
    key = DIGEST + struct.pack(">HBBI", 0, 1, 16, 0x6006)
    digest = bytes(range(16))
    yield packet2(HELLO, hello2(), digest, auth=key, total=0), "Hello with a digest"
    yield packet2(HELLO, hello2(), digest[:9], auth=key, total=0), "… that is cut"
    yield packet2(HELLO, hello2(), auth=b"\0\x63sixscope"), "Unknown authentication"
    block = signalling(tlv(1, struct.pack(">I", 3)), tlv(18, struct.pack(">I", 3)), tlv(9, b"abcd"))
    yield packet2(HELLO, hello2(E | L), block), "Hello with signalling"
    signed = signalling(tlv(1, struct.pack(">I", 1)), tlv(2, bytes(3) + b"\6" + digest))
    yield packet2(HELLO, hello2(E | L), digest + signed, auth=key, total=0), "… and digests"
    yield packet2(DESCRIPTION, description2(E | L, 7), block), "Description with signalling"


def broken() -> Iterator[tuple[bytes, str]]:
    """Lengths and counts that lie."""
    yield packet2(HELLO, hello2(), length=100), "The packet's length is too large"
    yield packet2(HELLO, hello2(), length=20), "… smaller than the header"
    yield packet2(HELLO, hello2(), total=0x6006), "Wrong checksum"
    yield packet2(HELLO, hello2(L | E)), "Signalling promised"
    yield packet2(UPDATE, update(lsa2(1, router2((1, ()), count=500)))), "Links missing"
    yield packet2(UPDATE, update(lsa2(1, router2((1, ())), length=22))), "An LSA is too short"
    yield packet2(UPDATE, update(lsa2(99, bytes(4), length=3))), "… of unknown type"
    yield packet2(UPDATE, update(lsa2(2, MASK, length=28))), "A network without routers"
    yield packet2(UPDATE, update(lsa2(3, SUMMARY), count=9)), "More LSAs promised"
    yield packet2(UPDATE, update(opaque(1, tlv(2, tlv(5, bytes(4), length=99))))), "TLV too long"
    yield packet2(UPDATE, update(opaque(4, tlv(1, bytes(4), length=2000)))), "… too long by far"


def _cases() -> Iterator[tuple[bytes, str]]:
    for cases in (exchange, advertisements, engineering, segments, secured, broken):
        yield from cases()


FILES = {"ospfv2.pcapng": lambda path: write(path, _cases())}

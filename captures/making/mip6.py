"""Mobile IPv6: every message of the Mobility Header, every option, and lengths that lie."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from dissect.engine.checksum import checksum
from dissect.protocols.mip6 import MobilityHeader
from dissect.protocols.mip6.codes import OPTIONS
from dissect.protocols.mip6.messages import MESSAGES
from making.build import HOST, NO_NEXT, OTHER, ethernet, ip6, ipv6, pseudo_sum, write

h = bytes.fromhex
Case = tuple[bytes, str]
"""A packet, and what it is for."""

MOBILITY = 135
ADDRESS, IPV4 = ip6("2001:db8::7"), bytes([192, 0, 2, 1])
OCTETS = bytes(range(0x41, 0x41 + 24))
GPP = 10415
"""3GPP's enterprise number."""


def mobility(
    kind: int, body: bytes, *, units: int | None = None, proto: int = NO_NEXT, behind: bytes = b"",
    good: bool = True,
) -> bytes:  # fmt: skip
    """An IPv6 packet with one message, filled up to 8 octets with Pad1."""
    body += bytes(-(6 + len(body)) % 8)
    units = (6 + len(body)) // 8 - 1 if units is None else units
    head = MobilityHeader(proto=proto, len=units, type=kind)
    if good:
        pseudo = pseudo_sum(HOST, OTHER, MOBILITY, 6 + len(body))
        head.sum = checksum(bytes(head) + body, pseudo)
    return ipv6(bytes(head) + body + behind, MOBILITY)


def option(kind: int, data: bytes, length: int | None = None) -> bytes:
    """An option; ``length``: what it says instead of its true length."""
    return bytes([kind, len(data) if length is None else length]) + data


def update(*options: bytes) -> bytes:
    """A Binding Update with options."""
    return mobility(5, h("000180000004") + b"".join(options))


def suboptions(*each: tuple[int, bytes]) -> bytes:
    """An Access Network Identifier option."""
    return option(52, b"".join(option(kind, data) for kind, data in each))


def vendor(subtype: int, data: bytes, more: int = 0) -> bytes:
    """A vendor option of 3GPP's."""
    return option(19, struct.pack(">IBB", GPP, subtype, more) + data)


EXACT = {
    2: 2, 3: 16, 4: 4, 6: 18, 22: 18, 23: 2, 24: 2, 26: 16, 27: 8, 28: 4, 29: 6, 30: 6, 31: 6,
    32: 6, 34: 18, 36: 6, 37: 6, 38: 6, 39: 2, 46: 2, 48: 18, 49: 4, 50: 6,
}  # fmt: skip
"""Options of one length."""

BODIES = (
    (0, b"\1\2" + option(1, bytes(4))), (1, bytes(2) + OCTETS[:8]), (2, bytes(2) + OCTETS[:8]),
    (3, OCTETS[:18]), (4, OCTETS[:18]), (5, h("0001ffc00004") + option(1, b"")),
    (5, h("000100000004")), (6, h("00f800010004")), (6, h("850000010004")), (7, b"\1\0" + ADDRESS),
    (8, h("0001f0000004")), (9, h("808000010004")), (10, b"ab"), (11, OCTETS[:10]),
    (12, b"\1\5" + ADDRESS), (12, b"\1\0" + ADDRESS + option(28, h("00000007"))),
    (13, h("000300000001")), (14, h("0001c003")), (15, h("00010003")), (16, h("01010001e001")),
    (16, h("020200018000")), (17, h("00070000003c")), (18, h("00078080003c")), (19, OCTETS[:10]),
)  # fmt: skip
"""Message types with what follows the head."""


def messages() -> Iterator[Case]:
    """Every message type."""
    for kind, body in BODIES:
        name = MESSAGES[kind][0] if kind in MESSAGES else "unknown"
        yield mobility(kind, body), f"Message {kind}, {name}"
    yield mobility(1, bytes(10), good=False), "A wrong checksum"


VALUES = (
    (5, OCTETS[:12]), (7, b"\2" + OCTETS[:6]), (7, b"\2"), (8, b"\1node@example.org"), (8, b"\1"),
    (9, b"\1\0\0\0\5d"), (11, b""), (12, b"p"), (13, b"s"), (14, b"k"), (15, b""), (16, b"t"),
    (17, b"\x80\x80n"), (18, b"d"), (19, struct.pack(">IB", GPP, 7)), (20, b"internet"),
    (21, b"\0\0\0\5a"), (23, b"\0\4"), (24, b"\0\x08"), (25, bytes(2) + OCTETS[:6]),
    (27, h("00005f0000008000")), (27, h("ff015f000000ffff")), (31, b"\x80\0" + b"\xff" * 4),
    (33, OCTETS[:2]), (33, OCTETS[:6]), (35, OCTETS[:4]), (35, b"\0\1\0\x80" + IPV4),
    (35, b"\0\1\0\0" + ADDRESS), (40, b"\0\0" + option(2, b"") + option(3, b"ab")),
    (40, b"\0\0" + option(19, struct.pack(">IB", GPP, 7))), (40, b"\0\0" + option(2, b"", 9)),
    (41, b"\1\0" + ADDRESS), (41, b"\2\0" + IPV4), (41, b"\3\0" + IPV4),
    (47, b"\x80\0" + ADDRESS), (47, b"\x40\0" + IPV4), (47, b"\xc0\0" + ADDRESS + IPV4),
    (55, b"\x80\x18" + IPV4), (55, b"\0\x40" + ADDRESS), (55, b"\0\x40" + OCTETS[:7]),
)  # fmt: skip
"""Options with what they may hold."""

VENDORS = (
    (2, b"\x41"), (3, IPV4), (3, ADDRESS), (4, b"\1"), (6, b"\1\x10"), (7, IPV4), (9, b"apn"),
    (10, b"\1\2"), (11, h("21436587f9")), (12, h("21436587f9")), (14, b"\1"), (15, b"\2"),
    (16, h("21436587f9")), (17, b"\x35"), (19, b"\1"),
)  # fmt: skip
"""3GPP's options, by subtype."""

IDENTIFIERS = (
    ((1, b"\x80\3net\2ap"), (1, b"\0\3net\2ap"), (4, b"abc")),
    ((2, b"\1\2\3\x81\2\3"), (3, b"\1\0\0\1")),
)


def options() -> Iterator[Case]:
    """Every option, in Binding Updates."""
    for kind, size in EXACT.items():
        for length, words in ((size, ""), (size + 2, ", two octets too long"), (0, ", empty")):
            yield update(option(kind, OCTETS[:length])), f"Option {kind}, {OPTIONS[kind]}{words}"
    for kind, data in VALUES:
        yield update(option(kind, data)), f"Option {kind}, {OPTIONS[kind]}"
    for each in IDENTIFIERS:
        yield update(suboptions(*each)), "Option 52, Access Network Identifier"
    for subtype, data in VENDORS:
        yield update(vendor(subtype, data)), f"3GPP's option {subtype}"
    yield update(vendor(2, b"\x41", more=1)), "A part of 3GPP's option"
    yield update(option(20, b"abcde", 60)), "An option past the end"
    for name in (b"\3net\2ap", b"\0\0\x28\0\7", b"\3netap\4", b"\x1fnet", b"a\0b"):
        yield update(option(20, name)), "A service by labels, more or less"
    yield update(vendor(16, h("21436587ff"))), "A digit that is none"
    yield update(suboptions((1, b"\x80\3net\xbaap"))), "A name that passes its suboption"
    yield update(option(1, bytes(3)) + h("00000014")), "The head of an option at the end"
    yield update(option(99, b"abcdef", 60)), "An unknown option past the end"


LONGER = (
    (9, b"\1\0\0\0\5" + OCTETS), (12, OCTETS), (13, OCTETS), (14, OCTETS[:8]), (16, OCTETS[:8]),
    (17, b"\0\0" + OCTETS), (18, OCTETS), (19, h("0000000901") + OCTETS[:9]),
    (21, h("00000005") + OCTETS),
)  # fmt: skip
"""Options whose data tshark cuts, as if the length counted the first two octets."""


def where_tshark_is_wrong() -> Iterator[Case]:
    """What tshark 4.0 reads otherwise than the documents say."""
    lying = bytes((0, 1, 0x80, 0, 0, 4)) + option(42, bytes(2), 8)
    yield mobility(5, lying, proto=29, behind=OCTETS[:8]), "An option past the header, and octets"
    for kind, data in LONGER:
        yield update(option(kind, data)), f"Option {kind}, {OPTIONS[kind]}"
    yield update(option(42, OCTETS)), "Option 42: the length stands behind the type"
    yield update(option(10, h("e300000080000000"))), "Option 10: an NTP timestamp"
    yield update(option(51, b"\0\x80" + ADDRESS)), "Option 51: 18 octets"
    yield update(vendor(3, b"")), "3GPP's option 3 without an address"
    yield update(option(76, b"")), "An unknown option, empty"
    yield update(vendor(1, b"ab")), "3GPP's option 1 of two octets"
    short = h("000180000004") + b"\0\0"
    yield mobility(5, short, units=0), "A Binding Update of 8 octets, by the header's length"
    yield mobility(4, short + bytes(8), units=1), "A Care-of Test whose cookie passes the length"
    for kind in (9, 12, 13, 14, 18, 21):
        yield (
            update(option(kind, b""), option(11, b"")),
            f"Option {kind}, {OPTIONS[kind]}, empty, and one behind it",
        )
    yield update(suboptions((1, b"\xff\3net\2ap"))), "A network's name beside reserved bits"
    lying = option(52, b"\1\x55\x80\3net\2ap")
    yield (
        update(suboptions((3, b"\1\0\0\1"))[:-5] + b"\x0c\1\0\0\1"),
        ("An operator whose name passes its option"),
    )
    yield update(lying + bytes(3)), "An access network's suboption that passes its option"
    yield update(suboptions((2, bytes(8)), (4, b"abc"))), "A location of eight octets"
    yield (
        update(suboptions((1, b"\x80\3net\2apx"), (4, b"abc"))),
        "An octet behind a network's names",
    )
    yield update(option(8, b"\x80ab") + option(11, b"")), "An identifier of two octets"
    yield update(option(21, bytes(4)) + option(11, b"")), "Option 21 without an authenticator"
    yield mobility(16, h("00010001e001")), "A revocation of type 0"
    yield mobility(11, b"ab"), "Two octets of an experiment"
    yield update(option(20, b"\3n\xfft\2ap")), "A service by labels that are no ASCII"


FILES = {
    f"mip6_{name}.pcapng": lambda path, cases=cases: write(
        path, [(ethernet(octets), words) for octets, words in cases()]
    )
    for name, cases in (
        ("messages", messages), ("options", options), ("tshark_wrong", where_tshark_is_wrong),
    )
}  # fmt: skip

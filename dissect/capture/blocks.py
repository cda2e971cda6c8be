"""The blocks of a pcapng file and their options (draft-ietf-opsawg-pcapng, sections 3 and 4).

    block type (4 bytes) | total length (4) | body, options | total length again (4)

Every struct here begins with type and length, and leaves out options and the second length.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from functools import cache
from struct import Struct

from .header import Header, Order

SECTION = 0x0A0D0D0A
INTERFACE = 1
OBSOLETE_PACKET = 2
SIMPLE_PACKET = 3
NAMES = 4
STATISTICS = 5
PACKET = 6
JOURNAL = 9
SECRETS = 10
CUSTOM = 0xBAD
CUSTOM_PRIVATE = 0x4000_0BAD

MAGIC = 0x1A2B3C4D  # "Byte-Order Magic"


class BadBlock(Exception):
    """A block says something that can't be; the caller knows where it is."""


class BlockHeader(Header):
    """Section 3.1, "General Block Structure"."""

    __hdr__ = (("type", "I", CUSTOM), ("length", "I", 12))


class SectionHeader(Header):
    """Section 4.1, "Section Header Block"."""

    __hdr__ = (
        ("type", "I", SECTION),
        ("length", "I", 28),
        ("magic", "I", MAGIC),
        ("major", "H", 1),
        ("minor", "H", 0),
        ("section", "q", -1),  # length of the section; -1: not known
    )


class InterfaceDescription(Header):
    """Section 4.2, "Interface Description Block"."""

    __hdr__ = (
        ("type", "I", INTERFACE),
        ("length", "I", 20),
        ("link_type", "H", 1),
        ("reserved", "H", 0),
        ("snaplen", "I", 0),
    )


class EnhancedPacket(Header):
    """Section 4.3, "Enhanced Packet Block"."""

    __hdr__ = (
        ("type", "I", PACKET),
        ("length", "I", 32),
        ("interface", "I", 0),
        ("high", "I", 0),  # time, in ticks of the interface's clock
        ("low", "I", 0),
        ("captured", "I", 0),
        ("original", "I", 0),
    )


class SimplePacket(Header):
    """Section 4.4, "Simple Packet Block"."""

    __hdr__ = (("type", "I", SIMPLE_PACKET), ("length", "I", 16), ("original", "I", 0))


class ObsoletePacket(Header):
    """Appendix A, "Packet Block (obsolete!)"."""

    __hdr__ = (
        ("type", "I", OBSOLETE_PACKET),
        ("length", "I", 32),
        ("interface", "H", 0),
        ("drops", "H", 0xFFFF),  # 0xffff: not known
        ("high", "I", 0),
        ("low", "I", 0),
        ("captured", "I", 0),
        ("original", "I", 0),
    )


class NameResolution(Header):
    """Section 4.5, "Name Resolution Block"."""

    __hdr__ = (("type", "I", NAMES), ("length", "I", 12))


class InterfaceStatistics(Header):
    """Section 4.6, "Interface Statistics Block"."""

    __hdr__ = (
        ("type", "I", STATISTICS),
        ("length", "I", 24),
        ("interface", "I", 0),
        ("high", "I", 0),
        ("low", "I", 0),
    )


class Pair(Header):
    """Code and length of an option (section 3.5) or of a name record (section 4.5)."""

    __hdr__ = (("code", "H", 0), ("length", "H", 0))


# A block that is shorter than this, with both lengths, can't be what it says.
SHORTEST = {
    SECTION: 28,
    INTERFACE: 20,
    PACKET: 32,
    OBSOLETE_PACKET: 32,
    SIMPLE_PACKET: 16,
    NAMES: 16,
    STATISTICS: 24,
    SECRETS: 20,
    CUSTOM: 16,
    CUSTOM_PRIVATE: 16,
    JOURNAL: 35,
}


class Option:
    """Option codes, by the block that they belong to."""

    END, COMMENT = 0, 1
    CUSTOM = (2988, 2989, 19372, 19373)
    HARDWARE, OS, APPLICATION = 2, 3, 4  # section
    IF_NAME, IF_DESCRIPTION, IF_TSRESOL, IF_FILTER = 2, 3, 9, 11
    IF_OS, IF_FCSLEN, IF_TSOFFSET, IF_HARDWARE = 12, 13, 14, 15
    IF_RECEIVED, IF_DROPPED = 4, 5  # statistics
    FLAGS, DROPS, PACKET_ID, QUEUE, VERDICT = 2, 4, 5, 6, 7  # packet


Options = dict[int, list[bytes]]


@cache
def pair(order: Order) -> Struct:
    """The layout of `Pair`, compiled once."""
    return Pair.layout(order)


def pairs(data: bytes, order: Order, what: str) -> Iterator[tuple[int, bytes, int]]:
    """Code, value and the position behind it, up to the end mark; padded to 4 bytes each."""
    position = 0
    while position < len(data):
        if position + 4 > len(data):
            raise BadBlock(f"not enough data for the header of an {what}")
        code, length = pair(order).unpack_from(data, position)
        start = position + 4
        position = start + (length + 3 & ~3)
        if position > len(data):
            raise BadBlock(f"not enough data for an {what} of length {length}")
        yield code, data[start : start + length], position
        if code == Option.END:
            return


def options(data: bytes, order: Order) -> Options:
    """Section 3.5, "Options": all values of each code, in their order."""
    found: Options = {}
    for code, value, _ in pairs(data, order, "option"):
        if code in Option.CUSTOM and len(value) < 4:
            raise BadBlock(f"custom option of length {len(value)}, its number alone has 4")
        if code != Option.END:
            found.setdefault(code, []).append(value)
    return found


PACKET_OPTION_LENGTHS = {Option.FLAGS: 4, Option.DROPS: 8, Option.PACKET_ID: 8, Option.QUEUE: 4}


def packet_options(data: bytes, order: Order) -> Options:
    """Options of a packet, whose lengths are law to Wireshark and so to us."""
    found = options(data, order)
    for code, length in PACKET_OPTION_LENGTHS.items():
        for value in found.get(code, ()):
            if len(value) != length:
                raise BadBlock(f"packet option {code} of length {len(value)}, not {length}")
    if b"" in found.get(Option.VERDICT, ()):
        raise BadBlock("packet verdict option of length 0")
    return found


def text(found: Options, code: int) -> str:
    """The first value of a text option; "" if there is none."""
    return texts(found, code)[0] if code in found else ""


def texts(found: Options, code: int) -> tuple[str, ...]:
    """All values of a text option."""
    return tuple(value.rstrip(b"\0").decode("utf-8", "replace") for value in found.get(code, ()))


def number(found: Options, code: int, size: int, order: Order, signed: bool = False) -> int | None:
    """The first value of a numeric option; None if there is none of that size."""
    for value in found.get(code, ()):
        if len(value) == size:
            return int.from_bytes(value, "little" if order == "<" else "big", signed=signed)
    return None


ADDRESS_LENGTHS = {1: 4, 2: 16}  # nrb_record_ipv4, nrb_record_ipv6


def names(data: bytes, order: Order) -> dict[str, str]:
    """Section 4.5, "Name Resolution Block": the (first) name of each address."""
    found: dict[str, str] = {}
    end = 0
    for code, value, position in pairs(data, order, "name record"):
        end = position
        size = ADDRESS_LENGTHS.get(code)
        if size is None:
            continue
        if len(value) < size:
            raise BadBlock(f"name record of length {len(value)}, its address alone has {size}")
        if not value.endswith(b"\0") and len(value) > size:
            raise BadBlock("name record whose name doesn't end with a zero byte")
        name, _, _ = value[size:].partition(b"\0")
        address = str(ipaddress.ip_address(value[:size]))
        found.setdefault(address, name.decode("utf-8", "replace"))
    options(data[end:], order)  # only to see that they are whole
    return found

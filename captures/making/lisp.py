"""Locator/ID Separation Protocol: control messages with every address format, and data."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from making.build import (
    HOST4,
    HOST_MAC,
    NO_NEXT,
    OTHER4,
    ROUTER4,
    UDP_PROTO,
    Commented,
    counting,
    ethernet,
    ip4,
    ip6,
    ipv4,
    ipv6,
    ping,
    udp,
    write,
)

CONTROL, DATA = 4342, 4341
REQUEST, REPLY, REGISTER, NOTIFY, NOTIFY_ACK, REFERRAL, INFO, CAPSULE = range(1, 9)
NONCE = bytes.fromhex("600600010203 0405")
PING = ping()
PACKET4 = ipv4(counting(8), NO_NEXT)


def inet(address: bytes) -> bytes:
    """An address behind its family."""
    return struct.pack(">H", {4: 1, 16: 2, 6: 16389}[len(address)]) + address


NOBODY = bytes(2)
NAME = struct.pack(">H", 17) + b"site-6\0"
EID, RLOC, RLOC6 = inet(ip4("203.0.113.0")), inet(HOST4), inet(ip6("2001:db8:6::6"))
MAC = inet(HOST_MAC)
IEEE_802 = struct.pack(">H", 6) + HOST_MAC
UNKNOWN = struct.pack(">H", 18) + counting(4)


def lcaf(kind: int, body: bytes, second: int = 0) -> bytes:
    """LISP's canonical address format (RFC 8060)."""
    return struct.pack(">HBBBBH", 16387, 0, 0, kind, second, len(body)) + body


GEO = struct.pack(">HBBHBBi", 0x8000 | 52, 30, 15, 13, 24, 30, 34)
FORMATS: tuple[tuple[bytes, str], ...] = (
    (lcaf(0, b""), "Null body"),
    (lcaf(1, RLOC + RLOC6 + MAC), "List"),
    (lcaf(2, struct.pack(">I", 0x600) + RLOC, 24), "Instance ID"),
    (lcaf(2, struct.pack(">I", 0x600) + MAC), "Instance ID with a MAC address"),
    (lcaf(2, struct.pack(">I", 0x600) + NOBODY), "Instance ID alone"),
    (lcaf(3, struct.pack(">I", 64496) + RLOC6), "AS number"),
    (lcaf(4, counting(12) + RLOC), "Application data"),
    (lcaf(5, GEO + RLOC), "Coordinates"),
    (lcaf(6, counting(6)), "Opaque key"),
    (lcaf(7, struct.pack(">HH", CONTROL, DATA) + RLOC + RLOC + RLOC6), "NAT traversal"),
    (lcaf(8, b"\0\1\2\3" + RLOC), "Nonce locator"),
    (lcaf(9, struct.pack(">IHBB", 6, 0, 24, 32) + RLOC + inet(ip4("233.252.0.6")), 3), "Multicast"),
    (lcaf(10, b"\0\5" + RLOC + b"\0\2" + RLOC6), "Explicit locator path"),
    (lcaf(11, counting(8)), "Security key"),
    (lcaf(12, struct.pack(">HBB", 0, 24, 16) + RLOC + EID), "Source and destination"),
    (lcaf(12, struct.pack(">HBB", 0, 48, 48) + MAC + MAC), "… of MAC addresses"),
    (lcaf(13, struct.pack(">I", 6) + RLOC + struct.pack(">I", 7) + RLOC6), "Replication list"),
    (lcaf(14, b"\0\2{}"), "JSON"),
    (lcaf(15, RLOC + RLOC6), "Key and value"),
    (lcaf(255, b"\0\0\0\x5e" + b"six"), "Vendor's"),
    (lcaf(99, counting(4)), "Not assigned"),
    (lcaf(1, lcaf(2, struct.pack(">I", 6) + RLOC) + RLOC6), "Instance ID in a list"),
    (lcaf(2, struct.pack(">I", 6) + lcaf(5, GEO + RLOC)), "Coordinates in an instance ID"),
)


def locator(address: bytes, flags: int = 1, priority: int = 1, weight: int = 100) -> bytes:
    """A locator record."""
    return struct.pack(">BBBBH", priority, weight, 255, 0, flags) + address


def mapping(eid: bytes, *locators: bytes, mask: int = 24, action: int = 0x1000) -> bytes:
    """A mapping record."""
    return struct.pack(">IBBHH", 1440, len(locators), mask, action, 6) + eid + b"".join(locators)


RECORD = mapping(EID, locator(RLOC))
KEYED = struct.pack(">HH", 1, 20) + counting(20)
IDENTIFIED = counting(16) + counting(8)


def message(kind: int, body: bytes, flags: int = 0, records: int = 1) -> bytes:
    """A control message with a nonce."""
    return struct.pack(">I", kind << 28 | flags | records) + NONCE + body


def request(*asked: bytes, flags: int = 0, source: bytes = RLOC, locators: bytes = RLOC) -> bytes:
    """A Map-Request."""
    records = b"".join(struct.pack(">BB", 0, 32) + eid for eid in asked)
    return message(REQUEST, source + locators + records, flags, len(asked))


def packet(payload: bytes, port: int = CONTROL) -> bytes:
    """UDP in IPv4 in Ethernet."""
    return ethernet(ipv4(udp(payload, 40000, port, HOST4, OTHER4), UDP_PROTO), 0x0800)


def control() -> Iterator[Commented]:
    """Each type of message, with each flag."""
    yield packet(request(EID)), "Map-Request"
    yield packet(request(EID, MAC, NAME, RLOC6)), "… for four prefixes"
    yield packet(request(IEEE_802, source=IEEE_802)), "… for a MAC address of family 6"
    yield packet(request(EID, source=NOBODY)), "… without a source"
    yield packet(request(EID, source=MAC, flags=0x3E0 << 8)), "… with a MAC address as the source"
    yield packet(request(EID, flags=1 << 8, locators=RLOC + RLOC6)), "… with two locators"
    for bit in range(14, 20):
        if bit != 18:
            yield packet(request(EID, flags=1 << bit + 8)), f"… flag 0x{1 << bit:06x}"
    with_reply = struct.pack(">BB", 0, 32) + EID + RECORD
    yield packet(message(REQUEST, RLOC + RLOC + with_reply, 0x04000000)), "… with a Map-Reply"
    yield packet(message(REPLY, RECORD)), "Map-Reply"
    between = ipv4(udp(message(REPLY, RECORD), DATA, CONTROL, HOST4, OTHER4), UDP_PROTO)
    yield ethernet(between, 0x0800), "Map-Reply from the port of data"
    two = mapping(EID, locator(RLOC), locator(RLOC6, 7)) + mapping(inet(ip6("2001:db8::")), mask=32)
    yield packet(message(REPLY, two, 0x0E000000, 2)), "… two mappings, all flags"
    for action in range(8):
        yield packet(message(REPLY, mapping(EID, action=action << 13))), f"… action {action}"
    yield packet(message(REPLY, b"", records=0)), "… without a mapping"
    yield packet(message(REGISTER, KEYED + RECORD, 0x08000100)), "Map-Register"
    yield packet(message(REGISTER, KEYED + RECORD + IDENTIFIED, 0x07000000)), "… with an xTR-ID"
    yield packet(message(REGISTER, bytes(4) + RECORD)), "… without authentication"
    yield packet(message(NOTIFY, KEYED + RECORD)), "Map-Notify"
    relay = struct.pack(">HH", 2, 4) + counting(4)
    yield packet(message(NOTIFY, KEYED + RECORD + IDENTIFIED + relay, 0x0C000000)), "… by a relay"
    yield packet(message(NOTIFY_ACK, KEYED + RECORD)), "Map-Notify-Ack"
    for action in range(6):
        record = mapping(EID, locator(RLOC), action=action << 13 | 0x0800)
        yield packet(message(REFERRAL, record)), f"Map-Referral, action {action}"
    about = struct.pack(">IBB", 60, 0, 24) + EID
    yield packet(message(INFO, KEYED + about + NOBODY, records=0)), "Info-Request"
    nat = lcaf(7, struct.pack(">HH", CONTROL, DATA) + RLOC + RLOC + RLOC6 + RLOC)
    yield packet(message(INFO, KEYED + about + nat, 0x08000000, 0)), "Info-Reply"
    inside = udp(request(EID), CONTROL, CONTROL, HOST4, ROUTER4)
    capsule = struct.pack(">I", CAPSULE << 28 | 0x0C000000)
    yield packet(capsule + ipv4(inside, UDP_PROTO, HOST4, ROUTER4)), "Encapsulated, in IPv4"
    inside = udp(request(RLOC6), CONTROL, CONTROL)
    yield packet(capsule + ipv6(inside, UDP_PROTO)), "… in IPv6"
    yield packet(capsule + counting(20)), "… in nothing known"
    for kind in (0, 9, 15):
        yield packet(message(kind, counting(4))), f"Type {kind}"


def formats() -> Iterator[Commented]:
    """Each address format as a locator, some as prefixes."""
    for address, comment in FORMATS:
        yield packet(message(REPLY, mapping(EID, locator(address)))), f"Locator: {comment}"
    for number in (2, 5, 7, 10, 11, 14, 1):
        address, comment = FORMATS[number]
        yield packet(message(REPLY, mapping(address))), f"Prefix: {comment}"
        yield packet(request(address, source=address)), f"Asked for: {comment}"
    for address in (NAME, MAC, NOBODY):
        yield packet(message(REPLY, mapping(NAME, locator(address)))), "Names and others"


def data() -> Iterator[Commented]:
    """Data, with every combination of flags that matter."""
    for flags in (0x00, 0x40, 0x80, 0xC0, 0xE0, 0x10, 0x50, 0x08, 0x88, 0x18, 0x20, 0x90, 0x07):
        head = bytes((flags,)) + b"\x60\x06\x07" + struct.pack(">I", 0x00060003)
        yield packet(head + PING, DATA), f"Flags 0x{flags:02x}"
    head = b"\xc0\1\2\3" + bytes(4)
    yield packet(head + PACKET4, DATA), "IPv4"
    yield packet(head + b"\x50" + counting(10), DATA), "Neither"
    yield packet(head, DATA), "Nothing"
    yield packet(head[:6], DATA), "Half a header"


def broken() -> Iterator[Commented]:
    """Counts and lengths that lie, families that nobody reads."""
    yield packet(message(REPLY, RECORD, records=2)), "A mapping that isn't there"
    yield packet(message(REPLY, RECORD + b"more")), "Octets behind the mapping"
    yield packet(message(REPLY, mapping(UNKNOWN))), "A prefix of an unknown family"
    yield packet(message(REPLY, mapping(EID, locator(UNKNOWN)))), "A locator of an unknown family"
    whole = message(REPLY, RECORD)
    for size in (2, 4, 11, 12, 20, 24, 30, 34):
        yield packet(whole[:size]), f"The packet ends after {size} octets"
    yield packet(message(REGISTER, struct.pack(">HH", 1, 200) + counting(20))), "A key too long"
    about = KEYED + struct.pack(">IBB", 60, 0, 24) + EID
    yield packet(message(INFO, about + RLOC, records=0)), "An Info-Request with an address"
    yield packet(message(INFO, about + NOBODY, 0x08000000, 0)), "An Info-Reply without a format"
    listed = lcaf(1, RLOC + UNKNOWN + RLOC6)
    yield packet(message(REPLY, mapping(EID, locator(listed)))), "A list with an unknown family"
    translated = lcaf(7, struct.pack(">HH", CONTROL, DATA) + RLOC + UNKNOWN + RLOC)
    yield packet(message(REPLY, mapping(EID, locator(translated)))), "… a translator's"
    angles = struct.pack(">HBBHBBi", 0x8000 | 91, 60, 61, 181, 60, 255, 34)
    yield packet(message(REPLY, mapping(EID, locator(lcaf(5, angles + RLOC))))), "No such angles"
    yield (
        packet(message(REPLY, mapping(EID, locator(lcaf(5, GEO + NOBODY + counting(4)))))),
        ("Octets left in a format"),
    )
    for kind in (0, 11):
        for body in (b"", counting(4)):
            yield (
                packet(message(REPLY, mapping(EID, locator(lcaf(kind, body))))),
                (f"Format {kind} with {len(body)} octets"),
            )
    anybody = struct.pack(">IHBB", 6, 0, 24, 0) + RLOC + NOBODY
    yield packet(message(REPLY, mapping(lcaf(9, anybody, 3)))), "All groups"
    named = lcaf(2, struct.pack(">I", 0x600) + RLOC, 24)
    yield packet(request(EID, locators=named)), "An ITR's locator in a format"
    yield packet(request(EID, locators=NOBODY)), "An ITR without a locator"
    half = lcaf(7, struct.pack(">HH", CONTROL, DATA) + RLOC)
    yield packet(message(INFO, about + half, 0x08000000, 0)), "One of three addresses"
    yield packet(message(REPLY, mapping(EID, locator(half)))), "… in a locator"
    from_all = struct.pack(">HBB", 0, 24, 16) + RLOC + NOBODY
    yield packet(message(REPLY, mapping(lcaf(12, from_all)))), "A pair of which one is nobody's"
    nothing = mapping(EID, locator(lcaf(8, b"")), locator(UNKNOWN))
    yield packet(message(REPLY, nothing)), "A format that needs octets and has none"
    yield packet(message(REPLY, mapping(EID, locator(NAME[:-1])))), "A name without its end"
    vendor = b"\0\0\xff\0\0\x28\0\0\0\x5esixscope"
    yield packet(message(REPLY, mapping(EID, locator(b"\x40\3" + vendor)))), "A format too long"
    hop = lcaf(10, b"\0\1" + MAC)
    yield packet(message(REPLY, mapping(EID, locator(hop)))), "A path through a MAC address"
    nameless = lcaf(255, b"\0\0\0\x5e")
    yield packet(message(REPLY, mapping(EID, locator(nameless)))), "A vendor's format without data"
    yield packet(request(EID, source=half)), "A source behind a translator, one of three addresses"
    longer = lcaf(2, struct.pack(">I", 6) + RLOC)
    longer = longer[:6] + struct.pack(">H", 266) + longer[8:]
    listed = lcaf(1, longer + RLOC6)
    yield packet(message(REPLY, mapping(EID, locator(listed)))), "… in a list"
    nested = RLOC
    for _ in range(20):
        nested = lcaf(2, struct.pack(">I", 6) + nested)
    yield packet(message(REPLY, mapping(EID, locator(nested)))), "Twenty formats in each other"
    with_reply = struct.pack(">BB", 0, 32) + EID + RECORD + counting(4)
    yield packet(message(REQUEST, RLOC + RLOC + with_reply, 0x04000000)), "Octets behind a reply"


FILES = {
    "lisp.pcapng": lambda path: write(path, (*control(), *formats(), *data())),
    "lisp_broken.pcapng": lambda path: write(path, broken()),
}

"""DNS messages, made by hand, and the packets that carry them."""

import struct

from tests.protocols.ipv6_packets import DESTINATION, SOURCE, address

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41
QUERY, RESPONSE = 0x0100, 0x8180


def name(text):
    """Labels, uncompressed."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def head(queries=0, answers=0, authorities=0, more=0, flags=QUERY, number=0x1234):
    """The first twelve octets."""
    return struct.pack(">6H", number, flags, queries, answers, authorities, more)


def question(text, kind=AAAA, group=1):
    """What is asked; ``text`` may be octets."""
    octets = text if isinstance(text, bytes) else name(text)
    return octets + struct.pack(">HH", kind, group)


def record(kind, data, owner=b"\1a\1b\0", group=1, ttl=65):
    """A resource record."""
    return owner + struct.pack(">HHIH", kind, group, ttl, len(data)) + data


def answer(kind, data, **options):
    """A response with a single record."""
    return head(answers=1, flags=RESPONSE) + record(kind, data, **options)


def over_udp(message, ports=(40000, 53)):
    """In UDP without a checksum and IPv6."""
    size = 8 + len(message)
    udp = struct.pack(">HHHH", *ports, size, 0) + message
    ends = address(SOURCE) + address(DESTINATION)
    return struct.pack(">IHBB", 6 << 28, size, 17, 64) + ends + udp


def over_tcp(message, ports=(40000, 53)):
    """In a TCP segment and IPv6."""
    tcp = struct.pack(">HHIIBBHHH", *ports, 1, 1, 5 << 4, 0x18, 1000, 0, 0) + message
    ends = address(SOURCE) + address(DESTINATION)
    return struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + ends + tcp
